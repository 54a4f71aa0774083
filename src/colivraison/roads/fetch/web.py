"""Asking a server patiently and politely; every way it can fail has its code.

``requests`` speaks HTTP.  What is here is what the public services of OpenStreetMap ask of their
users: a name in every request, ``Retry-After`` obeyed (RFC 9110, 10.2.3), a wait that doubles
between tries (Overpass also asks for it after a 429 or 504), and an end to trying.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from colivraison.errors import Fault, InputError
from colivraison.roads.fetch.request import FetchSettings

if TYPE_CHECKING:
    import requests

__all__ = ["CutAnswerError", "Web", "public_address", "server_name"]

_Received = TypeVar("_Received")

_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_FIRST_WAIT_S = 2.0
# Being offline does not pass within seconds: say so early.
_TRIES_WITHOUT_CONNECTION = 2

_CUTS_ENDURED = 50

# What stands for any longer wait a server names, as RFC 9111, 1.2.2, has it for such seconds.
_LONGEST_ASKED_S = 2.0**31

# Of an answer that is cut, the piece that is not whole is lost: so small ones.
_CHUNK_BYTES = 1 << 14


class CutAnswerError(Exception):
    """Raised by who receives an answer that ends too early: it is asked for again."""


class Web:
    """A way to ask servers.

    Parameters
    ----------
    sleep, clock
        Waiting in seconds, and the time since the epoch; others in tests.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        import requests

        self.settings = settings
        self.sleep = sleep
        self.clock = clock
        self.received_bytes = 0
        self._session = requests.Session()
        self._session.headers.update(
            {"User-Agent": settings.user_agent, "Accept-Language": settings.language}
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._session.close()

    def ask(
        self,
        url: str,
        receive: Callable[[requests.Response], _Received],
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Callable[[], Mapping[str, str]] = dict,
        allowed: frozenset[int] = frozenset(),
        resumes: bool = False,
    ) -> _Received:
        """Ask until there is an answer, and return what ``receive`` makes of it.

        Parameters
        ----------
        receive
            Gets a response with status 200, 206 or one of ``allowed``, its body not yet read.
            Raises ``CutAnswerError`` where the body is not whole.
        data
            Sent as a form by POST; without it the request is a GET.
        headers
            Asked before each try: a download goes on where the last try ended.
        resumes
            The next try goes on where this one was cut: tries that brought something do not
            count, up to a bound.

        Raises
        ------
        InputError
            ``fetch_offline``, ``fetch_untrusted``, ``fetch_slow``, ``fetch_busy``,
            ``fetch_refused``, ``fetch_cut_answer``.
        """
        import requests

        settings, server = self.settings, server_name(url)
        fault = Fault(code="fetch_offline", value=server)
        attempt, cuts = 0, 0
        while attempt < settings.tries:
            attempt += 1
            begun, before = False, self.received_bytes
            wait_s = min(_FIRST_WAIT_S * 2 ** (attempt - 1), settings.longest_wait_s)
            try:
                with self._session.request(
                    "GET" if data is None else "POST",
                    url,
                    params=params,
                    data=data,
                    headers=dict(headers()),
                    timeout=(settings.connect_s, settings.answer_s),
                    stream=True,
                ) as response:
                    begun = True
                    status = response.status_code
                    if status in {200, 206} or status in allowed:
                        return receive(response)
                    details: dict[str, str | int] = {"status": status}
                    if status not in _TRY_AGAIN:
                        raise InputError(
                            [Fault(code="fetch_refused", value=server, details=details)]
                        )
                    wait_s = self._asked_wait_s(response, wait_s)
                    details |= {"tries": attempt, "wait_s": round(wait_s)}
                    fault = Fault(code="fetch_busy", value=server, details=details)
                    if wait_s > settings.longest_wait_s:
                        break
            except requests.exceptions.SSLError as error:
                # No better the second time, and nothing to go round.
                raise InputError([Fault(code="fetch_untrusted", value=server)]) from error
            except (CutAnswerError, requests.exceptions.RequestException) as error:
                fault = _fault(error, server, begun=begun, answer_s=round(settings.answer_s))
                if fault.code == "fetch_offline" and attempt >= _TRIES_WITHOUT_CONNECTION:
                    break
                if resumes and self.received_bytes > before and cuts < _CUTS_ENDURED:
                    attempt, cuts = 0, cuts + 1  # it moves, if slowly
            if attempt < settings.tries:
                self.sleep(wait_s)
        raise InputError([fault])

    def read(self, response: requests.Response, *, limit_bytes: int) -> bytes:
        """Return the body.

        Raises
        ------
        InputError
            ``fetch_answer_too_large``.
        """
        body = bytearray()
        self.stream(response, body.extend, limit_bytes=limit_bytes)
        return bytes(body)

    def stream(
        self,
        response: requests.Response,
        write: Callable[[bytes], Any],
        *,
        limit_bytes: int,
    ) -> None:
        """Hand the body on, piece by piece, unpacked.

        Raises
        ------
        InputError
            ``fetch_answer_too_large``: it unpacks beyond the limit.
        """
        total = 0
        for piece in response.iter_content(_CHUNK_BYTES):
            total += len(piece)
            self.received_bytes += len(piece)
            if total > limit_bytes:
                details = {"limit_mb": limit_bytes // 1_000_000}
                value = server_name(response.url)
                raise InputError(
                    [Fault(code="fetch_answer_too_large", value=value, details=details)]
                )
            write(piece)

    def _asked_wait_s(self, response: requests.Response, otherwise_s: float) -> float:
        """Return the seconds the server asks for: a number, or a date (RFC 9110, 10.2.3)."""
        text = response.headers.get("Retry-After", "").strip()
        if text.isascii() and text.isdecimal():
            return min(float(text), _LONGEST_ASKED_S)
        try:
            until = email.utils.parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return otherwise_s  # none, or none that one can read
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        return max(0.0, until.timestamp() - self.clock())


def server_name(url: str) -> str:
    """Return what a person recognises of an address, without names and passwords in it."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname)


def public_address(url: str) -> str:
    """Return an address without the name and password that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=server_name(url)))


def _fault(error: Exception, server: str, *, begun: bool, answer_s: int) -> Fault:
    import requests

    if begun:
        # A pause in the middle of a body comes as a ConnectionError, whatever its cause.
        return Fault(code="fetch_cut_answer", value=server)
    if isinstance(error, requests.exceptions.ReadTimeout):
        return Fault(code="fetch_slow", value=server, details={"wait_s": answer_s})
    if isinstance(error, requests.exceptions.ConnectionError) and "RemoteDisconnected" in repr(
        error
    ):
        return Fault(code="fetch_cut_answer", value=server)
    return Fault(code="fetch_offline", value=server)
