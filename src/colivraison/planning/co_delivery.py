"""A first suggestion: A already drives where B drives too, so A takes B's crates along.

Simple on purpose (pooling proper is `sharing`): every pair with a common stop is estimated from
the alone rounds, the most promising few are planned again by the solver, the best real saving is
suggested.  The farmers drive, as when everyone is alone: the drivers of the case are not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from colivraison._native import cheapest_insertions
from colivraison.domain import AlonePlan, CoDelivery, Order, Round, TravelMatrix, Vehicle
from colivraison.pdptw import Stopping
from colivraison.planning.solving import Solver, cost_of

__all__ = ["suggest_co_delivery"]

_REPLANNED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    carrier: AlonePlan
    served: AlonePlan
    moved: tuple[Order, ...]
    saved_s: int


def suggest_co_delivery(
    solver: Solver, alone: tuple[AlonePlan, ...], stopping: Stopping
) -> CoDelivery | None:
    """Return the best suggestion found, or None where nobody gains.

    Only producers with a van of their own are asked to carry.
    """
    candidates = sorted(
        _candidates(solver, alone),
        key=lambda c: (-c.saved_s, c.carrier.producer_id, c.served.producer_id),
    )
    found = [_replan(solver, candidate, stopping) for candidate in candidates[:_REPLANNED]]
    gains = [one for one in found if one is not None and _saving(one) > 0]
    return max(gains, key=_saving, default=None)


def _saving(one: CoDelivery) -> int:
    return (
        one.carrier_before_cents
        + one.served_before_cents
        - one.carrier_after_cents
        - one.served_after_cents
    )


def _candidates(solver: Solver, alone: tuple[AlonePlan, ...]) -> list[_Candidate]:
    orders = {o.id: o for o in solver.case.orders}
    row = {site_id: index for index, site_id in enumerate(solver.matrix.ids)}
    durations_s = _first_table(solver.matrix)
    own: Mapping[str, list[Vehicle]] = {
        a.producer_id: [v for v in solver.case.vehicles if v.owner_id == a.producer_id]
        for a in alone
    }
    found: list[_Candidate] = []
    for carrier in alone:
        if not own[carrier.producer_id] or carrier.vehicles:
            continue
        visited = {s.site_id for one in carrier.rounds for s in one.stops if s.handlings}
        for served in alone:
            if served is carrier:
                continue
            left_out = {u.order_id for u in served.unserved}
            moved = tuple(
                o
                for o in orders.values()
                if o.producer_id == served.producer_id
                and o.site_id in visited
                and any(o.keeps_cold_in(v) and o.is_welcome_in(v) for v in own[carrier.producer_id])
                and o.id not in left_out
            )
            if not moved:
                continue
            detour_s = _detour_to_farm(carrier.rounds, served.producer_id, durations_s, row)
            gone = {o.id for o in moved}
            freed_s = sum(_freed(one, gone, durations_s, row) for one in served.rounds)
            if detour_s is not None and freed_s > detour_s:
                found.append(
                    _Candidate(
                        carrier=carrier, served=served, moved=moved, saved_s=freed_s - detour_s
                    )
                )
    return found


def _first_table(matrix: TravelMatrix) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
    """Return one int32 table to estimate with: that of the first profile."""
    return np.ascontiguousarray(next(iter(matrix.by_profile.values())).durations_s, dtype=np.int32)


def _detour_to_farm(
    rounds: tuple[Round, ...],
    farm_id: str,
    durations_s: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    row: Mapping[str, int],
) -> int | None:
    """Return the least detour by a farm over all legs of some rounds, None where unreachable."""
    legs = [(row[a.site_id], row[b.site_id]) for one in rounds for a, b in pairwise(one.stops)]
    detours_s, _ = cheapest_insertions(
        durations_s,
        np.array([a for a, _ in legs], dtype=np.int32),
        np.array([b for _, b in legs], dtype=np.int32),
        np.array([row[farm_id]], dtype=np.int32),
    )
    return int(detours_s[0]) if detours_s[0] >= 0 else None


def _freed(
    one: Round,
    gone: set[str],
    durations_s: np.ndarray[tuple[int, ...], np.dtype[np.int32]],
    row: Mapping[str, int],
) -> int:
    """Return the driving seconds a round no longer needs without some orders."""
    kept = [
        row[stop.site_id]
        for k, stop in enumerate(one.stops)
        if k in (0, len(one.stops) - 1)
        or any(i not in gone for h in stop.handlings for i in h.order_ids)
    ]
    everything = [row[stop.site_id] for stop in one.stops]
    before_s, after_s = _length(everything, durations_s), _length(kept, durations_s)
    return 0 if after_s is None or before_s is None else before_s - after_s


def _length(
    rows: list[int], durations_s: np.ndarray[tuple[int, ...], np.dtype[np.int32]]
) -> int | None:
    """Return the driving seconds through some places, None where a leg has no way."""
    legs_s = [int(durations_s[a, b]) for a, b in pairwise(rows)]
    return None if min(legs_s, default=0) < 0 else sum(legs_s)


def _replan(solver: Solver, candidate: _Candidate, stopping: Stopping) -> CoDelivery | None:
    carrier, served = candidate.carrier, candidate.served
    case = solver.case
    gone = {o.id for o in candidate.moved}
    vans = {
        a.producer_id: [*(v for v in case.vehicles if v.owner_id == a.producer_id), *a.vehicles]
        for a in (carrier, served)
    }
    together = solver(
        vehicles=vans[carrier.producer_id],
        orders=[o for o in case.orders if o.producer_id == carrier.producer_id or o.id in gone],
        stopping=stopping,
        prefix="co-a",
        elsewhere=[
            o for o in case.orders if o.producer_id == served.producer_id and o.id not in gone
        ],
    )
    rest = solver(
        vehicles=vans[served.producer_id],
        orders=[o for o in case.orders if o.producer_id == served.producer_id and o.id not in gone],
        stopping=stopping,
        prefix="co-b",
        elsewhere=candidate.moved,
    )
    left_out = {u.order_id for u in (*together.unserved, *rest.unserved)}
    if left_out != {u.order_id for u in (*carrier.unserved, *served.unserved)}:
        return None
    before_a, after_a = cost_of(carrier.rounds), cost_of(together.rounds)
    before_b, after_b = cost_of(served.rounds), cost_of(rest.rounds)
    saving = before_a + before_b - after_a - after_b
    # Code des transports R3211-3: cost may be shared, never more than the real cost.
    payment = min(max(after_a - before_a + saving // 2, 0), after_a)
    return CoDelivery(
        carrier_id=carrier.producer_id,
        served_id=served.producer_id,
        site_ids=tuple(dict.fromkeys(o.site_id for o in candidate.moved)),
        order_ids=tuple(o.id for o in candidate.moved),
        vehicles=(*carrier.vehicles, *served.vehicles),
        rounds=(*together.rounds, *rest.rounds),
        carrier_before_cents=before_a,
        carrier_after_cents=after_a,
        served_before_cents=before_b,
        served_after_cents=after_b,
        carrier_before_m=sum(r.distance_m for r in carrier.rounds),
        carrier_after_m=sum(r.distance_m for r in together.rounds),
        served_before_m=sum(r.distance_m for r in served.rounds),
        served_after_m=sum(r.distance_m for r in rest.rounds),
        payment_cents=payment,
    )
