"""The target of a search as it is typed: vehicles and cost in the units of the file."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from colivraison.errors import Fault, InputError
from colivraison.interchange.benchmarks import BenchmarkInstance
from colivraison.pdptw import Objective, Target

__all__ = ["TypedTarget", "typed_target"]

_COUNT, _COST = r"(?P<vehicles>\d{1,9})", r"(?P<cost>\d{1,12}(?:[.,]\d{1,9})?)"
_FORMS = {
    Objective.VEHICLES_THEN_DISTANCE: re.compile(f"{_COUNT}(?:/{_COST})?", re.ASCII),
    Objective.DISTANCE: re.compile(_COST, re.ASCII),
}
_ROUNDING = 0.005
"""Costs of straight lines are published with two decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedTarget:
    """What was typed; None for what was not."""

    vehicles: int | None
    cost: float | None

    def of(self, instance: BenchmarkInstance) -> Target:
        """Return the same for the problem of an instance.

        A cost is reached by every plan that is shown with it, be it a little dearer unrounded.
        """
        distance_m = None
        if self.cost is not None:
            rounding = _ROUNDING if instance.matrix is None else 0.0
            distance_m = math.floor((self.cost + rounding) * instance.scale)
        return Target(vehicles=self.vehicles, distance_m=distance_m)


def typed_target(text: str, objective: Objective) -> TypedTarget:
    """Read ``VEHICLES`` or ``VEHICLES/COST``, or ``COST`` where only the distance counts.

    Raises
    ------
    InputError
        ``bad_target``, ``bad_target_cost``.
    """
    found = _FORMS[objective].fullmatch(text.strip())
    if found is None:
        alone = objective is Objective.DISTANCE
        code = "bad_target_cost" if alone else "bad_target"
        raise InputError([Fault(code=code, value=text[:200])])
    given = found.groupdict()
    cost = given["cost"]
    return TypedTarget(
        vehicles=int(given["vehicles"]) if given.get("vehicles") else None,
        cost=None if cost is None else float(cost.replace(",", ".")),
    )
