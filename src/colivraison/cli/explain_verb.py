"""`colivraison explain`: why an order is where it is, or in no round at all."""

from __future__ import annotations

import argparse
from itertools import groupby

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.insertion_report import InsertionReport, signed
from colivraison.domain import Order
from colivraison.interchange import read_plan
from colivraison.planning import (
    Alternative,
    LeftOut,
    Lift,
    Obstruction,
    Served,
    WhatIf,
    explain,
)

__all__ = ["run_explain"]


def run_explain(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell why an order is where it is."""
    plan = read_plan(options.plan)
    found = explain(plan, options.order, count=options.count)
    report = InsertionReport(plan.case, terminal.texts)
    terminal.answer(report.order(found.order), style="bold")
    document = (
        _tell_served(found, report, terminal)
        if isinstance(found, Served)
        else _tell_left_out(found, report, terminal)
    )
    terminal.emit({"status": "done", "order": found.order.id, **document})
    return ExitStatus.DONE


# --- in a round


def _tell_served(found: Served, report: InsertionReport, terminal: Terminal) -> dict[str, object]:
    texts, week = terminal.texts, report.case.week
    terminal.answer(
        texts(
            "explain.served",
            day=texts.date(found.day),
            round=report.round(found.round, is_new=False),
            clock=texts.clock(week.moment(found.arrival_s), found.day),
            euros=texts.euros(found.costs_cents),
        )
    )
    if not found.alternatives:
        terminal.answer(texts("explain.no_other_place"))
    for one in found.alternatives:
        terminal.answer(f"• {_alternative(one, report)}")
    if found.alternatives and all(
        one.insertion.delivery_day(week) == found.day for one in found.alternatives
    ):
        terminal.answer(texts("explain.no_other_day"))
    return {
        "served": True,
        "round": found.round.id,
        "vehicle": found.round.vehicle_id,
        "day": found.day.isoformat(),
        "arrival_s": found.arrival_s,
        "costs_cents": found.costs_cents,
        "alternatives": [
            {**report.document(one.insertion), "more_cents": one.more_cents}
            for one in found.alternatives
        ],
    }


def _alternative(one: Alternative, report: InsertionReport) -> str:
    texts, found = report.texts, one.insertion
    key = "explain.cheaper" if one.more_cents < 0 else "explain.dearer"
    arrival = report.case.week.moment(found.arrival_s)
    return texts(
        key,
        day=texts.date(arrival.date()),
        round=report.round(found.round, is_new=found.before is None),
        clock=texts.clock(arrival),
        euros=texts.euros(abs(one.more_cents)),
    )


# --- in none


def _tell_left_out(
    found: LeftOut, report: InsertionReport, terminal: Terminal
) -> dict[str, object]:
    texts = terminal.texts
    why = texts(f"unserved.{found.code}")
    terminal.answer(texts("explain.left_out", why=why), style="bold red")
    if found.places:
        terminal.answer(texts("explain.fits_all_the_same", order=found.order.id))
        for one in found.places:
            terminal.answer(f"• {report.head(one)}")
    for sentence in _obstructions(found, report):
        terminal.answer(f"• {sentence}")
    if found.what_ifs:
        terminal.answer(texts("explain.what_if"), style="bold")
    elif not found.places:
        terminal.answer(texts("explain.no_what_if"))
    for what_if in found.what_ifs:
        terminal.answer(f"• {_what_if(what_if, found.order, report)}")
    return {
        "served": False,
        "code": found.code.value,
        "places": [report.document(one) for one in found.places],
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
                "sentence": _what_if(one, found.order, report),
                "place": report.document(one.insertion),
            }
            for one in found.what_ifs
        ],
    }


def _obstructions(found: LeftOut, report: InsertionReport) -> list[str]:
    """Return a sentence for each van and what shuts it, with the days on which it does."""
    texts, case = report.texts, report.case
    names = {van.id: van.name for van in case.vehicles}

    def alike(one: Obstruction) -> tuple[str, tuple[str, ...]]:
        return one.vehicle_id, one.rules

    told: list[str] = []
    for (vehicle_id, rules), some in groupby(found.obstructions, key=alike):
        days = ", ".join(dict.fromkeys(texts.date(one.day) for one in some))
        why = texts("explain.or").join(
            texts(
                f"explain.rule.{rule}",
                farm=case.places[found.order.producer_id].name,
                site=case.places[found.order.site_id].name,
                temperature=found.order.temperature.value,
            )
            for rule in rules
        )
        told.append(texts("explain.obstruction", vehicle=names[vehicle_id], days=days, why=why))
    return told


def _what_if(one: WhatIf, order: Order, report: InsertionReport) -> str:
    texts, case = report.texts, report.case
    names = {van.id: van.name for van in case.vehicles}
    room = [
        texts.amount(amount, unit) if unit != "crates" else texts("explain.crates", count=amount)
        for amount, unit in (
            (one.room.crates, "crates"),
            (one.room.mass_g, "g"),
            (one.room.litres, "l"),
        )
        if amount
    ]
    condition = texts(
        f"explain.if.{one.lift}",
        vehicle=names.get(one.vehicle_id or "", ""),
        farm=case.places[order.producer_id].name,
        site=case.places[order.site_id].name,
        temperature=order.temperature.value,
        amount=" + ".join(room) if one.lift is Lift.CAPACITY else texts.duration(one.by_s),
    )
    found = one.insertion
    arrival = case.week.moment(found.arrival_s)
    return texts(
        "explain.then",
        condition=condition,
        day=texts.date(arrival.date()),
        round=report.round(found.round, is_new=found.before is None),
        clock=texts.clock(arrival),
        euros=signed(one.added_cents, texts.euros),
    )
