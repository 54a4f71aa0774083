"""Prices that nobody has confirmed: the usual ones, told with their year and source."""

from __future__ import annotations

from colivraison.domain import USUAL_PRICES, Case, Price
from colivraison.errors import Fault, Where

__all__ = ["usual_price_warnings"]

_NAMED = 5


def usual_price_warnings(case: Case) -> tuple[Fault, ...]:
    """Return a warning for each usual price that stands in for one nobody has given.

    A vehicle whose prices are written in the case, be they the usual ones, brings none: writing
    them is what confirms them.
    """
    found: list[Fault] = []
    for price in Price:
        names = [v.name or v.id for v in case.vehicles if price in v.usual_prices]
        if names:
            usual = USUAL_PRICES[price]
            told = ", ".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")
            found.append(
                Fault(
                    code=f"usual_{price}",
                    where=Where(sheet="vehicles"),
                    value=told,
                    details={
                        "price_cents": usual.cents,
                        "source": usual.source,
                        "year": usual.year,
                    },
                )
            )
    return tuple(found)
