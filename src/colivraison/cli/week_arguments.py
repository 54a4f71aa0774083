"""The arguments of the verbs that ask about a week that is planned already."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from colivraison.cli.insertion_options import NEW_ORDER
from colivraison.texts import Texts

__all__ = ["add_week_verbs"]


def add_week_verbs(
    verb: Callable[[str], argparse.ArgumentParser],
    texts: Texts,
    *,
    count: Callable[[str], int],
    dress: Callable[[argparse.ArgumentParser, Texts], None],
) -> None:
    """Add ``suggest-insertions`` and ``explain``.

    Parameters
    ----------
    verb
        Makes the parser of a verb.
    count
        Reads a number from 1 on.
    dress
        Adds what every verb has.
    """
    room = "cli.suggest-insertions"
    suggest = verb("suggest-insertions")
    suggest.add_argument("plan", metavar="PLAN", type=Path, help=texts(f"{room}.plan"))
    suggest.add_argument("--order", metavar="ID", help=texts(f"{room}.order"))
    for field, option in NEW_ORDER.items():
        suggest.add_argument(
            option, metavar="…", dest=field, help=texts(f"{room}.{option.removeprefix('--')}")
        )
    suggest.add_argument("--count", metavar="N", type=count, default=5,
                         help=texts(f"{room}.count"))  # fmt: skip
    suggest.add_argument("--apply", metavar="N", type=count, help=texts(f"{room}.apply"))
    suggest.add_argument("--out", metavar=texts("cli.roads.word.file"), type=Path,
                         help=texts(f"{room}.out"))  # fmt: skip
    dress(suggest, texts)

    explain = verb("explain")
    explain.add_argument("plan", metavar="PLAN", type=Path, help=texts("cli.explain.plan"))
    explain.add_argument("order", metavar=texts("cli.week.word.order"),
                         help=texts("cli.explain.order"))  # fmt: skip
    explain.add_argument("--count", metavar="N", type=count, default=5,
                         help=texts("cli.explain.count"))  # fmt: skip
    dress(explain, texts)
