"""What requests bring: a case in one of its forms and how to plan it, or a question."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.message import Message
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from colivraison.api.errors import BodyTooLargeError, MalformedBodyError, UnsupportedMediaError
from colivraison.api.schemas import OptionsIn, ReplanOptionsIn
from colivraison.api.schemas_questions import ComparisonRequest, InsertionsRequest
from colivraison.api.settings import ApiSettings
from colivraison.errors import Fault, InputError, Where
from colivraison.pdptw.backends.protocol import Stopping

__all__ = [
    "Options",
    "Submission",
    "below",
    "options_of",
    "read_comparison",
    "read_insertions",
    "read_object",
    "read_submission",
]

_CASE_NAME = "case.json"
# A form has one file and these fields; more is not ours.
_FIELDS_MAX = 8

Asked = TypeVar("Asked", bound=BaseModel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A request for a plan, not yet understood.

    Parameters
    ----------
    name, content
        The file; None where the request brings none.
    fields
        What came beside it.
    pointer
        Where the case stands in the request: ``/case`` in JSON, "" in a form.
    from_form
        Whether the fields are texts of a form.
    """

    name: str
    content: bytes | None
    fields: dict[str, Any]
    pointer: str
    from_form: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to plan, and how much of a known plan is kept, where there is one."""

    stopping: Stopping
    seed: int
    threads: int
    keep: str = ""


async def read_submission(request: Request, settings: ApiSettings) -> Submission:
    """Return what a request brings.

    Raises
    ------
    BodyTooLargeError
        Before more than the limit has been read; before anything is, where the length is announced.
    UnsupportedMediaError, MalformedBodyError
        When it is not what it says, or not what we read.
    """
    media = Message()
    media["content-type"] = request.headers.get("content-type", "")
    body = _bounded(request, settings.body_bytes_max)
    if media.get_content_type() == "application/json":
        return _from_json(b"".join([chunk async for chunk in body]))
    if media.get_content_type() == "multipart/form-data":
        return await _from_form(request, body, settings.body_bytes_max)
    raise UnsupportedMediaError


async def _bounded(request: Request, bytes_max: int) -> AsyncIterator[bytes]:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > bytes_max:
        raise BodyTooLargeError(megabytes=bytes_max // 1_000_000)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > bytes_max:
            raise BodyTooLargeError(megabytes=bytes_max // 1_000_000)
        yield chunk


async def read_object(request: Request, settings: ApiSettings) -> dict[str, Any]:
    """Return the JSON object that a request brings.

    Raises
    ------
    BodyTooLargeError, UnsupportedMediaError, MalformedBodyError
        See `read_submission`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise UnsupportedMediaError
    body = _bounded(request, settings.body_bytes_max)
    return _object(b"".join([chunk async for chunk in body]))


async def read_insertions(request: Request, settings: ApiSettings) -> InsertionsRequest:
    """Return what a request for places asks.

    Raises
    ------
    BodyTooLargeError, UnsupportedMediaError, MalformedBodyError
        See `read_submission`.
    InputError
        With everything in it that is not accepted.
    """
    asked = _understood(InsertionsRequest, await read_object(request, settings))
    if (asked.order_id is None) == (asked.order is None):
        raise InputError([Fault(code="which_order_asked", where=Where(pointer="/order_id"))])
    return asked


async def read_comparison(request: Request, settings: ApiSettings) -> ComparisonRequest:
    """Return the plan that a request brings to compare with.

    Raises
    ------
    BodyTooLargeError, UnsupportedMediaError, MalformedBodyError
        See `read_submission`.
    InputError
        ``which_plan_asked``, or with everything that is not accepted.
    """
    asked = _understood(ComparisonRequest, await read_object(request, settings))
    if (asked.plan is None) == (asked.rounds is None):
        raise InputError([Fault(code="which_plan_asked", where=Where(pointer="/plan"))])
    return asked


