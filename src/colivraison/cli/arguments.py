"""The arguments of every verb, with help in the language of the person."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import NoReturn

from colivraison import __version__
from colivraison.cli.pdptw_arguments import add_pdptw_verbs
from colivraison.cli.roads_arguments import add_roads_verbs
from colivraison.cli.week_arguments import add_week_verbs
from colivraison.texts import LANGUAGES, Texts

__all__ = ["KEEP", "UsageError", "available_threads", "build_parser"]

# argparse words its complaints in English only; these are its sentences (CPython 3.11 to 3.14).
_COMPLAINTS = (
    (r"^the following arguments are required: (?P<names>.+)$", "required"),
    (r"^unrecognized arguments: (?P<names>.+)$", "unrecognized"),
    (r"^argument (?P<names>.+?): invalid choice: '?(?P<value>.+?)'? \(choose from .*$", "choice"),
    (
        r"^argument (?P<names>.+?): invalid _?(?P<form>.+?) value: (['\"])(?P<value>.*)\3$",
        "value",
    ),
    (r"^argument (?P<names>.+?): expected .*$", "expected"),
    (r"^argument (?P<names>.+?): not allowed with argument (?P<value>.+)$", "together"),
)


# What argparse takes for an option unless it looks like a number: a longitude west of Greenwich,
# with a decimal comma, or the corners of a box.
_NEGATIVE = re.compile(r"-[\d.,][\d.,;\seE+-]*$")


KEEP = ("all", "rounds", "drivers", "nothing")
"""The values of `planning.Keep`, the usual one first: that room is too heavy for ``--help``."""


class UsageError(Exception):
    """The command line cannot be understood; the message is in the person's language."""


class _Parser(argparse.ArgumentParser):
    def __init__(self, *, texts: Texts, **kwargs: object) -> None:
        super().__init__(
            add_help=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **kwargs,  # type: ignore[arg-type]  # argparse's own keywords, passed through
        )
        self._texts = texts
        self._negative_number_matcher = _NEGATIVE
        # argparse has no public way to name these two groups.
        self._positionals.title = texts("cli.help.positionals")
        self._optionals.title = texts("cli.help.options")
        self.add_argument("-h", "--help", action="help", help=texts("cli.help.help"))

    def error(self, message: str) -> NoReturn:
        for pattern, name in _COMPLAINTS:
            match = re.match(pattern, message)
            if match:
                values = match.groupdict()
                message = self._texts(f"cli.usage.{name}", **values)
                if "form" in values:
                    # argparse names the function that read it.
                    form = self._texts(f"cli.form.{values['form']}")
                    message += self._texts("cli.usage.form", form=form)
                break
        hint = self._texts("cli.usage.hint", command=self.prog)
        raise UsageError(f"{message}\n{hint}")

    def format_usage(self) -> str:
        return self._in_language(super().format_usage())

    def format_help(self) -> str:
        return self._in_language(super().format_help())

    def _in_language(self, text: str) -> str:
        return text.replace("usage: ", self._texts("cli.help.usage") + " ", 1)


def available_threads() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _seconds(text: str) -> float:
    value = float(text.replace(",", "."))
    if not 0 < value <= 86_400:
        raise ValueError(text)
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10**9:
        raise ValueError(text)
    return value


