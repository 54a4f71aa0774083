"""How a run ends when something comes in between, and what it says then."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from colivraison.cli import main, plan_verb, serve_verb
from colivraison.errors import Fault, InputError
from colivraison.roads import RoadNetwork

Run = Callable[..., subprocess.CompletedProcess[str]]

# Somebody presses Ctrl-C at one exact moment, which is when ``{moment}`` is called.
PRESSED = """
import os, signal, sys
from colivraison.interchange import atomic
from colivraison.cli import main, plan_verb
held = {moment}
def pressed(*given, **named):
    os.kill(os.getpid(), signal.SIGINT)
    return held(*given, **named)
{moment} = pressed
sys.exit(main(sys.argv[1:]))
"""


def pressed_at(moment: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PRESSED.format(moment=moment), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("atomic._fill", False),  # the new folder is being filled aside
        ("atomic._swap", True),  # held back until the new folder stands
        ("plan_verb.summary_document", True),  # while the result is told
    ],
)
def test_ctrl_c_around_the_writing_says_truly_whether_anything_was_written(
    extract: Path, case_file: Path, tmp_path: Path, moment: str, *, written: bool
) -> None:
    out = tmp_path / "out"
    done = pressed_at(
        moment, "plan", case_file, "--roads", extract, "--out", out, "--iterations", "5", "--json"
    )
    assert done.returncode == 130, done.stderr
    assert (out / "plan.json").exists() == written
    assert json.loads(done.stdout) == {
        "status": "interrupted",
        "out": str(out) if written else None,
    }
    assert ("était déjà écrit" in done.stderr) == written
    assert ("rien n’a été écrit" in done.stderr) != written
    # Nothing half-made lies beside it.
    assert {path.name for path in tmp_path.iterdir()} <= {"case.json", "out"}


def test_ctrl_c_before_a_second_writing_leaves_the_first_and_does_not_claim_it(
    extract: Path, case_file: Path, tmp_path: Path, run: Run
) -> None:
    out = tmp_path / "out"
    given = ("plan", case_file, "--roads", extract, "--out", out, "--iterations", "5")
    assert run(*given).returncode == 0
    first = (out / "plan.json").read_bytes()
    done = pressed_at("atomic._fill", *given)
    assert done.returncode == 130
    assert "rien n’a été écrit" in done.stderr
    assert (out / "plan.json").read_bytes() == first


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan", "case.json", "--json"),  # what is required is missing
        ("check", "plan.json", "--json", "--fast"),
        ("--json", "fly"),
    ],
)
def test_a_call_that_cannot_be_understood_is_one_object_too(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["status"] == "usage"
    assert told["message"] in done.stderr


def test_an_error_of_ours_is_one_object_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def breaks(path: Path, **_named: object) -> None:
        raise RuntimeError("a beam broke")

    monkeypatch.setattr(plan_verb.RoadNetwork, "load", breaks)
    assert main(["demo", "--out", str(tmp_path / "out"), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == "internal"
    assert "RuntimeError: a beam broke" in told["message"]


def test_the_week_is_counted_from_the_date_in_france(
    monkeypatch: pytest.MonkeyPatch, extract: Path, case_file: Path, tmp_path: Path
) -> None:
    class SundayNight(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            # In Paris (UTC+1) it is Monday, half past midnight.
            return dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC).astimezone(tz)

    seen: list[dt.date] = []

    def read_case(path: Path, *, gazetteer: object, today: dt.date) -> None:
        seen.append(today)
        raise InputError([Fault(code="unknown_site", value="x")])

    monkeypatch.setattr(plan_verb.dt, "datetime", SundayNight)
    monkeypatch.setattr(plan_verb, "read_case", read_case)
    given = ["plan", case_file, "--roads", extract, "--out", tmp_path / "out"]
    assert main([str(word) for word in given]) == 2
    assert seen == [dt.date(2026, 11, 23)]


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_reader_who_leaves_changes_nothing_of_how_the_run_ends(
    command: list[str], tmp_path: Path, more: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    # Nobody reads: the first flush already fails, as behind `| head -0`.
    os.close(reading)
    done = subprocess.run(
        [*command, "template", str(tmp_path / "mon-cas"), *more],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert any((tmp_path / "mon-cas").iterdir())


def test_a_terminal_without_accents_gets_question_marks_and_json_stays_whole(
    command: list[str], tmp_path: Path
) -> None:
    def call(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*command, *arguments],
            capture_output=True,
            check=False,
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        )

    done = call("template", "été")
    assert done.returncode == 0, done.stderr
    assert b"?t?" in done.stdout
    told = json.loads(call("template", "hélas", "--json").stdout)
    assert all(name.startswith("hélas") for name in told["files"])


@pytest.mark.parametrize("verb", ["plan", "demo", "check", "template", "serve"])
def test_english_help_names_its_values_in_english(run: Run, verb: str) -> None:
    done = run(verb, "--lang", "en", "--help")
    assert done.returncode == 0
    assert not {"CAS", "EXTRAIT", "DOSSIER", "ADRESSE"} & set(
        done.stdout.replace("[", " ").replace("]", " ").split()
    )


def test_a_port_that_is_taken_is_said_plainly(run: Run, extract: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--roads", extract, "--port", str(port), "--home", tmp_path / "home")
    assert done.returncode == 2
    assert f"127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_is_no_folder_is_said_plainly(run: Run, extract: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file of somebody")
    done = run("serve", "--roads", extract, "--port", "0", "--home", tmp_path / "home")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (tmp_path / "home").read_text() == "a file of somebody"


def test_the_service_gets_roads_read_once_and_keeps_as_many_plans_as_asked(
    monkeypatch: pytest.MonkeyPatch, extract: Path, tmp_path: Path
) -> None:
    load, loads, started = RoadNetwork.load, [], []

    def counted(path: Path) -> RoadNetwork:
        loads.append(path)
        return load(path)

    monkeypatch.setattr(RoadNetwork, "load", counted)
    monkeypatch.setattr(
        serve_verb, "run_server", lambda settings, **more: started.append((settings, more))
    )
    given = ["serve", "--roads", extract, "--home", tmp_path / "home", "--keep", "7"]
    assert main([str(word) for word in given]) == 0
    ((settings, more),) = started
    assert settings.stored_max == 7
    assert more["network"].name
    assert loads == [extract]


def test_the_service_ends_on_ctrl_c_without_a_trace(
    command: list[str], extract: Path, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*command, "serve", "--roads", str(extract), "--port", str(port),
         "--home", str(tmp_path / "home")],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    try:
        for _ in range(300):
            assert process.poll() is None
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert "Interrompu." in said
