"""What lies beside the rounds: everyone alone, a co-delivery, a new point, what is not served."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from colivraison.domain import Plan, Position
from colivraison.maps.layers import Feature, badge, stroke
from colivraison.maps.palette import ALONE, CO_DELIVERY, NEW_SITE, UNSERVED
from colivraison.maps.views import Card, amount_of, drawn_line
from colivraison.texts import Texts

__all__ = ["Extra", "extras"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """One more layer and what the panel says of it.

    Parameters
    ----------
    symbol
        ``alone``, ``co_delivery``, ``new_site`` or ``unserved``: its drawing in the legend.
    """

    key: str
    symbol: str
    title: str
    lines: tuple[str, ...]
    show: bool
    features: tuple[Feature, ...]
    cards: dict[str, Card]


def extras(plan: Plan, texts: Texts) -> tuple[Extra, ...]:
    """Return the layers that this plan has something to put in."""
    found = (
        _unserved(plan, texts),
        _co_delivery(plan, texts),
        _new_site(plan, texts),
        _alone(plan, texts),
    )
    return tuple(extra for extra in found if extra is not None)


def _alone(plan: Plan, texts: Texts) -> Extra | None:
    if not any(alone.rounds for alone in plan.alone):
        return None
    places = plan.case.places
    features: list[Feature] = []
    cards: dict[str, Card] = {}
    for index, alone in enumerate(plan.alone):
        if not alone.rounds:
            continue
        name = places[alone.producer_id].name
        ref = f"a{index}"
        km = texts.km(sum(r.distance_m for r in alone.rounds))
        euros = texts.euros(sum(r.cost_cents for r in alone.rounds))
        rounds = texts.number(len(alone.rounds))
        lines = [("load", texts("map.alone.card", rounds=rounds, km=km, euros=euros))]
        if alone.vehicles:
            lines.append(("wait", texts("map.alone.assumed")))
        cards[ref] = Card(title=texts("map.alone.title", producer=name), lines=tuple(lines))
        features += [
            stroke(drawn_line(r, places), ref=ref, colour=ALONE, width=2, dash=(3, 5), side=-2)
            for r in alone.rounds
        ]
    return Extra(
        key="alone",
        symbol="alone",
        title=texts("map.alone.layer"),
        lines=(texts("map.alone.hint"),),
        show=False,
        features=tuple(features),
        cards=cards,
    )


def _co_delivery(plan: Plan, texts: Texts) -> Extra | None:
    found = plan.co_delivery
    if found is None:
        return None
    places = plan.case.places
    carrier, served = places[found.carrier_id].name, places[found.served_id].name
    sites = ", ".join(places[site_id].name for site_id in found.site_ids)
    saved_cents = (
        found.carrier_before_cents
        + found.served_before_cents
        - found.carrier_after_cents
        - found.served_after_cents
    )
    saved_m = (
        found.carrier_before_m
        + found.served_before_m
        - found.carrier_after_m
        - found.served_after_m
    )
    lines = (
        texts("map.co.what", carrier=carrier, served=served, sites=sites),
        texts("map.co.saved", euros=texts.euros(saved_cents), km=texts.km(saved_m)),
        texts(
            "map.co.pays",
            served=served,
            carrier=carrier,
            euros=texts.euros(found.payment_cents),
        ),
    )
    card = Card(title=texts("map.co.title"), lines=tuple(("text", line) for line in lines))
    features = [
        stroke(
            drawn_line(r, places),
            ref="co",
            colour=CO_DELIVERY,
            width=11,
            alpha=0.28,
        )
        for r in found.rounds
    ]
    features += [
        _symbol(places[site_id].position, ref="co", shape="co_delivery", colour=CO_DELIVERY)
        for site_id in (found.served_id, *found.site_ids)
    ]
    return Extra(
        key="co_delivery",
        symbol="co_delivery",
        title=texts("map.co.layer"),
        lines=lines,
        show=True,
        features=tuple(features),
        cards={"co": card},
    )


def _new_site(plan: Plan, texts: Texts) -> Extra | None:
    found = plan.new_site
    if found is None:
        return None
    lines = [
        texts("map.new.where", name=found.site.name, number=found.round_id),
        texts(
            "map.new.detour",
            km=texts.km(found.detour_m),
            duration=texts.duration(found.detour_s),
            euros=texts.euros(found.detour_cents),
        ),
    ]
    for place in found.nearby:
        key = "map.new.near" if place.population is None else "map.new.near_people"
        people = texts.number(place.population or 0)
        km = texts.km(place.distance_m)
        lines.append(texts(key, name=place.name, km=km, people=people))
    card = Card(title=texts("map.new.title"), lines=tuple(("text", line) for line in lines))
    places = plan.case.places | {found.site.id: found.site}
    features = (
        stroke(drawn_line(found.round, places), ref="new", colour=NEW_SITE, width=9, alpha=0.3),
        _symbol(found.site.position, ref="new", shape="new_site", colour=NEW_SITE),
    )
    return Extra(
        key="new_site",
        symbol="new_site",
        title=texts("map.new.layer"),
        lines=tuple(lines),
        show=True,
        features=features,
        cards={"new": card},
    )


def _unserved(plan: Plan, texts: Texts) -> Extra | None:
    if not plan.unserved:
        return None
    places = plan.case.places
    orders = {order.id: order for order in plan.case.orders}
    by_site: dict[str, list[str]] = defaultdict(list)
    for unserved in plan.unserved:
        order = orders[unserved.order_id]
        by_site[order.site_id].append(
            texts(
                "map.unserved.line",
                producer=places[order.producer_id].name,
                amount=amount_of((order,), texts),
                reason=texts(f"unserved.{unserved.code}"),
            )
        )
    features: list[Feature] = []
    cards: dict[str, Card] = {}
    lines: list[str] = []
    for index, (site_id, reasons) in enumerate(by_site.items()):
        ref = f"u{index}"
        name = places[site_id].name
        cards[ref] = Card(
            title=texts("map.unserved.title", site=name),
            lines=tuple(("text", reason) for reason in reasons),
        )
        lines += [texts("map.unserved.at", site=name, what=reason) for reason in reasons]
        features.append(
            _symbol(places[site_id].position, ref=ref, shape="unserved", colour=UNSERVED)
        )
    return Extra(
        key="unserved",
        symbol="unserved",
        title=texts("map.unserved.layer", count=texts.number(len(plan.unserved))),
        lines=tuple(lines),
        show=True,
        features=tuple(features),
        cards=cards,
    )


def _symbol(position: Position, *, ref: str, shape: str, colour: str) -> Feature:
    return badge(position, ref=ref, text="", shape=shape, colour=colour, shift=0)
