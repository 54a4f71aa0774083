"""What pydantic says of one value, as our coded faults."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence

from pydantic_core import ErrorDetails

from colivraison.domain import Energy, SiteKind
from colivraison.interchange.tables import shortened

__all__ = ["KEYED", "code_of", "details_of", "escaped", "path_of", "sheet_of", "shown"]


def sheet_of(pointer: str) -> str:
    """Return the table a pointer leads into, "" for the document itself."""
    return pointer.split("/")[1] if pointer else ""


def escaped(step: str) -> str:
    """Return a step of a JSON pointer (RFC 6901), shortened."""
    return shortened(step).replace("~", "~0").replace("/", "~1")


def path_of(loc: Sequence[int | str], value: object) -> list[int | str]:
    """Return the steps of a location that are steps in the value (pydantic adds labels)."""
    steps: list[int | str] = []
    for step in loc:
        if isinstance(value, Mapping):
            steps.append(step)
            value = value.get(step)
        elif isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
            steps.append(step)
            value = value[step]
    return steps


def shown(value: object) -> str:
    """Return a short text of a value that may be deep, huge or no text at all."""
    if isinstance(value, str):
        shown = value[:1000].encode("utf-8", "replace").decode()
    elif isinstance(value, Mapping):
        shown = "{…}"
    elif isinstance(value, list | tuple):
        shown = "[…]"
    elif isinstance(value, int) and value.bit_length() > 200:
        shown = "…"
    else:
        shown = json.dumps(value, default=lambda _: "…")
    return shortened(shown)


KEYED = {"missing": "missing_key", "extra_forbidden": "unknown_key"}
_CODES = {
    **KEYED,
    "string_type": "not_text",
    **dict.fromkeys(("tuple_type", "list_type"), "not_list"),
    **dict.fromkeys(("model_type", "dict_type", "model_attributes_type"), "not_object"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "bad_yes_no"),
    **dict.fromkeys(("int_type", "float_type", "finite_number", "int_parsing_size"), "bad_number"),
    "int_from_float": "not_whole",
    "greater_than_equal": "negative_number",
    "less_than_equal": "number_too_large",
    "too_short": "empty_list",
    "too_long": "too_many_rows",
    **dict.fromkeys(("string_too_long", "string_unicode", "bad_text"), "bad_text"),
    "string_too_short": "empty_cell",
}
_DETAILS: dict[str, dict[str, str | int]] = {
    "less_than_equal": {"most": 10**12},
    "too_long": {"most": 1000},
    "string_too_long": {"most": 200},
    "string_unicode": {"most": 200},
    "bad_text": {"most": 200},
}
_DETAILS_OF_CODE: dict[str, dict[str, str | int]] = {
    "unknown_kind": {"kinds": ", ".join(SiteKind)},
    "bad_energy": {"energies": ", ".join(Energy)},
}
# Values that are words of a short list, or have a form of their own: named by their key.
_BY_KEY = {
    "kind": "unknown_kind",
    "profile": "unknown_profile",
    "temperature": "bad_temperature",
    "temperatures": "bad_temperature",
    "day": "bad_day",
    "days": "bad_day",
    "weekdays": "bad_day",
    "from": "bad_hours",
    "to": "bad_hours",
    **dict.fromkeys(("week_start", "first_date", "last_date"), "bad_date"),
    "unit": "bad_minimum",
    **dict.fromkeys(("week_start", "first_date", "last_date", "except_dates"), "bad_date"),
    **dict.fromkeys(("opens", "cut_off", "distribution", "ordered_at"), "bad_moment"),
    "school_zone": "bad_school_zone",
    "closed_public_holidays": "bad_public_holidays",
    "scope": "bad_scope",
    "energy": "bad_energy",
    **dict.fromkeys(("goods", "refuses"), "bad_goods"),
}


def code_of(detail: ErrorDetails, path: Sequence[int | str]) -> str:
    """Return the code of a fault that pydantic found at a path."""
    key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    kind = detail["type"]
    if kind == "int_type" and isinstance(detail["input"], float):
        return "not_whole" if math.isfinite(detail["input"]) else "bad_number"
    if kind in ("greater_than_equal", "less_than_equal", "finite_number") and key in ("lat", "lon"):
        return "place_out_of_range"
    if kind in ("greater_than_equal", "less_than_equal") and key == "cost_alert_percent":
        return "bad_percent"
    if kind in ("enum", "literal_error", "string_pattern_mismatch"):
        return _BY_KEY[key]
    return _CODES[kind]


def details_of(detail: ErrorDetails, path: Sequence[int | str]) -> dict[str, str | int]:
    """Return the named values for the sentences of that fault."""
    return _DETAILS.get(detail["type"], {}) | _DETAILS_OF_CODE.get(code_of(detail, path), {})
