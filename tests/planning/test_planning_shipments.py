"""Order lines become shipments; what each pays follows from costs worked by hand."""

from __future__ import annotations

import drawn

from colivraison.domain import TemperatureClass, Weekday
from colivraison.planning.shipments import group_orders, one_by_one

FRIDAY = frozenset({Weekday.FRIDAY})


def ids(shipments) -> list[tuple[str, ...]]:
    return [tuple(order.id for order in shipment.orders) for shipment in shipments]


def test_lines_of_one_pair_go_together_others_apart() -> None:
    orders = [
        drawn.order("1", "A", "S"),
        drawn.order("2", "A", "S"),
        drawn.order("3", "A", "M"),  # another place
        drawn.order("4", "B", "S"),  # another farm
        drawn.order("5", "A", "S", temperature=TemperatureClass.PLUS_8),  # colder
        drawn.order("6", "A", "S", days=FRIDAY),  # another day
    ]
    assert ids(group_orders(orders, [drawn.van()])) == [("1", "2"), ("3",), ("4",), ("5",), ("6",)]


def test_a_group_too_large_for_every_van_is_split_largest_first() -> None:
    # The van holds 40 crates. 30 + 5 go together (35), 25 is left: 25 alone, 5 joins the first.
    orders = [
        drawn.order("small", "A", "S", 5),
        drawn.order("large", "A", "S", 30),
        drawn.order("middle", "A", "S", 25),
    ]
    assert ids(group_orders(orders, [drawn.van()])) == [("large", "small"), ("middle",)]


def test_an_order_too_large_for_every_van_stays_alone() -> None:
    orders = [drawn.order("huge", "A", "S", 41), drawn.order("small", "A", "S", 1)]
    assert ids(group_orders(orders, [drawn.van()])) == [("huge",), ("small",)]


def test_only_vans_that_keep_the_temperature_count_for_the_size() -> None:
    large = drawn.van("large", capacity_crates=100)
    cold = drawn.van("cold", capacity_crates=10, temperatures=frozenset({TemperatureClass.FROZEN}))
    orders = [drawn.order(name, "A", "S", 6, temperature=TemperatureClass.FROZEN) for name in "12"]
    assert ids(group_orders(orders, [large, cold])) == [("1",), ("2",)]


def test_a_shipment_can_be_taken_apart_again() -> None:
    (shipment,) = group_orders(
        [drawn.order("1", "A", "S", 2), drawn.order("2", "A", "S", 3)], [drawn.van()]
    )
    assert (shipment.crates, shipment.mass_g) == (5, 40_000)
    assert ids(one_by_one(shipment)) == [("1",), ("2",)]
