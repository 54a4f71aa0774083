"""The command line: one verb, one file; French unless asked otherwise."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

__all__ = ["main"]

# Nothing else is imported here: a Ctrl-C until ``main`` is called is Python's to tell.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return the exit status (0, 1, 2, 3 or 130)."""
    # Importing takes a tenth of a second or, from a cold disk, some. A Ctrl-C waits for its end,
    # and is then told like any other: half an import could not even find the sentence.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        from colivraison.cli.door import run

        return run(arguments, lambda: signal.pthread_sigmask(signal.SIG_SETMASK, before))
    except MemoryError:
        # Told below, when what is no longer needed has been let go of.
        pass
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return _without_memory(sys.argv[1:] if arguments is None else arguments)


def _without_memory(given: Sequence[str]) -> int:
    """Say that there is not even memory for the catalogues of sentences: these two are not theirs.

    Returns
    -------
    The status of an internal error.
    """
    sentence = "Not enough memory." if {"en", "--lang=en"} & set(given) else "Pas assez de mémoire."
    sys.stderr.write(f"{sentence}\n")
    if "--json" in given:
        import json

        told = {"code": "no_memory", "message": sentence, "status": "internal"}
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return 3
