"""Peak memory of this process and of its largest child, on Linux.

``getrusage`` cannot tell: the kernel counts what the parent held when a child was started to the
child (``fork`` and ``exec`` hand ``maxrss`` on), so that ``true`` started from a process of 500 MB
is said to have used 500 MB.  ``VmHWM`` in ``/proc`` belongs to the address space and starts anew.
"""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ["PeakMemory", "peak_mb"]

_EVERY_S = 0.05


def peak_mb(process: int | str = "self") -> int:
    """Return the largest resident memory a process has had so far, in MB; 0 when it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


class PeakMemory:
    """Watches the children of this process while a block runs.

    What a child takes in its last twentieth of a second may be missed.
    """

    def __init__(self) -> None:
        self.largest_child_mb = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_EVERY_S):
            for child in _children(os.getpid()):
                self.largest_child_mb = max(self.largest_child_mb, peak_mb(child))


def _children(process: int) -> list[int]:
    """Return the living processes started by any thread of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{process}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text(encoding="ascii").split())
        except (FileNotFoundError, ProcessLookupError):
            # The thread ended while we looked.
            continue
    return found
