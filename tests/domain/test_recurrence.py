"""Orders that come back: which of them a week has, and which not and why."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import drawn
import pytest

from colivraison.domain import (
    Missed,
    MissedBy,
    Order,
    Recurrence,
    RecurringOrder,
    Week,
    Weekday,
    occurrences,
)
from colivraison.errors import InputError

THURSDAY, FRIDAY = Weekday.THURSDAY, Weekday.FRIDAY
CHRISTMAS_EVE = dt.date(2026, 12, 24)  # a Thursday
WEEK = Week(first_date=dt.date(2026, 12, 21))


def weekly(*days: Weekday, **more: object) -> RecurringOrder:
    repeats = Recurrence(weekdays=frozenset(days), **more)
    return RecurringOrder(order=drawn.order("r1", "A", "S"), repeats=repeats)


def ids(orders: tuple[Order, ...]) -> list[str]:
    return [order.id for order in orders]


def test_each_day_is_an_order_of_that_day_with_a_stable_id() -> None:
    one = weekly(THURSDAY, FRIDAY)
    found, missed = occurrences([one], WEEK)
    assert ids(found) == ["r1@2026-12-24", "r1@2026-12-25"]
    assert [order.days for order in found] == [{THURSDAY}, {FRIDAY}]
    assert replace(found[0], id="r1", days=frozenset()) == one.order
    assert missed == ()
    # The same ones when they are there already.
    assert occurrences([one], WEEK, found) == (found, ())


def test_an_exception_is_left_out_and_told() -> None:
    found, missed = occurrences([weekly(THURSDAY, except_dates=(CHRISTMAS_EVE,))], WEEK)
    assert found == ()
    assert missed == (Missed(order_id="r1", date=CHRISTMAS_EVE, by=MissedBy.EXCEPTED),)
    # The week after it comes again.
    found, missed = occurrences(
        [weekly(THURSDAY, except_dates=(CHRISTMAS_EVE,))], Week(first_date=dt.date(2026, 12, 28))
    )
    assert (ids(found), missed) == (["r1@2026-12-31"], ())


@pytest.mark.parametrize(
    ("more", "missed_by"),
    [
        ({"first_date": CHRISTMAS_EVE}, []),
        ({"first_date": CHRISTMAS_EVE + dt.timedelta(days=1)}, [MissedBy.OUT_OF_PERIOD]),
        ({"last_date": CHRISTMAS_EVE}, []),
        ({"last_date": CHRISTMAS_EVE - dt.timedelta(days=1)}, [MissedBy.OUT_OF_PERIOD]),
    ],
)
def test_a_period_holds_with_both_its_ends(
    more: dict[str, dt.date], missed_by: list[MissedBy]
) -> None:
    found, missed = occurrences([weekly(THURSDAY, **more)], WEEK)
    assert [one.by for one in missed] == missed_by
    assert len(found) + len(missed) == 1


def test_who_has_changed_one_time_keeps_the_change() -> None:
    one = weekly(THURSDAY, FRIDAY)
    less = replace(one.on(CHRISTMAS_EVE), crates=1)
    found, missed = occurrences([one], WEEK, [less])
    assert found == (less, one.on(CHRISTMAS_EVE + dt.timedelta(days=1)))
    assert missed == ()


def test_a_time_of_another_week_is_left_out_and_told() -> None:
    one = weekly(THURSDAY)
    before = one.on(dt.date(2026, 12, 17))
    other = drawn.order("x", "A", "S")
    found, missed = occurrences([one], WEEK, [before, other])
    assert ids(found) == ["x", "r1@2026-12-24"]
    assert [(m.order_id, m.date.day, m.by) for m in missed] == [("r1", 17, MissedBy.OTHER_WEEK)]
    # An id that only looks like one is somebody's own.
    strange = [drawn.order("r1@demain", "A", "S"), drawn.order("r2@2026-12-17", "A", "S")]
    assert ids(occurrences([one], WEEK, strange)[0])[:2] == ["r1@demain", "r2@2026-12-17"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": frozenset()},
        {"first_date": CHRISTMAS_EVE, "last_date": dt.date(2026, 12, 1)},
        {"except_dates": (dt.date(2026, 12, 25),)},
        {"except_dates": (CHRISTMAS_EVE, CHRISTMAS_EVE)},
    ],
)
def test_what_says_nothing_or_contradicts_itself_does_not_exist(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Recurrence(**{"weekdays": frozenset({THURSDAY}), **wrong})


def test_it_names_no_days_of_its_own() -> None:
    order = drawn.order("r1", "A", "S", days=frozenset({FRIDAY}))
    with pytest.raises(ValueError, match="comes back on days"):
        RecurringOrder(order=order, repeats=Recurrence(weekdays=frozenset({THURSDAY})))


def test_a_case_knows_who_it_is_for_and_bears_an_id_of_its_own() -> None:
    case = drawn.small_case()
    one = weekly(THURSDAY)
    assert replace(case, recurring=(one,)).recurring == (one,)
    lost = replace(one, order=replace(one.order, id="a1", producer_id="Z", site_id="Y"))
    with pytest.raises(InputError) as caught:
        replace(case, recurring=(lost,))
    assert {fault.code for fault in caught.value.faults} == {
        "duplicate_id",
        "unknown_producer",
        "unknown_site",
    }
