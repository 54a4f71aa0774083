"""``colivraison pdptw``: instances solved into a file, files of routes checked."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from benchmark_files import LI_LIM, SARTORI, li_lim_text, write
from processes import children_of, is_running
from roads_calls import called, names_in, refused

from colivraison.cli import pdptw_solve
from colivraison.interchange.benchmarks import FindingKind
from colivraison.pdptw import BACKENDS, Stopping, Target

# One route serves both pairs of LI_LIM: 5 + 5 + root of 40 + 10 + 20.
BEST = 46.324555320336759
ONE_ROUTE = '{"routes": [[1, 2, 3, 4]]}'
SHORT = ("--iterations", "20")


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "tiny.txt", LI_LIM)
    write(tmp_path / "minutes.txt", SARTORI)
    return tmp_path


def solution_in(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


# --- solve


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_solved_is_written_and_holds(work: Path, backend: str) -> None:
    done = called("pdptw", "solve", "tiny.txt", "--iterations", "200", "--bound",
                  "--backend", backend, "--out", "best.json")  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "tiny\u00a0: " in done.stdout
    assert "best.json" in done.stdout
    told = solution_in(work / "best.json")
    assert {"routes", "vehicles", "cost", "seconds", "iterations"} <= told.keys()
    assert sorted(node for route in told["routes"] for node in route) == [1, 2, 3, 4]
    assert told["vehicles"] == len(told["routes"])
    assert 1 <= told["bound"]["vehicles"] <= told["vehicles"]
    assert 0 < told["bound"]["cost"] <= told["cost"]
    assert "Borne" in done.stdout
    again = called("pdptw", "check", "tiny.txt", "best.json", "--json")
    assert again.returncode == 0, again.stderr
    checked = json.loads(again.stdout)
    assert checked["status"] == "passed"
    assert (checked["vehicles"], checked["cost"]) == (told["vehicles"], told["cost"])
    assert checked["false_claims"] == {}


@pytest.mark.parametrize("objective", ["vehicles", "distance"])
def test_what_is_asked_for_reaches_the_search(
    monkeypatch: pytest.MonkeyPatch, objective: str
) -> None:
    seen = []
    solve = pdptw_solve.solve

    def noted(problem: Any, *given: Any, **named: Any) -> Any:
        seen.append((problem.objective, named["seed"], named["threads"], named["backend"]))
        return solve(problem, *given, **named)

    monkeypatch.setattr(pdptw_solve, "solve", noted)
    done = called("pdptw", "solve", "tiny.txt", *SHORT, "--objective", objective, "--seed", "7")
    assert done.returncode == 0, done.stderr
    # Our own search in one thread, unless told otherwise.
    assert seen == [(objective, 7, 1, "native")]


@pytest.mark.parametrize(
    ("typed", "reached"),
    [
        ("1", True),
        ("2/1", True),  # one vehicle is fewer, whatever it drives
        ("1/46.33", True),
        ("1/46,32", True),  # shown as 46.32 though it is 46.3246
        ("1/46.31", False),
        ("0", False),
    ],
)
def test_a_target_ends_the_search_and_whether_it_was_reached_is_told(
    typed: str, *, reached: bool
) -> None:
    # Both vehicles are idle and the chunks are of 1,000: the first plan or the first chunk does it.
    done = called("pdptw", "solve", "tiny.txt", "--iterations", "5000", "--target", typed, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["target_reached"] is reached
    assert (told["iterations"] < 5_000) == reached


@pytest.mark.parametrize(
    ("name", "more", "target"),
    [
        ("tiny.txt", ("--target", "7"), Target(vehicles=7)),
        # With half a hundredth more; a unit of the file is 100,000 of the problem.
        ("tiny.txt", ("--target", "7/50"), Target(vehicles=7, distance_m=5_000_500)),
        ("minutes.txt", ("--target", "7/50"), Target(vehicles=7, distance_m=50)),
        ("minutes.txt", ("--target", " 50.7 ", "--objective", "distance"), Target(distance_m=50)),
        ("tiny.txt", (), None),
    ],
)
def test_a_target_is_in_the_units_of_the_file(
    monkeypatch: pytest.MonkeyPatch, name: str, more: tuple[str, ...], target: Target | None
) -> None:
    seen = []
    solve = pdptw_solve.solve

    def noted(problem: Any, stopping: Stopping, **named: Any) -> Any:
        seen.append(stopping.target)
        return solve(problem, stopping, **named)

    monkeypatch.setattr(pdptw_solve, "solve", noted)
    assert called("pdptw", "solve", name, *SHORT, *more).returncode == 0
    assert seen == [target]


def test_without_a_name_the_routes_lie_in_the_current_folder(work: Path) -> None:
    (work / "elsewhere").mkdir()
    (work / "tiny.txt").rename(work / "elsewhere" / "tiny.txt")
    done = called("pdptw", "solve", "elsewhere/tiny.txt", *SHORT)
    assert done.returncode == 0, done.stderr
    assert names_in(work) == {"elsewhere", "minutes.txt", "tiny.sol.json"}
    again = called("pdptw", "solve", "elsewhere/tiny.txt", *SHORT)
    assert again.returncode == 0
    assert "Fichier remplacé" in again.stdout


def test_the_same_call_gives_the_same_routes(work: Path) -> None:
    told = []
    for name in ("a.json", "b.json"):
        assert called("pdptw", "solve", "minutes.txt", *SHORT, "--out", name).returncode == 0
        told.append(solution_in(work / name))
    for one in told:
        del one["seconds"]
        one.pop("first_plan_s", None)
    assert told[0] == told[1]
    # 7 + 2 + 4 minutes: a whole number.
    assert (told[0]["routes"], told[0]["cost"]) == ([[1, 2]], 13)
    assert isinstance(told[0]["cost"], int)


def test_one_object_tells_what_the_file_holds(work: Path) -> None:
    done = called("pdptw", "solve", "tiny.txt", *SHORT, "--json")
    assert done.returncode == 0
    told, held = json.loads(done.stdout), solution_in(work / "tiny.sol.json")
    assert told["status"] == "done"
    assert (told["instance"], told["format"], told["objective"]) == ("tiny", "li_lim", "vehicles")
    assert (told["out"], told["replaced"]) == ("tiny.sol.json", False)
    assert [told[key] for key in ("vehicles", "cost", "iterations")] == [
        held[key] for key in ("vehicles", "cost", "iterations")
    ]
    assert told["search_s"] == held["seconds"]
    assert told["first_plan_s"] == held["first_plan_s"]
    assert told["unserved"] == []
    assert told["target_reached"] is None
    assert {"pdptw_read", "pdptw_search", "write"} <= told["seconds"].keys()


def test_who_cannot_be_served_is_told_and_written(work: Path) -> None:
    # Node 3 loads 50 into a van for 10.
    text = LI_LIM.replace("10\t5\t20", "10\t50\t20").replace("20\t-5\t0", "20\t-50\t0")
    write(work / "heavy.txt", text)
    done = called("pdptw", "solve", "heavy.txt", *SHORT, "--json")
    assert done.returncode == 0, done.stderr
    assert "ne sont dans aucune tournée" in done.stderr
    assert json.loads(done.stdout)["unserved"] == [[3, 4]]
    assert json.loads(done.stdout)["reasons"] == ["capacity"]
    assert "1 × aucun véhicule n’est assez grand" in done.stderr
    assert json.loads(done.stdout)["first_plan_s"] is None
    held = solution_in(work / "heavy.sol.json")
    assert (held["routes"], held["unserved"]) == ([[1, 2]], [[3, 4]])
    assert held["reasons"] == ["capacity"]
    assert called("pdptw", "check", "heavy.txt", "heavy.sol.json").returncode == 1


@pytest.mark.parametrize(("target", "words"), [("1", "Cible atteinte"), ("0", "non atteinte")])
def test_whether_a_target_was_reached_is_said(work: Path, target: str, words: str) -> None:
    done = called("pdptw", "solve", "tiny.txt", *SHORT, "--target", target)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout


# A day of seconds with places in metres; services and ways at the limits of what can be counted.
FAR = [
    # horizon, place of the delivery, service
    (86_400, 13_500, 0),
    (86_400, 40_000, 600),
    (10**6, 10**5, 10**5),
    (3 * 10**8, 10**7, 0),
    (3 * 10**8, 10**7, 2 * 10**8),
]


@pytest.mark.parametrize(("horizon", "x", "service"), FAR)
def test_long_ways_and_horizons_are_counted_in_larger_units(
    work: Path, horizon: int, x: int, service: int
) -> None:
    nodes = [
        (0, 0, 0, 0, horizon, 0, 0, 0),
        (x // 2, 0, 1, 0, horizon, service, 0, 2),
        (x, 0, -1, 0, horizon, 0, 1, 0),
    ]
    write(work / "far.txt", li_lim_text(1, 1, nodes))
    done = called("pdptw", "solve", "far.txt", *SHORT)
    assert done.returncode == 0, done.stderr
    assert solution_in(work / "far.sol.json")["routes"] == [[1, 2]]
    assert called("pdptw", "check", "far.txt", "far.sol.json").returncode == 0


def test_numbers_beyond_any_unit_are_bad_input(work: Path) -> None:
    horizon = 10**9
    nodes = [
        (0, 0, 0, 0, horizon, 0, 0, 0),
        (10**8, 0, 1, 0, horizon, 0, 0, 2),
        (2 * 10**8, 0, -1, 0, horizon, 0, 1, 0),
    ]
    write(work / "long.txt", li_lim_text(1, 1, nodes))
    done = called("pdptw", "solve", "long.txt", *SHORT, "--json")
    assert refused(done) == ["benchmark_not_countable"]
    assert "long.sol.json" not in names_in(work)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NAME: many\n" + "\n" * 100_001, "benchmark_too_many_lines"),
        ("NAME: wide\n" + "1 " * 500_001, "benchmark_line_too_long"),
    ],
)
def test_files_that_are_no_instances_are_refused_before_they_fill_the_memory(
    work: Path, text: str, code: str
) -> None:
    write(work / "odd.txt", text)
    assert refused(called("pdptw", "solve", "odd.txt", "--json")) == [code]


def test_a_name_is_printed_without_what_a_terminal_obeys(work: Path) -> None:
    write(work / "minutes.txt", SARTORI.replace("NAME: tiny", "NAME: ti\x1b[31mny" + "x" * 1000))
    done = called("pdptw", "solve", "minutes.txt", *SHORT)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stdout) < 1000


def test_a_value_of_a_fault_is_printed_without_what_a_terminal_obeys(work: Path) -> None:
    write(work / "odd.txt", LI_LIM.replace("\t0\t2\n", "\t0\t\x1b]0;owned\x07\n", 1))
    done = called("pdptw", "solve", "odd.txt")
    assert done.returncode == 2
    assert "owned" in done.stderr
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("out", "err"), [("/dev/full", None), (None, "/dev/full")])
def test_an_answer_that_nobody_hears_ends_with_3_and_no_trace(
    command: list[str], work: Path, out: str | None, err: str | None
) -> None:
    with contextlib.ExitStack() as files:
        streams = [
            files.enter_context(Path(name or work / f"said{k}").open("w"))
            for k, name in enumerate((out, err))
        ]
        done = subprocess.run(  # no shell between
            [*command, "pdptw", "solve", "tiny.txt", *SHORT],
            stdout=streams[0], stderr=streams[1], check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 3
    said = "".join(path.read_text() for path in work.glob("said*"))
    assert "Traceback" not in said
    if err is None:
        assert "n’a pas pu être écrite" in said
        # What was found stands.
        assert solution_in(work / "tiny.sol.json")["routes"]


def test_a_folder_that_was_deleted_is_bad_input(work: Path) -> None:
    gone = work / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    try:
        done = called("pdptw", "solve", work / "tiny.txt", *SHORT, "--json")
    finally:
        os.chdir(work)
    assert refused(done) == ["file_not_written"]


def test_an_instance_without_shipments_has_a_solution_without_routes(work: Path) -> None:
    write(work / "alone.txt", li_lim_text(3, 1, [(0, 0, 0, 0, 9, 0, 0, 0)]))
    assert called("pdptw", "solve", "alone.txt", *SHORT).returncode == 0
    assert solution_in(work / "alone.sol.json")["routes"] == []
    assert called("pdptw", "check", "alone.txt", "alone.sol.json").returncode == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--out", "routes.txt"), "output_ending"),
        (("--out", "-"), "output_ending"),
        (("--out", "none/routes.json"), "file_not_written"),
        (("--out", "folder.json"), "file_not_written"),
        (("--backend", "vroom"), "unknown_backend"),
        (("--target", ""), "bad_target"),
        (("--target", "many"), "bad_target"),
        (("--target", "-1"), "bad_target"),
        (("--target", "2/"), "bad_target"),
        (("--target", "/46"), "bad_target"),
        (("--target", "2.5"), "bad_target"),
        (("--target", "1/2/3"), "bad_target"),
        (("--target", "1/1e3"), "bad_target"),
        (("--objective", "distance", "--target", "1/46"), "bad_target_cost"),
        (("--objective", "distance", "--target", "nan"), "bad_target_cost"),
    ],
)
def test_what_could_not_be_done_is_refused_before_the_search(
    work: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...], code: str
) -> None:
    (work / "folder.json").mkdir()
    before = names_in(work)
    monkeypatch.delattr(pdptw_solve, "solve")
    assert refused(called("pdptw", "solve", "tiny.txt", *more, "--json")) == [code]
    assert names_in(work) == before


def test_routes_are_not_written_over_their_instance(work: Path) -> None:
    (work / "tiny.txt").rename(work / "tiny.json")
    done = called("pdptw", "solve", "tiny.json", "--out", "tiny.json", "--json")
    assert refused(done) == ["output_is_input"]
    assert (work / "tiny.json").read_text() == LI_LIM


def test_a_wrong_instance_is_refused_with_all_its_faults_and_nothing_written(work: Path) -> None:
    write(
        work / "wrong.txt",
        LI_LIM.replace("2\t10\t1", "2\tten\t1").replace("5\t20\t40", "5\t50\t40"),
    )
    done = called("pdptw", "solve", "wrong.txt", "--json")
    assert refused(done) == ["benchmark_not_whole", "benchmark_window_reversed"]
    assert "Rien n’a été écrit" in done.stderr
    assert "ligne 5 · colonne «\u00a06\u00a0»" in done.stderr
    assert not (work / "wrong.sol.json").exists()


@pytest.mark.parametrize(
    ("moment", "written"),
    [("solve", False), ("written_aside", False), ("told_written", True)],
)
def test_ctrl_c_writes_nothing_half_and_says_truly_what_was_written(
    work: Path, monkeypatch: pytest.MonkeyPatch, moment: str, *, written: bool
) -> None:
    def pressed(*_given: object, **_named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pdptw_solve, moment, pressed)
    before = names_in(work)
    done = called("pdptw", "solve", "tiny.txt", *SHORT, "--json")
    assert done.returncode == 130
    out = {"tiny.sol.json"} if written else set()
    assert names_in(work) == before | out
    assert ("était déjà écrit" in done.stderr) == written
    assert ("rien n’a été écrit" in done.stderr) != written


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc to see children")
@pytest.mark.parametrize("backend", BACKENDS)
def test_ctrl_c_ends_a_search_at_once(command: list[str], work: Path, backend: str) -> None:
    # Twenty pairs on a line: enough for OR-Tools to search in processes of its own.
    nodes = [(0, 0, 0, 0, 9_000, 0, 0, 0)]
    for number in range(1, 41, 2):
        nodes += [
            (number * 7 % 40, number, 1, 0, 9_000, 1, 0, number + 1),
            (number * 11 % 40, number, -1, 0, 9_000, 1, number, 0),
        ]
    write(work / "long.txt", li_lim_text(20, 9, nodes))
    process = subprocess.Popen(
        [*command, "pdptw", "solve", "long.txt", "--time-limit", "600", "--backend", backend],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Recherche" in line:
            break
    children: list[str] = []
    # Our own search has threads only.
    while backend == "ortools" and not children and process.poll() is None:
        children = children_of(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "rien n’a été écrit" in said
    assert "Traceback" not in said
    assert not (work / "long.sol.json").exists()
    assert bool(children) == (backend == "ortools")
    # A child that was being born ends by itself when it finds its parent gone.
    for _ in range(400):
        if not any(is_running(child) for child in children):
            break
        time.sleep(0.05)
    assert not [child for child in children if is_running(child)]


def test_routes_that_break_a_rule_are_an_error_of_ours_and_are_not_written(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdptw_solve, "routes_of", lambda *_: [[2, 1], [3, 4]])
    done = called("pdptw", "solve", "tiny.txt", *SHORT, "--json")
    assert done.returncode == 3
    assert "delivery_first" in json.loads(done.stdout)["message"]
    assert not (work / "tiny.sol.json").exists()


# --- check


@pytest.mark.parametrize(
    ("text", "name"),
    [(ONE_ROUTE, "a.json"), ("Cost 46.32\nRoute 1 : 1 2 3 4\n", "a.txt")],
)
@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("fr", "tiny\u00a0: la solution tient. 1 véhicule(s), coût 46,32."),
        ("en", "tiny: the solution holds. 1 vehicle(s), cost 46.32."),
    ],
)
def test_routes_that_hold_are_said_to(
    work: Path, text: str, name: str, language: str, shown: str
) -> None:
    write(work / name, text)
    done = called("pdptw", "check", "tiny.txt", name, "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == shown


# Routes for LI_LIM, or for a change of it, and the kinds that are found.
BROKEN: dict[str, tuple[str, str, list[list[int]]]] = {
    "unknown_node": ("", "", [[1, 2, 3, 4, 7]]),
    "visited_twice": ("", "", [[1, 2, 3, 4, 4]]),
    "not_visited": ("", "", [[1, 2]]),
    "pickup_alone": ("", "", [[1, 2, 3]]),
    "delivery_alone": ("", "", [[1, 2, 4]]),
    "delivery_first": ("", "", [[2, 1, 3, 4]]),
    "overload": ("", "", [[1, 3, 4, 2]]),
    "late": ("20\t40", "1\t9", [[3, 4, 1, 2]]),
    "back_late": ("0\t100", "0\t50", [[1, 2, 3, 4]]),
    "too_many_vehicles": ("2\t10\t1", "1\t10\t1", [[1, 2], [3, 4]]),
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", FindingKind)
def test_each_rule_that_is_not_kept_is_a_sentence(
    work: Path, kind: FindingKind, language: str
) -> None:
    before, after, routes = BROKEN[kind]
    write(work / "tiny.txt", LI_LIM.replace(before, after, 1) if before else LI_LIM)
    write(work / "a.json", json.dumps({"routes": routes}))
    done = called("pdptw", "check", "tiny.txt", "a.json", "--lang", language, "--json")
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert told["status"] == "failed"
    sentences = [one["sentence"] for one in told["findings"] if one["code"] == kind]
    assert sentences
    assert all(sentence in done.stderr for sentence in sentences)
    plain = called("pdptw", "check", "tiny.txt", "a.json", "--lang", language)
    assert plain.returncode == 1
    assert all(sentence in plain.stdout for sentence in sentences)


def test_a_route_is_counted_from_1_and_a_lateness_shown_as_far_as_it_matters(work: Path) -> None:
    # 5 to node 1, 2 there, and to (6.00001, 8): 5.000006, so begun at 12.000006, closed since 12.
    text = LI_LIM.replace("2\t6\t8\t-6\t0\t60", "2\t6.00001\t8\t-6\t0\t12")
    write(work / "tiny.txt", text)
    write(work / "a.json", '{"routes": [[3, 4], [1, 2]]}')
    done = called("pdptw", "check", "tiny.txt", "a.json", "--lang", "en")
    assert done.returncode == 1
    sentence = "route 2: at node 2 the service begins at 12.000006; it must begin by 12."
    assert sentence in done.stdout


def test_of_many_findings_the_first_are_told_and_the_others_counted(work: Path) -> None:
    write(work / "a.json", json.dumps({"routes": [[9] * 60]}))
    done = called("pdptw", "check", "tiny.txt", "a.json")
    assert done.returncode == 1
    # 60 unknown nodes and 4 that nobody visits; the cost of such a route is not known.
    assert done.stdout.count("✗") == 50
    assert "… et 14 autres." in done.stderr
    assert "coût inconnu" in done.stdout
    told = json.loads(called("pdptw", "check", "tiny.txt", "a.json", "--json").stdout)
    assert (len(told["findings"]), told["cost"]) == (64, None)


def test_a_file_that_claims_what_is_not_so_is_told_but_still_holds(work: Path) -> None:
    write(work / "a.json", '{"routes": [[1, 2, 3, 4]], "vehicles": 2, "cost": 40}')
    done = called("pdptw", "check", "tiny.txt", "a.json")
    assert done.returncode == 0
    assert "2 véhicule(s), coût 40,00" in done.stderr
    told = json.loads(called("pdptw", "check", "tiny.txt", "a.json", "--json").stdout)
    assert told["false_claims"] == {"vehicles": 2, "cost": 40}
    assert told["cost"] == pytest.approx(BEST, rel=1e-12)
    write(work / "b.json", '{"routes": [[1, 2, 3, 4]], "vehicles": 1, "cost": 46.32}')
    assert called("pdptw", "check", "tiny.txt", "b.json").stderr == ""


def test_the_faults_of_both_files_come_at_once(work: Path) -> None:
    write(work / "wrong.txt", LI_LIM.replace("2\t10\t1", "2\tten\t1"))
    write(work / "a.json", '{"routes": [["one"]]}')
    done = called("pdptw", "check", "wrong.txt", "a.json", "--json")
    assert refused(done) == ["benchmark_not_whole", "benchmark_not_whole"]
    files = [fault["file"] for fault in json.loads(done.stdout)["faults"]]
    assert files == ["wrong.txt", "a.json"]


@pytest.mark.parametrize("missing", [("none.txt", "a.json"), ("tiny.txt", "none.json")])
def test_a_file_that_is_absent_is_bad_input(work: Path, missing: tuple[str, str]) -> None:
    write(work / "a.json", ONE_ROUTE)
    assert refused(called("pdptw", "check", *missing, "--json")) == ["file_not_found"]


# --- the door


@pytest.mark.parametrize("verb", [("pdptw",), ("pdptw", "solve"), ("pdptw", "check")])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_has_examples_in_both_languages(verb: tuple[str, ...], language: str) -> None:
    done = called(*verb, "--lang", language, "--help")
    assert done.returncode == 0
    assert ("exemples\u00a0:" if language == "fr" else "examples:") in done.stdout
    assert "colivraison pdptw " in done.stdout
    assert ("FICHIER" in done.stdout) == (language == "fr" and verb[-1] == "solve")


@pytest.mark.parametrize(
    "arguments",
    [
        ("pdptw",),
        ("pdptw", "solve"),
        ("pdptw", "check", "tiny.txt"),
        ("pdptw", "solve", "tiny.txt", "--objective", "money"),
        ("pdptw", "solve", "tiny.txt", "--time-limit", "0"),
        ("pdptw", "solve", "tiny.txt", "--time-limit", "1", "--iterations", "1"),
    ],
)
def test_a_call_that_cannot_be_understood_ends_with_2(arguments: tuple[str, ...]) -> None:
    done = called(*arguments, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["status"] == "usage"


def test_help_opens_no_solver(work: Path) -> None:
    asked = (
        "import sys; from colivraison.cli import main\n"
        "try: main(['pdptw', 'solve', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit('ortools' in sys.modules or 'colivraison.pdptw' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, check=False, cwd=work)
    assert done.returncode == 0, done.stderr
