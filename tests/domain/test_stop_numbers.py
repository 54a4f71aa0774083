"""Stops are counted once, for the map, the sheets and the table alike."""

from __future__ import annotations

import datetime as dt

import pytest

from colivraison.domain import Action, Handling, Round, Stop

WORK = (Handling(shipment_id="s", action=Action.PICKUP, order_ids=("o",)),)


def round_of(*works: bool) -> Round:
    stops = tuple(
        Stop(
            site_id=f"p{i}",
            arrival_s=0,
            start_s=0,
            departure_s=0,
            load_g=0,
            load_crates=0,
            handlings=WORK if works_there else (),
        )
        for i, works_there in enumerate(works)
    )
    return Round(
        id="r",
        vehicle_id="v",
        day=dt.date(2026, 11, 26),
        stops=stops,
        distance_m=0,
        duration_s=0,
        cost_cents=0,
    )


@pytest.mark.parametrize(
    ("works", "numbers"),
    [
        ((False, True, True, False), (None, 1, 2, None)),
        # loading at home is the first stop, delivering there the last
        ((True, True, False), (1, 2, None)),
        ((False, True, True), (None, 1, 2)),
        # a halt without work in between is a stop people see
        ((False, False, False), (None, 1, None)),
        ((False, False), (None, None)),
    ],
)
def test_stops_with_work_are_numbered_and_leaving_and_coming_home_are_not(
    works: tuple[bool, ...], numbers: tuple[int | None, ...]
) -> None:
    assert round_of(*works).stop_numbers == numbers
