"""The processes that a process started, as far as ``/proc`` shows them."""

from __future__ import annotations

from pathlib import Path


def children_of(process: int) -> list[str]:
    return [
        status.parent.name
        for status in Path("/proc").glob("[0-9]*/status")
        if f"PPid:\t{process}\n" in _read(status)
    ]


def is_running(process: str) -> bool:
    return Path(f"/proc/{process}/exe").exists()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # the process ended while we looked
        return ""
