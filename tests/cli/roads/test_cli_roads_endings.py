"""``colivraison roads`` helps, complains and is interrupted."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import drawn
import osm_servers
import pytest
from roads_calls import SOURCE, Run, names_in

from colivraison.roads.storing import aside


@pytest.mark.parametrize("verb", ["", "build", "info", "matrix", "route", "isochrone", "snap",
                                  "fetch", "calibrate"])  # fmt: skip
@pytest.mark.parametrize("language", ["fr", "en"])
def test_help_is_there_in_both_languages_with_examples(run: Run, verb: str, language: str) -> None:
    done = run("roads", *filter(None, [verb]), "--lang", language, "--help")
    assert done.returncode == 0
    assert ("exemple" if language == "fr" else "example") in done.stdout
    french = {"FICHIER", "TERRITOIRE", "PROFIL", "DEGRÉS", "EXTRAIT", "LIEU", "RÉGION"}
    shown = set(done.stdout.replace("[", " ").replace("]", " ").split())
    assert language == "fr" or not french & shown


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_of_fetch_names_every_variable_it_obeys(run: Run, language: str) -> None:
    shown = run("roads", "fetch", "--lang", language, "--help").stdout
    readme = (SOURCE / "roads" / "fetch" / "README.md").read_text(encoding="utf-8")
    code = "".join(path.read_text("utf-8") for path in (SOURCE / "roads").rglob("*.py"))
    obeyed = set(re.findall(r'"(COLIVRAISON_[A-Z_]+)"', code))
    assert len(obeyed) == 5
    assert obeyed <= set(re.findall(r"^  (COLIVRAISON_[A-Z_]+) ", shown, re.MULTILINE))
    assert obeyed <= set(re.findall(r"COLIVRAISON_[A-Z_]+", readme))


def test_a_file_that_stands_is_not_told_as_unwritten(
    servers: osm_servers.OsmServers, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(aside, "_sync_folder", refuses)
    box = f"{drawn.LAT - 0.02},-0.1,{drawn.LAT + 0.02},0.1"
    done = run("roads", "fetch", "--bbox", box, "--out", "c.osm.pbf")
    assert done.returncode == 2
    assert "c.osm.pbf\u00a0» est écrit" in done.stderr
    assert "Rien n’a été écrit" not in done.stderr
    assert (tmp_path / "c.osm.pbf").stat().st_size > 0


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("fly",),
        ("build", "x.osm"),
        ("matrix", "x.roads", "--points", "p.csv", "--out", "m.npz", "--date", "demain"),
        ("matrix", "x.roads", "--points", "p.csv", "--out", "m.npz", "--date", "2026-02-30"),
        ("matrix", "x.roads", "--points", "p.csv", "--out", "m.npz", "--threads", "0"),
        ("isochrone", "x.roads", "--lat", "91", "--lon", "0", "--minutes", "5", "--geojson", "g"),
        ("isochrone", "x.roads", "--lat", "nan", "--lon", "0", "--minutes", "5", "--geojson", "g"),
        ("isochrone", "x.roads", "--lat", "4", "--lon", "0", "--minutes", "0", "--geojson", "g"),
        ("fetch", "--bbox", "1,2,3", "--out", "x.osm.pbf"),
    ],
)
def test_a_call_that_cannot_be_understood_ends_with_2_and_no_traceback(
    run: Run, arguments: tuple[str, ...]
) -> None:
    done = run("roads", *arguments, "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["status"] == "usage"
    assert "Traceback" not in done.stderr


# Somebody presses Ctrl-C at one exact moment, which is when ``{moment}`` is called.
PRESSED = """
import os, signal, sys
from colivraison.cli import main, roads_verb
from colivraison.roads.graph import building
from colivraison.roads.reading import extract
from colivraison.roads.storing import store
held = {moment}
def pressed(*given, **named):
    os.kill(os.getpid(), signal.SIGINT)
    return held(*given, **named)
{moment} = pressed
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        ("extract.read_extract", False),
        ("building.build_territory", False),
        ("store._pad", False),  # the file is being written aside
        ("roads_verb.report_document", True),  # while the result is told
    ],
)
def test_ctrl_c_during_a_build_says_truly_whether_anything_was_written(
    extract: Path, tmp_path: Path, moment: str, *, written: bool
) -> None:
    out = tmp_path / "t.roads"
    done = subprocess.run(
        [sys.executable, "-c", PRESSED.format(moment=moment),
         "roads", "build", str(extract), "--out", str(out), "--json"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 130, done.stderr
    assert json.loads(done.stdout) == {
        "status": "interrupted",
        "out": str(out) if written else None,
    }
    assert names_in(tmp_path) == ({"t.roads"} if written else set())
    assert ("rien n’a été écrit" in done.stderr) != written
    assert "Traceback" not in done.stderr


def test_a_real_ctrl_c_during_a_real_build_leaves_nothing(
    command: list[str], shared_data: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        [*command, "roads", "build", str(shared_data / "osm" / "andorra.osm.pbf"),
         "--out", str(tmp_path / "t.roads")],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert process.stderr is not None
    for said in process.stderr:
        if "Préparation des routes" in said:
            break
    # The build of Andorra takes over a second from here on.
    os.killpg(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "rien n’a été écrit" in rest
    assert "Traceback" not in rest
    assert list(tmp_path.iterdir()) == []
