"""The two pages: a plain start page and the interactive description of the API.

Every asset comes from this package: no other server is asked for anything.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from colivraison.api.openapi import openapi_document
from colivraison.api.problems import texts_of
from colivraison.api.protection import PAGE_CSP
from colivraison.errors import ColivraisonError
from colivraison.texts import Texts

__all__ = ["MissingAssetsError", "pages", "require_assets"]

pages = APIRouter(include_in_schema=False)

_ASSETS = {
    "start.css": ("start.css", "text/css"),
    "start.js": ("start.js", "text/javascript"),
    "docs.js": ("docs.js", "text/javascript"),
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript"),
}


class MissingAssetsError(ColivraisonError):
    """The package was built without its browser assets."""


class _Page(Template):
    """A page whose ``${page.start.title}`` is the sentence of that key, escaped."""

    idpattern = r"[a-z_.]+"


class _Sentences(Mapping[str, str]):
    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __getitem__(self, key: str) -> str:
        return html.escape(self._texts.language if key == "lang" else self._texts(key))

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts.keys())

    def __len__(self) -> int:
        return len(self._texts.keys())


def require_assets() -> None:
    """Raise `MissingAssetsError` unless every asset of the pages is installed."""
    missing = [path for path, _ in _ASSETS.values() if not _asset(path).is_file()]
    if missing:
        raise MissingAssetsError(f"build the package first, it lacks {', '.join(missing)}")


@pages.get("/")
def start_page(request: Request) -> Response:
    """Return the page that says what this is and takes a workbook."""
    return _page("start.html", request)


@pages.get("/docs")
def docs_page(request: Request) -> Response:
    """Return the interactive description."""
    return _page("docs.html", request)


@pages.get("/openapi.json")
def openapi(request: Request) -> Response:
    """Return the description for programs."""
    texts = texts_of(request.headers)
    return JSONResponse(openapi_document(request.app, texts), headers=_headers(texts))


@pages.get("/assets/{name}")
def asset(name: str) -> Response:
    """Return a style or a script of ours."""
    if name not in _ASSETS:
        raise HTTPException(404)
    path, media = _ASSETS[name]
    return Response(_asset(path).read_bytes(), media_type=media)


def _page(name: str, request: Request) -> Response:
    texts = texts_of(request.headers)
    content = _Page(_asset(name).read_text(encoding="utf-8")).substitute(_Sentences(texts))
    return HTMLResponse(content, headers={**_headers(texts), "Content-Security-Policy": PAGE_CSP})


def _headers(texts: Texts) -> dict[str, str]:
    return {"Content-Language": texts.language, "Vary": "Accept-Language"}


def _asset(path: str) -> Traversable:
    return files("colivraison.api").joinpath("assets", *path.split("/"))
