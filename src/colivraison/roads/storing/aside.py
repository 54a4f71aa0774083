"""One file, whole or not at all: written aside, put on the disk, renamed into place.

The recipe is the usual one on POSIX file systems: write beside the target, fsync the file, rename
it over the old name (atomic by POSIX.1-2017, ``rename``), fsync the folder that holds the name.
Whatever ends the writing, Ctrl-C included, takes what was written aside with it.  Only a process
or machine killed outright leaves it; a later writing of the same target removes it, once it is a
day old and no process of this machine has its number.  The number alone would not do: a folder
shared between machines or containers holds files of writers that live elsewhere.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from colivraison.errors import Fault, InputError, Where

__all__ = ["is_running", "path_aside", "require_writable", "written_aside"]

_MARK = ".colivraison-new-"

# No writing pauses for so long, whatever the clocks of two machines differ by.
_LEFT_S = 86_400


@contextlib.contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to; it takes the place of ``path`` when the block ends well.

    The block shall do nothing but write: any ``OSError`` out of it is told as one of writing.

    Raises
    ------
    InputError
        ``file_not_written``: the system refused (no such folder, no right, no room).
        ``file_not_confirmed``: the new file stands, but the disk did not confirm its name: a power
        failure now may bring the old one back.
    """
    # A link stays a link: what it points to is replaced.
    target = Path(os.path.realpath(path))
    try:
        _require_file_or_nothing(target)
        with path_aside(target) as aside, aside.open("wb") as stream:
            yield stream
    except OSError as error:
        raise _refused("file_not_written", path, _why(error)) from error
    try:
        _sync_folder(target.parent)
    except OSError as error:
        raise _refused("file_not_confirmed", path, _why(error)) from error


@contextlib.contextmanager
def path_aside(target: Path) -> Iterator[Path]:
    """Give a path beside ``target`` to write to; it takes its place when the block ends well.

    For blocks that do more than write: an ``OSError`` comes out as it is.  The name of the new file
    is not waited for: a power failure may bring the old one back, whole.
    """
    # Named before it exists, so that an interruption at any moment finds it; by chance too, because
    # threads share a process and containers share numbers of processes.
    aside = _name_aside(target)
    _sweep(target)
    try:
        yield aside
        with aside.open("rb") as stream:
            os.fsync(stream.fileno())
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _name_aside(target: Path) -> Path:
    return target.with_name(f".{target.name}{_MARK}{os.getpid()}-{secrets.token_hex(6)}")


def _require_file_or_nothing(target: Path) -> None:
    """Raise ``OSError`` where something else stands, or where the system does not say."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISREG(mode):
        # A device or a pipe would be replaced by a file.
        problem = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(problem, os.strerror(problem))


def require_writable(path: Path) -> bool:
    """Raise where a file could not be written: asked before long work, not after it.

    Returns
    -------
    stands
        Whether a file stands there now.

    Raises
    ------
    InputError
        ``file_not_written``.
    """
    target = Path(os.path.realpath(path))
    try:
        _require_file_or_nothing(target)
        # Its name is longer, and may be too long.
        _require_file_or_nothing(_name_aside(target))
        _require_folder(target.parent)
        return target.exists()
    except OSError as error:
        raise _refused("file_not_written", path, _why(error)) from error


def _require_folder(folder: Path) -> None:
    """Raise ``OSError`` where no file can be made in a folder."""
    if not folder.is_dir():
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def _refused(code: str, path: Path, why: str) -> InputError:
    where = Where(file=path.name)
    return InputError([Fault(code=code, where=where, value=path.name, details={"why": why})])


def _why(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _sweep(target: Path) -> None:
    """Remove what a killed process left beside the target a day ago or earlier."""
    prefix = f".{target.name}{_MARK}"
    for left in target.parent.iterdir():
        if not left.name.startswith(prefix):
            continue
        process, _, _ = left.name.removeprefix(prefix).partition("-")
        if not process.isdecimal() or is_running(int(process)):
            continue
        # Another writer sweeps too, or it is somebody else's to remove: ours can be written.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()


def is_running(process: int) -> bool:
    """Return whether another process of this number lives here; what bears ours may be old."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
