"""A broken rule as a person reads it, and as a program does."""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.domain import Plan, TemperatureClass
from colivraison.interchange.goods_text import temperature_text
from colivraison.planning import Violation
from colivraison.texts import Texts

__all__ = ["ViolationReport"]

_PLACES = frozenset({"site", "expected", "from_site", "to_site"})


@dataclass(frozen=True, slots=True)
class ViolationReport:
    """Tells the broken rules of one plan."""

    plan: Plan
    texts: Texts

    def sentence(self, violation: Violation) -> str:
        """Return which rule is broken and by how much."""
        names = {site.id: site.name for site in self.plan.case.places.values()}
        if self.plan.new_site is not None:
            names[self.plan.new_site.site.id] = self.plan.new_site.site.name
        details = {
            key: names.get(value, value) if key in _PLACES else value
            for key, value in violation.details.items()
        }
        if "temperature" in details:
            asked = TemperatureClass(details["temperature"])
            details["temperature"] = temperature_text(asked, self.texts)
        amount = self.texts.amount(violation.amount, violation.unit)
        return self.texts(f"violation.{violation.code}", amount=amount, **details)

    def place(self, violation: Violation) -> str:
        """Return where it is: the part of the plan, the round, the stop counted from 1."""
        place = self.texts(f"part.{violation.part}")
        if violation.round_id:
            place += " · " + self.texts("cli.check.round", round=violation.round_id)
        if violation.stop is not None:
            place += " · " + self.texts("cli.check.stop", stop=violation.stop + 1)
        return place

    def document(self, violation: Violation) -> dict[str, object]:
        """Return it for programs; its stop counts from 0."""
        return {
            "code": violation.code.value,
            "part": violation.part.value,
            "round": violation.round_id,
            "stop": violation.stop,
            "amount": violation.amount,
            "unit": violation.unit,
            "details": dict(violation.details),
            "place": self.place(violation),
            "sentence": self.sentence(violation),
        }
