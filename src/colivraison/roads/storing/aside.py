"""One file, whole or not at all: written aside, put on the disk, renamed into place.

The recipe is the usual one on POSIX file systems: write beside the target, fsync the file, rename
it over the old name (atomic by POSIX.1-2017, ``rename``), fsync the folder that holds the name.
Whatever ends the writing, Ctrl-C included, takes what was written aside with it.  Only a process
or machine killed outright leaves it; the next writing of the same target removes it.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from colivraison.errors import Fault, InputError, Where

__all__ = ["require_writable", "written_aside"]

_MARK = ".colivraison-new-"


@contextmanager
def written_aside(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to; it takes the place of ``path`` when the block ends well.

    The block shall do nothing but write: any ``OSError`` out of it is told as one of writing.

    Raises
    ------
    InputError
        ``file_not_written``: the system refused (no such folder, no right, no room).
    """
    # A link stays a link: what it points to is replaced.
    target = Path(os.path.realpath(path))
    # Named before it exists, so that an interruption at any moment finds it.
    writer = f"{os.getpid()}-{threading.get_ident()}"
    aside = target.with_name(f".{target.name}{_MARK}{writer}")
    try:
        _sweep(target)
        try:
            with aside.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            aside.replace(target)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
    except OSError as error:
        raise _not_written(path, error.strerror or type(error).__name__) from error


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
    elif not target.parent.is_dir():
        problem = errno.ENOENT
    elif not os.access(target.parent, os.W_OK | os.X_OK):
        problem = errno.EACCES
    else:
        return
    raise _not_written(path, os.strerror(problem))


def _not_written(path: Path, why: str) -> InputError:
    where = Where(file=path.name)
    return InputError(
        [Fault(code="file_not_written", where=where, value=path.name, details={"why": why})]
    )


def _sweep(target: Path) -> None:
    """Remove what a killed process left beside the target."""
    prefix = f".{target.name}{_MARK}"
    for left in target.parent.iterdir():
        if not left.name.startswith(prefix):
            continue
        process, _, _ = left.name.removeprefix(prefix).partition("-")
        if process.isdigit() and not _is_running(int(process)):
            left.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    """Return whether another process of this number lives; our own has left nothing yet."""
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
