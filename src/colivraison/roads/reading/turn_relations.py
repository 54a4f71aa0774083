"""Relations of type ``restriction``: members in their roles, or the reason why they are none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from colivraison.roads.reading.raw import RawRestriction
from colivraison.roads.rules.restriction import RestrictionRule, restriction_rules

__all__ = ["RELATION_TYPES", "Member", "read_restriction"]

RELATION_TYPES = (
    "restriction",
    *(
        f"restriction:{vehicle}"
        for vehicle in ("hgv", "goods", "motorcar", "motor_vehicle", "vehicle", "bicycle")
    ),
)
"""Values of ``type`` that are turn restrictions."""

Member = tuple[str, int, str]
"""Kind (``n``, ``w``, ``r``), id and role."""


def _wrong(kinds: set[str], rule: RestrictionRule) -> str:
    """Return the reason why the members do not fit a rule, "" when they do.

    Parameters
    ----------
    kinds
        ``from``, ``via node``... as far as there are any; ``froms`` and ``tos``: several.
    """
    missing = [role for role in ("from", "to") if role not in kinds]
    if missing:
        return f"no_{missing[0]}"
    if "via node" not in kinds and "via way" not in kinds:
        return "no_via"
    if "via node" in kinds and "via way" in kinds:
        return "via_mixed"
    if "via nodes" in kinds:
        return "several_via"
    if "froms" in kinds and rule.kind != "no_entry":
        return "several_from"
    if "tos" in kinds and rule.kind != "no_exit":
        return "several_to"
    return ""


def read_restriction(
    relation_id: int, tags: Mapping[str, str], members: Iterable[Member]
) -> tuple[list[RawRestriction], list[str], tuple[str, ...]]:
    """Read one relation.

    Returns
    -------
    The restrictions, one per rule; reasons for rules left out; keys of conditions not evaluated.
    """
    from_ways: list[int] = []
    to_ways: list[int] = []
    via_nodes: list[int] = []
    via_ways: list[int] = []
    for kind, ref, role in members:
        if kind == "w" and role in {"from", "to", "via"}:
            {"from": from_ways, "to": to_ways, "via": via_ways}[role].append(ref)
        elif kind == "n" and role == "via":
            via_nodes.append(ref)
    kinds = {
        name
        for name, several in (
            ("from", len(from_ways) > 0),
            ("froms", len(from_ways) > 1),
            ("to", len(to_ways) > 0),
            ("tos", len(to_ways) > 1),
            ("via node", len(via_nodes) > 0),
            ("via nodes", len(via_nodes) > 1),
            ("via way", len(via_ways) > 0),
        )
        if several
    }
    found = restriction_rules(tags)
    kept: list[RawRestriction] = []
    dropped = list(found.dropped)
    for rule in found.rules:
        if reason := _wrong(kinds, rule):
            dropped.append(reason)
            continue
        kept.append(
            RawRestriction(
                relation_id=relation_id,
                from_ways=tuple(from_ways),
                via_nodes=tuple(via_nodes),
                via_ways=tuple(via_ways),
                to_ways=tuple(to_ways),
                rule=rule,
            )
        )
    return kept, dropped, found.skipped
