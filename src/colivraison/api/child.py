"""The process that computes one plan: ``python -m colivraison.api.child PARENT MODULE:FUNCTION``.

The order comes as one line on standard input, which then stays open for as long as the server
lives; what there is to say goes out as lines of JSON on what was standard output.  It must never
outlive the server: its processors and memory would be missing to the next one.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from colivraison.api.work_order import WorkOrder
from colivraison.errors import InputError
from colivraison.planning.progress import OnStage, StageProgress
from colivraison.storage.records import fault_to_json

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1  # linux/prctl.h

Work = Callable[[WorkOrder, OnStage], tuple[str, ...]]


def main(arguments: list[str]) -> int:
    """Compute one plan and return the exit status."""
    parent, function = int(arguments[0]), arguments[1]
    say = _channel()
    # Unbuffered: a thread blocked inside a buffered reader's lock would break the exit.
    with open(0, "rb", buffering=0, closefd=False) as stream:
        order = WorkOrder.from_line(stream.readline())
    _die_with(parent)

    def report(progress: StageProgress) -> None:
        say(
            {
                "stage": progress.stage.value,
                "share": progress.share,
                "best_cents": progress.best_cents,
            }
        )

    try:
        files = _resolve(function)(order, report)
    except InputError as error:
        say({"faults": [fault_to_json(fault) for fault in error.faults]})
        return 2
    say({"files": list(files)})
    return 0


def _resolve(function: str) -> Work:
    module, _, name = function.partition(":")
    work: Work = getattr(importlib.import_module(module), name)
    return work


def _channel() -> Callable[[dict[str, Any]], None]:
    """Keep standard output for ourselves: what libraries print goes to standard error instead."""
    descriptor = os.dup(1)
    os.dup2(2, 1)
    stream = os.fdopen(descriptor, "wb", buffering=0)

    def say(message: dict[str, Any]) -> None:
        stream.write(json.dumps(message).encode() + b"\n")

    return say


def _die_with(parent: int) -> None:
    """Make sure this process ends when its parent does, however that ends."""
    threading.Thread(target=_exit_at_end_of_input, daemon=True).start()
    if sys.platform == "linux":
        # The kernel's own way works even while native code holds the interpreter.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # The parent may have died before the call: then the signal never comes.
        if os.getppid() != parent:
            os._exit(1)


def _exit_at_end_of_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
