"""Two plans side by side on a person's screen."""

from __future__ import annotations

from rich.table import Table

from colivraison.cli.console import MOST_TOLD, Terminal
from colivraison.cli.report import difference, figures
from colivraison.interchange import ComparisonReport

__all__ = ["report_comparison"]


def report_comparison(report: ComparisonReport, terminal: Terminal) -> None:
    """Print what is different: totals, members, then what moves, at most 50 lines of a kind."""
    terminal.out.print(_totals(report))
    for line in report.doubts():
        terminal.answer(line, style="yellow")
    if report.comparison.unchanged:
        terminal.answer(terminal.texts("compare.unchanged"), style="bold green")
        return
    terminal.out.print(_members(report))
    terminal.answer(terminal.texts("compare.borne"), style="dim")
    for line in report.sentences():
        terminal.answer(line)
    for title, lines in report.lists():
        terminal.answer(title, style="bold")
        for line in lines[:MOST_TOLD]:
            terminal.answer(f"  {line}")
        terminal.tell_more(max(0, len(lines) - MOST_TOLD))


def _totals(report: ComparisonReport) -> Table:
    """Return the totals of both plans."""
    found, texts = report.comparison, report.texts
    table = Table(title=texts("compare.title"))
    table.add_column("")
    for name in ("before", "after", "difference"):
        table.add_column(texts(f"compare.{name}"), justify="right")
    rows = figures(found.before, found.after, texts)
    unserved = found.unserved_before, found.unserved_after
    for name, was, now, show in (
        *rows,
        (texts("compare.unserved"), *unserved, texts.number),
    ):
        table.add_row(name, show(was), show(now), difference(was, now, show, texts))
    return table


def _members(report: ComparisonReport) -> Table:
    """Return what the vans of everybody cost, who loses most first."""
    texts = report.texts
    table = Table(title=texts("compare.members"))
    table.add_column(texts("compare.member"))
    for name in ("before", "after", "difference", "km", "hours"):
        table.add_column(texts(f"compare.{name}"), justify="right")
    for one in sorted(report.comparison.members, key=lambda one: -one.more_cents):
        if not one.before.rounds and not one.after.rounds:
            continue
        pairs = (
            (one.before.distance_m, one.after.distance_m, texts.km),
            (one.before.duration_s, one.after.duration_s, texts.duration),
        )
        was, now = one.before.cost_cents, one.after.cost_cents
        table.add_row(
            report.member(one.producer_id),
            texts.euros(was),
            texts.euros(now),
            difference(was, now, texts.euros, texts),
            *(_pair(show(a), show(b)) for a, b, show in pairs),
        )
    return table


def _pair(was: str, now: str) -> str:
    return was if was == now else f"{was} → {now}"
