"""Where words go: answers to stdout, everything else to stderr."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO

from rich import markup
from rich.console import Console

from colivraison.errors import Fault
from colivraison.texts import Texts

__all__ = ["MOST_TOLD", "ExitStatus", "Terminal", "escape", "say_last"]

MOST_TOLD = 50
"""So many faults are told one by one, then how many more there are; JSON holds them all."""


# What a terminal obeys instead of showing it; names and values come from anybody's files.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def escape(text: str) -> str:
    """Return a text that is shown as it is: neither markup nor control characters count."""
    return markup.escape(_CONTROLS.sub("\ufffd", text))


class ExitStatus:
    """Exit statuses of every verb."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    INTERNAL = 3
    INTERRUPTED = 130


class _Screen(Console):
    """A console that is no reason to end otherwise when its reader leaves (``| head``)."""

    def on_broken_pipe(self) -> None:
        """Go on without a reader: rich would end the program with 1, our "check failed"."""
        _let_go(self.file)


def _let_go(stream: IO[str]) -> None:
    """Send what is still to come, and what the interpreter flushes at its end, to nobody."""
    nobody = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nobody, stream.fileno())
    os.close(nobody)


def say_last(text: str) -> None:
    """Say a sentence on stderr where standard streams fail, and let go of those that do.

    What is left in them would otherwise be tried again, and reported, by the interpreter's end.
    """
    for stream, last in ((sys.stdout, ""), (sys.stderr, text + "\n")):
        if stream is None:  # closed from the beginning
            continue
        try:
            stream.write(last)
            stream.flush()
        except OSError:
            _let_go(stream)


@dataclass(slots=True, kw_only=True)
class Terminal:
    """The person's screen.

    Parameters
    ----------
    as_json
        One JSON object on stdout instead of tables.
    emitted
        Whether that object has been printed: there is never a second one.
    """

    texts: Texts
    as_json: bool = False
    emitted: bool = False
    out: Console = field(default_factory=lambda: _Screen(highlight=False, soft_wrap=True))
    err: Console = field(
        default_factory=lambda: _Screen(stderr=True, highlight=False, soft_wrap=True)
    )

    def say(self, text: str, *, style: str = "") -> None:
        """Print a sentence about the work (stderr); names from outside are never markup."""
        self.err.print(escape(text), style=style)

    def answer(self, text: str, *, style: str = "") -> None:
        """Print a sentence that answers the verb: stdout, or stderr beside a JSON object."""
        (self.err if self.as_json else self.out).print(escape(text), style=style)

    def emit(self, document: object) -> None:
        """Print the one JSON object of a ``--json`` run, where one is asked for."""
        # A program whose standard output is closed (``>&-``) has none at all.
        if not self.as_json or self.emitted or not hasattr(sys.stdout, "write"):
            return
        plain = not (sys.stdout.encoding or "utf-8").lower().startswith("utf")
        text = json.dumps(document, ensure_ascii=plain, indent=2, sort_keys=True)
        # Before the writing: an object cut short is not mended by another one behind it.
        self.emitted = True
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            _let_go(sys.stdout)

    def faults(self, faults: Iterable[Fault]) -> list[dict[str, object]]:
        """Print faults with their place, cause and action; return them for JSON, all of them."""
        told: list[dict[str, object]] = []
        left = 0
        for number, fault in enumerate(faults):
            if number >= MOST_TOLD:
                left += 1
                if not self.as_json:
                    continue
            cause, action = self.texts.fault(fault)
            if number < MOST_TOLD:
                self._tell_fault(fault, cause, action)
            told.append(
                {
                    "code": fault.code,
                    "file": fault.where.file,
                    "sheet": fault.where.sheet,
                    "row": fault.where.row,
                    "column": fault.where.column,
                    "pointer": fault.where.pointer,
                    "value": fault.value,
                    "cause": cause,
                    "action": action,
                }
            )
        self.tell_more(left)
        return told

    def _tell_fault(self, fault: Fault, cause: str, action: str) -> None:
        place = self.texts.place(fault.where)
        # A fault of an option stands in no file.
        head = f"[bold red]✗[/] {escape(place)}" if place else "[bold red]✗[/]"
        self.err.print(f"{head} [dim]({escape(fault.code)})[/]")
        self.say(f"   {cause}")
        self.say(f"   → {action}", style="green")

    def tell_more(self, count: int) -> None:
        """Say how many others there are beside those told one by one."""
        if count:
            key = "cli.one_more" if count == 1 else "cli.more"
            self.say(self.texts(key, count=self.texts.number(count)))
