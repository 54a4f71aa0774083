"""Conditional tags: ``no @ (Nov 15-May 15); delivery @ (weight>3.5 AND Mo-Fr)``.

What is evaluated: days and seasons (when there is a date), size and weight of the vehicle, its
kind, and purposes (``destination``), which make a road restricted. Hours, holidays, weather and
anything else are unknown: such a clause does not count, and reports say how often.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from colivraison.roads.profile import Profile
from colivraison.roads.rules.dates import is_on, names_days
from colivraison.roads.rules.measures import metres, tonnes
from colivraison.roads.rules.vehicles import VEHICLES

__all__ = [
    "EVALUATED_CONDITIONS",
    "Clause",
    "clauses",
    "conditional_value",
    "depends_on_days",
    "holds",
    "is_evaluated",
    "is_unknown",
]

_SIZES = (
    "maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "maxlength", "maxweight",
    "maxweightrating", "maxaxleload",
)  # fmt: skip

EVALUATED_CONDITIONS = frozenset(
    {f"{key}{end}:conditional"
     for key in (*VEHICLES, "access") for end in ("", ":forward", ":backward")}
    | {f"{key}:conditional" for key in _SIZES}
    | {f"oneway{end}:conditional" for end in ("", *(f":{vehicle}" for vehicle in VEHICLES))}
)  # fmt: skip
"""Conditional tags of ways that rules look at; all others are counted in reports."""

# None of these has two repeats side by side that match the same signs: on a long row of blanks such
# a pattern tries every way of sharing them out. What is found is stripped instead.
_BRACKETS_AND_ENDS = re.compile(r"[();]")
_AND = re.compile(r"(?<=\s)AND(?=\s)", re.IGNORECASE)
_COMPARISON = re.compile(r"(\w+)\s*(<=|>=|<|>|=)(.+)")
_PURPOSES = frozenset(
    {"destination", "delivery", "customers", "private", "permit", "residents", "resident",
     "loading", "unloading", "loading/unloading"}
)  # fmt: skip
_OTHER_VEHICLES = frozenset(
    {*VEHICLES, "bus", "psv", "coach", "tourist_bus", "taxi", "moped", "mofa", "motorcycle",
     "caravan", "motorhome", "agricultural", "forestry", "emergency", "foot", "horse",
     "hgv_articulated", "hazmat"}
)  # fmt: skip
# What a purpose makes of an open road.
_OPEN_VALUES = frozenset({"yes", "permissive", "designated", "none", "unrestricted"})


class Clause(NamedTuple):
    """One value with the conditions that must all hold for it."""

    value: str
    conditions: tuple[str, ...]


def _entries(text: str) -> Iterator[str]:
    """Yield the parts between the ``;`` that stand outside brackets."""
    start = depth = 0
    for sign in _BRACKETS_AND_ENDS.finditer(text):
        if sign[0] == "(":
            depth += 1
        elif sign[0] == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            yield text[start : sign.start()]
            start = sign.end()
    yield text[start:]


@lru_cache(maxsize=4096)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a conditional tag in order; what has no ``@`` is left out."""
    found: list[Clause] = []
    for entry in _entries(text):
        value, sign, inner = entry.partition("@")
        if not sign:
            continue
        inner = inner.strip()
        if inner.startswith("(") and inner.endswith(")"):
            inner = inner[1:-1]
        found.append(Clause(value.strip(), tuple(part.strip() for part in _AND.split(inner))))
    return tuple(found)


def _compared(text: str, profile: Profile) -> bool | None:
    """Return whether ``weight>3.5`` holds for a vehicle; None for anything else."""
    match = _COMPARISON.fullmatch(text)
    if match is None:
        return None
    own, limit = {
        "weight": (profile.weight_t, tonnes(match[3])),
        "maxweight": (profile.weight_t, tonnes(match[3])),
        "weightrating": (profile.weight_t, tonnes(match[3])),
        "height": (profile.height_m, metres(match[3])),
        "width": (profile.width_m, metres(match[3])),
        "length": (profile.length_m, metres(match[3])),
    }.get(match[1].lower(), (0.0, None))
    if limit is None:
        return None
    # "3.5 t" and more: the signs for exactly this weight speak of heavier vehicles.
    return {
        "<": own < limit,
        "<=": own <= limit,
        ">": own > limit,
        ">=": own >= limit,
        "=": own == limit,
    }[match[2]]


def holds(condition: str, profile: Profile, on: dt.date | None) -> bool | None:
    """Return whether one condition holds, None where we cannot know.

    Days are unknown when ``on`` is None; purposes always hold (see `conditional_value`).
    """
    word = condition.strip().lower()
    if word in _PURPOSES:
        return True
    if word in profile.vehicle_keys:
        return True
    if word in _OTHER_VEHICLES:
        return False
    compared = _compared(word, profile)
    if compared is not None:
        return compared
    return None if on is None else is_on(condition, on)


def conditional_value(text: str, profile: Profile, on: dt.date | None) -> str | None:
    """Return the value of the last clause that holds, None where none does.

    The last one wins, as the key's definition says. A clause that opens a road for a purpose
    (``yes @ destination``) gives ``destination``; one that closes it for a purpose does not count,
    for we come to deliver.
    """
    answer: str | None = None
    for clause in clauses(text):
        if not all(holds(one, profile, on) for one in clause.conditions):
            continue
        if any(one.strip().lower() in _PURPOSES for one in clause.conditions):
            if clause.value in _OPEN_VALUES:
                answer = "destination"
            elif clause.value != "no":
                answer = clause.value
        else:
            answer = clause.value
    return answer


def depends_on_days(text: str) -> bool:
    """Return whether some clause is decided by the day."""
    return any(
        not _known_without_day(one) and names_days(one)
        for clause in clauses(text)
        if not _unknown_clause(clause)
        for one in clause.conditions
    )


def _known_without_day(condition: str) -> bool:
    word = condition.strip().lower()
    if word in _PURPOSES or word in _OTHER_VEHICLES:
        return True
    match = _COMPARISON.fullmatch(word)
    return match is not None and match[1] in {
        "weight", "maxweight", "weightrating", "height", "width", "length",
    }  # fmt: skip


def _unknown_clause(clause: Clause) -> bool:
    return any(not _known_without_day(one) and not names_days(one) for one in clause.conditions)


def is_unknown(text: str) -> bool:
    """Return whether some clause, or the whole text, is none we evaluate."""
    found = clauses(text)
    return not found or any(_unknown_clause(clause) for clause in found)


def is_evaluated(text: str) -> bool:
    """Return whether some clause is one we evaluate."""
    return any(not _unknown_clause(clause) for clause in clauses(text))
