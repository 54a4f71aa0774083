"""Why an order is where it is, as a person reads it and as a program does."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from colivraison.domain import Case, Order
from colivraison.interchange.goods_text import temperature_text
from colivraison.interchange.insertion_report import InsertionReport, signed
from colivraison.planning import (
    Alternative,
    Insertion,
    LeftOut,
    Lift,
    Obstruction,
    Served,
    WhatIf,
)
from colivraison.texts import Texts

__all__ = ["ExplanationReport"]


@dataclass(frozen=True, slots=True)
class ExplanationReport:
    """Tells explanations of one case."""

    case: Case
    texts: Texts

    def sentences(self, found: Served | LeftOut) -> list[str]:
        """Return what to say, one thing after the other; what belongs to it with a bullet."""
        return self._served(found) if isinstance(found, Served) else self._left_out(found)

    def document(self, found: Served | LeftOut) -> dict[str, object]:
        """Return it for programs."""
        if isinstance(found, Served):
            return {
                "order": found.order.id,
                "served": True,
                "round": found.round.id,
                "vehicle": found.round.vehicle_id,
                **({"driver": found.round.driver_id} if found.round.driver_id else {}),
                "day": found.day.isoformat(),
                "delivery_s": found.delivery_s,
                "costs_cents": found.costs_cents,
                "alternatives": [
                    {**self._places.document(one.insertion), "more_cents": one.more_cents}
                    for one in found.alternatives
                ],
                "undrivable": list(found.undrivable),
            }
        return {
            "order": found.order.id,
            "served": False,
            "code": found.code.value,
            "places": [self._places.document(one) for one in found.places],
            "obstructions": [
                {
                    "vehicle": one.vehicle_id,
                    "day": one.day.isoformat(),
                    "round": one.round_id,
                    "rules": [rule.value for rule in one.rules],
                }
                for one in found.obstructions
            ],
            "what_ifs": [
                {
                    "lift": one.lift.value,
                    "vehicle": one.vehicle_id,
                    "by_s": one.by_s,
                    "crates": one.room.crates,
                    "mass_g": one.room.mass_g,
                    "litres": one.room.litres,
                    "added_cents": one.added_cents,
                    "sentence": self._what_if(one, found.order),
                    "place": self._places.document(one.insertion),
                }
                for one in found.what_ifs
            ],
        }

    @property
    def _places(self) -> InsertionReport:
        return InsertionReport(self.case, self.texts)

    def _served(self, found: Served) -> list[str]:
        texts, week = self.texts, self.case.week
        told = [
            texts(
                "explain.served",
                day=texts.date(found.day),
                round=self._places.round(found.round, is_new=False),
                clock=texts.clock(week.moment(found.delivery_s), found.day),
                euros=texts.euros(found.costs_cents),
            )
        ]
        told += [texts("cli.insertions.undrivable", round=one) for one in found.undrivable]
        told += [f"• {self._alternative(one)}" for one in found.alternatives]
        if not found.alternatives:
            told.append(texts("explain.no_other_place"))
        elif all(one.insertion.delivery_day(week) == found.day for one in found.alternatives):
            told.append(texts("explain.no_other_day"))
        return told

    def _alternative(self, one: Alternative) -> str:
        return self.texts(
            "explain.cheaper" if one.more_cents < 0 else "explain.dearer",
            euros=self.texts.euros(abs(one.more_cents)),
            **self._where(one.insertion),
        )

    def _where(self, one: Insertion) -> dict[str, str]:
        """Return day, time and round of a place in words."""
        begins: dt.datetime = self.case.week.moment(one.delivery_s)
        return {
            "day": self.texts.date(begins.date()),
            "clock": self.texts.clock(begins),
            "round": self._places.round(one.round, is_new=one.before is None),
        }

    def _left_out(self, found: LeftOut) -> list[str]:
        texts = self.texts
        told = [texts("explain.left_out", why=texts(f"unserved.{found.code}"))]
        if found.places:
            told.append(texts("explain.fits_all_the_same", order=found.order.id))
            return told + [f"• {self._places.head(one)}" for one in found.places]
        told += [f"• {sentence}" for sentence in self._obstructions(found)]
        told.append(texts("explain.what_if" if found.what_ifs else "explain.no_what_if"))
        return told + [f"• {self._what_if(one, found.order)}" for one in found.what_ifs]

    def _obstructions(self, found: LeftOut) -> list[str]:
        """Return a sentence for each van and what shuts it, with the days on which it does."""
        texts, names = self.texts, self._named(found.order)

        def alike(one: Obstruction) -> tuple[str, tuple[str, ...]]:
            return one.vehicle_id, one.rules

        told: list[str] = []
        for (vehicle_id, rules), some in groupby(found.obstructions, key=alike):
            days = ", ".join(dict.fromkeys(texts.date(one.day) for one in some))
            why = texts("explain.or").join(texts(f"explain.rule.{rule}", **names) for rule in rules)
            vehicle = self._vehicle(vehicle_id)
            told.append(texts("explain.obstruction", vehicle=vehicle, days=days, why=why))
        return told

    def _named(self, order: Order) -> dict[str, str]:
        places = self.case.places
        return {
            "farm": places[order.producer_id].name,
            "site": places[order.site_id].name,
            "temperature": temperature_text(order.temperature, self.texts),
        }

    def _vehicle(self, vehicle_id: str) -> str:
        return next(van.name for van in self.case.vehicles if van.id == vehicle_id)

    def _what_if(self, one: WhatIf, order: Order) -> str:
        texts, room = self.texts, one.room
        if one.lift is Lift.CAPACITY:
            crates = [texts("explain.crates", count=room.crates)] if room.crates else []
            other = ((room.mass_g, "g"), (room.litres, "l"))
            told = [texts.amount(amount, unit) for amount, unit in other if amount]
            amount = " + ".join([*crates, *told])
        else:
            amount = texts.duration(one.by_s)
        # Longer on the road: the van, with whoever drives it.
        driven = self.case.drivers and one.lift in (Lift.VAN_EARLIER, Lift.VAN_LATER)
        condition = texts(
            f"explain.if.{one.lift}{'_driven' if driven else ''}",
            vehicle="" if one.vehicle_id is None else self._vehicle(one.vehicle_id),
            amount=amount,
            **self._named(order),
        )
        euros = signed(one.added_cents, texts.euros)
        return texts("explain.then", condition=condition, euros=euros, **self._where(one.insertion))
