"""Writing so that a power cut leaves the old content or the new one, never a mixture.

The recipe is the usual one on POSIX file systems: write aside in the same folder, fsync the file,
rename over the old name (atomic by POSIX.1-2017, ``rename``), fsync the folder that holds the name.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["ASIDE_PREFIX", "move_in", "sync_folder", "sync_tree", "write_atomically"]

# Whatever bears this prefix was being written when the process died; swept at the next start.
ASIDE_PREFIX = ".aside-"


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Make everything below a folder durable: contents first, then the names."""
    for root, _, names in os.walk(folder, topdown=False):
        for name in names:
            with (Path(root) / name).open("rb") as stream:
                os.fsync(stream.fileno())
        sync_folder(Path(root))


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file's content as a whole; the file is readable by its owner only."""
    descriptor, aside = tempfile.mkstemp(prefix=ASIDE_PREFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def move_in(staged: Path, place: Path) -> None:
    """Put a folder that was prepared aside in its place, whole or not at all.

    Both must lie on one file system; ``place`` must not exist.
    """
    sync_tree(staged)
    staged.rename(place)
    sync_folder(place.parent)
