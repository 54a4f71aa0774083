"""What a person reads after planning: totals against everyone alone, suggestions, files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rich.table import Table

from colivraison.cli.console import Terminal, escape
from colivraison.domain import EMISSION_FACTORS, USUAL_PRICES, Energy, Plan, Price, Totals
from colivraison.interchange import CostsReport, totals_document
from colivraison.planning import (
    Comparison,
    DeliveryCosts,
    compare_with_alone,
    declared_practices,
)
from colivraison.texts import Texts

__all__ = [
    "Figure",
    "difference",
    "figures",
    "report_plan",
    "summary_document",
    "tell_files",
    "tell_unserved",
]

Figure = tuple[str, int, int, Callable[[int], str]]
"""A line of a table of totals: its name, one amount, the other, and how such amounts are told."""


def report_plan(
    plan: Plan, costs: DeliveryCosts, written: Sequence[Path], terminal: Terminal
) -> None:
    """Print the summary of a plan."""
    texts = terminal.texts
    comparison = compare_with_alone(plan)
    terminal.out.print(_table(comparison, texts))
    if not comparison.comparable:
        terminal.answer(texts("report.not_comparable"), style="yellow")
    lent = sum(member.assumed_van for member in comparison.members)
    if lent:
        van = plan.case.settings.reference_van
        terminal.answer(
            texts(
                "report.lent_vans",
                count=lent,
                per_km=texts.euros(van.cents_per_km),
                per_hour=texts.euros(van.cents_per_hour),
            ),
            style="dim",
        )
        usual = USUAL_PRICES[Price.PER_KM], USUAL_PRICES[Price.PER_HOUR]
        if (van.cents_per_km, van.cents_per_hour) == (usual[0].cents, usual[1].cents):
            told = texts("report.lent_usual", source=usual[0].source, year=usual[0].year)
            terminal.answer(told, style="dim")
    worth = CostsReport(plan=plan, costs=costs, labour=True, texts=texts)
    for line in worth.summary():
        terminal.answer(line)
    terminal.answer(_emissions(plan, texts), style="dim")
    if declared := declared_practices(plan.case, plan.matrix):
        # Beside the saving, never in it.
        terminal.answer(
            texts(
                "report.declared",
                count=len(declared),
                rounds=texts.number(sum(one.rounds_per_100_weeks for one in declared) / 100, 1),
                distance=texts.km(sum(one.distance_m for one in declared)),
                duration=texts.duration(sum(one.duration_s for one in declared)),
                cost=texts.euros(sum(one.cost_cents for one in declared)),
            ),
            style="dim",
        )
    for line in _suggestions(plan, texts):
        terminal.answer(line)
    tell_unserved(plan, terminal)
    tell_files(written, terminal)


def summary_document(
    plan: Plan, costs: DeliveryCosts, written: Sequence[Path], texts: Texts
) -> dict[str, object]:
    """Return the same summary as one JSON object."""
    comparison = compare_with_alone(plan)
    told = CostsReport(plan=plan, costs=costs, labour=True, texts=texts)
    co, new = plan.co_delivery, plan.new_site
    return {
        "status": "done",
        "together": totals_document(comparison.together),
        "alone": totals_document(comparison.alone),
        "saving_cents": comparison.saving_cents,
        "comparable": comparison.comparable,
        "lent_vans": sum(member.assumed_van for member in comparison.members),
        "delivery_costs": told.brief(),
        "unserved": [{"order_id": u.order_id, "code": u.code.value} for u in plan.unserved],
        "co_delivery": None
        if co is None
        else {
            "carrier_id": co.carrier_id,
            "served_id": co.served_id,
            "site_ids": list(co.site_ids),
            "payment_cents": co.payment_cents,
            "saving_cents": co.carrier_before_cents
            + co.served_before_cents
            - co.carrier_after_cents
            - co.served_after_cents,
        },
        "new_site": None
        if new is None
        else {
            "name": new.site.name,
            "round_id": new.round_id,
            "detour_s": new.detour_s,
            "detour_m": new.detour_m,
            "detour_cents": new.detour_cents,
        },
        "fingerprint": {
            "case": plan.fingerprint.case,
            "territory": plan.fingerprint.territory,
            "code": plan.fingerprint.code,
        },
        "files": [str(path) for path in written],
    }


def _table(comparison: Comparison, texts: Texts) -> Table:
    table = Table(title=texts("report.title"))
    table.add_column("")
    for name in ("alone", "together", "saving"):
        table.add_column(texts(f"report.{name}"), justify="right")
    for name, before, after, show in figures(comparison.alone, comparison.together, texts):
        saving = "–"
        if comparison.comparable:
            saving = difference(before, after, show, texts, more="−", less="")
        table.add_row(name, show(before), show(after), saving)
    return table


def figures(before: Totals, after: Totals, texts: Texts) -> tuple[Figure, ...]:
    """Return the lines of a table that holds two totals against each other."""
    rows: tuple[Figure, ...] = (
        ("rounds", before.rounds, after.rounds, texts.number),
        ("distance", before.distance_m, after.distance_m, texts.km),
        ("duration", before.duration_s, after.duration_s, texts.duration),
        ("cost", before.cost_cents, after.cost_cents, texts.euros),
        ("co2e", before.gco2e, after.gco2e, texts.co2e),
    )
    return tuple((texts(f"report.{name}"), one, other, show) for name, one, other, show in rows)


def difference(
    before: int,
    after: int,
    show: Callable[[int], str],
    texts: Texts,
    *,
    more: str = "+",
    less: str = "−",
) -> str:
    """Return how far two amounts are apart, and in percent of the first.

    Parameters
    ----------
    more, less
        Put before it where the second is larger, or smaller; not before what is told as nothing.
    """
    if show == texts.duration:
        # As shown, to the minute: the difference of what stands beside it.
        before, after = -(-before // 60) * 60, -(-after // 60) * 60
    sign = more if after > before else less
    apart = abs(before - after)
    told = show(apart)
    if told != show(0):
        told = f"{sign}{told}"
    if not before:
        return told
    share = texts.number(100 * apart / before)
    return f"{told} ({sign if share != texts.number(0) else ''}{share}\u00a0%)"


def _suggestions(plan: Plan, texts: Texts) -> list[str]:
    names = {p.id: p.name for p in plan.case.producers}
    sites = {s.id: s.name for s in plan.case.places.values()}
    lines: list[str] = []
    co = plan.co_delivery
    if co is not None:
        carrier = co.carrier_before_cents - co.carrier_after_cents + co.payment_cents
        served = co.served_before_cents - co.served_after_cents - co.payment_cents
        metres = co.carrier_before_m + co.served_before_m - co.carrier_after_m - co.served_after_m
        lines.append(
            texts(
                "report.co_delivery",
                carrier=names[co.carrier_id],
                served=names[co.served_id],
                sites=", ".join(sites[site_id] for site_id in co.site_ids),
                carrier_saving=texts.euros(carrier),
                served_saving=texts.euros(served),
                payment=texts.euros(co.payment_cents),
                distance=texts.km(metres),
            )
        )
    new = plan.new_site
    if new is not None:
        lines.append(
            texts(
                "report.new_site",
                site=new.site.name,
                round=new.round_id,
                detour=texts.duration(max(new.detour_s, 0)),
                distance=texts.km(max(new.detour_m, 0)),
                cost=texts.euros(new.detour_cents),
                nearby=", ".join(place.name for place in new.nearby[:3] if place.name),
            )
        )
    return lines


def _emissions(plan: Plan, texts: Texts) -> str:
    """Return what the emissions of a plan rest on, with source and year."""
    vehicles = {vehicle.id: vehicle for vehicle in plan.case.vehicles}
    driven = [vehicles[vehicle_id] for vehicle_id in {one.vehicle_id for one in plan.rounds}]
    told = {vehicle.energy for vehicle in driven if vehicle.energy is not None}
    parts = [
        texts(
            "report.emission_factor",
            energy=texts(f"energy.{energy}"),
            factor=texts.number(EMISSION_FACTORS[energy].mgco2e_per_ml_or_wh / 1000, 3),
            unit=texts("report.kwh" if energy is Energy.ELECTRICITY else "report.litre"),
            source=texts(f"source.{EMISSION_FACTORS[energy].source}"),
        )
        for energy in Energy
        if energy in told
    ]
    silent = sum(vehicle.energy is None for vehicle in driven)
    if silent or not driven:
        usual = plan.case.settings.gco2e_per_km
        parts.append(texts("report.usual_emissions", count=silent, usual=usual))
    return texts("report.emissions", parts="\u202f; ".join(parts))


def tell_unserved(plan: Plan, terminal: Terminal) -> None:
    """Print the orders that no round carries, and why; nothing where there are none."""
    texts = terminal.texts
    if plan.unserved:
        terminal.answer(texts("report.unserved", count=len(plan.unserved)), style="bold yellow")
    orders = {o.id: o for o in plan.case.orders}
    places = plan.case.places
    for one in plan.unserved:
        order = orders[one.order_id]
        line = f"{order.id} : {places[order.producer_id].name} → {places[order.site_id].name}"
        terminal.out.print(f"  {escape(line)} — {escape(texts(f'unserved.{one.code}'))}")


def tell_files(written: Sequence[Path], terminal: Terminal) -> None:
    """Print the files that were written, if there are any."""
    if written:
        terminal.answer(terminal.texts("report.files"), style="bold")
    for path in written:
        terminal.answer(f"  {path}")
