"""The door of the command line: language, verb, exit status."""

from __future__ import annotations

import argparse
import errno
import io
import sys
import traceback
from collections.abc import Callable, Sequence

from colivraison.cli.arguments import UsageError, build_parser
from colivraison.cli.console import ExitStatus, Terminal, say_last
from colivraison.errors import InputError
from colivraison.texts import LANGUAGES, Texts

__all__ = ["run"]

# What a stream answers whose disk or quota is full, or whose device fails.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}

_Verb = Callable[[argparse.Namespace, Terminal], int]


def run(arguments: Sequence[str] | None, let_interrupts_come: Callable[[], object]) -> int:
    """Run one verb and return the exit status (0, 1, 2, 3 or 130).

    Where words can no longer be said (standard output or error on a full disk) it is 3, and they
    are lost; what a verb wrote before stands.

    Parameters
    ----------
    arguments
        Those of the process where there are none.
    let_interrupts_come
        Called when a Ctrl-C can be told; one that has waited comes then.
    """
    try:
        return _run(arguments, let_interrupts_come)
    except OSError as error:
        # Only what is said ends here: files have faults of their own.
        texts = Texts(_language(list(sys.argv[1:] if arguments is None else arguments)))
        why = texts.system(error.strerror or type(error).__name__)
        say_last(texts("cli.unsaid", why=why))
        return ExitStatus.INTERNAL


def _run(arguments: Sequence[str] | None, let_interrupts_come: Callable[[], object]) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # Where the terminal knows no accents, a question mark rather than a failure at the end.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    texts = Texts(_language(given))
    terminal = Terminal(texts=texts, as_json="--json" in given)
    try:
        let_interrupts_come()
        options = build_parser(texts).parse_args(given)
        return _verb(options.verb)(options, terminal)
    except UsageError as error:
        terminal.say(str(error), style="red")
        terminal.emit({"status": "usage", "message": str(error)})
        return ExitStatus.BAD_INPUT
    except InputError as error:
        # Options that could not be read are no InputError: the verb is known here.
        verbs = {options.verb, getattr(options, "pdptw_verb", "")}
        writes = verbs.isdisjoint({"check", "compare", "costs"})
        return _refuse(error, terminal, writes=writes)
    except KeyboardInterrupt:
        # Whether anything was written is for the verb to say: only it knows.
        terminal.say(texts("cli.stopped"), style="yellow")
        terminal.emit({"status": "interrupted"})
        return ExitStatus.INTERRUPTED
    except Exception as error:  # the last door: report, never a bare traceback
        if isinstance(error, OSError) and error.errno in _FULL:
            raise
        if not _is_lack_of_memory(error):
            return _tell_internal(error, terminal)
    # Out of the block, so that the failed work has let go of its memory.
    message = texts("cli.no_memory")
    terminal.say(message, style="red")
    terminal.emit({"status": "internal", "code": "no_memory", "message": message})
    return ExitStatus.INTERNAL


def _is_lack_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or (
        isinstance(error, OSError) and error.errno == errno.ENOMEM
    )


def _tell_internal(error: Exception, terminal: Terminal) -> int:
    message = terminal.texts("cli.internal", error=f"{type(error).__name__}: {error}")
    terminal.say(message, style="red")
    terminal.say("".join(traceback.format_exception(error)), style="dim")
    terminal.emit({"status": "internal", "message": message})
    return ExitStatus.INTERNAL


def _language(given: Sequence[str]) -> str:
    """Return the language asked for, French by default; wrong ones are argparse's to refuse."""
    asked = LANGUAGES[0]
    for position, word in enumerate(given):
        if word == "--lang" and position + 1 < len(given):
            asked = given[position + 1]
        elif word.startswith("--lang="):
            asked = word.removeprefix("--lang=")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _refuse(error: InputError, terminal: Terminal, *, writes: bool) -> int:
    texts = terminal.texts
    count = len(error.faults)
    terminal.say(texts("cli.refused_one" if count == 1 else "cli.refused", count=count),
                 style="bold")  # fmt: skip
    told = terminal.faults(error.faults)
    # That one is about a file that stands, if perhaps not through a power failure.
    if writes and all(fault.code != "file_not_confirmed" for fault in error.faults):
        terminal.say(texts("cli.nothing_written"))
    terminal.emit({"status": "bad_input", "faults": told})
    return ExitStatus.BAD_INPUT


def _verb(name: str) -> _Verb:
    # Imported here: `--help` and `template` need no solver and answer at once.
    if name == "plan":
        from colivraison.cli.plan_verb import run_plan

        return run_plan
    if name == "demo":
        from colivraison.cli.plan_verb import run_demo

        return run_demo
    if name == "check":
        from colivraison.cli.check_verb import run_check

        return run_check
    if name == "retime":
        from colivraison.cli.retime_verb import run_retime

        return run_retime
    if name == "preparation":
        from colivraison.cli.preparation_verb import run_preparation

        return run_preparation
    if name == "learn":
        from colivraison.cli.learn_verb import run_learn

        return run_learn
    if name == "costs":
        from colivraison.cli.costs_verb import run_costs

        return run_costs
    if name == "suggest-insertions":
        from colivraison.cli.insertions_verb import run_suggest_insertions

        return run_suggest_insertions
    if name == "explain":
        from colivraison.cli.explain_verb import run_explain

        return run_explain
    if name == "compare":
        from colivraison.cli.compare_verb import run_compare

        return run_compare
    if name == "replan":
        from colivraison.cli.plan_verb import run_replan

        return run_replan
    if name == "baseline":
        from colivraison.cli.baseline_verb import run_baseline

        return run_baseline
    if name == "template":
        from colivraison.cli.template_verb import run_template

        return run_template
    if name == "roads":
        from colivraison.cli.roads_verb import run_roads

        return run_roads
    if name == "pdptw":
        from colivraison.cli.pdptw_verb import run_pdptw

        return run_pdptw
    from colivraison.cli.serve_verb import run_serve

    return run_serve
