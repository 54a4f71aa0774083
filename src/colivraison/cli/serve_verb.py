"""`colivraison serve`: the HTTP API."""

from __future__ import annotations

import argparse
import os

from colivraison.api import ApiSettings, MissingAssetsError, default_home, run_server
from colivraison.cli.console import ExitStatus, Terminal
from colivraison.demo import demo_extract
from colivraison.roads import RoadNetwork
from colivraison.storage import PlanStore, StoreInUseError

__all__ = ["run_serve"]


def run_serve(options: argparse.Namespace, terminal: Terminal) -> int:
    """Serve until interrupted."""
    texts = terminal.texts
    settings = ApiSettings(
        roads=options.roads or demo_extract(),
        home=options.home or default_home(os.environ),
        host=options.host,
        port=options.port,
        listen_anywhere=options.listen_anywhere,
    )
    # Both are opened again by the server, whose own complaints would be a traceback in a log.
    RoadNetwork.load(settings.roads)
    try:
        PlanStore(settings.home).close()
    except StoreInUseError:
        terminal.say(texts("cli.serve.in_use", home=settings.home), style="red")
        return ExitStatus.BAD_INPUT
    if options.listen_anywhere:
        terminal.say(texts("cli.serve.open", host=options.host), style="bold yellow")
    terminal.say(texts("cli.serve.address", host=options.host, port=options.port))
    try:
        run_server(settings, texts=texts)
    except MissingAssetsError:
        terminal.say(texts("cli.serve.no_assets"), style="red")
        return ExitStatus.INTERNAL
    return ExitStatus.DONE
