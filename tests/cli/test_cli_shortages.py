"""Too little memory, a Ctrl-C before anything is imported, a thousand faults, names refused."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import drawn
import pytest
from forbidden import forbid

from colivraison.cli import main
from colivraison.cli.console import MOST_TOLD
from colivraison.roads import RoadNetwork
from colivraison.roads.storing import aside, territory_file

Run = Callable[..., subprocess.CompletedProcess[str]]

LONG = "n" * 300


@pytest.fixture(scope="module")
def roads(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "drawn.roads"
    RoadNetwork.build(extract, path)
    return path


def points_file(path: Path, lines: list[str]) -> Path:
    path.write_text("id,lat,lon\n" + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def points(tmp_path: Path) -> Path:
    places = [drawn.at_km(km, north_m=10) for km in (1, 4)]
    lines = [f"p{number},{place.lat},{place.lon}\n" for number, place in enumerate(places)]
    return points_file(tmp_path / "points.csv", lines)


# --- memory


def raises(error: Exception) -> Callable[..., None]:
    def fails(*_given: object, **_named: object) -> None:
        raise error

    return fails


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory")])
def test_too_little_memory_is_said_in_a_sentence(
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    roads: Path,
) -> None:
    monkeypatch.setattr(RoadNetwork, "load", raises(error))
    assert main(["roads", "info", str(roads), "--json"]) == 3
    told = capsys.readouterr()
    document = json.loads(told.out)
    assert (document["status"], document["code"]) == ("internal", "no_memory")
    assert document["message"].startswith("Pas assez de mémoire")
    assert document["message"] in told.err
    assert "Traceback" not in told.err


def test_too_little_memory_while_writing_leaves_what_was_there(
    monkeypatch: pytest.MonkeyPatch, extract: Path, tmp_path: Path
) -> None:
    out = tmp_path / "t.roads"
    out.write_bytes(b"the old one")
    written = []

    def pad(stream: object, at: int) -> int:
        written.append(at)
        if len(written) == 3:
            raise MemoryError
        return real(stream, at)  # type: ignore[arg-type]  # as it comes

    real = territory_file.write_arrays.__globals__["_pad"]
    monkeypatch.setitem(territory_file.write_arrays.__globals__, "_pad", pad)
    assert main(["roads", "build", str(extract), "--out", str(out), "--force"]) == 3
    assert len(written) == 3
    assert out.read_bytes() == b"the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["t.roads"]
    assert aside.require_writable(out)


# Something happens when one module is about to be imported.
AT_IMPORT = """
import importlib.abc, os, signal, sys
class Watcher(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {name!r}:
            sys.meta_path.remove(self)
            {deed}
sys.meta_path.insert(0, Watcher())
from colivraison.cli import main
sys.exit(main(sys.argv[1:]))
"""


def at_import(name: str, deed: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", AT_IMPORT.format(name=name, deed=deed), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize(
    ("more", "sentence"), [((), "Pas assez de mémoire."), (("--lang", "en"), "Not enough memory.")]
)
def test_too_little_memory_even_for_the_sentences(more: tuple[str, ...], sentence: str) -> None:
    done = at_import("colivraison.texts", "raise MemoryError", "template", "t", "--json", *more)
    assert done.returncode == 3
    assert done.stderr == f"{sentence}\n"
    assert json.loads(done.stdout) == {
        "code": "no_memory",
        "message": sentence,
        "status": "internal",
    }


# --- Ctrl-C


@pytest.mark.parametrize(
    "name",
    [
        "colivraison.cli.door",  # the first import of all
        "argparse",
        "rich.console",
        "babel.dates",
        "colivraison.texts.catalogue",
        "colivraison.cli.roads_verb",  # by the verb
        "numpy",
    ],
)
def test_ctrl_c_while_something_is_imported_is_one_line(name: str, roads: Path) -> None:
    press = "os.kill(os.getpid(), signal.SIGINT)"
    done = at_import(name, press, "roads", "info", str(roads), "--json")
    assert done.returncode == 130
    assert done.stderr in {"Interrompu.\n", "Interrompu : rien n’a été écrit.\n"}
    assert json.loads(done.stdout)["status"] == "interrupted"


def test_ctrl_c_at_any_early_moment_is_one_line(command: list[str], roads: Path) -> None:
    # From the call of `main` on: what Python itself says before is not in our hands.
    for wait_s in (0.02, 0.04, 0.06, 0.08, 0.12, 0.16, 0.2):
        process = subprocess.Popen(
            [*command, "roads", "info", str(roads)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        time.sleep(wait_s)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        if process.returncode == 0:
            continue  # done before
        if process.returncode == 130:
            assert said.splitlines()[-1].startswith("Interrompu")
        assert ", in main" not in said


def test_the_imports_leave_ctrl_c_as_it_was(tmp_path: Path) -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert main(["template", str(tmp_path / "t")]) == 0
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


# --- many faults


def test_of_many_faults_some_are_told_and_the_others_counted(
    tmp_path: Path, roads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Far off the map; the last one would lie on it with its two numbers exchanged.
    here = drawn.at_km(1)
    lines = [f"p{number},{10 + number * 1e-4:.5f},120\n" for number in range(2000)]
    points = points_file(tmp_path / "far.csv", [*lines, f"q,{here.lon},{here.lat}\n"])
    given = ["roads", "matrix", str(roads), "--points", str(points)]
    given += ["--out", str(tmp_path / "m.npz")]
    assert main(given) == 2
    told = capsys.readouterr().err
    assert told.count("(far_from_road)") == MOST_TOLD
    # 2,001 in all.
    assert "… et 1\u202f951 autres." in told
    assert main([*given, "--json"]) == 2
    faults = json.loads(capsys.readouterr().out)["faults"]
    assert [fault["code"] for fault in faults] == ["far_from_road"] * 2000 + ["looks_swapped"]


def test_one_fault_too_many_is_one_more(
    tmp_path: Path, roads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [f"p{number},10,120\n" for number in range(MOST_TOLD + 1)]
    points = points_file(tmp_path / "far.csv", lines)
    out = str(tmp_path / "m.npz")
    assert main(["roads", "matrix", str(roads), "--points", str(points), "--out", out]) == 2
    assert "… et un autre." in capsys.readouterr().err


def test_of_many_warnings_some_of_each_kind_are_told(
    tmp_path: Path, roads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # 300 m from the road, which is told; and one on a closed road, told after them.
    far = drawn.at_km(4, north_m=300)
    near = drawn.at_km(1, north_m=10)
    lines = [f"p{number},{far.lat},{far.lon + number * 1e-6}\n" for number in range(MOST_TOLD + 7)]
    points = points_file(tmp_path / "p.csv", [*lines, f"q,{near.lat},{near.lon}\n"])
    given = ["roads", "snap", str(roads), "--points", str(points)]
    assert main([*given, "--json"]) == 0
    told = capsys.readouterr()
    assert "… et 7 autres." in told.err
    assert told.err.count("⚠") == MOST_TOLD
    assert len(json.loads(told.out)["warnings"]) == MOST_TOLD + 7


# --- names the system refuses


def codes(status: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    told = capsys.readouterr()
    assert status == 2, told.err
    assert "Traceback" not in told.err
    return [fault["code"] for fault in json.loads(told.out)["faults"]]


def test_an_output_that_is_a_link_to_itself_is_refused(
    tmp_path: Path, roads: Path, points: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = tmp_path / "loop.npz"
    loop.symlink_to(loop)
    given = ["roads", "matrix", str(roads), "--points", str(points), "--json", "--out"]
    assert codes(main([*given, str(loop)]), capsys) == ["file_not_written"]
    assert codes(main([*given, str(tmp_path / f"{LONG}.npz")]), capsys) == ["file_not_written"]
    assert loop.is_symlink()


def test_an_input_that_is_a_link_to_itself_is_refused(
    tmp_path: Path, roads: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = tmp_path / "loop.csv"
    loop.symlink_to(loop)
    out = str(tmp_path / "m.npz")
    given = ["roads", "matrix", str(roads), "--points", str(loop), "--out", out, "--json"]
    assert codes(main(given), capsys) == ["file_refused"]


def test_a_folder_that_may_not_be_searched_is_refused_by_every_verb(
    tmp_path: Path,
    roads: Path,
    points: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    out = tmp_path / "o"
    matrix = ["roads", "matrix", str(roads), "--points", str(points)]
    forbid(monkeypatch, closed)
    for code, given in (
        ("file_refused", ["roads", "info", closed / "x.roads"]),
        ("file_refused", ["roads", "build", closed / "x.osm", "--out", f"{out}.roads"]),
        ("file_refused", [*matrix, "--out", f"{out}.npz", "--closures", closed / "c"]),
        ("file_refused", [*matrix, "--out", f"{out}.npz", "--profile", closed / "p.toml"]),
        ("file_not_written", [*matrix, "--out", closed / "o.npz"]),
        ("file_refused", ["roads", "fetch", "--around", closed / "x", "--out", f"{out}.osm.pbf"]),
        ("file_refused", ["roads", "fetch", "--polygon", closed / "x", "--out", f"{out}.osm.pbf"]),
        ("file_refused", ["plan", closed / "x", "--roads", roads, "--out", out]),
        ("file_refused", ["plan", points, "--roads", closed / "x.roads", "--out", out]),
        ("folder_not_written", ["plan", points, "--roads", roads, "--out", closed / "o"]),
        ("unwritable_folder", ["template", closed / "t"]),
    ):
        assert codes(main([*map(str, given), "--json"]), capsys) == [code], given
    assert not list(tmp_path.glob("o*"))
