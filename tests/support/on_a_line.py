"""Places on a straight road of 1 km a minute, and plans on them that are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import drawn

from colivraison.domain import (
    Action,
    Case,
    Handling,
    MatrixTable,
    Order,
    Plan,
    Round,
    Stop,
    TravelMatrix,
    Vehicle,
)
from colivraison.planning import retime
from colivraison.planning.fingerprint import fingerprint_of

# Farm A at 0 km and farm B at -5; two points that are always open.
KM = {"A": 0, "B": -5, "S": 10, "M": 20}


def case_of(orders: Sequence[Order], vehicles: Sequence[Vehicle] = (), **settings: object) -> Case:
    case = drawn.small_case()
    return replace(
        case,
        sites=tuple(replace(site, windows=()) for site in case.sites),
        orders=tuple(orders),
        vehicles=tuple(vehicles) or case.vehicles,
        settings=replace(case.settings, **settings),
    )


def matrix(km: Mapping[str, float]) -> TravelMatrix:
    ids = tuple(km)
    far_m = tuple(tuple(round(1000 * abs(km[a] - km[b])) for b in ids) for a in ids)
    table = MatrixTable(
        durations_s=tuple(tuple(60 * m // 1000 for m in row) for row in far_m), distances_m=far_m
    )
    return TravelMatrix(ids=ids, by_profile={"van": table})


def plan_of(
    case: Case, *rounds: tuple[str, Sequence[tuple[str, str]]], km: Mapping[str, float] = KM
) -> Plan:
    """A plan of rounds, each a van and its stops in order: a place, and ``+a1 -b1`` done there."""
    plan = Plan(
        case=case,
        fingerprint=fingerprint_of(case, ""),
        seed=1,
        iterations=1,
        time_limit_s=None,
        rounds=tuple(
            Round(
                id=str(number),
                vehicle_id=vehicle_id,
                day=case.week.dates[3],
                stops=tuple(
                    replace(
                        Stop.without_work(site_id, 0),
                        handlings=tuple(
                            Handling(
                                shipment_id=word[1:],
                                action=Action.PICKUP if word[0] == "+" else Action.DELIVERY,
                                order_ids=(word[1:],),
                            )
                            for word in done.split()
                        ),
                    )
                    for site_id, done in stops
                ),
                distance_m=0,
                duration_s=0,
                cost_cents=0,
            )
            for number, (vehicle_id, stops) in enumerate(rounds, start=1)
        ),
        unserved=(),
        matrix=matrix(km),
    )
    return retime(plan).plan
