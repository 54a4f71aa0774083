"""The output folder: whole, or as it was."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from forbidden import forbid

from colivraison.domain import Plan
from colivraison.errors import InputError
from colivraison.interchange import atomic
from colivraison.interchange.atomic import replace_folder
from colivraison.interchange.outputs import require_output_folder, write_outputs
from colivraison.interchange.plan_reading import read_plan
from colivraison.texts import Texts

_MAP = "<!doctype html><title>carte</title>"


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(InputError) as caught:
        call()
    for fault in caught.value.faults:
        assert all(Texts().fault(fault))
    return [fault.code for fault in caught.value.faults]


def test_everything_a_plan_leaves_is_there(small_plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "out"
    written = write_outputs(small_plan, folder, map_html=_MAP, texts=Texts("fr"))
    assert [path.name for path in written] == [
        "plan.json",
        "map.html",
        "rounds.csv",
        "round-V1-thursday.html",
        "round-V1-thursday.gpx",
    ]
    assert all(path.is_file() for path in written)
    assert read_plan(folder / "plan.json") == small_plan
    assert (folder / "map.html").read_text(encoding="utf-8") == _MAP
    assert [path.name for path in folder.parent.iterdir()] == ["out"]


def test_the_same_plan_gives_the_same_bytes(small_plan: Plan, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_outputs(small_plan, tmp_path / name, map_html=_MAP, texts=Texts("fr"))
    assert _contents(tmp_path / "a") == _contents(tmp_path / "b")


def test_a_folder_of_an_earlier_run_is_replaced_as_a_whole(
    small_plan: Plan, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    write_outputs(small_plan, folder, map_html=_MAP, texts=Texts("fr"))
    (folder / "round-old.gpx").write_text("of a round that no longer exists")
    write_outputs(small_plan, folder, map_html="new", texts=Texts("fr"))
    assert not (folder / "round-old.gpx").exists()
    assert (folder / "map.html").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_empty_folder_is_used(small_plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    require_output_folder(folder)
    write_outputs(small_plan, folder, map_html=_MAP, texts=Texts("fr"))
    assert len(list(folder.iterdir())) == 5


@pytest.mark.parametrize(
    "foreign",
    [
        {"plan.json": '{\n "plan_version": 1', "photo.jpg": ""},  # something else beside a plan
        {"map.html": "", "rounds.csv": ""},  # our names, but no plan among them
        {"plan.json": '{"architect": "Eiffel"}'},  # somebody else's plan
        {"plan.json": '{\n "plan_version": 1', ".git": ""},
    ],
)
def test_a_folder_of_somebody_else_is_left_alone(
    small_plan: Plan, tmp_path: Path, foreign: dict[str, str]
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    for name, text in foreign.items():
        (folder / name).write_text(text)
    before = _contents(folder)

    def write() -> object:
        return write_outputs(small_plan, folder, map_html=_MAP, texts=Texts("fr"))

    assert _codes(write) == ["folder_not_ours"]
    assert _codes(lambda: require_output_folder(folder)) == ["folder_not_ours"]
    assert _contents(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_file_in_the_place_of_the_folder_is_left_alone(small_plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    assert _codes(lambda: require_output_folder(tmp_path / "out")) == ["folder_not_ours"]


def test_the_folder_one_works_in_is_not_pulled_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _codes(lambda: require_output_folder(Path())) == ["folder_is_current"]


def test_a_system_that_refuses_is_a_coded_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "out"  # below a file there can be no folder
    assert _codes(lambda: replace_folder(target, {"a": b""}, is_ours=lambda _: True)) == [
        "folder_not_written"
    ]


def test_a_full_disk_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a": b"old"}, is_ours=lambda _: True)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert _codes(lambda: replace_folder(folder, {"a": b"new"}, is_ours=lambda _: True)) == [
        "folder_not_written"
    ]
    assert _contents(folder) == {"a": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _steps_on_disk(monkeypatch: pytest.MonkeyPatch, parent: Path) -> list[str]:
    """Return a list that grows by every fsync, rename and removal, the real ones still done."""
    steps: list[str] = []
    fsync, rename, rmtree = os.fsync, Path.rename, shutil.rmtree

    def role(path: Path) -> str:
        found = re.fullmatch(r"\.out\.colivraison-(new|old)-\d+", path.name)
        return found[1] if found else path.name

    def told_fsync(descriptor: int) -> None:
        (path,) = (
            p
            for p in (parent, *parent.rglob("*"))
            if os.path.samestat(os.fstat(descriptor), p.stat())
        )
        steps.append(f"sync {role(path)}")
        fsync(descriptor)

    def told_rename(self: Path, target: Path) -> Path:
        steps.append(f"{role(self)} -> {role(target)}")
        return rename(self, target)

    def told_rmtree(path: Path) -> None:
        steps.append(f"remove {role(path)}")
        rmtree(path)

    monkeypatch.setattr(os, "fsync", told_fsync)
    monkeypatch.setattr(Path, "rename", told_rename)
    monkeypatch.setattr(shutil, "rmtree", told_rmtree)
    return steps


def test_the_disk_knows_contents_before_names_and_the_new_before_the_old_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = tmp_path / "parent"
    replace_folder(parent / "out", {"a": b"old"}, is_ours=lambda _: True)
    steps = _steps_on_disk(monkeypatch, parent)
    replace_folder(parent / "out", {"a": b"new"}, is_ours=lambda _: True)
    assert steps == [
        *("sync a", "sync new"),
        *("out -> old", "new -> out"),
        *("sync parent", "remove old"),
    ]


def test_a_disk_that_does_not_take_the_names_gives_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a": b"old"}, is_ours=lambda _: True)
    fsync = os.fsync

    def refusing(descriptor: int) -> None:
        if os.path.samestat(os.fstat(descriptor), tmp_path.stat()):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refusing)
    assert _codes(lambda: replace_folder(folder, {"a": b"new"}, is_ours=lambda _: True)) == [
        "folder_not_written"
    ]
    assert _contents(folder) == {"a": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_rename_that_fails_puts_the_old_folder_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    replace_folder(folder, {"a": b"old"}, is_ours=lambda _: True)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if "-new-" in self.name:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    assert _codes(lambda: replace_folder(folder, {"a": b"new"}, is_ours=lambda _: True)) == [
        "folder_not_written"
    ]
    assert _contents(folder) == {"a": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _interrupted_at(line_number: int, folder: Path, files: dict[str, bytes]) -> bool:
    """Press Ctrl-C (a real SIGINT) at the n-th line run in ``atomic.py``; False past its end."""
    seen = 0
    pressed = False

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal seen, pressed
        if frame.f_code.co_filename != atomic.__file__:
            return None
        if event == "line":
            seen += 1
            if seen == line_number:
                pressed = True
                sys.settrace(None)
                signal.raise_signal(signal.SIGINT)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        replace_folder(folder, files, is_ours=lambda _: True)
    except KeyboardInterrupt:
        assert pressed
    else:
        assert not pressed, f"the interrupt at line {line_number} was swallowed"
    finally:
        sys.settrace(before)
    return pressed


# Struck between opening a file and entering its block, Python closes it a moment later and warns.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("old", [None, {"a": b"old", "b": b"old"}])
def test_an_interrupt_at_any_line_leaves_the_old_or_the_new_folder(
    tmp_path: Path, old: dict[str, bytes] | None
) -> None:
    new = {"a": b"new", "c": b"new"}
    found: set[str] = set()
    for line_number in range(1, 1000):
        parent = tmp_path / str(line_number)
        parent.mkdir()
        folder = parent / "out"
        if old is not None:
            replace_folder(folder, old, is_ours=lambda _: True)
        if not _interrupted_at(line_number, folder, new):
            assert line_number > 50  # it did run through the whole of it
            break
        standing = _contents(folder) if folder.exists() else None
        assert standing in (old, new), line_number
        found.add("new" if standing == new else "old")
        left = [path.name for path in parent.iterdir() if path.name != "out"]
        assert left == [], line_number
    else:
        pytest.fail("never ran to its end")
    assert found == {"old", "new"}


def test_what_a_killed_run_left_is_cleaned_up_by_the_next(tmp_path: Path) -> None:
    gone = subprocess.run(  # a process number that was somebody's and is free now
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    half = tmp_path / f".out.colivraison-new-{gone}"
    half.mkdir()
    (half / "plan.json").write_text("half")
    running = tmp_path / f".out.colivraison-new-{os.getppid()}"
    running.mkdir()
    other = tmp_path / ".out.colivraison-new-notes"
    other.mkdir()
    replace_folder(tmp_path / "out", {"a": b"new"}, is_ours=lambda _: True)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"out", running.name, other.name}


def test_a_folder_set_aside_by_a_killed_run_is_put_back_first(tmp_path: Path) -> None:
    aside = tmp_path / f".out.colivraison-old-{os.getpid()}"
    aside.mkdir()
    (aside / "mine.txt").write_text("precious")
    # Put back, it is seen not to be ours, and left alone.
    assert _codes(
        lambda: replace_folder(tmp_path / "out", {"a": b"new"}, is_ours=lambda _: False)
    ) == ["folder_not_ours"]
    assert _contents(tmp_path / "out") == {"mine.txt": b"precious"}


def test_a_place_the_system_refuses_to_look_up_is_a_coded_fault(
    small_plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, closed = tmp_path / "loop", tmp_path / "closed"
    loop.symlink_to(loop)
    closed.mkdir()
    (tmp_path / "file").write_text("mine")
    forbid(monkeypatch, closed)

    def write(folder: Path) -> object:
        return write_outputs(small_plan, folder, map_html=_MAP, texts=Texts("fr"))

    # A name may take 255 bytes; that of the folder aside is longer than that of the folder.
    places = [loop, closed / "o", tmp_path / ("n" * 300), tmp_path / ("n" * 250)]
    for folder in (*places, tmp_path / "file" / "o"):
        for ask in (require_output_folder, write):
            assert _codes(lambda ask=ask, folder=folder: ask(folder)) == ["folder_not_written"]
    assert {path.name for path in tmp_path.iterdir()} == {"loop", "closed", "file"}
    assert loop.is_symlink()
