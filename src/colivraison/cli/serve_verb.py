"""`colivraison serve`: the HTTP API."""

from __future__ import annotations

import argparse
import os

from colivraison.api import (
    ApiSettings,
    MissingAssetsError,
    ServerNotStartedError,
    default_home,
    run_server,
)
from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.roads_common import tell_warnings
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
        stored_max=options.keep,
    )
    network = RoadNetwork.load(settings.roads)
    tell_warnings(network.warnings, terminal)
    try:
        # The server opens it again; its own complaint would be a traceback in a log.
        PlanStore(settings.home).close()
    except StoreInUseError:
        terminal.say(texts("cli.serve.in_use", home=settings.home), style="red")
        return ExitStatus.BAD_INPUT
    except OSError as error:
        why = texts.system(error.strerror or type(error).__name__)
        terminal.say(texts("cli.serve.home_unusable", home=settings.home, why=why), style="red")
        return ExitStatus.BAD_INPUT
    if options.listen_anywhere:
        terminal.say(texts("cli.serve.open", host=options.host), style="bold yellow")
    terminal.say(texts("cli.serve.address", host=_in_address(options.host), port=options.port))
    try:
        run_server(settings, texts=texts, network=network)
    except MissingAssetsError:
        terminal.say(texts("cli.serve.no_assets"), style="red")
        return ExitStatus.INTERNAL
    except ServerNotStartedError:
        address = f"{_in_address(options.host)}:{options.port}"
        terminal.say(texts("cli.serve.not_started", address=address), style="red")
        return ExitStatus.BAD_INPUT
    return ExitStatus.DONE


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
