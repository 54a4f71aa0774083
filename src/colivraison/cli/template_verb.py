"""`colivraison template`: empty files to fill in."""

from __future__ import annotations

import argparse

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.interchange import write_template

__all__ = ["run_template"]


def run_template(options: argparse.Namespace, terminal: Terminal) -> int:
    """Write the files and say what to do with them."""
    texts = terminal.texts
    written = write_template(options.folder, language=texts.language)
    for path in written:
        terminal.answer(f"  {path}")
    terminal.answer(texts("cli.template.next", folder=options.folder))
    terminal.emit({"status": "done", "files": [str(path) for path in written]})
    return ExitStatus.DONE
