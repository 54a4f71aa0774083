"""`colivraison serve`: the HTTP API."""

from __future__ import annotations

import argparse
import ipaddress
import os
from pathlib import Path

from colivraison.api import ApiSettings, run_server
from colivraison.cli.console import ExitStatus, Terminal
from colivraison.demo import demo_extract

__all__ = ["run_serve"]


def run_serve(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until interrupted."""
    texts = terminal.texts
    if not _is_loopback(options.host):
        if not options.listen_anywhere:
            terminal.say(texts("cli.serve.refused", host=options.host), style="red")
            return ExitStatus.BAD_INPUT
        terminal.say(texts("cli.serve.open", host=options.host), style="bold yellow")
    home = options.home or os.environ.get("COLIVRAISON_HOME")
    chosen = {} if home is None else {"home": Path(home)}
    settings = ApiSettings(
        extract=options.roads or demo_extract(),
        host=options.host,
        port=options.port,
        listen_anywhere=options.listen_anywhere,
        **chosen,
    )
    terminal.say(texts("cli.serve.address", host=options.host, port=options.port))
    run_server(settings)
    return ExitStatus.DONE


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
