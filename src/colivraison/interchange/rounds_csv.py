"""``rounds.csv``: one row per stop, for the spreadsheets people have in France.

Semicolons, decimal commas, UTF-8 with a byte-order mark, CR LF: what a French Excel or LibreOffice
opens by a double click.  Times are ``08:05`` so that the sheet can calculate with them, and after
midnight they count on, ``24:15``, so that it still can.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from colivraison.domain import Action, Plan
from colivraison.interchange.case_write import csv_bytes
from colivraison.interchange.goods_text import crates_text, decimal_comma, temperature_text
from colivraison.interchange.plan_lookup import Goods, PlanLookup
from colivraison.planning import DeliveryCost, DeliveryCosts, delivery_costs
from colivraison.texts import Texts

__all__ = ["rounds_csv"]

_COLUMNS = (
    "round",
    "vehicle",
    "driver",
    "day",
    "order",
    "place",
    "arrival",
    "departure",
    "load",
    "crates_loaded",
    "kg_loaded",
    "unload",
    "crates_delivered",
    "kg_delivered",
    "crates_aboard",
    "kg_aboard",
    "km",
    "value_delivered",
    "delivery_cost",
    "cost_percent",
)


def rounds_csv(plan: Plan, texts: Texts, *, costs: DeliveryCosts | None = None) -> bytes:
    """Return the bytes of ``rounds.csv``; headers and words in the language of ``texts``.

    What a stop delivers is told with its cost, labour counted (`planning.delivery_costs`); its
    value is left empty where an order does not say it, since a sum without it would mislead.  Who
    drives has a column where the case tells drivers.

    Parameters
    ----------
    costs
        Those of the plan, where somebody has computed them already.
    """
    columns = [column for column in _COLUMNS if column != "driver" or plan.case.drivers]
    lookup = PlanLookup(plan)
    known = delivery_costs(plan) if costs is None else costs
    cost_of = {(drop.round_id, drop.stop): drop.cost for drop in known.drops}
    rows: list[Sequence[str]] = [[texts(f"rounds_csv.{column}") for column in columns]]
    for round_ in plan.rounds:
        vehicle = lookup.vehicles[round_.vehicle_id]
        for index, (order, stop) in enumerate(zip(round_.stop_numbers, round_.stops, strict=True)):
            end = "start" if index == 0 else "end"
            leg_m = lookup.leg_m(round_, index)
            loaded = lookup.goods(stop, Action.PICKUP)
            delivered = lookup.goods(stop, Action.DELIVERY)
            row = (
                round_.id,
                vehicle.name or vehicle.id,
                *([lookup.driver_name(round_)] if plan.case.drivers else []),
                texts.full_date(round_.day),
                texts(f"rounds_csv.{end}") if order is None else str(order),
                lookup.places[stop.site_id].name,
                _clock(plan.case.week.moment(stop.arrival_s), round_.day),
                _clock(plan.case.week.moment(stop.departure_s), round_.day),
                _goods(loaded, texts, with_destination=True),
                *_amounts(loaded),
                _goods(delivered, texts, with_destination=False),
                *_amounts(delivered),
                str(stop.load_crates),
                decimal_comma(stop.load_g, 1000, 3),
                "" if leg_m is None else decimal_comma(leg_m, 1000, 1),
                *_cost(cost_of.get((round_.id, index))),
            )
            rows.append(row)
    return csv_bytes(rows)


def _clock(moment: dt.datetime, day: dt.date) -> str:
    """Return a time counted from the midnight at which the round's day begins."""
    return f"{(moment.date() - day).days * 24 + moment.hour:02d}:{moment.minute:02d}"


def _goods(goods: Sequence[Goods], texts: Texts, *, with_destination: bool) -> str:
    key = "rounds_csv.goods_for" if with_destination else "rounds_csv.goods"
    return " ; ".join(
        texts(
            key,
            producer=item.producer.name,
            place=item.destination.name,
            crates=crates_text(item.crates, texts),
            mass=texts.kg(item.mass_g),
            temperature=temperature_text(item.temperature, texts),
        )
        for item in goods
    )


def _amounts(goods: Sequence[Goods]) -> tuple[str, str]:
    """Return crates and kilograms as numbers a spreadsheet can add up; empty where none."""
    if not goods:
        return "", ""
    mass_g = sum(item.mass_g for item in goods)
    return str(sum(item.crates for item in goods)), decimal_comma(mass_g, 1000, 3)


def _cost(cost: DeliveryCost | None) -> tuple[str, str, str]:
    """Return value, cost and percentage of a drop; empty where there is none or nobody knows."""
    if cost is None:
        return "", "", ""
    share = cost.share_permille(labour=True)
    return (
        "" if cost.without_value else decimal_comma(cost.value_cents, 100, 2),
        decimal_comma(cost.total_cents(labour=True), 100, 2),
        "" if share is None else decimal_comma(share, 10, 1),
    )
