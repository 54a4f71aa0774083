"""Delivery costs on a person's screen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from colivraison.cli.console import Terminal, escape
from colivraison.interchange import CostsReport
from colivraison.planning import DeliveryCost, DropCost, Verdict

__all__ = ["print_costs"]

_NAMED_PRODUCERS = 1  # so many producers are named in a row of the table of drops
_STYLES = {Verdict.ABOVE: "bold red", Verdict.UNKNOWN: "yellow", Verdict.WITHIN: ""}


def print_costs(report: CostsReport, terminal: Terminal) -> None:
    """Print the tables, and below them what the figures mean."""
    for table in (_rounds(report), _drops(report), _members(report)):
        terminal.out.print(table)
    known = report.costs.total.value_cents > 0
    terminal.answer(report.whole(), style="bold" if known else "bold yellow")
    for style, lines in (
        ("", report.mends()),
        ("yellow", report.silent()),
        ("dim", report.rules()),
    ):
        for line in lines:
            terminal.answer(line, style=style)


def _table(report: CostsReport, key: str, columns: Sequence[str]) -> Table:
    table = Table(title=report.texts(f"costs.{key}"))
    for column in columns:
        table.add_column(report.texts(f"costs.column.{column}"))
    for column in ("cost", "value", "share"):
        table.add_column(report.texts(f"costs.column.{column}"), justify="right")
    return table


def _add(report: CostsReport, table: Table, cells: Sequence[str], cost: DeliveryCost) -> None:
    value = report.texts.euros(cost.value_cents) if cost.value_cents else "–"
    if cost.without_value and cost.value_cents:
        value += " + ?"
    table.add_row(
        *(escape(cell) for cell in cells),
        report.euros(cost),
        value,
        report.share(cost),
        style=_STYLES[report.verdict(cost)],
    )


def _rounds(report: CostsReport) -> Table:
    table = _table(report, "rounds", ("round", "vehicle", "day"))
    vehicles = {vehicle.id: vehicle.name for vehicle in report.plan.case.vehicles}
    for one, told in zip(report.plan.rounds, report.costs.rounds, strict=True):
        cells = (one.id, vehicles[one.vehicle_id], report.texts.date(one.day))
        _add(report, table, cells, told.cost)
    return table


def _drops(report: CostsReport) -> Table:
    table = _table(report, "drops", ("round", "stop", "site", "producers"))
    for one, told in zip(report.plan.rounds, report.costs.rounds, strict=True):
        for drop in told.drops:
            cells = (
                one.id,
                str(one.stop_numbers[drop.stop]),
                report.plan.case.places[drop.site_id].name,
                _producers(report, drop),
            )
            _add(report, table, cells, drop.cost)
    return table


def _producers(report: CostsReport, drop: DropCost) -> str:
    """Return whose goods a drop brings: by name where that is short."""
    if len(drop.by_producer) > _NAMED_PRODUCERS:
        return report.texts("costs.producers", count=len(drop.by_producer))
    names = {producer.id: producer.name for producer in report.plan.case.producers}
    return ", ".join(names[name] for name in drop.by_producer)


def _members(report: CostsReport) -> Table:
    table = _table(report, "members", ("producer",))
    names = {producer.id: producer.name for producer in report.plan.case.producers}
    for member in report.costs.members:
        _add(report, table, (names[member.producer_id],), member.cost)
    return table
