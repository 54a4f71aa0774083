"""Where this user's caches lie: one rule for what is built and for what is fetched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from colivraison.errors import Fault, InputError

__all__ = ["cache_folder"]


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return ``$COLIVRAISON_CACHE``, else ``$XDG_CACHE_HOME/colivraison``, else the usual one.

    The usual one is ``~/.cache/colivraison`` (XDG Base Directory Specification 0.8, which has a
    relative ``$XDG_CACHE_HOME`` ignored).  It may not be there yet.

    Raises
    ------
    InputError
        ``cache_without_home``: no folder is set, and the user has no home.
    """
    if own := environment.get("COLIVRAISON_CACHE"):
        return Path(own)
    shared = Path(environment.get("XDG_CACHE_HOME", ""))
    if shared.is_absolute():
        return shared / "colivraison"
    try:
        return Path.home() / ".cache" / "colivraison"
    except RuntimeError as error:
        raise InputError([Fault(code="cache_without_home")]) from error
