"""What was measured, and on what: our code, the peers' versions, the machine."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

__all__ = ["code_of_the_solver", "machine", "require_fresh_library", "version", "version_of"]

_ROOT = Path(__file__).parents[2]
# What an answer depends on: results of an earlier state of these do not count as run.
_SOLVER = ("src/colivraison/pdptw", "src/colivraison/_native")
_SOURCES = {".py", ".cpp", ".hpp", ".txt"}
_DISTRIBUTIONS = {"pyvrp": "pyvrp", "ortools": "ortools", "vroom": "pyvroom"}


@functools.cache
def version() -> str:
    """Return the commit of our checkout, with "+dirty" where what is installed differs from it.

    The results themselves and the tables drawn from them do not count.
    """
    described = _git("describe", "--always", "--tags")
    changed = _git("status", "--porcelain", "--", "src", "pyproject.toml")
    return described + ("+dirty" if changed else "")


def code_of_the_solver() -> str:
    """Return a fingerprint of the solver's sources.

    Commits that leave the solver alone do not change it, uncommitted changes do.
    """
    digest = hashlib.sha256()
    for path in _sources():
        digest.update(f"{path.relative_to(_ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def require_fresh_library() -> None:
    """Stop where the native library is older than a source it is built from.

    Raises
    ------
    SystemExit
        What would be measured is not what the sources say.
    """
    from colivraison._native import _core

    built = Path(_core.__file__).stat().st_mtime
    late = [p.name for p in _sources() if p.suffix != ".py" and p.stat().st_mtime > built]
    if late:
        raise SystemExit(f"the native library is older than {', '.join(late)}: run make build")


def version_of(solver: str) -> str:
    """Return the installed version of a peer.

    Raises
    ------
    SystemExit
        When the peer is absent: that is a failure, not an empty cell.
    """
    name = _DISTRIBUTIONS[solver]
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        raise SystemExit(
            f"the peer {name} is not installed: .venv/bin/pip install pyvrp pyvroom"
        ) from None


@functools.cache
def machine() -> str:
    """Return the processor, the number of cores and the version of Python."""
    found = re.search(
        r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
    )
    processor = found[1] if found else platform.machine()
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _sources() -> list[Path]:
    return sorted(
        path
        for folder in _SOLVER
        for path in (_ROOT / folder).rglob("*")
        if path.suffix in _SOURCES
    )


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=_ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
