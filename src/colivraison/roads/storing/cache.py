"""What was built from an extract once is kept, and found again by what it was built from.

The folder is ``roads`` in the one of ``cache_folder``.  It holds at most ``MOST_FILES`` files and
``MOST_BYTES`` bytes; the ones unused for longest go first.  It may be emptied at any time.
Files come whole or not at all (``aside``), so two processes that build the same territory at once
both end well and the later one's file stays.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from colivraison.errors import Fault, InputError
from colivraison.roads.storing.cache_folder import cache_folder
from colivraison.roads.storing.refused import refusal

__all__ = [
    "MOST_BYTES",
    "MOST_FILES",
    "cached_path",
    "digest_of",
    "fingerprint_of",
    "through_cache",
    "trim_cache",
]

MOST_FILES = 20
MOST_BYTES = 2 * 1024**3

_ENDING = ".roads"
_Built = TypeVar("_Built")


def digest_of(paths: Sequence[Path]) -> str:
    """Return the SHA-256 of a file, or of the digests of several in their order.

    Raises
    ------
    InputError
        ``file_not_found`` or ``file_refused`` for each file that cannot be read.
    """
    digests: list[str] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            with path.open("rb") as stream:
                digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
        except OSError as error:
            faults.append(refusal(path, error))
    if faults:
        raise InputError(faults)
    return (
        digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest()
    )


def fingerprint_of(digest: str) -> str:
    """Return what names a built territory: its extracts, and the code and profiles that built it.

    Parameters
    ----------
    digest
        From ``digest_of``.
    """
    return hashlib.sha256(f"{digest} {_code_digest()}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _code_digest() -> str:
    """Return one digest of this room, its profiles and the native library.

    The files themselves rather than a version: nobody has to remember to raise it.
    """
    digest = hashlib.sha256()
    for package in ("colivraison.roads", "colivraison._native"):
        with as_file(files(package)) as root:
            for path in sorted(root.rglob("*")):
                if path.suffix in {".py", ".toml", ".so"} and path.is_file():
                    digest.update(path.relative_to(root).as_posix().encode())
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def cached_path(fingerprint: str, environment: Mapping[str, str] | None = None) -> Path:
    """Return where a built territory is kept, whether or not it is there.

    Raises
    ------
    InputError
        ``cache_without_home``.
    """
    folder = cache_folder(os.environ if environment is None else environment)
    return folder / "roads" / (fingerprint + _ENDING)


def through_cache(
    fingerprint: str,
    *,
    read: Callable[[Path], _Built],
    build: Callable[[], _Built],
    save: Callable[[_Built, Path], None],
) -> tuple[_Built, tuple[Fault, ...]]:
    """Return what was built before, or build it now and keep it.

    Parameters
    ----------
    read, save
        Of one file; both raise ``InputError`` where they cannot.
    build
        Its errors are the caller's.

    Returns
    -------
    built, warnings
        ``roads_cache_damaged``: what was kept was of no use and has been removed.
        ``roads_cache_not_written``: it could not be kept; it will be built again next time.
    """
    warnings: list[Fault] = []
    try:
        path = cached_path(fingerprint)
    except InputError:
        return build(), (_warning("roads_cache_not_written", Path("~"), os.strerror(2)),)
    try:
        found = read(path)
    except InputError:
        # Not there, or removed this moment by another process: nothing to tell.  Where the folder
        # may not even be looked into, it is told when the new one cannot be kept there.
        if os.access(path, os.F_OK):
            warnings.append(_warning("roads_cache_damaged", path.parent))
            with contextlib.suppress(OSError):
                path.unlink()
    else:
        # Only the order in which files go depends on it.
        with contextlib.suppress(OSError):
            os.utime(path)
        return found, ()
    built = build()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save(built, path)
    except OSError as error:
        why = error.strerror or type(error).__name__
        warnings.append(_warning("roads_cache_not_written", path.parent, why))
    except InputError as error:
        fault = error.faults[0]
        # One that is not confirmed stands; should a power failure take it, it is built again.
        if fault.code != "file_not_confirmed":
            why = str(fault.details.get("why", ""))
            warnings.append(_warning("roads_cache_not_written", path.parent, why))
    else:
        trim_cache(path)
    return built, tuple(warnings)


def trim_cache(kept: Path, *, most_files: int = MOST_FILES, most_bytes: int = MOST_BYTES) -> None:
    """Remove the files unused for longest until the folder keeps its bounds.

    Parameters
    ----------
    kept
        A file of the folder that stays in any case.
    """
    found: list[tuple[bool, float, int, Path]] = []
    for path in kept.parent.glob("*" + _ENDING):
        # Another process may remove it between the two questions, or it is not ours to ask about.
        with contextlib.suppress(OSError):
            status = path.stat()
            found.append((path != kept, -status.st_mtime, status.st_size, path))
    in_all = 0
    # The kept one first, then the latest used.
    for number, (may_go, _, size, path) in enumerate(sorted(found)):
        if may_go and (number >= most_files or in_all + size > most_bytes):
            with contextlib.suppress(OSError):
                path.unlink()
        else:
            in_all += size


def _warning(code: str, folder: Path, why: str = "") -> Fault:
    return Fault(code=code, value=folder.name, details={"folder": str(folder), "why": why})
