"""A whole output folder, or nothing.

The files are written into a hidden folder beside the target and put on the disk, names included;
then the old folder is renamed aside, the new one renamed into place, both names are put on the
disk, and the old folder is removed.  The renames wait for no signal: Ctrl-C and SIGTERM are held
back until either the old or the new folder stands.  Only a machine or process killed outright
between two renames leaves the folder absent, and then the old one still lies beside it and is put
back by the next run, before anything else.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.storing.aside import is_running
from colivraison.storage import sync_folder, sync_tree

__all__ = ["replace_folder", "require_replaceable"]


def replace_folder(
    folder: Path, files: Mapping[str, bytes], *, is_ours: Callable[[Path], bool]
) -> list[Path]:
    """Write a folder as a whole and return the paths of its files.

    One process at a time may write one folder from one of its threads.

    Parameters
    ----------
    folder
        Where it shall stand; folders above it are made.
    files
        Content by file name.
    is_ours
        Whether a non-empty folder that stands there may be replaced.

    Raises
    ------
    InputError
        ``folder_not_ours`` (something else stands there), ``folder_is_current`` (it is the folder
        this process works in), ``folder_not_written`` (the system refused).
    """
    try:
        require_replaceable(folder, is_ours=is_ours)
        target = Path(os.path.realpath(folder))
        _make(target.parent)
        _tidy(target)
        # Again: tidying may have put an older folder back.
        require_replaceable(folder, is_ours=is_ours)
        fresh = _aside(target, "new")
        try:
            _fill(fresh, files)
            with _signals_held():
                _swap(fresh, target)
        except BaseException:
            with _signals_held():
                if fresh.exists():
                    shutil.rmtree(fresh)
            raise
    except OSError as error:
        raise _not_written(folder, error) from error
    return [folder / name for name in files]


def require_replaceable(folder: Path, *, is_ours: Callable[[Path], bool]) -> None:
    """Raise where replacing the folder would take something from somebody.

    Raises
    ------
    InputError
        ``folder_not_ours``, ``folder_is_current`` or, where the system refuses even to say what
        stands there, ``folder_not_written``.
    """
    # Not ``resolve``: it raises where a link leads to itself.
    target = Path(os.path.realpath(folder))
    try:
        code = _obstacle(target, is_ours)
    except OSError as error:
        raise _not_written(folder, error) from error
    if code:
        where = Where(file=target.name)
        raise InputError([Fault(code=code, where=where, value=target.name)])


def _obstacle(target: Path, is_ours: Callable[[Path], bool]) -> str:
    """Return the code of what keeps a folder from being replaced, "" where nothing does."""
    if Path.cwd() == target or target in Path.cwd().parents:
        return "folder_is_current"
    # The longest of the names beside it, which may be too long.
    for name in (target, _aside(target, "new")):
        with contextlib.suppress(FileNotFoundError):
            name.stat()
    if target.exists() and not (target.is_dir() and (not any(target.iterdir()) or is_ours(target))):
        return "folder_not_ours"
    return ""


def _not_written(folder: Path, error: OSError) -> InputError:
    details = {"why": error.strerror or type(error).__name__}
    return InputError(
        [Fault(code="folder_not_written", where=Where(file=folder.name), details=details)]
    )


def _aside(target: Path, role: str) -> Path:
    return target.with_name(f".{target.name}.colivraison-{role}-{os.getpid()}")


def _tidy(target: Path) -> None:
    """Put back or remove what a killed run left beside the folder."""
    for role in ("old", "new"):
        prefix = f".{target.name}.colivraison-{role}-"
        for left in sorted(target.parent.iterdir()):
            process = left.name.removeprefix(prefix)
            if process == left.name or not process.isdigit() or is_running(int(process)):
                continue
            if role == "old" and not target.exists():
                left.rename(target)
                sync_folder(target.parent)
            else:
                shutil.rmtree(left)


def _make(folder: Path) -> None:
    """Make a folder and those above it, and put their names on the disk."""
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def _fill(fresh: Path, files: Mapping[str, bytes]) -> None:
    """Write the files and wait until the disk has them: a rename may overtake content."""
    fresh.mkdir()
    for name, content in files.items():
        with (fresh / name).open("xb") as stream:
            stream.write(content)
    sync_tree(fresh)


def _swap(fresh: Path, target: Path) -> None:
    old = _aside(target, "old")
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
        # Before the old folder goes, the disk must know the new one by its name.
        sync_folder(target.parent)
    except BaseException:
        if not fresh.exists():
            target.rename(fresh)
        if old.exists():
            old.rename(target)
        raise
    if old.exists():
        shutil.rmtree(old)


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM, and deliver them at the end.

    Python runs signal handlers in the main thread only, so any other thread is safe as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)

    # SIGINT last: where its own handler strikes between two of these calls, SIGTERM is as it was.
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        for number in before:
            signal.signal(number, note)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for signal_number in dict.fromkeys(arrived):
            signal.raise_signal(signal_number)
