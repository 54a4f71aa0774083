"""The command line: one verb, one file; French unless asked otherwise."""

from colivraison.cli.main import main

__all__ = ["main"]
