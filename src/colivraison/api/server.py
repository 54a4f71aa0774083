"""Running the application under uvicorn."""

from __future__ import annotations

import logging

import uvicorn

from colivraison.api.app import create_app
from colivraison.api.settings import ApiSettings
from colivraison.errors import ColivraisonError
from colivraison.roads import RoadNetwork
from colivraison.texts import Texts

__all__ = ["ServerNotStartedError", "run_server"]

_LOG = logging.getLogger("uvicorn.error")


class ServerNotStartedError(ColivraisonError):
    """The server never answered."""


def run_server(settings: ApiSettings, *, texts: Texts, network: RoadNetwork | None = None) -> None:
    """Serve until told to stop (SIGINT, SIGTERM).

    Parameters
    ----------
    texts
        Language of the warning when the server can be reached from elsewhere.
    network
        See ``create_app``.

    Raises
    ------
    ServerNotStartedError
        When the address cannot be listened on, or the start failed; the log says why.
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
    server = uvicorn.Server(config)
    try:
        server.run()
    except SystemExit as error:
        # uvicorn's way to say that the address is taken or forbidden; its log has the reason.
        raise ServerNotStartedError(f"{settings.host}:{settings.port}") from error
    if not server.started:
        raise ServerNotStartedError(f"{settings.host}:{settings.port}")
