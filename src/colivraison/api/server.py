"""Running the application under uvicorn."""

from __future__ import annotations

import logging

import uvicorn

from colivraison.api.app import create_app
from colivraison.api.settings import ApiSettings
from colivraison.roads import RoadNetwork
from colivraison.texts import Texts

__all__ = ["run_server"]

_LOG = logging.getLogger("uvicorn.error")


def run_server(settings: ApiSettings, *, texts: Texts, network: RoadNetwork | None = None) -> None:
    """Serve until told to stop (SIGINT, SIGTERM).

    Parameters
    ----------
    texts
        Language of the warning when the server can be reached from elsewhere.
    network
        See ``create_app``.
    """
    app = create_app(settings, network=network)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        server_header=False,
        # An open connection does not keep the server; children are ended either way.
        timeout_graceful_shutdown=5,
        # Whoever connects is whom the socket says.
        proxy_headers=False,
    )
    if settings.listen_anywhere:
        _LOG.warning(texts("api.listening_anywhere"))
    uvicorn.Server(config).run()
