"""The arguments of ``colivraison pdptw``: solve and check."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from colivraison.cli.subverbs import add_subverbs
from colivraison.texts import Texts

__all__ = ["PDPTW_VERBS", "add_pdptw_verbs"]

PDPTW_VERBS = ("solve", "check")

_OBJECTIVES = ("vehicles", "distance")


def add_pdptw_verbs(
    pdptw: argparse.ArgumentParser,
    texts: Texts,
    *,
    dress: Callable[[argparse.ArgumentParser], None],
    add_search: Callable[[argparse.ArgumentParser, str], None],
) -> None:
    """Add the verbs below ``colivraison pdptw``.

    Parameters
    ----------
    dress
        Adds what every verb has: language and ``--json``.
    add_search
        Adds what every search has (how long, seed, threads), with the sentences of a room of
        `texts`.
    """
    found = add_subverbs(pdptw, texts, room="pdptw", names=PDPTW_VERBS)
    for verb in found.values():
        verb.add_argument("instance", metavar="INSTANCE", type=Path,
                          help=texts("cli.pdptw.instance"))  # fmt: skip
    solve, check = found["solve"], found["check"]
    solve.add_argument("--out", metavar=texts("cli.roads.word.file"), type=Path,
                       help=texts("cli.pdptw.solve.out"))  # fmt: skip
    solve.add_argument("--objective", choices=_OBJECTIVES, default=_OBJECTIVES[0],
                       help=texts("cli.pdptw.solve.objective"))  # fmt: skip
    # Not a choice of argparse: which there are is known to a room that takes long to open.
    solve.add_argument("--backend", metavar=texts("cli.pdptw.word.backend"), default="",
                       help=texts("cli.pdptw.solve.backend"))  # fmt: skip
    add_search(solve, "cli.pdptw.solve")
    # Read by the verb: what it means depends on the objective.
    solve.add_argument("--target", metavar=texts("cli.pdptw.word.target"),
                       help=texts("cli.pdptw.solve.target"))  # fmt: skip
    solve.add_argument("--bound", action="store_true", help=texts("cli.pdptw.solve.with_bound"))
    check.add_argument("solution", metavar="SOLUTION", type=Path,
                       help=texts("cli.pdptw.check.solution"))  # fmt: skip
    for verb in found.values():
        dress(verb)
