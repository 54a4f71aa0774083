"""`colivraison preparation`: what each producer harvests and packs for a plan, ready by when."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.domain import Plan
from colivraison.errors import Fault, InputError
from colivraison.interchange import read_plan
from colivraison.interchange.goods_text import amount_text, temperature_text
from colivraison.interchange.plan_lookup import PlanLookup
from colivraison.interchange.preparation_files import require_preparation_folder, write_preparation
from colivraison.interchange.preparation_page import kind_text, reason_text, van_text
from colivraison.interchange.words import word_key
from colivraison.planning import (
    Loading,
    PackedGoods,
    ProducerPreparation,
    check_plan,
    preparation,
)

__all__ = ["run_preparation"]


def run_preparation(options: argparse.Namespace, terminal: Terminal) -> int:
    """Tell the preparation of a plan, and write it where a folder is given.

    A plan that breaks rules is told all the same, with a warning: its hours may be wrong.
    """
    if options.out is not None:
        require_preparation_folder(options.out)
    plan = read_plan(options.plan)
    prepared = _asked(preparation(plan), plan, options.producer)
    broken = len(check_plan(plan))
    for one in prepared:
        _tell(one, plan, terminal)
    written = (
        write_preparation(plan, prepared, options.out, terminal.texts, broken=broken)
        if options.out is not None
        else []
    )
    if written:
        terminal.answer(terminal.texts("report.files"), style="bold")
        for path in written:
            terminal.answer(f"  {path}")
    if broken:
        terminal.say(terminal.texts("cli.preparation.broken", count=broken), style="bold red")
    terminal.emit(
        {
            "status": "failed" if broken else "done",
            "producers": [_document(one, plan, terminal) for one in prepared],
            "violations": broken,
            "files": [str(path) for path in written],
        }
    )
    return ExitStatus.CHECK_FAILED if broken else ExitStatus.DONE


def _asked(
    prepared: Sequence[ProducerPreparation], plan: Plan, wanted: str | None
) -> Sequence[ProducerPreparation]:
    """Return one producer's preparation, or everybody's.

    Raises
    ------
    InputError
        ``no_such_producer``, with those that there are.
    """
    if wanted is None:
        return prepared
    names = {producer.id: producer.name for producer in plan.case.producers}
    # An id wins over a name; a name may be that of several.
    found = [one for one in prepared if one.producer_id == wanted] or [
        one for one in prepared if word_key(names[one.producer_id]) == word_key(wanted)
    ]
    if not found:
        known = ", ".join(one.producer_id for one in prepared)
        details = {"known": known}
        raise InputError([Fault(code="no_such_producer", value=wanted, details=details)])
    return found


def _tell(one: ProducerPreparation, plan: Plan, terminal: Terminal) -> None:
    texts, lookup = terminal.texts, PlanLookup(plan)
    name = lookup.producers[one.producer_id].name
    terminal.answer(texts("cli.preparation.head", producer=name), style="bold")
    if not one.days:
        terminal.answer(texts("cli.preparation.nothing"))
    for day in one.days:
        total = amount_text(day.crates, day.mass_g, day.litres, texts)
        terminal.answer(
            texts("cli.preparation.day", day=texts.date(day.day), amount=total), style="bold green"
        )
        # One kind only: the total has said it.
        for goods in day.goods if len(day.goods) > 1 else ():
            terminal.answer(texts("cli.preparation.kind", **_words(goods, terminal)))
        for loading in day.loadings:
            _tell_loading(loading, plan, lookup, terminal)
    for left in one.not_carried:
        order = left.order
        terminal.answer(
            texts(
                "cli.preparation.left",
                order=order.id,
                site=lookup.places[order.site_id].name,
                amount=amount_text(order.crates, order.mass_g, order.litres, texts),
                reason=reason_text(left, texts),
            ),
            style="yellow",
        )


def _tell_loading(one: Loading, plan: Plan, lookup: PlanLookup, terminal: Terminal) -> None:
    texts = terminal.texts
    van = van_text(one, lookup, texts)
    clock = texts.clock(plan.case.week.moment(one.ready_s))
    terminal.answer(texts("cli.preparation.loading", clock=clock, van=van))
    for number, goods in enumerate(one.goods, start=1):
        site = lookup.places[goods.site_id].name
        words = _words(goods, terminal)
        terminal.answer(texts("cli.preparation.row", number=number, site=site, **words))


def _words(one: PackedGoods, terminal: Terminal) -> dict[str, str]:
    texts = terminal.texts
    kind = kind_text(one.goods, texts, boxed=one.boxed)
    temperature = temperature_text(one.temperature, texts)
    return {
        "amount": amount_text(one.crates, one.mass_g, one.litres, texts),
        "kind": f"{kind}, {temperature}" if kind else temperature,
    }


def _document(one: ProducerPreparation, plan: Plan, terminal: Terminal) -> dict[str, object]:
    return {
        "producer_id": one.producer_id,
        "days": [
            {
                "day": day.day.isoformat(),
                "first_ready_s": day.first_ready_s,
                "goods": [_goods_document(goods) for goods in day.goods],
                "loadings": [
                    {
                        "round": loading.round_id,
                        "vehicle_id": loading.vehicle_id,
                        "site_id": loading.site_id,
                        "arrival_s": loading.arrival_s,
                        "ready_s": loading.ready_s,
                        "ready": plan.case.week.moment(loading.ready_s).isoformat(),
                        "goods": [
                            {"site_id": goods.site_id, **_goods_document(goods)}
                            for goods in loading.goods
                        ],
                    }
                    for loading in day.loadings
                ],
            }
            for day in one.days
        ],
        "not_carried": [
            {
                "order_id": left.order.id,
                "code": None if left.code is None else left.code.value,
                "sentence": reason_text(left, terminal.texts),
            }
            for left in one.not_carried
        ],
    }


def _goods_document(one: PackedGoods) -> dict[str, object]:
    return {
        "goods": one.goods,
        "temperature": one.temperature.value,
        "boxed": one.boxed,
        "crates": one.crates,
        "mass_g": one.mass_g,
        "litres": one.litres,
        "order_ids": list(one.order_ids),
    }
