"""A place for an order as a person reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from colivraison.domain import Case, Order, Round, Site, UnservedCode
from colivraison.planning import Insertion, Insertions, Moved
from colivraison.texts import Texts

__all__ = ["InsertionReport", "signed"]


def signed(amount: int, told: Callable[[int], str]) -> str:
    """Return an amount with its sign: ``+ 0,53 €``."""
    sign = "\N{MINUS SIGN}" if amount < 0 else "+"
    return f"{sign}\N{NARROW NO-BREAK SPACE}{told(abs(amount))}"


@dataclass(frozen=True, slots=True)
class InsertionReport:
    """Tells places for orders of one case."""

    case: Case
    texts: Texts

    def order(self, order: Order) -> str:
        """Return what an order is."""
        texts, places = self.texts, self.case.places
        return texts(
            "cli.insertions.order",
            order=order.id,
            producer=places[order.producer_id].name,
            site=places[order.site_id].name,
            crates=texts.number(order.crates),
            kg=texts.kg(order.mass_g),
        )

    def head(self, one: Insertion) -> str:
        """Return day, van, what it adds, and when it arrives."""
        week, texts = self.case.week, self.texts
        begins = week.moment(one.delivery_s)
        return texts(
            "cli.insertions.place",
            day=texts.date(begins.date()),
            round=self.round(one.round, is_new=one.before is None),
            euros=signed(one.added_cents, texts.euros),
            km=signed(one.added_m, texts.km),
            minutes=signed(one.added_s, texts.duration),
            clock=texts.clock(begins),
        )

    def round(self, one: Round, *, is_new: bool) -> str:
        """Return how people call a round: its number, its van and who drives it."""
        key = "cli.insertions.new_round" if is_new else "cli.insertions.round"
        van = next(v for v in self.case.vehicles if v.id == one.vehicle_id)
        drivers = [driver.name for driver in self.case.drivers if driver.id == one.driver_id]
        return self.texts(key, round=one.id, vehicle=", ".join([van.name, *drivers]))

    def details(self, one: Insertion) -> list[str]:
        """Return where it is loaded and unloaded, with what, and whose times move most."""
        texts = self.texts
        told = [
            texts("cli.insertions.pickup", where=self._stop(one, one.pickup_stop)),
            texts("cli.insertions.delivery", where=self._stop(one, one.delivery_stop)),
        ]
        if one.rides_with:
            told.append(texts("cli.insertions.rides_with", orders=", ".join(one.rides_with)))
        if one.before is not None:
            told.append(self._most_moved(one.most_moved))
        return told

    def why(self, code: UnservedCode) -> str:
        """Return why there is no place for an order; one of those delivered counts the rest."""
        is_short = code is UnservedCode.BELOW_MINIMUM
        return self.texts("cli.insertions.below_minimum" if is_short else f"unserved.{code}")

    def documents(self, found: Insertions) -> dict[str, object]:
        """Return the places of an order for programs."""
        return {
            "order": found.order.id,
            "places": [self.document(one) for one in found.places],
            "code": None if found.code is None else found.code.value,
            "undrivable": list(found.undrivable),
        }

    def sentences(self, one: Insertion) -> list[str]:
        """Return what it adds, then where it is."""
        return [self.head(one), *self.details(one)]

    def document(self, one: Insertion) -> dict[str, object]:
        """Return one place for programs."""
        return {
            "round": one.round.id,
            "new_round": one.before is None,
            "vehicle": one.round.vehicle_id,
            **({"driver": one.round.driver_id} if one.round.driver_id else {}),
            "day": one.delivery_day(self.case.week).isoformat(),
            "delivery_s": one.delivery_s,
            "pickup_stop": one.pickup_stop,
            "delivery_stop": one.delivery_stop,
            "stops": [stop.site_id for stop in one.round.stops],
            "rides_with": list(one.rides_with),
            "added_cents": one.added_cents,
            "added_m": one.added_m,
            "added_s": one.added_s,
            "moved": [
                {
                    "site": moved.site_id,
                    "stop": moved.stop,
                    "before_s": moved.before_s,
                    "after_s": moved.after_s,
                }
                for moved in one.moved
            ],
        }

    def _stop(self, one: Insertion, number: int) -> str:
        """Return a place among those it lies between, unless the van halts there anyway."""
        stops, texts = one.round.stops, self.texts
        site = self._site(stops[number].site_id).name
        others = [h for h in stops[number].handlings if one.order.id not in h.order_ids]
        if others or set(one.rides_with) & {
            i for h in stops[number].handlings for i in h.order_ids
        }:
            return texts("cli.insertions.at_stop", site=site)
        if number == 0:
            return texts("cli.insertions.at_start", site=site)
        if number == len(stops) - 1:
            return texts("cli.insertions.at_end", site=site)
        return texts(
            "cli.insertions.between",
            site=site,
            first=self._site(stops[number - 1].site_id).name,
            last=self._site(stops[number + 1].site_id).name,
        )

    def _most_moved(self, moved: Moved | None) -> str:
        if moved is None:
            return self.texts("cli.insertions.nobody_moves")
        key = "cli.insertions.later" if moved.shift_s > 0 else "cli.insertions.earlier"
        return self.texts(
            key,
            site=self._site(moved.site_id).name,
            amount=self.texts.duration(abs(moved.shift_s)),
        )

    def _site(self, site_id: str) -> Site:
        return self.case.places[site_id]
