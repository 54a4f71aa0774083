"""An OpenStreetMap file as libosmium reads it, its errors told from those of who reads on."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["DamagedError", "opened"]

# What becomes of its C++ exceptions: out_of_range a LookupError, overflow_error an ArithmeticError,
# the other logical ones (an id that is no number, a text longer than 65,535 bytes) a ValueError.
_OF_LIBOSMIUM = (RuntimeError, ValueError, LookupError, ArithmeticError)


# In the message of a std::system_error where no thread or no memory could be had.
_SHORTAGES = (os.strerror(errno.EAGAIN), os.strerror(errno.ENOMEM))


class DamagedError(Exception):
    """libosmium cannot read on: what it raised is the cause."""


@contextlib.contextmanager
def opened(path: Path, *handlers: Any) -> Iterator[tuple[Any, Iterator[Any]]]:
    """Give the header of a file, and its nodes, ways and relations that pass the handlers.

    Parameters
    ----------
    handlers
        Of pyosmium: filters, and what remembers where nodes are.

    Raises
    ------
    DamagedError
        Also while the objects are asked for; what is raised meanwhile by others stays as it is.
    MemoryError
        Where libosmium can have no memory or no thread.
    """
    import osmium

    kinds = osmium.osm.NODE | osmium.osm.WAY | osmium.osm.RELATION
    with _told():
        reader = osmium.io.Reader(str(path), kinds)
    try:
        with _told():
            header, things = reader.header(), osmium.OsmFileIterator(reader, *handlers)
        yield header, _each(things)
    finally:
        with _told():
            reader.close()


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except _OF_LIBOSMIUM as problem:
        raise _told_apart(problem) from problem


def _told_apart(problem: Exception) -> Exception:
    """Return what an error of libosmium says: mostly that the file is damaged."""
    if any(shortage in str(problem) for shortage in _SHORTAGES):
        return MemoryError(str(problem))
    return DamagedError()


def _each(things: Iterator[Any]) -> Iterator[Any]:
    while True:
        # Not ``_told``: millions come by.
        try:
            thing = next(things)
        except StopIteration:
            return
        except _OF_LIBOSMIUM as problem:
            raise _told_apart(problem) from problem
        yield thing
