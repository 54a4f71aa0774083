"""The verbs below a verb, as in ``colivraison roads build``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable

from colivraison.texts import Texts

__all__ = ["add_subverbs"]


def add_subverbs(
    parent: argparse.ArgumentParser, texts: Texts, *, room: str, names: Iterable[str]
) -> dict[str, argparse.ArgumentParser]:
    """Add the verbs below a verb; return their parsers by name.

    Parameters
    ----------
    room
        The verb above them.  The name of the one asked for becomes ``<room>_verb`` of the options;
        its sentences in `texts` are ``cli.<room>.<name>.help|description|examples``.
    """
    verbs = parent.add_subparsers(
        dest=f"{room}_verb",
        required=True,
        metavar=texts("cli.help.verb"),
        title=texts("cli.help.verbs"),
        parser_class=type(parent),
    )
    return {
        name: verbs.add_parser(
            name,
            help=texts(f"cli.{room}.{name}.help"),
            description=texts(f"cli.{room}.{name}.description"),
            epilog=texts(f"cli.{room}.{name}.examples"),
        )
        for name in names
    }
