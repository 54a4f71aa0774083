"""Whether a matrix has room in memory, asked before any of it is taken."""

from __future__ import annotations

from pathlib import Path

from colivraison.errors import Fault, InputError

__all__ = ["MATRIX_MOST_MB", "available_memory_mb", "require_matrix_memory"]

MATRIX_MOST_MB = 4_000
"""No matrix takes more, however much is free; 20,000 places would take 9,600 MB."""

_BYTES_PER_PAIR = 8
"""Seconds and metres, int32 each."""

_TIMES_THE_RESULT = 3
"""A matrix takes at most three times the memory of its result: what the search is held to."""

_MB = 10**6
_MEMORY_FILE = Path("/proc/meminfo")


def available_memory_mb(memory_file: Path = _MEMORY_FILE) -> int | None:
    """Return how many MB a new program may take without swapping; None where nobody says.

    It is what Linux itself estimates (``MemAvailable``, proc(5)).
    """
    try:
        text = memory_file.read_text(encoding="ascii")
    except OSError:
        return None
    for line in text.splitlines():
        name, _, rest = line.partition(":")
        if name == "MemAvailable":
            return int(rest.split()[0]) * 1024 // _MB
    return None


def require_matrix_memory(
    count: int, *, most_mb: int = MATRIX_MOST_MB, available_mb: int | None = None
) -> None:
    """Raise where the matrix between that many places would take too much memory.

    Parameters
    ----------
    count
        Number of places.
    most_mb
        The ceiling, whatever is free.
    available_mb
        What is free; asked of the system when None, and left out where the system does not say.

    Raises
    ------
    InputError
        ``matrix_too_large``, with what it needs, what there is, and how many places would do.
    """
    needed_mb = -(-count * count * _BYTES_PER_PAIR * _TIMES_THE_RESULT // _MB)
    free_mb = available_memory_mb() if available_mb is None else available_mb
    room_mb = most_mb if free_mb is None else min(most_mb, free_mb)
    if needed_mb <= room_mb:
        return
    most = int((room_mb * _MB / (_BYTES_PER_PAIR * _TIMES_THE_RESULT)) ** 0.5)
    details = {"needed_mb": needed_mb, "available_mb": room_mb, "most": most}
    raise InputError([Fault(code="matrix_too_large", value=str(count), details=details)])
