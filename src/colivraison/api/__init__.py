"""The HTTP API and its two pages."""

from colivraison.api.app import create_app
from colivraison.api.pages import MissingAssetsError
from colivraison.api.server import ServerNotStartedError, run_server
from colivraison.api.settings import ApiSettings, default_home

__all__ = [
    "ApiSettings",
    "MissingAssetsError",
    "ServerNotStartedError",
    "create_app",
    "default_home",
    "run_server",
]
