"""What a week's preparation leaves in a folder: a page for each producer, one table for all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from colivraison.domain import Order, Plan
from colivraison.interchange.atomic import replace_folder, require_replaceable
from colivraison.interchange.case_write import csv_bytes
from colivraison.interchange.goods_text import decimal_comma
from colivraison.interchange.plan_lookup import PlanLookup, file_stems
from colivraison.interchange.preparation_page import preparation_html, reason_text
from colivraison.planning import PackedGoods, ProducerPreparation
from colivraison.texts import Texts

__all__ = ["preparation_csv", "require_preparation_folder", "write_preparation"]

_TABLE = "preparation.csv"
_OUR_NAMES = re.compile(r"preparation\.csv|preparation-[A-Za-z0-9_-]+\.html")
_COLUMNS = (
    "producer",
    "day",
    "ready",
    "rank",
    "place",
    "goods",
    "temperature",
    "boxed",
    "crates",
    "kg",
    "litres",
    "vehicle",
    "round",
    "orders",
    "remark",
)


def require_preparation_folder(folder: Path) -> None:
    """Refuse a folder that ``write_preparation`` would refuse.

    Raises
    ------
    InputError
        See ``atomic.require_replaceable``.
    """
    require_replaceable(folder, is_ours=_is_ours)


def write_preparation(
    plan: Plan,
    prepared: Sequence[ProducerPreparation],
    folder: Path,
    texts: Texts,
    *,
    broken: int = 0,
) -> list[Path]:
    """Write the folder as a whole, in place of an earlier one, and return its files.

    Parameters
    ----------
    broken
        How many rules the plan breaks, which the pages say.

    Raises
    ------
    InputError
        When the folder holds anything that is not ours, or cannot be written.
    """
    stems = file_stems("preparation", [one.producer_id for one in prepared])
    files = {_TABLE: preparation_csv(plan, prepared, texts)}
    for one in prepared:
        page = preparation_html(plan, one, texts, broken=broken)
        files[f"{stems[one.producer_id]}.html"] = page.encode("utf-8")
    return replace_folder(folder, files, is_ours=_is_ours)


def preparation_csv(plan: Plan, prepared: Sequence[ProducerPreparation], texts: Texts) -> bytes:
    """Return one row for each line of goods, in the order of time; orders left out come last.

    Semicolons, decimal commas, days as ``26/11/2026`` and times as ``08:05``, so that a French
    spreadsheet opens it by a double click and can calculate with it.
    """
    header = [texts(f"preparation_csv.{column}") for column in _COLUMNS]
    lookup = PlanLookup(plan)
    rows = [row for one in prepared for row in _rows(plan, one, lookup, texts)]
    rows += [
        (
            lookup.producers[one.producer_id].name,
            *("", "", ""),
            *_what(left.order, lookup, texts, boxed=left.order.boxed_s is not None),
            *("", "", left.order.id),
            texts("preparation_csv.left", reason=reason_text(left, texts)),
        )
        for one in prepared
        for left in one.not_carried
    ]
    return csv_bytes([header, *rows])


def _rows(
    plan: Plan, one: ProducerPreparation, lookup: PlanLookup, texts: Texts
) -> Iterator[tuple[str, ...]]:
    for day in one.days:
        for loading in day.loadings:
            vehicle = lookup.vehicles[loading.vehicle_id]
            for rank, goods in enumerate(loading.goods, start=1):
                yield (
                    lookup.producers[one.producer_id].name,
                    f"{loading.day:%d/%m/%Y}",
                    f"{plan.case.week.moment(loading.ready_s):%H:%M}",
                    str(rank),
                    *_what(goods, lookup, texts, boxed=goods.boxed),
                    vehicle.name or vehicle.id,
                    loading.round_id,
                    ", ".join(goods.order_ids),
                    "",
                )


def _what(
    one: PackedGoods | Order, lookup: PlanLookup, texts: Texts, *, boxed: bool
) -> tuple[str, ...]:
    return (
        lookup.places[one.site_id].name,
        one.goods,
        texts(f"preparation_csv.temperature.{one.temperature.value}"),
        texts("preparation_csv.yes") if boxed else "",
        str(one.crates),
        decimal_comma(one.mass_g, 1000, 3),
        str(one.litres or ""),
    )


def _is_ours(folder: Path) -> bool:
    """Return whether an earlier run made this folder: only our names, and the table among them."""
    return (folder / _TABLE).is_file() and all(
        _OUR_NAMES.fullmatch(entry.name) and entry.is_file() for entry in folder.iterdir()
    )
