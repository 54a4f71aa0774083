"""Child processes that search, and the one loop that listens to them."""

from __future__ import annotations

import json
import os
import pickle
import selectors
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from colivraison.pdptw.backends.ortools_strategies import Strategy
from colivraison.pdptw.backends.protocol import Target
from colivraison.pdptw.problem import Problem
from colivraison.pdptw.solution import Solution

__all__ = ["Found", "Job", "run"]

_TICK_S = 0.25
# Somebody who cancels waits for the next look.
_LOOK_S = 0.02
# Beyond the deadline a child may still be inside one long step; what it told before counts.
_GRACE_S = 0.5
_MAIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from colivraison.pdptw.backends.ortools_child import main; main()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a child has to do; ``deadline_s`` is on the monotonic clock of the machine."""

    problem: Problem
    strategy: Strategy
    deadline_s: float | None
    iterations: int | None
    target: Target | None
    initial: Solution | None
    parent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a child tells: a better solution, or None for a sign of life; the last one is done."""

    solution: Solution | None
    iterations: int
    done: bool = False


class _Child:
    def __init__(self, job: Job) -> None:
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by ``end``
        # In a file: a pipe would be full until the child has woken up and reads.
        given = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
        self.done = False
        self._received = bytearray()
        process: subprocess.Popen[bytes] | None = None
        try:
            pickle.dump(job, given)
            given.seek(0)
            # A child ends with its parent, not of a Ctrl-C of its own: it is born with it held
            # back, until it ignores it itself.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
            try:
                process = subprocess.Popen(  # noqa: S603 - ourselves
                    [sys.executable, "-c", _MAIN, json.dumps(sys.path), str(given.fileno())],
                    pass_fds=[given.fileno()],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self.errors,
                )
                self.process = process
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
        except BaseException:
            # Nobody else knows of it yet.
            if process is not None:
                self.end()
            raise
        finally:
            given.close()

    def receive(self) -> list[Found]:
        """Return the messages that have arrived; a closed pipe before the last is a failure."""
        pipe = self.process.stdout
        assert pipe is not None
        data = os.read(pipe.fileno(), 1 << 20)
        if not data:
            raise self.failure()
        self._received += data
        messages = []
        while len(self._received) >= 8:
            (length,) = struct.unpack_from("<q", self._received)
            if len(self._received) < 8 + length:
                break
            messages.append(pickle.loads(self._received[8 : 8 + length]))  # noqa: S301 - our child
            del self._received[: 8 + length]
        self.done = any(found.done for found in messages)
        return messages

    def failure(self) -> AssertionError:
        """Return what to raise when the process has died."""
        self.process.kill()
        status = self.process.wait()
        self.errors.seek(0)
        text = self.errors.read().decode(errors="replace")[-2_000:]
        return AssertionError(f"a search process ended with status {status}: {text}")

    def end(self) -> None:
        """Kill the process, whatever it does, and let go of its pipes."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout, self.errors):
            assert pipe is not None
            pipe.close()
        self.process.wait()


def run(
    jobs: list[Job],
    *,
    deadline_s: float | None,
    on_found: Callable[[int, Found], None],
    on_tick: Callable[[], None],
    is_over: Callable[[], bool],
    meanwhile: Callable[[], None],
) -> None:
    """Run every job in a process of its own until all are done or the deadline has passed.

    Parameters
    ----------
    on_found
        Told the number of the job and what it found.
    on_tick
        Called about four times a second.
    is_over
        Asked often, and after ``meanwhile``; True ends all of it.
    meanwhile
        Called once, when all processes are starting.

    Raises
    ------
    AssertionError
        When a process dies.
    """
    children: list[_Child] = []
    selector: Any = selectors.DefaultSelector()
    try:
        for number, job in enumerate(jobs):
            if is_over():
                return
            children.append(_Child(job))
            selector.register(children[-1].process.stdout, selectors.EVENT_READ, number)
        meanwhile()
        tick_s = time.monotonic() + _TICK_S
        while not all(child.done for child in children) and not is_over():
            now_s = time.monotonic()
            if deadline_s is not None and now_s >= deadline_s + _GRACE_S:
                return
            for key, _ in selector.select(min(_LOOK_S, max(0.0, tick_s - now_s))):
                child = children[key.data]
                for found in child.receive():
                    on_found(key.data, found)
                if child.done:
                    selector.unregister(child.process.stdout)
            if time.monotonic() >= tick_s:
                tick_s = time.monotonic() + _TICK_S
                on_tick()
    finally:
        selector.close()
        for child in children:
            child.end()
