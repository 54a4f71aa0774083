"""Several producers who serve one place take turns, each carrying the goods of all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from colivraison.planning.sale_cost import Prices
from colivraison.units import cost_cents, shared_out

__all__ = ["DrivingTurns", "take_turns"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivingTurns:
    """What taking turns saves, and who drives how often.

    Parameters
    ----------
    drives
        Trips of each producer.
    saved_cents
        Cost of the trips that nobody makes any more, rounded once for all of them.
    balances_cents, balances_s
        Vehicle costs and hours that each has advanced beyond an equal share; below 0: still owes.
        Two accounts, since costs may be reimbursed while hours are balanced by turns (paid labour
        would look like a wage).  Each sums to 0.
    """

    trips_before: int
    trips_after: int
    drives: Mapping[str, int]
    saved_cents: int
    saved_m: int
    saved_s: int
    balances_cents: Mapping[str, int]
    balances_s: Mapping[str, int]


def take_turns(
    producer_ids: Sequence[str],
    *,
    deliveries_each: int,
    trip_m: int,
    trip_s: int,
    prices: Prices | None = None,
) -> DrivingTurns:
    """Return what changes when producers who each make the same trip make it by turns.

    Parameters
    ----------
    producer_ids
        At least two, in the order in which they drive.
    deliveries_each
        Trips that each makes alone; together as many are left for all.
    trip_m, trip_s
        One trip there and back; fetching each other's goods is not counted.

    Raises
    ------
    ValueError
        For fewer than two producers, one named twice, or a number below 0.
    """
    count, price = len(producer_ids), prices or Prices()
    if count < 2 or len(set(producer_ids)) < count or min(deliveries_each, trip_m, trip_s) < 0:
        raise ValueError("turns are taken by two producers or more, with nothing below 0")
    drives = [deliveries_each // count + (turn < deliveries_each % count) for turn in range(count)]
    avoided = (count - 1) * deliveries_each

    def cents(trips: int, cents_per_hour: int) -> int:
        return cost_cents(
            distance_m=trips * trip_m,
            duration_s=trips * trip_s,
            cents_per_use=0,
            cents_per_km=price.cents_per_km,
            cents_per_hour=cents_per_hour,
        )

    def balances(total: int) -> dict[str, int]:
        advanced, owed = shared_out(total, drives), shared_out(total, [1] * count)
        return {
            name: paid - due for name, paid, due in zip(producer_ids, advanced, owed, strict=True)
        }

    return DrivingTurns(
        trips_before=count * deliveries_each,
        trips_after=deliveries_each,
        drives=dict(zip(producer_ids, drives, strict=True)),
        saved_cents=cents(avoided, price.cents_per_hour),
        saved_m=avoided * trip_m,
        saved_s=avoided * trip_s,
        balances_cents=balances(cents(deliveries_each, cents_per_hour=0)),
        balances_s=balances(deliveries_each * trip_s),
    )
