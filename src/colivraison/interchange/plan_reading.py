"""A plan read back from its document.

What cannot be understood is refused, and nothing else: a plan that arrives late or overloads a
van is read, because ``colivraison check`` is there to say so.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from colivraison.domain import PLAN_VERSION, Case, Plan
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.case_json import parse_case_json
from colivraison.interchange.plan_domain import plan_of, rounds_of
from colivraison.interchange.plan_ids import id_faults, round_id_faults
from colivraison.interchange.plan_schema import EditedRounds, PlanDocument

__all__ = ["plan_from_json", "plan_with_rounds", "read_plan"]

# Larger than any week of a territory (a 1000-place matrix is about 15 MB), small enough to hold.
_MOST_BYTES = 200 * 2**20
_MOST_VALUE = 200
_NO_DAY = dt.date(2000, 1, 3)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def plan_from_json(document: Any, *, file: str = "") -> Plan:
    """Return the plan of a document.

    Parameters
    ----------
    document
        What a JSON parser gave.
    file
        Name of the file it came from, for the faults.

    Raises
    ------
    InputError
        With every fault that makes the document unreadable; each has a JSON pointer.
    """
    if not isinstance(document, dict):
        where, value = Where(file=file), _shortened(document)
        raise InputError([Fault(code="plan_not_object", where=where, value=value)])
    version = document.get("plan_version")
    if "plan_version" in document and (type(version) is not int or version != PLAN_VERSION):
        raise InputError(
            [
                Fault(
                    code="plan_version",
                    where=Where(file=file, pointer="/plan_version"),
                    value=_shortened(version),
                    details={"known": PLAN_VERSION},
                )
            ]
        )
    faults: list[Fault] = []
    shape: PlanDocument | None = None
    try:
        shape = PlanDocument.model_validate(document)
    except ValidationError as error:
        faults += _shape_faults(error, file)
    case: Case | None = None
    if isinstance(document.get("case"), dict):
        try:
            case = parse_case_json(
                document["case"], gazetteer=None, today=_horizon_start(document), to_plan=False
            )
        except InputError as error:
            faults += [_inside_case(fault, file) for fault in error.faults]
    if shape is not None:
        if (shape.iterations is None) == (shape.time_limit_s is None):
            faults.append(Fault(code="plan_stopping_rule", where=Where(file=file)))
        if case is not None:
            faults += id_faults(shape, case, file)
            if not faults:
                return plan_of(shape, case, file)
    raise InputError(faults)


def read_plan(path: Path) -> Plan:
    """Return the plan of a file, or every fault that makes it unreadable.

    Raises
    ------
    InputError
        ``missing_file``, ``plan_unreadable``, ``plan_too_large``, ``plan_not_json``, and those of
        ``plan_from_json``.
    """
    where = Where(file=path.name)
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            details = {"limit_mb": _MOST_BYTES // 2**20}
            raise InputError([Fault(code="plan_too_large", where=where, details=details)])
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError([Fault(code="missing_file", where=where, value=path.name)]) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fault = Fault(code="plan_unreadable", where=where, value=path.name, details={"why": reason})
        raise InputError([fault]) from error
    try:
        document = _parsed(content)
    except (ValueError, RecursionError) as error:
        why = f"{error}"[:_MOST_VALUE]
        fault = Fault(code="plan_not_json", where=where, value=path.name, details={"why": why})
        raise InputError([fault]) from error
    return plan_from_json(document, file=path.name)


def plan_with_rounds(plan: Plan, document: Any) -> Plan:
    """Return a plan with the rounds that somebody wants, not timed yet (`planning.retime`).

    Parameters
    ----------
    document
        ``{"rounds": [...]}``: every round there is to be, as in ``plan.json``; a round that is not
        in it is gone.  What follows from the order of stops (times, loads, costs) may be left out,
        and does not count.  A round without lines on the map keeps those it had.

    Raises
    ------
    InputError
        With every fault; each has a JSON pointer.
    """
    try:
        wanted = EditedRounds.model_validate(document)
    except ValidationError as error:
        raise InputError(_shape_faults(error, "")) from None
    if faults := round_id_faults(wanted.rounds, plan, ""):
        raise InputError(faults)
    legs = {one.id: one.legs for one in plan.rounds}
    return dataclasses.replace(
        plan,
        rounds=tuple(
            one if one.legs else dataclasses.replace(one, legs=legs.get(one.id, ()))
            for one in rounds_of(wanted.rounds, "")
        ),
    )


def _parsed(content: bytes) -> Any:
    text = content.decode("utf-8-sig")
    document = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_no_twins)
    if _SURROGATE.search(text):
        # Half a character (\ud800 alone) parses, and then cannot be written to any file.
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    return document


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twin!r} stands twice in one object")
    return found


def _shape_faults(error: ValidationError, file: str) -> list[Fault]:
    faults = []
    for found in error.errors(include_url=False, include_context=False):
        pointer = _pointer(found["loc"])
        where = Where(file=file, pointer=pointer)
        match found["type"]:
            case "missing":
                code, value = "plan_missing_key", str(found["loc"][-1])
            case "extra_forbidden":
                code, value = "plan_unknown_key", str(found["loc"][-1])
            case _:
                code, value = "plan_bad_value", _shortened(found["input"])
        faults.append(Fault(code=code, where=where, value=value, details={"pointer": pointer}))
    return faults


def _inside_case(fault: Fault, file: str) -> Fault:
    """Return a fault of the embedded case with its place in the plan."""
    where = dataclasses.replace(fault.where, file=file, pointer=f"/case{fault.where.pointer}")
    return dataclasses.replace(fault, where=where)


def _horizon_start(document: dict[str, Any]) -> dt.date:
    """Return the day by which a case without a week would be dated; a plan's own case has one."""
    try:
        return dt.date.fromisoformat(document["horizon_start"])
    except (KeyError, TypeError, ValueError):
        return _NO_DAY  # the shape has told


def _pointer(location: tuple[int | str, ...]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location)


def _shortened(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:_MOST_VALUE]
