"""A plan changed by hand is timed anew, and every rule it breaks is named with its amount."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Action, Case, Plan, Round, Stop, TemperatureClass, Weekday
from colivraison.planning import Part, ViolationCode, retime
from colivraison.planning.fingerprint import fingerprint_of
from colivraison.planning.retime import RoundTimer

Found = list[tuple[ViolationCode, int]]


def blank(one: Round) -> Round:
    """A round as a person leaves it: the order of stops, and nothing else that is true."""
    return replace(
        one,
        stops=tuple(
            replace(stop, arrival_s=0, start_s=0, departure_s=0, load_g=0, load_crates=0)
            for stop in one.stops
        ),
        distance_m=0,
        duration_s=0,
        cost_cents=0,
        legs=(),
    )


def with_round(plan: Plan, change: Callable[[Round], Round]) -> Plan:
    (one,) = plan.rounds
    return replace(plan, rounds=(change(one),))


def with_case(plan: Plan, case: Case) -> Plan:
    stamp = fingerprint_of(case, plan.fingerprint.territory)
    return replace(plan, case=case, fingerprint=stamp)


def broken(plan: Plan) -> Found:
    """What is wrong with the shared rounds once a plan is timed anew."""
    return [(v.code, v.amount) for v in retime(plan).violations if v.part is Part.SHARED]


def at(one: Round, site_id: str) -> Stop:
    return next(stop for stop in one.stops if stop.site_id == site_id and stop.handlings)


# --- what can be driven


def loading_late(small_case: Case) -> Case:
    """Half an hour on board for a shop that opens three hours after the market: B loads late."""
    shop, market = small_case.sites
    return replace(
        small_case,
        sites=(
            replace(shop, windows=(drawn.hours(11, 12),)),
            replace(market, windows=(drawn.hours(8, 8.17),)),
        ),
        orders=(small_case.orders[1], replace(small_case.orders[2], max_on_board_s=1_800)),
    )


def test_a_plan_of_ours_comes_back_from_its_order_alone(planned: Callable[..., Plan]) -> None:
    plan = planned()
    again = retime(with_round(plan, blank))
    assert again.violations == ()
    (before,), (after,) = plan.rounds, again.plan.rounds
    assert replace(after, legs=before.legs) == before
    # An unchanged order of stops keeps its lines on the map.
    assert retime(plan).plan.rounds == plan.rounds


def test_goods_that_wait_at_the_farm_are_timed_alike(
    small_case: Case, planned: Callable[..., Plan]
) -> None:
    case = loading_late(small_case)
    plan = planned(case)
    again = retime(with_round(plan, blank))
    assert again.violations == ()
    assert [s for one in again.plan.rounds for s in one.stops] == [
        s for one in plan.rounds for s in one.stops
    ]


def test_stops_in_another_order_cost_what_they_cost(planned: Callable[..., Plan]) -> None:
    plan = planned()
    (one,) = plan.rounds
    # A at 0 km, B at 2, shop at 4, market at 5: A, B, market, shop, A is 10 km and a little for the
    # 10 m beside the road; with the deliveries the other way round it is as far.
    start, farm, market, shop, end = one.stops
    assert (market.site_id, shop.site_id) == ("M", "S")
    other = replace(one, stops=(start, farm, shop, market, end))
    again = retime(replace(plan, rounds=(other,)))
    assert again.violations == ()
    (after,) = again.plan.rounds
    assert [stop.site_id for stop in after.stops] == ["A", "B", "S", "M", "A"]
    assert after.distance_m == one.distance_m
    assert after.cost_cents == one.cost_cents
    assert after.legs == ()
    assert (again.plan.co_delivery, again.plan.new_site) == (None, None)


def test_a_stop_where_nothing_is_done_is_left_out(planned: Callable[..., Plan]) -> None:
    plan = planned()
    (one,) = plan.rounds
    idle = Stop(site_id="S", arrival_s=0, start_s=0, departure_s=0, load_g=0, load_crates=0)
    longer = replace(one, stops=(one.stops[0], idle, *one.stops[1:]))
    assert retime(replace(plan, rounds=(longer,))).plan.rounds == plan.rounds


# --- what cannot: each rule alone, with its amount


def test_a_place_that_is_closed_when_the_van_comes(planned: Callable[..., Plan]) -> None:
    plan = planned()
    shop, market = plan.case.sites
    begun_s = at(plan.rounds[0], "S").start_s
    # The shop now closes ten minutes before its setup of five begins: a quarter of an hour late.
    day_s = 3 * 86_400
    earlier = replace(
        shop,
        windows=(replace(shop.windows[0], opens_s=0, closes_s=begun_s - day_s - 600),),
    )
    case = replace(plan.case, sites=(earlier, market), vehicles=plan.case.vehicles)
    # The market opens at 8:00, so the van cannot come earlier to the shop behind it.
    # The second order is unloaded after the five crates of the first, at 20 s each.
    assert broken(with_case(plan, case)) == [
        (ViolationCode.CLOSED, 900),
        (ViolationCode.CLOSED, 1_000),
    ]


def test_a_place_that_opens_after_the_shift_is_not_waited_for(planned: Callable[..., Plan]) -> None:
    plan = planned()
    shop, market = plan.case.sites
    late = replace(shop, windows=(drawn.hours(8, 12, Weekday.FRIDAY),))
    case = replace(plan.case, sites=(late, market))
    found = broken(with_case(plan, case))
    # Not a night in the van: closed for both orders, and by how much.
    assert {code for code, _ in found} == {ViolationCode.CLOSED}
    assert min(amount for _, amount in found) > 12 * 3_600


def test_a_round_that_ends_after_its_shift(planned: Callable[..., Plan]) -> None:
    plan = planned()
    (van,) = plan.case.vehicles
    end_s = plan.rounds[0].stops[-1].departure_s - 3 * 86_400
    short = replace(van, shifts=(replace(van.shifts[0], closes_s=end_s - 420),))
    case = replace(plan.case, vehicles=(short,))
    assert broken(with_case(plan, case)) == [(ViolationCode.OUTSIDE_SHIFT, 420)]


@pytest.mark.parametrize(
    ("changes", "code", "off"),
    [
        # 20 crates at 8 kg are on board at most.
        ({"capacity_crates": 17}, ViolationCode.OVERLOAD_CRATES, 3),
        ({"capacity_g": 150_000}, ViolationCode.OVERLOAD_MASS, 10_000),
    ],
)
def test_a_van_that_is_too_small(
    planned: Callable[..., Plan], changes: dict[str, object], code: ViolationCode, off: int
) -> None:
    plan = planned()
    (van,) = plan.case.vehicles
    case = replace(plan.case, vehicles=(replace(van, **changes),))
    assert set(broken(with_case(plan, case))) == {(code, off)}


def test_a_van_that_is_too_warm(planned: Callable[..., Plan]) -> None:
    plan = planned()
    cold = replace(plan.case.orders[0], temperature=TemperatureClass.PLUS_4)
    case = replace(plan.case, orders=(cold, *plan.case.orders[1:]))
    assert broken(with_case(plan, case)) == [(ViolationCode.WRONG_TEMPERATURE, 0)]


def test_a_day_that_an_order_does_not_allow(planned: Callable[..., Plan]) -> None:
    plan = planned()
    friday = replace(plan.case.orders[0], days=frozenset({Weekday.FRIDAY}))
    shop, market = plan.case.sites
    open_friday = replace(shop, windows=(*shop.windows, drawn.hours(8, 12, Weekday.FRIDAY)))
    case = replace(plan.case, orders=(friday, *plan.case.orders[1:]), sites=(open_friday, market))
    assert [code for code, _ in broken(with_case(plan, case))] == [ViolationCode.DAY_NOT_ALLOWED]


def test_on_a_day_that_is_not_allowed_one_waits_for_the_opening_too(
    planned: Callable[..., Plan],
) -> None:
    plan = planned()
    shop, market = plan.case.sites
    # The shop opens at 11:00, on both days; the order that goes there on Thursday asks for Friday.
    late = replace(shop, windows=(drawn.hours(11, 12), drawn.hours(11, 12, Weekday.FRIDAY)))
    friday = frozenset({Weekday.FRIDAY})
    orders = tuple(
        replace(order, days=friday) if order.site_id == "S" else order for order in plan.case.orders
    )
    case = replace(plan.case, sites=(late, market), orders=orders)
    assert broken(with_case(plan, case)) == [(ViolationCode.DAY_NOT_ALLOWED, 0)] * 2


def test_orders_of_days_that_exclude_each_other_have_no_day(planned: Callable[..., Plan]) -> None:
    base = planned()
    twin = replace(base.case.orders[0], id="a3")
    plan = planned(replace(base.case, orders=(*base.case.orders, twin)))
    days = {"a1": Weekday.THURSDAY, "a3": Weekday.FRIDAY}
    orders = tuple(
        replace(order, days=frozenset({days[order.id]})) if order.id in days else order
        for order in plan.case.orders
    )
    # Both are unloaded in one go: whenever that is, it is wrong for one of them.
    assert ViolationCode.DAY_NOT_ALLOWED in {
        code for code, _ in broken(with_case(plan, replace(plan.case, orders=orders)))
    }


def test_a_stop_missed_at_noon_is_not_missed_by_more_for_a_later_wait(
    planned: Callable[..., Plan],
) -> None:
    plan = planned()
    shop, market = plan.case.sites
    begun_s = at(plan.rounds[0], "M").start_s - 3 * 86_400
    assert [s.site_id for s in plan.rounds[0].stops] == ["A", "B", "M", "S", "A"]
    # The market closes before the van can be there (it leaves at 6:00 or later), and the shop
    # opens at 11:00.
    shut = replace(market, windows=(replace(market.windows[0], opens_s=0, closes_s=6 * 3600),))
    late = replace(shop, windows=(drawn.hours(11, 12),))
    case = replace(plan.case, sites=(late, shut))
    found = broken(with_case(plan, case))
    assert {code for code, _ in found} == {ViolationCode.CLOSED}
    # Drives and stops before it take less than an hour; the wait of hours comes after it.
    assert max(amount for _, amount in found) < 3_600 < begun_s


def test_goods_that_are_delivered_before_they_are_loaded(planned: Callable[..., Plan]) -> None:
    plan = planned()
    (one,) = plan.rounds
    start, farm, market, shop, end = one.stops
    turned = replace(one, stops=(start, market, farm, shop, end))
    codes = {code for code, _ in broken(replace(plan, rounds=(turned,)))}
    assert ViolationCode.DELIVERED_BEFORE_PICKUP in codes


def test_an_order_that_was_dropped_is_missed(planned: Callable[..., Plan]) -> None:
    plan = planned()

    def without_b1(one: Round) -> Round:
        return replace(
            one,
            stops=tuple(
                replace(stop, handlings=tuple(h for h in stop.handlings if "b1" not in h.order_ids))
                for stop in one.stops
            ),
        )

    assert broken(with_round(plan, without_b1)) == [(ViolationCode.MISSING_ORDER, 0)]


def test_an_order_that_was_put_in_is_no_longer_unserved(
    small_case: Case, planned: Callable[..., Plan]
) -> None:
    # Saturday is asked for; by hand it goes on Thursday all the same.
    odd = replace(small_case.orders[3], days=frozenset({Weekday.SATURDAY}))
    plan = planned(replace(small_case, orders=(*small_case.orders[:3], odd)))
    assert [one.order_id for one in plan.unserved] == ["b2"]

    def with_b2(one: Round) -> Round:
        def added(stop: Stop, action: Action) -> Stop:
            like = next(h for h in stop.handlings if h.action is action)
            new = replace(like, shipment_id="b2", order_ids=("b2",))
            return replace(stop, handlings=(*stop.handlings, new))

        return replace(
            one,
            stops=tuple(
                added(stop, Action.PICKUP)
                if stop.site_id == "B"
                else added(stop, Action.DELIVERY)
                if stop.site_id == "M"
                else stop
                for stop in one.stops
            ),
        )

    again = retime(with_round(plan, with_b2))
    assert again.plan.unserved == ()
    assert [v.code for v in again.violations] == [ViolationCode.DAY_NOT_ALLOWED]


def test_what_there_is_not_is_named_and_left_as_it_is(planned: Callable[..., Plan]) -> None:
    plan = planned()
    strange = with_round(plan, lambda one: replace(one, vehicle_id="nobody's"))
    assert retime(strange).plan.rounds == strange.rounds
    assert ViolationCode.UNKNOWN_VEHICLE in {code for code, _ in broken(strange)}
    (one,) = plan.rounds
    stop = replace(one.stops[1], site_id="nowhere")
    lost = with_round(plan, lambda one: replace(one, stops=(one.stops[0], stop, *one.stops[2:])))
    assert ViolationCode.UNKNOWN_SITE in {code for code, _ in broken(lost)}


@pytest.mark.parametrize("day", ["2026-11-20", "2031-01-01"])
def test_a_day_outside_the_week_is_named(planned: Callable[..., Plan], day: str) -> None:
    plan = planned()
    strange = with_round(plan, lambda one: replace(one, day=dt.date.fromisoformat(day)))
    assert retime(strange).plan.rounds == strange.rounds
    assert broken(strange) == [(ViolationCode.WRONG_DAY, 0)]


def test_a_night_round_comes_back_on_its_own_shift(
    small_case: Case, planned: Callable[..., Plan]
) -> None:
    wednesday, thursday = Weekday.WEDNESDAY, Weekday.THURSDAY
    nights = (drawn.hours(22, 30, wednesday), drawn.hours(22, 30, thursday))
    market = (drawn.hours(25, 29, wednesday), drawn.hours(25, 29, thursday))
    case = replace(
        small_case,
        vehicles=(replace(small_case.vehicles[0], shifts=nights),),
        sites=tuple(replace(site, windows=market) for site in small_case.sites),
    )
    plan = planned(case)
    assert plan.unserved == ()
    again = retime(plan)
    assert again.violations == ()
    assert again.plan.rounds == plan.rounds


def test_too_much_on_board_moves_no_times(small_case: Case, planned: Callable[..., Plan]) -> None:
    # One crate too many for the van is one crate too many, no more.
    case = loading_late(small_case)
    plan = planned(case)
    van = replace(case.vehicles[0], capacity_crates=4)
    found = broken(with_case(plan, replace(case, vehicles=(van,))))
    assert set(found) == {(ViolationCode.OVERLOAD_CRATES, 1)}


def test_another_day_is_another_shift(small_case: Case, planned: Callable[..., Plan]) -> None:
    friday = Weekday.FRIDAY
    case = replace(
        small_case,
        vehicles=(
            replace(
                small_case.vehicles[0], shifts=(drawn.hours(6, 14), drawn.hours(6, 14, friday))
            ),
        ),
        sites=tuple(
            replace(site, windows=(*site.windows, drawn.hours(8, 12, friday)))
            for site in small_case.sites
        ),
    )
    plan = planned(case)
    (one,) = plan.rounds
    moved_to = next(day for day in case.week.dates[3:5] if day != one.day)
    again = retime(replace(plan, rounds=(replace(one, day=moved_to),)))
    assert again.violations == ()
    (after,) = again.plan.rounds
    assert case.week.moment(after.stops[0].start_s).date() == moved_to
    assert (after.cost_cents, after.duration_s) == (one.cost_cents, one.duration_s)


# --- parts of a round


def cut(one: Round, shipments: set[str]) -> Round:
    """A round with the work of some shipments only."""
    return replace(
        one,
        stops=tuple(
            replace(s, handlings=tuple(h for h in s.handlings if h.shipment_id in shipments))
            for s in one.stops
        ),
    )


@pytest.mark.parametrize("crossed", [False, True])
def test_a_part_of_a_round_is_measured_as_if_the_rest_were_cut_out(
    planned: Callable[..., Plan], *, crossed: bool
) -> None:
    plan = planned()
    (one,), van = plan.rounds, plan.case.vehicles[0]
    if crossed:
        # What B loads would be brought to the market first: not to be driven, yet it has times.
        start, farm, market, *rest = one.stops
        one = replace(one, stops=(start, market, farm, *rest))
    names = sorted({h.shipment_id for s in one.stops for h in s.handlings})
    assert len(names) >= 3
    timer = RoundTimer(plan)
    measured = timer.parts(one, van)
    for size in range(1, len(names) + 1):
        for some in itertools.combinations(names, size):
            alone = timer(cut(one, set(some)), van)
            assert measured(some) == (alone.distance_m, alone.duration_s)


def test_a_part_that_names_what_there_is_not_is_as_long_as_the_round_says(
    planned: Callable[..., Plan],
) -> None:
    plan = planned()
    (one,), van = plan.rounds, plan.case.vehicles[0]
    nowhere = replace(one, stops=tuple(replace(s, site_id="?") for s in one.stops))
    told = one.distance_m, one.duration_s
    timer = RoundTimer(plan)
    name = one.stops[0].handlings[0].shipment_id
    assert timer.parts(nowhere, van)([name]) == told
    assert timer.parts(replace(one, day=dt.date(2030, 1, 1)), van)([name]) == told
    assert timer.parts(one, replace(van, profile="balloon"))([name]) == told
    assert timer.parts(one, van)([name]) != told
