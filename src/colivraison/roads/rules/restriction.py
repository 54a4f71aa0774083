"""Turn restrictions: what their tags say, to whom, and when they apply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from colivraison.roads.profile import Profile
from colivraison.roads.rules.conditions import clauses, holds, is_unknown

__all__ = ["RestrictionRule", "RestrictionTags", "restriction_applies", "restriction_rules"]

_KINDS = frozenset(
    {"no_left_turn", "no_right_turn", "no_straight_on", "no_u_turn", "no_entry", "no_exit",
     "only_left_turn", "only_right_turn", "only_straight_on", "only_u_turn"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RestrictionRule:
    """What a turn restriction says, without the ways it is about.

    Parameters
    ----------
    only
        Whether this is the only turn allowed; else it is the one forbidden.
    kind
        As the map says: ``no_left_turn``, ``only_straight_on``...
    vehicle
        The vehicles it is for (``hgv``); "" for all.
    excepted
        The vehicles it is not for.
    condition
        Its conditions, joined by `` AND ``; "" where it always applies.
    """

    only: bool
    kind: str
    vehicle: str = ""
    excepted: tuple[str, ...] = ()
    condition: str = ""


class RestrictionTags(NamedTuple):
    """What the tags of a relation give.

    Parameters
    ----------
    rules
        One per key and clause that we evaluate.
    dropped
        Reasons for what is left out: ``unknown_kind``, ``hours`` (old tags such as ``hour_on``).
    skipped
        Keys of conditions that are not, or not wholly, evaluated.
    """

    rules: tuple[RestrictionRule, ...]
    dropped: tuple[str, ...]
    skipped: tuple[str, ...]


def restriction_applies(rule: RestrictionRule, profile: Profile, on: dt.date | None) -> bool:
    """Return whether a rule concerns a vehicle on a day.

    Without a day, a rule that depends on one does not apply.
    """
    if rule.vehicle and rule.vehicle not in profile.vehicle_keys:
        return False
    if any(vehicle in profile.vehicle_keys for vehicle in rule.excepted):
        return False
    if not rule.condition:
        return True
    return all(holds(one, profile, on) for one in rule.condition.split(" AND "))


def restriction_rules(tags: Mapping[str, str]) -> RestrictionTags:
    """Return the rules of a relation of type ``restriction``.

    A rule is read from ``restriction``, ``restriction:<vehicle>`` and their ``:conditional`` forms;
    ``type=restriction:<vehicle>`` is the old way of naming the vehicle.
    """
    excepted = tuple(part.strip() for part in tags.get("except", "").split(";") if part.strip())
    general = tags.get("type", "").partition(":")[2]
    rules: list[RestrictionRule] = []
    dropped: list[str] = []
    skipped: list[str] = []
    for key in sorted(tags):
        if key != "restriction" and not key.startswith("restriction:"):
            continue
        conditional = key.endswith(":conditional")
        vehicle = key.removesuffix(":conditional").partition(":")[2] or general
        if conditional:
            if is_unknown(tags[key]):
                skipped.append(key)
            entries = [
                (clause.value, " AND ".join(clause.conditions))
                for clause in clauses(tags[key])
                if not is_unknown(f"x @ ({' AND '.join(clause.conditions)})")
            ]
        else:
            entries = [(tags[key].strip(), "")]
        for kind, condition in entries:
            if kind not in _KINDS:
                dropped.append("unknown_kind")
            elif {"hour_on", "day_on"} & set(tags):
                dropped.append("hours")
            else:
                rules.append(
                    RestrictionRule(
                        only=kind.startswith("only_"),
                        kind=kind,
                        vehicle=vehicle,
                        excepted=excepted,
                        condition=condition,
                    )
                )
    if not rules and not dropped and not skipped:
        dropped.append("unknown_kind")
    return RestrictionTags(tuple(rules), tuple(dropped), tuple(skipped))
