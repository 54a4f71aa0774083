"""A search in a process of its own, so that the caller's thread stays free.

The Python wrapper of the library holds the interpreter's lock while it searches: in a thread of
the caller's process nothing else would run.  The parent starts this module with a plain
``subprocess`` and not with ``multiprocessing``, which would import the caller's script again and
fail where that has no ``__main__`` guard.

The job is a pickle in a file, messages are pickles behind a length of 8 bytes.  Both ends are this
package in one version.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import select
import signal
import struct
import sys
import time

from colivraison.pdptw.backends.children import Found, Job
from colivraison.pdptw.backends.ortools_descents import search_long
from colivraison.pdptw.solution import Solution

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1
_HEARTBEAT_S = 0.25


def main() -> None:
    """Read a job from the file in the arguments, search, write what is found to standard output."""
    # Ctrl-C reaches the whole process group; it is the parent who decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The library may print: what it prints must not fall between the messages.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with os.fdopen(int(sys.argv[2]), "rb") as given:
        job: Job = pickle.load(given)  # noqa: S301 - from our own parent
    if os.getppid() != job.parent:
        return  # it died before the death signal was set

    def tell(found: Found) -> None:
        data = pickle.dumps(found)
        answers.write(struct.pack("<q", len(data)) + data)
        answers.flush()

    told_s = time.monotonic()
    on_target = False

    def on_look(iterations: int) -> bool:
        nonlocal told_s
        if on_target:
            return True
        now_s = time.monotonic()
        if now_s - told_s >= _HEARTBEAT_S:
            told_s = now_s
            # Standard input holds nothing; it becomes readable when the parent is gone.
            if select.select([0], [], [], 0)[0]:
                return True
            tell(Found(solution=None, iterations=iterations))
        return False

    def on_solution(solution: Solution) -> None:
        nonlocal on_target
        if job.target is not None and job.target.is_reached(job.problem, solution):
            on_target = True
        tell(Found(solution=solution, iterations=0))

    solution, iterations = search_long(
        job.problem,
        job.strategy,
        deadline_s=job.deadline_s,
        iterations=job.iterations,
        initial=job.initial,
        on_solution=on_solution,
        on_look=on_look,
    )
    tell(Found(solution=solution, iterations=iterations, done=True))
