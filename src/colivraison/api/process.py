"""The server's end of a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from colivraison.api.work_order import WorkOrder

__all__ = ["ChildProcess"]


class ChildProcess:
    """One running child. Start it from a thread that lives as long as the child may.

    Linux sends the parent-death signal when the *thread* that started the child ends.
    """

    def __init__(self, order: WorkOrder, work: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell, no input
            # -P: a file called json.py in the folder the server was started in is not ours.
            [sys.executable, "-P", "-m", "colivraison.api.child", str(os.getpid()), work],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Unbuffered: nothing is left to flush into the pipe of a child that died.
            bufsize=0,
            # Ctrl-C in the terminal is for the server, which then ends its children in order.
            start_new_session=True,
        )
        self._order = order

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def messages(self) -> Iterator[dict[str, Any]]:
        """Hand over the order, then yield what the child says until it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._process:
            try:
                self._process.stdin.write(self._order.to_line())
                self._process.stdin.flush()
            except BrokenPipeError:
                # It died first; the empty output and the exit status tell the rest.
                pass
            for line in self._process.stdout:
                # The last line of a killed child may be cut off.
                if line.endswith(b"\n"):
                    yield json.loads(line)

    @property
    def exit_status(self) -> int | None:
        """Exit status, minus the signal where one ended it, None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it at once; it has nothing to save."""
        self._process.kill()