def _threads(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 64:
        raise ValueError(text)
    return value


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise ValueError(text)
    return value


def build_parser(texts: Texts) -> argparse.ArgumentParser:
    """Return the parser of ``colivraison``."""

    class Parser(_Parser):
        """Parser whose verbs speak the same language."""

        def __init__(self, **kwargs: object) -> None:
            super().__init__(texts=texts, **kwargs)

    parser = Parser(
        prog="colivraison",
        description=texts("cli.help.description"),
        epilog=texts("cli.help.examples"),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"colivraison {__version__}",
        help=texts("cli.help.version"),
    )
    _add_language(parser, texts)
    verbs = parser.add_subparsers(
        dest="verb",
        required=True,
        metavar=texts("cli.help.verb"),
        title=texts("cli.help.verbs"),
        parser_class=Parser,
    )

    def verb(name: str) -> argparse.ArgumentParser:
        found = verbs.add_parser(
            name,
            help=texts(f"cli.{name}.help"),
            description=texts(f"cli.{name}.description"),
            epilog=texts(f"cli.{name}.examples"),
        )
        _add_language(found, texts)
        return found

    folder, extract = texts("cli.word.folder"), texts("cli.word.extract")
    plan = verb("plan")
    plan.add_argument(
        "case", metavar=texts("cli.word.case"), type=Path, help=texts("cli.plan.case")
    )
    _add_week(plan, texts, out=texts("cli.plan.out"), must_write=True)

    demo = verb("demo")
    # The numbers of `colivraison.demo.STORIES`, without loading the demonstration for every help.
    demo.add_argument("--story", metavar="N", type=int, choices=(1, 3, 6), default=3,
                      help=texts("cli.demo.story"))  # fmt: skip
    demo.add_argument("--out", metavar=folder, type=Path, default=Path("out/demo"),
                      help=texts("cli.demo.out"))  # fmt: skip
    _add_search(demo, texts)
    _add_json(demo, texts)

    check = verb("check")
    check.add_argument("plan", metavar="PLAN", type=Path, help=texts("cli.check.plan"))
    check.add_argument("--roads", metavar=extract, type=Path, help=texts("cli.check.roads"))
    check.add_argument("--closures", metavar=texts("cli.roads.word.file"), type=Path,
                       help=texts("cli.roads.closures"))  # fmt: skip
    _add_json(check, texts)

    retime = verb("retime")
    retime.add_argument("plan", metavar="PLAN", type=Path, help=texts("cli.retime.plan"))
    retime.add_argument("--out", metavar=texts("cli.roads.word.file"), type=Path,
                        help=texts("cli.retime.out"))  # fmt: skip
    _add_json(retime, texts)

    prepared = verb("preparation")
    prepared.add_argument("plan", metavar="PLAN", type=Path, help=texts("cli.preparation.plan"))
    prepared.add_argument("--producer", metavar="ID", help=texts("cli.preparation.producer"))
    prepared.add_argument("--out", metavar=folder, type=Path, help=texts("cli.preparation.out"))
    _add_json(prepared, texts)

    learned = verb("learn")
    learned.add_argument("case", metavar=texts("cli.word.case"), type=Path,
                         help=texts("cli.plan.case"))  # fmt: skip
    learned.add_argument("visits", metavar=texts("cli.roads.word.file"), type=Path,
                         help=texts("cli.learn.file"))  # fmt: skip
    learned.add_argument("--out", metavar=folder, type=Path, required=True,
                         help=texts("cli.learn.out"))  # fmt: skip
    learned.add_argument("--plan", metavar="PLAN", type=Path, action="append",
                         help=texts("cli.learn.plan"))  # fmt: skip
    learned.add_argument("--at-least", metavar="N", type=_count, default=5,
                         help=texts("cli.learn.at_least"))  # fmt: skip
    learned.add_argument("--roads", metavar=extract, type=Path, help=texts("cli.learn.roads"))
    _add_json(learned, texts)
    costs = verb("costs")
    costs.add_argument("plan", metavar="PLAN", type=Path, help=texts("cli.costs.plan"))
    costs.add_argument(
        "--without-labour", action="store_true", help=texts("cli.costs.without_labour")
    )
    _add_json(costs, texts)
    add_week_verbs(verb, texts, count=_count, dress=_add_json)
    compare = verb("compare")
    compare.add_argument("before", metavar=texts("cli.compare.word.before"), type=Path,
                         help=texts("cli.compare.before"))  # fmt: skip
    compare.add_argument("after", metavar=texts("cli.compare.word.after"), type=Path,
                         help=texts("cli.compare.after"))  # fmt: skip
    _add_json(compare, texts)

    replan = verb("replan")
    replan.add_argument("plan", metavar="PLAN", type=Path, help=texts("cli.replan.plan"))
    replan.add_argument("--case", metavar=texts("cli.word.case"), type=Path, required=True,
                        help=texts("cli.replan.case"))  # fmt: skip
    replan.add_argument("--keep", choices=KEEP, default=KEEP[0], help=texts("cli.replan.keep"))
    _add_week(replan, texts, out=texts("cli.replan.out"))

    baseline = verb("baseline")
    baseline.add_argument("case", metavar=texts("cli.word.case"), type=Path,
                          help=texts("cli.plan.case"))  # fmt: skip
    baseline.add_argument("--plan", metavar="PLAN", type=Path, help=texts("cli.baseline.plan"))
    _add_week(baseline, texts, out=texts("cli.baseline.out"), writes="file")

    template = verb("template")
    template.add_argument("folder", metavar=folder, type=Path,
                          help=texts("cli.template.folder"))  # fmt: skip
    _add_json(template, texts)

    def dress(found: argparse.ArgumentParser) -> None:
        _add_language(found, texts)
        _add_json(found, texts)

    add_roads_verbs(verb("roads"), texts, dress=dress, count=_threads, threads=available_threads())

    def add_search(found: argparse.ArgumentParser, room: str) -> None:
        _add_search(found, texts, room=room, threads=1)

    add_pdptw_verbs(verb("pdptw"), texts, dress=dress, add_search=add_search)

    serve = verb("serve")
    serve.add_argument("--roads", metavar=extract, type=Path, help=texts("cli.serve.roads"))
    serve.add_argument("--host", metavar=texts("cli.word.address"), default="127.0.0.1",
                       help=texts("cli.serve.host"))  # fmt: skip
    serve.add_argument("--port", metavar="N", type=_port, default=8000,
                       help=texts("cli.serve.port"))  # fmt: skip
    serve.add_argument("--home", metavar=folder, type=Path, help=texts("cli.serve.home"))
    serve.add_argument("--keep", metavar="N", type=_count, default=1_000,
                       help=texts("cli.serve.keep"))  # fmt: skip
    serve.add_argument(
        "--listen-anywhere", action="store_true", help=texts("cli.serve.listen_anywhere")
    )
    return parser


def _add_week(
    parser: argparse.ArgumentParser,
    texts: Texts,
    *,
    out: str,
    must_write: bool = False,
    writes: str = "folder",
) -> None:
    """Add what planning a week takes beside its case.

    Parameters
    ----------
    out
        What is written, and ``writes``: whether it is a ``folder`` or a ``file``.
    """
    written = texts("cli.word.folder" if writes == "folder" else "cli.roads.word.file")
    parser.add_argument("--roads", metavar=texts("cli.word.extract"), type=Path, required=True,
                        help=texts("cli.plan.roads"))  # fmt: skip
    parser.add_argument("--closures", metavar=texts("cli.roads.word.file"), type=Path,
                        help=texts("cli.roads.closures"))  # fmt: skip
    parser.add_argument("--out", metavar=written, type=Path, required=must_write,
                        help=out)  # fmt: skip
    _add_search(parser, texts)
    _add_json(parser, texts)


def _add_language(parser: argparse.ArgumentParser, texts: Texts) -> None:
    # Read before this parser exists (`main`), listed here for --help and against misspelling.
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=argparse.SUPPRESS,
        help=texts("cli.help.lang"),
    )


def _add_json(parser: argparse.ArgumentParser, texts: Texts) -> None:
    parser.add_argument("--json", action="store_true", help=texts("cli.help.json"))


def _add_search(
    parser: argparse.ArgumentParser,
    texts: Texts,
    *,
    room: str = "cli.search",
    threads: int | None = None,
) -> None:
    """Add how long to search, and how.

    Parameters
    ----------
    room
        Holds the sentences that tell the usual time limit and number of threads.
    threads
        As many unless told otherwise; None: one for each core.
    """
    limit = parser.add_mutually_exclusive_group()
    limit.add_argument("--time-limit", metavar="S", type=_seconds,
                       help=texts(f"{room}.time_limit"))  # fmt: skip
    limit.add_argument("--iterations", metavar="N", type=_count,
                       help=texts("cli.search.iterations"))  # fmt: skip
    parser.add_argument("--seed", metavar="N", type=int, default=1, help=texts("cli.search.seed"))
    parser.add_argument("--threads", metavar="N", type=_threads,
                        default=threads or available_threads(),
                        help=texts(f"{room}.threads"))  # fmt: skip
