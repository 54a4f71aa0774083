"""The command as a person runs it: real processes, real files, exit statuses."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from colivraison.interchange import read_case

Run = Callable[..., subprocess.CompletedProcess[str]]


def test_plan_writes_everything_and_prints_one_object(
    planned: tuple[Path, dict[str, object]],
) -> None:
    out, told = planned
    names = {path.name for path in out.iterdir()}
    assert {"plan.json", "map.html", "rounds.csv", "round-1.gpx", "round-1.html"} <= names
    assert told["status"] == "done"
    assert told["saving_cents"] > 0
    costs = told["delivery_costs"]
    assert costs["total"]["cost_cents"] == told["together"]["cost_cents"]
    assert costs["total"]["verdict"] == "unknown"  # no order says what it is worth
    assert {Path(name).name for name in told["files"]} == names
    assert {"roads", "matrix", "alone", "rounds", "suggestions", "write"} <= set(told["seconds"])


def test_check_passes_what_plan_wrote_also_against_the_roads(
    planned: tuple[Path, dict[str, object]], extract: Path, run: Run
) -> None:
    out, _ = planned
    done = run("check", out / "plan.json", "--roads", extract)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Le plan tient" in done.stdout


def spoil_late(plan: dict) -> None:
    for stop in plan["rounds"][0]["stops"]:
        for key in ("arrival_s", "start_s", "departure_s"):
            stop[key] += 5 * 3600


def spoil_overload(plan: dict) -> None:
    plan["case"]["vehicles"][0]["capacity_crates"] = 1


def spoil_order(plan: dict) -> None:
    stops = plan["rounds"][0]["stops"]
    stops[1], stops[2] = stops[2], stops[1]


def spoil_temperature(plan: dict) -> None:
    plan["case"]["orders"][0]["temperature"] = "-18"


def spoil_missing(plan: dict) -> None:
    del plan["rounds"][0]["stops"][2]
    plan["rounds"][0].pop("legs", None)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (spoil_late, "closed"),
        (spoil_overload, "overload_crates"),
        (spoil_order, "delivered_before_pickup"),
        (spoil_temperature, "wrong_temperature"),
        (spoil_missing, "missing_order"),
    ],
)
def test_check_fails_a_plan_into_which_an_error_was_put(
    planned: tuple[Path, dict[str, object]],
    tmp_path: Path,
    run: Run,
    spoil: Callable[[dict], None],
    code: str,
) -> None:
    out, _ = planned
    plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    spoil(plan)
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(plan), encoding="utf-8")
    done = run("check", wrong, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["status"] == "failed"
    assert code in {violation["code"] for violation in told["violations"]}
    assert "Le plan ne tient pas" in done.stderr


def test_a_plan_that_leaves_out_more_than_everyone_alone_shows_no_saving(
    extract: Path, case_file: Path, run: Run, tmp_path: Path
) -> None:
    # The only van stays in the garage; for the comparison everyone is lent one.
    case = json.loads(case_file.read_text(encoding="utf-8"))
    case["vehicles"][0]["dated_shifts"] = [{"first_date": "2026-11-26"}]
    case_file.write_text(json.dumps(case), encoding="utf-8")
    done = run(
        "plan", case_file, "--roads", extract, "--out", tmp_path / "out", "--iterations", "20"
    )
    assert done.returncode == 0, done.stderr
    assert "%" not in done.stdout


def test_rounds_csv_opens_in_a_french_spreadsheet(
    planned: tuple[Path, dict[str, object]],
) -> None:
    out, _ = planned
    text = (out / "rounds.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    assert len({len(row) for row in rows}) == 1
    # Start, B, S, M, end: five stops and the header.
    assert len(rows) == 6


def test_bad_input_is_refused_with_everything_at_once_and_nothing_written(
    extract: Path, case_file: Path, tmp_path: Path, run: Run
) -> None:
    case = json.loads(case_file.read_text(encoding="utf-8"))
    case["orders"][0]["site_id"] = "nulle-part"
    case["orders"][1]["crates"] = -3
    case["producers"][0].update(lat=48.5, lon=-20.0)
    case_file.write_text(json.dumps(case), encoding="utf-8")
    done = run("plan", case_file, "--roads", extract, "--out", tmp_path / "out", "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    codes = {fault["code"] for fault in told["faults"]}
    assert {"unknown_site", "negative_number", "far_from_road"} <= codes
    assert all(fault["cause"] and fault["action"] for fault in told["faults"])
    assert "Rien n’a été écrit" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "missing.json", "--roads", "missing.osm.pbf", "--out", "out"),
        ("check", "missing.json"),
        ("plan", "case.json"),  # what is required is missing
        ("plan", "case.json", "--roads", "x", "--out", "y", "--time-limit", "0"),
        ("plan", "case.json", "--roads", "x", "--out", "y", "--time-limit", "1",
         "--iterations", "5"),
        ("fly",),
        ("serve", "--host", "0.0.0.0"),  # open to the world without saying so
        ("--lang", "de", "demo"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_understood_ends_with_2_and_no_traceback(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "verb",
    [
        *("", "plan", "demo", "check", "retime", "costs", "preparation", "learn", "compare"),
        *("suggest-insertions", "explain", "replan", "baseline", "template", "serve"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_is_there_in_both_languages_with_examples(run: Run, verb: str, language: str) -> None:
    done = run(*filter(None, [verb]), "--lang", language, "--help")
    assert done.returncode == 0
    assert ("exemple" if language == "fr" else "example") in done.stdout
    assert ("usage\u00a0:" if language == "fr" else "usage:") in done.stdout


def test_a_template_can_be_written_once(run: Run, tmp_path: Path) -> None:
    done = run("template", "mon-cas")
    assert done.returncode == 0, done.stderr
    assert any((tmp_path / "mon-cas").iterdir())
    before = {p: p.read_bytes() for p in (tmp_path / "mon-cas").rglob("*") if p.is_file()}
    again = run("template", "mon-cas")
    assert again.returncode == 2
    assert {p: p.read_bytes() for p in before} == before


# At several moments of the search: in native code, and while its thread is waited for.
@pytest.mark.parametrize("moment_s", [0.1, 0.4, 0.7, 1.0])
def test_ctrl_c_ends_with_130_and_leaves_nothing_written(
    command: list[str], tmp_path: Path, moment_s: float
) -> None:
    process = subprocess.Popen(
        [*command, "demo", "--out", str(tmp_path / "out"), "--time-limit", "60"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "Tournées partagées" in line:
            break
    time.sleep(moment_s)
    os.killpg(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 130, rest
    assert "Interrompu" in rest
    assert not list(tmp_path.iterdir())


def test_retime_gives_back_what_plan_wrote(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    done = run("retime", out / "plan.json", "--out", tmp_path / "again.json", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["cost_cents"] == told["cost_cents_before"] > 0
    before = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    after = json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))
    assert after["rounds"] == before["rounds"]


def test_retime_names_what_a_change_by_hand_breaks_and_writes_it(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    stops = document["rounds"][0]["stops"]
    # The first delivery moves before the loading at farm B, and its times are nonsense.
    stops[1], stops[2] = stops[2], stops[1]
    for stop in stops:
        stop["arrival_s"] = stop["start_s"] = stop["departure_s"] = 0
    edited = tmp_path / "plan.json"
    edited.write_text(json.dumps(document), encoding="utf-8")
    done = run("retime", edited)
    assert done.returncode == 1
    assert "✗" in done.stdout
    assert "au lieu de" in done.stdout
    written = json.loads((tmp_path / "plan.retimed.json").read_text(encoding="utf-8"))
    assert [s["site_id"] for s in written["rounds"][0]["stops"]] == [s["site_id"] for s in stops]
    assert run("check", tmp_path / "plan.retimed.json").returncode == 1
    told = json.loads(run("retime", edited, "--json").stdout)
    assert [one["code"] for one in told["violations"]]
    refused = run("retime", edited, "--out", edited)
    assert refused.returncode == 2
    assert "output_is_input" in refused.stderr


def test_preparation_tells_each_producer_what_to_pack(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    done = run("preparation", out / "plan.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ferme A" in done.stdout
    assert "jeudi 26 novembre" in done.stdout
    assert "prêt à" in done.stdout
    assert "1. Point S" in done.stdout
    assert list(tmp_path.iterdir()) == []
    told = json.loads(run("preparation", out / "plan.json", "--json").stdout)
    assert told["status"] == "done"
    loaded = [
        order_id
        for producer in told["producers"]
        for day in producer["days"]
        for loading in day["loadings"]
        for goods in loading["goods"]
        for order_id in goods["order_ids"]
    ]
    assert sorted(loaded) == ["a1", "a2", "b1", "b2"]


def test_preparation_of_one_producer_is_written(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    done = run(
        "preparation", out / "plan.json", "--producer", "ferme b", "--out", tmp_path / "prep"
    )
    assert done.returncode == 0, done.stderr
    assert "Ferme A" not in done.stdout
    assert {path.name for path in (tmp_path / "prep").iterdir()} == {
        "preparation.csv",
        "preparation-B.html",
    }
    refused = run("preparation", out / "plan.json", "--producer", "Z", "--out", tmp_path / "z")
    assert refused.returncode == 2
    assert "no_such_producer" in refused.stderr
    assert "A, B" in refused.stderr
    assert not (tmp_path / "z").exists()


def test_preparation_of_a_plan_that_breaks_rules_says_so(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    document["rounds"][0]["stops"][1]["arrival_s"] += 600
    edited = tmp_path / "plan.json"
    edited.write_text(json.dumps(document), encoding="utf-8")
    done = run("preparation", edited, "--out", tmp_path / "prep")
    assert done.returncode == 1
    assert "ne respecte pas" in done.stderr
    assert "À vérifier" in (tmp_path / "prep" / "preparation-A.html").read_text(encoding="utf-8")


def noted(path: Path, *crates: str) -> Path:
    lines = [
        f"1;19/11/2026;S;8h00;8h{4 + number:02d};{count}" for number, count in enumerate(crates)
    ]
    path.write_text("\n".join(["tournee;date;lieu;arrivee;depart;caisses", *lines, ""]), "utf-8")
    return path


def test_learn_writes_a_new_case_and_says_what_it_learned(
    run: Run, case_file: Path, tmp_path: Path
) -> None:
    # From four minutes on, a minute more for each two crates: 240 s and 30 s a crate.
    visits = noted(tmp_path / "passages.csv", "0", "2", "4", "6", "8", "10")
    done = run("learn", case_file, visits, "--out", tmp_path / "corrige")
    assert done.returncode == 0, done.stderr
    assert "Point S" in done.stdout
    assert "20\u202fs → 30\u202fs" in done.stdout
    assert "appris" in done.stdout
    again = read_case(tmp_path / "corrige", gazetteer=None, today=dt.date(2026, 11, 18)).case
    (shop, market) = again.sites
    assert (shop.setup_s, shop.service_s_per_crate) == (240, 30)
    assert (market.setup_s, market.service_s_per_crate) == (300, 20)
    # The folder stands now, and is nobody's to write over.
    assert run("learn", case_file, visits, "--out", tmp_path / "corrige").returncode == 2


def test_learn_keeps_what_was_seen_too_seldom_and_takes_crates_from_a_plan(
    planned: tuple[Path, dict[str, object]], run: Run, case_file: Path, tmp_path: Path
) -> None:
    visits = noted(tmp_path / "passages.csv", "", "", "4")
    few = json.loads(run("learn", case_file, visits, "--out", "few", "--json").stdout)
    (place,) = few["places"]
    assert (place["outcome"], place["visits"], place["visits_without_crates"]) == ("too_few", 1, 2)
    assert place["setup_s"] == {"before": 300, "after": 300}
    out, _ = planned
    day = visits.read_text(encoding="utf-8").replace("19/11", "26/11")
    visits.write_text(day, encoding="utf-8")
    done = run(
        *("learn", case_file, visits, "--out", "more", "--json"),
        *("--plan", out / "plan.json", "--at-least", "3"),
    )
    (place,) = json.loads(done.stdout)["places"]
    assert (place["outcome"], place["visits"]) == ("setup_only", 3)
