"""What a row refers to: the producer, site or owner that a cell names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace

from colivraison.errors import Fault
from colivraison.interchange.case_draft import (
    DraftApart,
    DraftCase,
    DraftDriver,
    DraftMinimum,
    DraftOrder,
    DraftPractice,
    DraftSite,
    DraftVehicle,
)
from colivraison.interchange.tables import shortened
from colivraison.interchange.words import word_key

__all__ = [
    "References",
    "referred_apart",
    "referred_driver",
    "referred_minimum",
    "referred_order",
    "referred_practice",
    "referred_vehicle",
]


class References:
    """Finds what a cell refers to: the id itself, else an id or name read loosely."""

    def __init__(self, draft: DraftCase) -> None:
        self._by_name = draft.by_name
        self.unread = draft.unread
        self.producers = self._words(draft.producers)
        self.places = self._words([*draft.producers, *draft.sites])
        self.vehicles = self._words(draft.vehicles)
        self._goods: dict[str, str] = {}
        for order in draft.orders:
            if order.goods:
                self._goods.setdefault(self._goods_key(order.goods), order.goods)

    def goods(self, text: str) -> str:
        """Return a kind of goods as the first order that has it writes it."""
        return self._goods.get(self._goods_key(text), text)

    def goods_or_producer(self, text: str) -> set[str]:
        """Return what a text that names goods or a producer may mean."""
        if self._goods_key(text) in self._goods:
            return {self.goods(text)}
        return self.find(text, self.producers)

    def _goods_key(self, text: str) -> str:
        return word_key(text) if self._by_name else text

    def _words(self, sites: Iterable[DraftSite | DraftVehicle]) -> dict[str, set[str]]:
        """Return ids by exact id (marked), and by loosely read id or name."""
        words: dict[str, set[str]] = defaultdict(set)
        for site in sites:
            if site.id is None:
                # The row has no usable id, but its name is known.
                if site.name:
                    words["~" + word_key(site.name)].add(site.name)
                continue
            words["=" + site.id].add(site.id)
            if self._by_name:
                for text in (site.id, site.name or ""):
                    if key := word_key(text):
                        words["~" + key].add(site.id)
        return words

    def find(self, text: str, words: dict[str, set[str]]) -> set[str]:
        """Return the ids a text may mean."""
        if "=" + text in words:
            return {text}
        return words.get("~" + word_key(text), set()) if self._by_name else set()


def _referred(
    text: str | None,
    words: dict[str, set[str]],
    references: References,
    report: Callable[[str, dict[str, str | int]], None],
    code: str,
) -> str | None:
    if text is None:
        return None
    found = references.find(text, words)
    if len(found) == 1:
        return next(iter(found))
    if found:
        report("ambiguous_reference", {"choices": ", ".join(sorted(found))})
    # An unread table of vehicles, producers or sites makes nothing unknown.
    elif code == "unknown_vehicle":
        if "vehicles" not in references.unread:
            report(code, {})
    elif "producers" not in references.unread and (
        code != "unknown_site" or "sites" not in references.unread
    ):
        report(code, {})
    return None


def referred_order(order: DraftOrder, references: References, faults: list[Fault]) -> DraftOrder:
    """Return an order with the ids its producer and site mean; what is wrong goes to ``faults``."""

    def reporter(field: str, value: str | None) -> Callable[[str, dict[str, str | int]], None]:
        def report(code: str, details: dict[str, str | int]) -> None:
            where = order.spot.where(_json_name(order, field))
            faults.append(
                Fault(code=code, where=where, value=shortened(value or ""), details=details)
            )

        return report

    producer = _referred(
        order.producer,
        references.producers,
        references,
        reporter("producer", order.producer),
        "unknown_producer",
    )
    site = _referred(
        order.site, references.places, references, reporter("site", order.site), "unknown_site"
    )
    if producer is not None and producer == site:
        reporter("site", order.site)("order_to_own_farm", {})
    if order.crates == 0 and order.mass_g == 0:
        reporter("crates", "0")("empty_order", {})
    goods = None if order.goods is None else references.goods(order.goods)
    return replace(order, producer=producer, site=site, goods=goods)


def referred_apart(
    apart: DraftApart, references: References, faults: list[Fault], warnings: list[Fault]
) -> DraftApart:
    """Return what is kept apart by its names.

    What is wrong goes to ``faults``; a name that no order and no producer of this week bears may be
    right in another week, and goes to ``warnings``.
    """

    def found(field: str, text: str | None) -> str | None:
        if text is None:
            return None
        meant = references.goods_or_producer(text)
        if len(meant) == 1:
            return next(iter(meant))
        where, value = apart.spot.where(field), shortened(text)
        if meant:
            details = {"choices": ", ".join(sorted(meant))}
            faults.append(
                Fault(code="ambiguous_reference", where=where, value=value, details=details)
            )
            return None
        if references.unread.isdisjoint(("producers", "orders")):
            warnings.append(Fault(code="unknown_goods", where=where, value=value))
        return text

    first, second = found("first", apart.first), found("second", apart.second)
    if first is not None and first == second:
        where = apart.spot.where("second")
        faults.append(Fault(code="kept_apart_from_itself", where=where, value=shortened(first)))
    return replace(apart, first=first, second=second)


def referred_minimum(
    minimum: DraftMinimum, references: References, faults: list[Fault]
) -> DraftMinimum:
    """Return a minimum with the ids its names mean; what is wrong goes to ``faults``."""

    def find(field: str, text: str | None, words: dict[str, set[str]], code: str) -> str | None:
        def report(found_code: str, details: dict[str, str | int]) -> None:
            where = minimum.spot.where(f"{field}_id" if minimum.spot.pointer else field)
            faults.append(
                Fault(code=found_code, where=where, value=shortened(text or ""), details=details)
            )

        return _referred(text, words, references, report, code)

    producer = find("producer", minimum.producer, references.producers, "unknown_producer")
    site = minimum.site and find("site", minimum.site, references.places, "unknown_site")
    return replace(minimum, producer=producer, site=site)


def referred_vehicle(
    vehicle: DraftVehicle, references: References, faults: list[Fault]
) -> DraftVehicle:
    """Return a van with the ids its owner and ends mean; what is wrong goes to ``faults``."""

    def find(field: str, text: str | None, words: dict[str, set[str]], code: str) -> str | None:
        def report(found_code: str, details: dict[str, str | int]) -> None:
            where = vehicle.spot.where(_json_name(vehicle, field))
            faults.append(
                Fault(code=found_code, where=where, value=shortened(text or ""), details=details)
            )

        return _referred(text, words, references, report, code)

    owner = vehicle.owner
    if owner:
        owner = find("owner", owner, references.producers, "unknown_owner")
    # A start that was left empty is the owner's farm: said once, as an unknown owner.
    start = (
        owner
        if vehicle.start == vehicle.owner
        else find("start", vehicle.start, references.places, "unknown_site")
    )
    end = (
        start
        if vehicle.end == vehicle.start
        else find("end", vehicle.end, references.places, "unknown_site")
    )
    carries_for = vehicle.carries_for and tuple(
        name
        for text in vehicle.carries_for
        if (name := find("carries_for", text, references.producers, "unknown_producer"))
    )
    refuses = vehicle.refuses and tuple(map(references.goods, vehicle.refuses))
    return replace(
        vehicle, owner=owner, start=start, end=end, carries_for=carries_for, refuses=refuses
    )


def referred_driver(
    driver: DraftDriver, references: References, faults: list[Fault]
) -> DraftDriver:
    """Return a driver with the ids of the vans it means; what is wrong goes to ``faults``."""

    def find(field: str, text: str) -> str | None:
        def report(found_code: str, details: dict[str, str | int]) -> None:
            where = driver.spot.where(field)
            faults.append(
                Fault(code=found_code, where=where, value=shortened(text), details=details)
            )

        return _referred(text, references.vehicles, references, report, "unknown_vehicle")

    vehicles = driver.vehicles and tuple(
        name
        for number, text in enumerate(driver.vehicles)
        if (name := find(f"vehicles/{number}" if driver.spot.pointer else "vehicles", text))
    )
    return replace(driver, vehicles=vehicles)


def referred_practice(
    practice: DraftPractice, references: References, faults: list[Fault]
) -> DraftPractice:
    """Return a round of today with the ids it means; what is wrong goes to ``faults``."""

    def find(field: str, text: str | None, words: dict[str, set[str]], code: str) -> str | None:
        def report(found_code: str, details: dict[str, str | int]) -> None:
            where = practice.spot.where(field)
            faults.append(
                Fault(code=found_code, where=where, value=shortened(text or ""), details=details)
            )

        return _referred(text, words, references, report, code)

    in_json = bool(practice.spot.pointer)
    producer = find(
        "producer_id" if in_json else "producer",
        practice.producer,
        references.producers,
        "unknown_producer",
    )
    sites = practice.sites and tuple(
        name
        for number, text in enumerate(practice.sites)
        if (
            name := find(
                f"site_ids/{number}" if in_json else "sites",
                text,
                references.places,
                "unknown_site",
            )
        )
    )
    if practice.sites == ():
        where = practice.spot.where("site_ids" if in_json else "sites")
        faults.append(Fault(code="practice_without_places", where=where))
    return replace(practice, producer=producer, sites=sites)


_JSON_NAMES = {
    "producer": "producer_id",
    "site": "site_id",
    "owner": "owner_id",
    "start": "start_site_id",
    "end": "end_site_id",
}


def _json_name(entry: DraftOrder | DraftVehicle, field: str) -> str:
    return _JSON_NAMES.get(field, field) if entry.spot.pointer else field
