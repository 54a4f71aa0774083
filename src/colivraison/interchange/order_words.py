"""One order beside a case that exists: in a person's words, as in a table, or as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from colivraison.domain import Case, Order, Site
from colivraison.errors import Fault, InputError
from colivraison.interchange.case_build import order_of
from colivraison.interchange.case_draft import DraftCase, DraftOrder, DraftSite, Spot
from colivraison.interchange.case_json import order_at
from colivraison.interchange.case_references import References, referred_order
from colivraison.interchange.case_rows import order_in

__all__ = ["order_in_json", "order_in_words"]


def order_in_words(case: Case, words: Mapping[str, str], columns: Mapping[str, str]) -> Order:
    """Return an order that is written as a row of the table of orders.

    Parameters
    ----------
    words
        What stands under each field (``producer``, ``site``, ``crates``, ``kg``, ``days``...).
        Without an ``id`` it gets one that the case does not have yet.
    columns
        What the person calls each field that there is.

    Raises
    ------
    InputError
        With every fault of the row, as in a table of orders.
    """
    faults: list[Fault] = []
    spot = Spot(columns=columns)
    # A recurring order lends its id to those of its dates.
    taken = {order.id for order in case.orders} | {order.id for order in case.recurring}
    number = next(n for n in range(len(taken) + 1, 2 * len(taken) + 2) if f"c{n}" not in taken)
    draft = referred_order(
        order_in(spot, words, number, faults), References(_as_draft(case)), faults
    )
    if faults:
        raise InputError(faults)
    return order_of(draft)


def order_in_json(case: Case, document: object, pointer: str) -> Order:
    """Return an order that is written as an entry of ``orders`` in ``case.json``.

    Parameters
    ----------
    pointer
        Where it stands in the whole document.

    Raises
    ------
    InputError
        With every fault, each with its JSON pointer.
    """
    faults: list[Fault] = []
    draft = order_at(document, pointer, faults)
    if draft is not None:
        draft = referred_order(draft, References(_as_draft(case, by_name=False)), faults)
    if faults or draft is None:
        raise InputError(faults)
    return order_of(draft)


def _as_draft(case: Case, *, by_name: bool = True) -> DraftCase:
    """Return what the words of an order may mean."""
    return DraftCase(
        by_name=by_name,
        producers=[_named(one.farm, one.name) for one in case.producers],
        sites=[_named(site, site.name) for site in case.sites],
        orders=[_of_kind(order) for order in case.orders],
    )


def _named(site: Site, name: str) -> DraftSite:
    return DraftSite(
        spot=Spot(),
        id=site.id,
        name=name,
        kind=site.kind,
        position=site.position,
        place_name="",
        place_field="place",
        windows=site.windows,
        setup_s=site.setup_s,
        service_s_per_crate=site.service_s_per_crate,
    )


def _of_kind(order: Order) -> DraftOrder:
    return DraftOrder(
        spot=Spot(),
        id=order.id,
        producer=order.producer_id,
        site=order.site_id,
        crates=order.crates,
        mass_g=order.mass_g,
        temperature=order.temperature,
        days=order.days,
        value_cents=order.value_cents,
        goods=order.goods,
    )
