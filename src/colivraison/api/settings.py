"""How a server is set up. Whoever starts it reads the environment; nothing here does at import."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from colivraison.errors import Fault, InputError

__all__ = ["ApiSettings", "default_home"]


def _processors() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """Everything a server needs to know.

    Parameters
    ----------
    roads
        The OSM extract of the territory.
    home
        Folder of the server's state; see ``default_home``.
    host, port
        Where it listens.
    listen_anywhere
        Permission to listen where other machines can reach it. There is no authentication yet:
        whoever reaches the port reads and erases every plan.
    running_max, waiting_max
        Plans computed at once, and waiting behind them; one more is refused (429).
    body_bytes_max
        Largest request; a larger one is refused before it is read (413).
    time_limit_default_s, time_limit_max_s, iterations_max, threads_max
        Bounds of what a request may ask.
    stored_max
        Plans kept; the oldest finished ones beyond are erased when one is added. Those waiting
        and running are never erased.
    work
        What the child process calls, ``module:function`` with the signature of
        ``work.plan_into``.

    Raises
    ------
    InputError
        ``not_loopback`` when ``host`` is reachable from elsewhere without the permission.
    """

    roads: Path
    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    listen_anywhere: bool = False
    running_max: int = 1
    waiting_max: int = 20
    body_bytes_max: int = 20_000_000
    time_limit_default_s: float = 10.0
    time_limit_max_s: float = 600.0
    iterations_max: int = 1_000_000
    threads_max: int = field(default_factory=_processors)
    stored_max: int = 1_000
    work: str = "colivraison.api.work:plan_into"

    def __post_init__(self) -> None:
        if min(self.running_max, self.waiting_max, self.threads_max, self.stored_max) < 1:
            raise ValueError("a server computes, queues, threads and keeps at least one")
        if not self.listen_anywhere and not _is_loopback(self.host):
            raise InputError([Fault(code="not_loopback", value=self.host)])


def default_home(environment: Mapping[str, str]) -> Path:
    """Return ``COLIVRAISON_HOME``, or the user's data folder after the XDG base directories."""
    if chosen := environment.get("COLIVRAISON_HOME"):
        return Path(chosen)
    data = environment.get("XDG_DATA_HOME", "")
    # The specification: a relative path in the variable is to be ignored.
    base = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return base / "colivraison"


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
