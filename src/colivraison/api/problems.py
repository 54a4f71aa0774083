"""Errors as people and programs read them: problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Match

from colivraison.api.errors import KINDS, ApiError, Kind, MalformedBodyError
from colivraison.api.protection import SECURITY_HEADERS
from colivraison.api.schemas import FaultOut, Problem
from colivraison.errors import Fault, InputError, Where
from colivraison.texts import Texts, negotiate

__all__ = ["faults_out", "install_problems", "problem_response", "texts_of"]

_LOG = logging.getLogger(__name__)
_HTTP_CODES = {400: "malformed_body", 404: "not_found", 405: "method_not_allowed"}
_INTERNAL = Kind(500, "internal")


def texts_of(headers: Mapping[str, str]) -> Texts:
    """Return the sentences in the language a request asks for."""
    return Texts(negotiate(headers.get("accept-language", "")))


def faults_out(faults: Iterable[Fault], texts: Texts) -> list[FaultOut]:
    """Return faults with their sentences."""
    out = []
    for fault in faults:
        cause, action = texts.fault(fault)
        where = fault.where
        out.append(
            FaultOut(
                code=fault.code,
                place=texts.place(where) or None,
                file=where.file or None,
                sheet=where.sheet or None,
                row=where.row,
                column=where.column or None,
                pointer=where.pointer or None,
                value=fault.value or None,
                cause=cause,
                action=action,
            )
        )
    return out


def problem_response(
    kind: Kind,
    texts: Texts,
    *,
    values: Mapping[str, str | int] | None = None,
    faults: Iterable[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer for one kind of error.

    Parameters
    ----------
    values
        What the sentence of the kind needs.
    headers
        Headers that must not get lost, such as the ``Allow`` of a 405.
    """
    problem = Problem(
        type=f"/problems/{kind.code.replace('_', '-')}",
        title=texts(f"problem.{kind.code}.title"),
        status=kind.status,
        detail=texts(f"problem.{kind.code}.detail", **(values or {})),
        code=kind.code,
        errors=faults_out(faults, texts),
    )
    return Response(
        problem.model_dump_json(exclude_none=True),
        status_code=kind.status,
        media_type="application/problem+json",
        headers={
            **SECURITY_HEADERS,
            "Content-Language": texts.language,
            "Vary": "Accept-Language",
            **kind.headers,
            **(headers or {}),
        },
    )


def install_problems(app: FastAPI) -> None:
    """Answer every error of an application with a problem."""
    for error_class in KINDS:
        app.add_exception_handler(error_class, _ours)
    app.add_exception_handler(RequestValidationError, _bad_parameters)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unknown)


async def _ours(request: Request, error: Exception) -> Response:
    kind = next(KINDS[one] for one in type(error).__mro__ if one in KINDS)
    faults = error.faults if isinstance(error, InputError) else ()
    values = dict(error.values) if isinstance(error, ApiError) else {}
    texts = texts_of(request.headers)
    return problem_response(kind, texts, values={"count": len(faults), **values}, faults=faults)


async def _bad_parameters(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = [
        Fault(
            code="bad_parameter",
            where=Where(column=str(one["loc"][-1])),
            value=str(one.get("input", ""))[:200],
            details={"name": str(one["loc"][-1])},
        )
        for one in error.errors()
    ]
    return problem_response(Kind(422, "bad_parameters"), texts_of(request.headers), faults=faults)


async def _gone(request: Request, _: Exception) -> Response:
    # Whoever sent the body went away in the middle: nobody reads this, and nothing failed here.
    return problem_response(KINDS[MalformedBodyError], texts_of(request.headers))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_allowed(request)))
    code = _HTTP_CODES[error.status_code]
    return problem_response(
        Kind(error.status_code, code), texts_of(request.headers), headers=headers
    )


def _allowed(request: Request) -> set[str]:
    """Return the methods of every route of a path: the router names those of the first only."""
    allowed: set[str] = set()
    for route in request.app.state.routes:
        if route.matches(request.scope)[0] is Match.PARTIAL:
            allowed |= route.methods or set()
    return allowed


async def _unknown(request: Request, error: Exception) -> Response:
    # What happened goes to the log (by the server, with its trace), never to whoever asked.
    _LOG.error("%s %s: %s", request.method, request.url.path, type(error).__name__)
    return problem_response(_INTERNAL, texts_of(request.headers))
