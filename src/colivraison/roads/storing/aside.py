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
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from colivraison.errors import Fault, InputError, Where

__all__ = ["path_aside", "require_writable", "written_aside"]

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
    if target.exists() and not target.is_file():
        raise _refused("file_not_written", path, os.strerror(errno.EINVAL))
    try:
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
    aside = target.with_name(f".{target.name}{_MARK}{os.getpid()}-{secrets.token_hex(6)}")
    _sweep(target)
    try:
        yield aside
        with aside.open("rb") as stream:
            os.fsync(stream.fileno())
        aside.replace(target)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def require_writable(path: Path) -> None:
    """Raise where a file could not be written: asked before long work, not after it.

    Raises
    ------
    InputError
        ``file_not_written``.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        problem = errno.EISDIR
    elif target.exists() and not target.is_file():
        # A device or a pipe would be replaced by a file.
        problem = errno.EINVAL
    elif not target.parent.is_dir():
        problem = errno.ENOENT
    elif not os.access(target.parent, os.W_OK | os.X_OK):
        problem = errno.EACCES
    else:
        return
    raise _refused("file_not_written", path, os.strerror(problem))


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
        if not process.isdecimal() or _is_running(int(process)):
            continue
        # Another writer sweeps too, or it is somebody else's to remove: ours can be written.
        with contextlib.suppress(FileNotFoundError, PermissionError):
            if time.time() - left.stat().st_mtime > _LEFT_S:
                left.unlink()


def _is_running(process: int) -> bool:
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
