"""What guards every request and answer, whatever the route.

There is no authentication yet, and a server on this machine can be reached by any page the user
has open: the name it is asked under is checked (DNS rebinding), and a change that a page of another
site asks for is refused (a form needs no permission to post to another origin).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PAGE_CSP", "SECURITY_HEADERS", "Protection"]

PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For our own pages: nothing inline, nothing from outside."""

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Plans name customers: no cache between us and the reader keeps them.
    "Cache-Control": "no-store",
}

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Protection:
    """ASGI middleware: host and origin on the way in, headers on the way out.

    Parameters
    ----------
    any_host
        Answer under every name, for a server meant to be reached from elsewhere.
    refuse
        Makes the answer to a refused request: ``(request, "host")`` or ``(request, "cross_site")``.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        any_host: bool,
        refuse: Callable[[Request, str], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._any_host = any_host
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        if not self._any_host and not _is_local(headers.get("host", "")):
            answer: ASGIApp = await self._refuse(Request(scope), "host")
        elif scope["method"] not in _SAFE_METHODS and _is_cross_site(headers):
            answer = await self._refuse(Request(scope), "cross_site")
        else:
            answer = self._app
        await answer(scope, receive, send_with_headers)


def _is_local(host: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    if name == "localhost":
        return True
    try:
        return name is not None and ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_cross_site(headers: Headers) -> bool:
    """Return whether a browser says that a page from elsewhere sends this.

    Programs send neither header; browsers send ``Origin`` with every POST and DELETE.
    """
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:
        # No address at all (``http://[x``): certainly not ours.
        return True
