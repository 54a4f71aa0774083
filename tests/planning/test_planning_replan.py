"""A week planned again after something changed: what is kept, at each level, and at what price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations_with_replacement, permutations

import drawn
import pytest

from colivraison.domain import Action, Case, Plan, Round, Stop, Week
from colivraison.errors import InputError
from colivraison.pdptw import Infeasible, Problem, Route, Solution, Visit, evaluate
from colivraison.planning import Keep, Replanned, Stopping, replan, retime
from colivraison.planning.put_in import PutIn
from colivraison.planning.to_problem import to_problem
from colivraison.planning.travel import week_roads
from colivraison.roads import RoadNetwork

FRIDAY = drawn.Weekday.FRIDAY
KEPT = [Keep.ALL, Keep.ROUNDS, Keep.DRIVERS]

Again = Callable[..., Replanned]


@pytest.fixture
def again(drawn_network: RoadNetwork) -> Again:
    def make(plan: Plan, case: Case, keep: Keep) -> Replanned:
        return replan(plan, case, drawn_network, keep=keep, stopping=Stopping(iterations=100))

    return make


def work(one: Round) -> list[tuple[Action, str]]:
    return [
        (handling.action, order_id)
        for stop in one.stops
        for handling in stop.handlings
        for order_id in handling.order_ids
    ]


def vans(plan: Plan) -> dict[str, tuple[str, dt.date]]:
    """By order the van and the day on which it is delivered."""
    return {
        order_id: (one.vehicle_id, one.day)
        for one in plan.rounds
        for action, order_id in work(one)
        if action is Action.DELIVERY
    }


def roundabout(plan: Plan) -> Plan:
    """A plan of one round, driven in a silly order: the shop, back to B, the market, the shop."""
    (one,) = plan.rounds
    ends = [(stop.site_id, h) for stop in one.stops for h in stop.handlings]
    at = {(h.action, h.order_ids[0]): (site, h) for site, h in ends}
    order = [
        (Action.PICKUP, "a1"), (Action.PICKUP, "a2"), (Action.DELIVERY, "a1"),
        (Action.PICKUP, "b1"), (Action.PICKUP, "b2"), (Action.DELIVERY, "a2"),
        (Action.DELIVERY, "b2"), (Action.DELIVERY, "b1"),
    ]  # fmt: skip
    stops = tuple(
        replace(Stop.without_work(site, 0), handlings=(handling,))
        for site, handling in (at[key] for key in order)
    )
    found = retime(replace(plan, rounds=(replace(one, stops=stops),)))
    assert found.violations == ()
    return found.plan


@pytest.mark.parametrize("keep", KEPT)
def test_where_nothing_changed_nothing_changes(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, keep: Keep
) -> None:
    plan = planned(wide_case)
    found = again(plan, wide_case, keep)
    assert found.comparison.unchanged
    assert [one.id for one in found.plan.rounds] == [one.id for one in plan.rounds]
    assert found.plan.alone == plan.alone
    stamp = found.plan.fingerprint
    assert (stamp.keep, len(stamp.known_plan)) == (keep.value, 64)
    assert (plan.fingerprint.keep, plan.fingerprint.known_plan) == ("", "")


@pytest.mark.parametrize("keep", KEPT)
def test_a_late_order_is_put_in_and_nothing_leaves_its_van(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, keep: Keep
) -> None:
    plan = planned(wide_case)
    # Of a pair that rides already: it goes apart, and shares the stop.
    case = replace(wide_case, orders=(*wide_case.orders, drawn.order("late", "B", "S", crates=3)))
    found = again(plan, case, keep)
    assert found.plan.unserved == ()
    now = vans(found.plan)
    assert now.pop("late") in set(vans(plan).values())
    assert now == vans(plan)
    drops = found.comparison.drops
    assert (drops.other_vehicle, drops.other_day, drops.left_out) == (0, 0, 0)
    assert [one.order.id for one in found.comparison.added] == ["late"]
    assert len({stop.site_id for one in found.plan.rounds for stop in one.stops}) == 4


def test_rounds_keep_their_order_even_where_another_is_cheaper(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again
) -> None:
    plan = roundabout(planned(wide_case))
    case = replace(wide_case, orders=(*wide_case.orders, drawn.order("late", "A", "M", crates=2)))
    (before,) = plan.rounds
    (kept,) = again(plan, case, Keep.ROUNDS).plan.rounds
    assert [one for one in work(kept) if one[1] != "late"] == work(before)
    assert kept.id == before.id
    (free,) = again(plan, case, Keep.DRIVERS).plan.rounds
    assert free.vehicle_id == before.vehicle_id
    assert free.cost_cents < kept.cost_cents - 200
    # Two euros and more for half a dozen stops that follow each other otherwise.
    (little,) = again(plan, case, Keep.ALL).plan.rounds
    assert little.cost_cents == free.cost_cents


def test_a_little_saving_moves_nobody_unless_everything_may_change(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again
) -> None:
    plan = planned(wide_case)
    (one,) = plan.rounds
    # The other van is cheaper now, by less than the two euros that each drop on it would be worth.
    case = replace(
        wide_case,
        vehicles=tuple(
            van if van.id == one.vehicle_id else replace(van, cents_per_hour=900)
            for van in wide_case.vehicles
        ),
    )
    free = again(plan, case, Keep.NOTHING)
    assert {round_.vehicle_id for round_ in free.plan.rounds} != {one.vehicle_id}
    assert free.comparison.after.cost_cents < one.cost_cents
    for keep in KEPT:
        assert {r.vehicle_id for r in again(plan, case, keep).plan.rounds} == {one.vehicle_id}


@pytest.mark.parametrize("keep", KEPT)
def test_a_cancelled_order_leaves_the_rest_as_it_is(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, keep: Keep
) -> None:
    plan = planned(wide_case)
    case = replace(wide_case, orders=wide_case.orders[1:])
    found = again(plan, case, keep)
    now = vans(found.plan)
    assert now == {name: van for name, van in vans(plan).items() if name != "a1"}
    assert [one.order.id for one in found.comparison.dropped] == ["a1"]


@pytest.mark.parametrize("keep", KEPT)
def test_a_table_without_ids_that_lost_a_row_keeps_the_rest(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, keep: Keep
) -> None:
    def counted(case: Case) -> Case:
        orders = tuple(replace(o, id=f"c{row}") for row, o in enumerate(case.orders, start=1))
        return replace(case, orders=orders)

    plan = planned(counted(wide_case))
    case = counted(replace(wide_case, orders=wide_case.orders[1:]))
    found = again(plan, case, keep)
    assert found.comparison.renumbered
    assert [one.order.id for one in found.comparison.dropped] == ["c1"]
    assert found.comparison.drops.count == 3
    assert not any(one.other_vehicle or one.other_day for one in found.comparison.orders)


def corrected(case: Case, order_id: str, crates: int) -> Case:
    return replace(
        case,
        orders=tuple(
            replace(o, crates=crates, mass_g=crates * 8_000) if o.id == order_id else o
            for o in case.orders
        ),
    )


@pytest.mark.parametrize("keep", KEPT)
def test_what_its_van_can_no_longer_hold_leaves_it_and_nothing_else_does(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, keep: Keep
) -> None:
    plan = planned(wide_case)
    (one,) = plan.rounds
    larger = tuple(
        van if van.id == one.vehicle_id else replace(van, capacity_crates=60)
        for van in wide_case.vehicles
    )
    found = again(plan, replace(corrected(wide_case, "b2", 45), vehicles=larger), keep)
    assert found.plan.unserved == ()
    assert [o.after.id for o in found.comparison.orders if o.other_vehicle] == ["b2"]
    assert vans(found.plan)["a1"] == (one.vehicle_id, one.day)
    ids = {r.id: (r.vehicle_id, r.day) for r in found.plan.rounds}
    assert ids[one.id] == (one.vehicle_id, one.day)
    assert len(ids) == 2


@pytest.mark.parametrize("name", ["a1", "b2"])
def test_of_an_overload_the_corrected_order_leaves_a_round_that_keeps_its_order(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, name: str
) -> None:
    plan = planned(wide_case)
    # Thirty crates beside three times five, where the van holds forty.
    (one,) = plan.rounds
    found = again(plan, corrected(wide_case, name, 30), Keep.ROUNDS)
    assert found.plan.unserved == ()
    after = next(r for r in found.plan.rounds if r.id == one.id)
    others = [entry for entry in work(one) if entry[1] != name]
    assert [entry for entry in work(after) if entry[1] != name] == others
    # In the middle of the round there is no room for it any more.
    assert work(after) != work(one)


@pytest.mark.parametrize("keep", KEPT)
@pytest.mark.parametrize("state", ["sold", "in the garage"])
def test_a_van_that_broke_down_gives_its_goods_to_the_others(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again, keep: Keep, state: str
) -> None:
    plan = planned(wide_case)
    (one,) = plan.rounds
    left = tuple(
        van if van.id != one.vehicle_id else van.on_duty_only(wide_case.week, [])
        for van in wide_case.vehicles
        if state == "in the garage" or van.id != one.vehicle_id
    )
    found = again(plan, replace(wide_case, vehicles=left), keep)
    assert found.plan.unserved == ()
    assert one.vehicle_id not in {vehicle for vehicle, _ in vans(found.plan).values()}
    assert found.comparison.drops.other_vehicle == 4
    # A new round has a number that no round had.
    assert one.id not in {r.id for r in found.plan.rounds}


def test_a_place_that_closes_is_served_on_the_other_day(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again
) -> None:
    plan = planned(wide_case)
    (one,) = plan.rounds
    day = drawn.Weekday.of(one.day)
    shop, market = wide_case.sites
    closed = replace(shop, windows=tuple(w for w in shop.windows if w.weekday is not day))
    found = again(plan, replace(wide_case, sites=(closed, market)), Keep.ROUNDS)
    assert found.plan.unserved == ()
    moved = {o.after.id for o in found.comparison.orders if o.other_day}
    assert moved == {"a1", "b1"}


def test_the_same_twice(wide_case: Case, planned: Callable[[Case], Plan], again: Again) -> None:
    plan = planned(wide_case)
    case = replace(wide_case, orders=(*wide_case.orders, drawn.order("late", "B", "A", crates=3)))
    for keep in Keep:
        assert again(plan, case, keep).plan == again(plan, case, keep).plan


def test_nothing_kept_is_planned_as_if_for_the_first_time(
    wide_case: Case, planned: Callable[[Case], Plan], again: Again
) -> None:
    case = replace(wide_case, orders=wide_case.orders[1:])
    found = again(roundabout(planned(wide_case)), case, Keep.NOTHING).plan
    fresh = planned(case)
    assert (found.rounds, found.alone, found.new_site) == (
        fresh.rounds,
        fresh.alone,
        fresh.new_site,
    )
    assert found.fingerprint == fresh.fingerprint


def test_another_week_is_refused_before_any_work(
    small_case: Case, planned: Callable[[Case], Plan], again: Again
) -> None:
    plan = planned(small_case)
    later = replace(small_case, week=Week(first_date=dt.date(2026, 11, 30)))
    with pytest.raises(InputError) as refused:
        again(plan, later, Keep.ALL)
    assert [fault.code for fault in refused.value.faults] == ["plans_of_other_weeks"]


# --- putting in without moving anything


@pytest.fixture
def problem(wide_case: Case, drawn_network: RoadNetwork) -> Problem:
    """Four shipments of the case, and a fifth from B to A."""
    places = list(wide_case.places.values())
    roads = week_roads(drawn_network, places, ["van"], week=wide_case.week)
    return to_problem(
        week=wide_case.week,
        places=wide_case.places,
        vehicles=wide_case.vehicles,
        orders=(*wide_case.orders, drawn.order("x", "B", "A")),
        matrix=roads.matrix,
    ).problem


def visits(*signs: int) -> tuple[Visit, ...]:
    """1 loads the first shipment, -1 unloads it."""
    return tuple(Visit(shipment=abs(sign) - 1, is_pickup=sign > 0) for sign in signs)


def costs(problem: Problem, routes: Iterable[Route]) -> list[int]:
    """What those of some routes cost that can be driven."""
    schedules = [evaluate(problem, route) for route in routes]
    return [one.cost_cents for one in schedules if not isinstance(one, Infeasible)]


def with_it(known: Route, number: int) -> list[Route]:
    """A route with a shipment in every place there is."""
    old, (load, unload) = known.visits, visits(number + 1, -number - 1)
    return [
        replace(known, visits=(*old[:i], load, *old[i:j], unload, *old[j:]))
        for i, j in combinations_with_replacement(range(len(old) + 1), 2)
    ]


# Room for four shipments at once, for two, for one.
@pytest.mark.parametrize("crates", [40, 12, 5])
@pytest.mark.parametrize("order", list(permutations(range(5)))[::23])
def test_each_shipment_goes_where_it_costs_least_of_all_places(
    problem: Problem, crates: int, order: tuple[int, ...]
) -> None:
    tight = replace(
        problem,
        vehicles=tuple(replace(v, capacity=(10**6, crates)) for v in problem.vehicles),
    )
    routes: dict[int, Route] = {}
    for number in order:
        inside = {visit.shipment for route in routes.values() for visit in route.visits}
        out = {n for n in range(5) if n not in inside and n != number}
        # One at a time: the others may ride in no vehicle.
        only = replace(
            tight,
            shipments=tuple(
                replace(s, vehicles=frozenset()) if n in out else s
                for n, s in enumerate(tight.shipments)
            ),
        )
        start = Solution(routes=tuple(routes.values()), unassigned=(*sorted(out), number))
        found = PutIn(only)(start)
        assert set(found.unassigned) == out
        before = sum(costs(tight, routes.values()))
        best = min(
            min(options) - sum(costs(tight, [route] if route.visits else []))
            for vehicle in range(len(tight.vehicles))
            for route in [routes.get(vehicle, Route(vehicle=vehicle, visits=()))]
            if (options := costs(tight, with_it(route, number)))
        )
        assert sum(costs(tight, found.routes)) == before + best
        routes = {route.vehicle: route for route in found.routes}


def test_several_keep_the_order_of_what_was_there(problem: Problem) -> None:
    known = visits(2, 1, -2, -1)
    start = Solution(routes=(Route(vehicle=1, visits=known),), unassigned=(2, 3, 4))
    found = PutIn(problem)(start)
    assert found.unassigned == ()
    (kept,) = [r for r in found.routes if r.vehicle == 1]
    assert tuple(v for v in kept.visits if v in known) == known
    assert PutIn(problem)(start) == found


def test_what_fits_nowhere_stays_out(problem: Problem) -> None:
    heavy = replace(problem.shipments[4], demand=(10**9, 1))
    crowded = replace(problem, shipments=(*problem.shipments[:4], heavy))
    start = Solution(routes=(), unassigned=tuple(range(5)))
    assert PutIn(crowded)(start).unassigned == (4,)
