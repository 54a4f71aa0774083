"""`colivraison pdptw`: the field's benchmark instances, solved and checked."""

from __future__ import annotations

import argparse

from colivraison.cli.console import Terminal

__all__ = ["run_pdptw"]


def run_pdptw(options: argparse.Namespace, terminal: Terminal) -> int:
    """Run a verb of ``colivraison pdptw``."""
    if options.pdptw_verb == "solve":
        from colivraison.cli.pdptw_solve import run_solve

        return run_solve(options, terminal)
    from colivraison.cli.pdptw_check import run_check

    return run_check(options, terminal)
