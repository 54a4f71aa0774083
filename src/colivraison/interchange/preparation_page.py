"""The producer's sheet: one page of what to harvest and pack, and ready by when.

Like the driver's sheet (`sheets`), one HTML file without any script or outside request: its policy
forbids both, and Jinja2 escapes every value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Template

from colivraison.domain import Plan
from colivraison.interchange.goods_text import amount_text, temperature_text
from colivraison.interchange.plan_lookup import PlanLookup
from colivraison.interchange.sheets import page_template
from colivraison.planning import Loading, NotCarried, PackedGoods, ProducerPreparation
from colivraison.texts import Texts

__all__ = ["kind_text", "preparation_html", "reason_text", "van_text"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    what: str  # the kind of goods, or whom they are for
    detail: str
    amount: str
    temperature: str
    cold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _LoadingPart:
    ready: str
    vehicle: str
    arrives: str
    rows: Sequence[_Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    heading: str
    first: str
    total: str
    kinds: Sequence[_Row]
    loadings: Sequence[_LoadingPart]


def preparation_html(
    plan: Plan, prepared: ProducerPreparation, texts: Texts, *, broken: int = 0
) -> str:
    """Return the page of one producer.

    Parameters
    ----------
    broken
        How many rules the plan breaks: above 0 the page says that its hours are not to be trusted.
    """
    lookup = PlanLookup(plan)
    week = plan.case.week
    days = [
        _Day(
            heading=_capital(texts.date(day.day)),
            first=texts.clock(week.moment(day.first_ready_s)),
            total=amount_text(day.crates, day.mass_g, day.litres, texts),
            kinds=[_kind_row(one, day.loadings, texts) for one in day.goods],
            loadings=[_loading(one, plan, lookup, texts) for one in day.loadings],
        )
        for day in prepared.days
    ]
    return _template().render(
        t=texts,
        language=texts.language,
        producer=lookup.producers[prepared.producer_id].name,
        week=texts.full_date(week.first_date),
        days=days,
        left=[_left_row(one, lookup, texts) for one in prepared.not_carried],
        broken=broken,
        territory=plan.case.territory,
        invented=plan.case.invented,
        fingerprint=plan.fingerprint.case[:12],
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    return page_template("preparation.html.j2")


def kind_text(goods: str, texts: Texts, *, boxed: bool) -> str:
    """Return what is known of goods beside their temperature: ``bio, en glacière``, often ""."""
    return ", ".join(part for part in (goods, texts("preparation.boxed") if boxed else "") if part)


def reason_text(one: NotCarried, texts: Texts) -> str:
    """Return why nobody carries an order."""
    return texts("preparation.taken_out" if one.code is None else f"unserved.{one.code}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _kind_row(one: PackedGoods, loadings: Sequence[Loading], texts: Texts) -> _Row:
    filled = set(one.order_ids)
    points = {
        goods.site_id
        for loading in loadings
        for goods in loading.goods
        if filled & set(goods.order_ids)
    }
    key = "preparation.point" if len(points) == 1 else "preparation.points"
    return _row(
        _capital(kind_text(one.goods, texts, boxed=one.boxed) or texts("preparation.goods")),
        texts(key, count=texts.number(len(points))),
        one,
        texts,
    )


def _row(what: str, detail: str, one: PackedGoods, texts: Texts) -> _Row:
    return _Row(
        what=what,
        detail=detail,
        amount=amount_text(one.crates, one.mass_g, one.litres, texts),
        temperature=temperature_text(one.temperature, texts),
        cold=one.temperature.value != "ambient",
    )


def van_text(one: Loading, lookup: PlanLookup, texts: Texts) -> str:
    """Return which van fetches goods, and on which round: ``Kangoo de Léa, tournée 2``."""
    vehicle = lookup.vehicles[one.vehicle_id]
    return texts("preparation.van", vehicle=vehicle.name or vehicle.id, round=one.round_id)


def _loading(one: Loading, plan: Plan, lookup: PlanLookup, texts: Texts) -> _LoadingPart:
    moment = plan.case.week.moment
    return _LoadingPart(
        ready=texts.clock(moment(one.ready_s)),
        vehicle=van_text(one, lookup, texts),
        arrives=texts("preparation.arrives", clock=texts.clock(moment(one.arrival_s), one.day))
        if one.arrival_s < one.ready_s
        else "",
        rows=[
            _row(
                texts("preparation.nth", number=place, site=lookup.places[goods.site_id].name),
                kind_text(goods.goods, texts, boxed=goods.boxed),
                goods,
                texts,
            )
            for place, goods in enumerate(one.goods, start=1)
        ],
    )


def _left_row(one: NotCarried, lookup: PlanLookup, texts: Texts) -> _Row:
    order = one.order
    return _Row(
        what=lookup.places[order.site_id].name,
        detail=f"{order.id} – {reason_text(one, texts)}",
        amount=amount_text(order.crates, order.mass_g, order.litres, texts),
        temperature=temperature_text(order.temperature, texts),
        cold=order.temperature.value != "ambient",
    )