def _understood(model: type[Asked], document: dict[str, Any]) -> Asked:
    try:
        return model.model_validate(document, strict=True)
    except ValidationError as error:
        raise InputError(
            Fault(
                code="bad_parameter",
                where=Where(pointer="".join(f"/{part}" for part in one["loc"])),
                value=str(one["input"])[:200],
                details={"name": str(one["loc"][0])},
            )
            for one in error.errors()
        ) from None


def below(pointer: str, fault: Fault) -> Fault:
    """Return a fault of a document with its place in the whole request."""
    if not pointer:
        return fault
    where = replace(fault.where, pointer=pointer + fault.where.pointer, file="")
    details = fault.details
    if "pointer" in details:
        details = {**details, "pointer": f"{pointer}{details['pointer']}"}
    return replace(fault, where=where, details=details)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body, parse_constant=_no_constant)
        # A lone surrogate escape is read without complaint and can never be written again.
        json.dumps(document, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedBodyError from error
    if not isinstance(document, dict):
        raise MalformedBodyError
    return document


def _from_json(body: bytes) -> Submission:
    document = _object(body)
    missing = object()
    case = document.pop("case", missing)
    return Submission(
        name=_CASE_NAME,
        content=None if case is missing else json.dumps(case).encode(),
        fields=document,
        pointer="/case",
        from_form=False,
    )


async def _from_form(request: Request, body: AsyncIterator[bytes], bytes_max: int) -> Submission:
    parser = MultiPartParser(
        request.headers,
        body,  # type: ignore[arg-type]  # asks for a generator, needs an iterator
        max_files=1,
        max_fields=_FIELDS_MAX,
        max_part_size=bytes_max,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        # KeyError: the media type names no boundary.
        raise MalformedBodyError from error
    fields: dict[str, Any] = {}
    name, content = "", None
    try:
        for key, value in form.multi_items():
            if isinstance(value, UploadFile):
                if key == "file" and value.filename:
                    name, content = _label(value.filename), await value.read()
            elif value != "":
                # An empty field of a page is a field left alone.
                fields[key] = value
    finally:
        await form.close()
    return Submission(name=name, content=content, fields=fields, pointer="", from_form=True)


def _label(filename: str) -> str:
    """Return a file name fit to be shown and to tell its kind: no folder, no control character."""
    last = re.split(r"[/\\]", filename)[-1]
    return re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", last)[-100:]


def options_of(submission: Submission, settings: ApiSettings, *, replans: bool = False) -> Options:
    """Return how to plan.

    Parameters
    ----------
    replans
        Whether there is a known plan, of which to ``keep``.

    Raises
    ------
    InputError
        With every option that is not accepted.
    """
    maxima = {
        "time_limit_s": settings.time_limit_max_s,
        "iterations": settings.iterations_max,
        "threads": settings.threads_max,
        "seed": 2**31 - 1,
    }

    def fault(code: str, name: str, value: object) -> Fault:
        maximum = maxima.get(name)
        return Fault(
            code=code,
            where=Where(column=name) if submission.from_form else Where(pointer=f"/{name}"),
            value=str(value)[:200],
            details={"name": name} if maximum is None else {"maximum": str(round(maximum))},
        )

    def refused(name: str, value: object) -> Fault:
        known = name in maxima or (replans and name == "keep")
        return fault(f"bad_{name}" if known else "unknown_option", name, value)

    try:
        options = (ReplanOptionsIn if replans else OptionsIn).model_validate(
            submission.fields, strict=not submission.from_form, context=maxima
        )
    except ValidationError as error:
        raise InputError(
            refused(str(one["loc"][0]), one["input"]) for one in error.errors()
        ) from None
    if options.time_limit_s is not None and options.iterations is not None:
        raise InputError([fault("two_stopping_rules", "iterations", options.iterations)])
    time_limit_s = options.time_limit_s
    if time_limit_s is None and options.iterations is None:
        time_limit_s = settings.time_limit_default_s
    return Options(
        stopping=Stopping(time_limit_s=time_limit_s, iterations=options.iterations),
        seed=options.seed,
        threads=options.threads,
        keep=options.keep if isinstance(options, ReplanOptionsIn) else "",
    )
