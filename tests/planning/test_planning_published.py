"""Published examples of what selling costs, computed by the product from their printed inputs."""

from __future__ import annotations

import pytest

from colivraison.planning import Prices, Sale, SaleCost, sale_cost, take_turns

HOUR_S = 3_600


# --- FNAB guide 2023, "Un exemple en chiffres", source Haute Loire Bio: a market turned into a
# distribution point, 0.50 EUR/km and 12 EUR/h.  It prints the euros of each part; kilometres and
# hours are these divided by the unit price (264 EUR of road = 528 km, 936 EUR of selling = 78 h).

FNAB = [
    # takings EUR, km, selling h, preparation h -> road, selling, preparation, cost EUR, percent
    pytest.param(5_561, 528, 78, 60, (264, 936, 720, 1_920), 34.5, id="sale 1 before"),
    pytest.param(5_406, 440, 30, 30, (220, 360, 360, 940), 17.4, id="sale 1 after"),
    pytest.param(2_479, 500, 36.25, 25, (250, 435, 300, 985), 39.7, id="sale 2 before"),
    pytest.param(5_495, 1_000, 37.5, 30, (500, 450, 360, 1_310), 23.8, id="sale 2 after"),
]


def fnab(takings: int, km: int, selling_h: float, preparation_h: int) -> SaleCost:
    sale = Sale(
        distance_m=km * 1_000,
        selling_s=round(selling_h * HOUR_S),
        preparation_s=preparation_h * HOUR_S,
        takings_cents=takings * 100,
    )
    return sale_cost(sale, Prices(cents_per_km=50, cents_per_hour=1_200))


@pytest.mark.parametrize(("takings", "km", "selling_h", "preparation_h", "euros", "percent"), FNAB)
def test_fnab_to_the_euro_and_to_a_tenth_of_a_point(
    takings: int,
    km: int,
    selling_h: float,
    preparation_h: int,
    euros: tuple[int, ...],
    percent: float,
) -> None:
    found = fnab(takings, km, selling_h, preparation_h)
    cents = (
        found.vehicle_cents,
        found.selling_cents,
        found.preparation_cents,
        found.total_cents(),
    )
    assert cents == tuple(100 * euro for euro in euros)
    assert found.share_permille() == round(10 * percent)


def test_fnab_a_sale_that_costs_more_may_be_the_better_one() -> None:
    # Sale 2: 985 -> 1,310 EUR and 500 -> 1,000 km, and yet 39.7 -> 23.8 % of the takings.
    before, after = (fnab(*FNAB[place].values[:4]) for place in (2, 3))
    assert after.total_cents() > before.total_cents()
    assert after.share_permille() < before.share_permille()


def test_fnab_is_counted_at_the_usual_prices() -> None:
    sale = Sale(distance_m=528_000, selling_s=78 * HOUR_S, preparation_s=60 * HOUR_S)
    assert sale_cost(sale).total_cents() == 192_000
    # Nobody has said what it brings in: no percentage.
    assert sale_cost(sale).share_permille() is None


# --- Herault (Logicout simulation told by La France Agricole, article 886515): two producers, 30
# deliveries a year each to one shop, each carries both loads every other time.  It prints as saved
# 1,000 EUR, nearly 50 h and 1,000 km; 30 trips avoided make that 33.3 km and 1 h 40 each.

HERAULT = {"deliveries_each": 30, "trip_m": 33_333, "trip_s": 100 * 60}


@pytest.mark.parametrize(
    ("prices", "euros"),
    [
        (Prices(cents_per_km=40, cents_per_hour=1_200), 1_000),  # 400 of road and 600 of hours
        (Prices(), 1_100),  # the usual 0.50 EUR/km: 500 and 600
    ],
)
def test_herault_two_producers_who_take_turns(prices: Prices, euros: int) -> None:
    found = take_turns(["maraicher", "fromager"], prices=prices, **HERAULT)
    assert found.saved_cents == 100 * euros
    assert (found.trips_before, found.trips_after) == (60, 30)
    assert found.drives == {"maraicher": 15, "fromager": 15}
    assert found.balances_cents == {"maraicher": 0, "fromager": 0}
    assert found.balances_s == {"maraicher": 0, "fromager": 0}
    assert found.saved_s == 50 * HOUR_S
    assert found.saved_m == pytest.approx(1_000_000, rel=0.001)


def test_turns_that_do_not_come_out_even_leave_balances_that_sum_to_zero() -> None:
    # 4 trips of 10 km at 0.50 EUR and of 1 h by three: A drives twice.  20 EUR and 4 h in all:
    # A has advanced 10 EUR and owes 6.67; B and C 5 EUR each, owing 6.67 and 6.66.
    found = take_turns(["A", "B", "C"], deliveries_each=4, trip_m=10_000, trip_s=HOUR_S)
    assert found.drives == {"A": 2, "B": 1, "C": 1}
    assert found.balances_cents == {"A": 333, "B": -167, "C": -166}
    assert found.balances_s == {"A": 2_400, "B": -1_200, "C": -1_200}


@pytest.mark.parametrize("who", [[], ["A"], ["A", "A"]])
def test_turns_are_taken_by_two_or_more(who: list[str]) -> None:
    with pytest.raises(ValueError, match="two producers"):
        take_turns(who, deliveries_each=4, trip_m=1, trip_s=1)


# --- La France Agricole 733135: three clients, 31 km with a van of 3 to 4 m3 at 0.40 EUR/km, 45 min
# of driving and 1 h of loading and unloading at 15 EUR/h.  It prints 12.59 EUR of vehicle, 25.77
# EUR of labour, and the vehicle alone as 5 % of 250 EUR of goods and 10 % of 125 EUR.

LFA = Prices(cents_per_km=40, cents_per_hour=1_500)


def lfa(goods_euros: int, *, distance_m: int = 31_000, driving_min: int = 45) -> SaleCost:
    sale = Sale(
        distance_m=distance_m,
        driving_s=driving_min * 60,
        handling_s=HOUR_S,
        takings_cents=goods_euros * 100,
    )
    return sale_cost(sale, LFA)


@pytest.mark.parametrize(
    ("goods_euros", "vehicle_permille", "printed_percent", "permille", "from_printed_percent"),
    [
        # 12.40 / 250 = 4.96 %; 38.65 / 250 = 15.46 %, while the printed 38.36 make 15.3 %
        (250, 50, 5, 155, 15.3),
        # 12.40 / 125 = 9.92 %; 38.65 / 125 = 30.92 %, while the printed 38.36 make 30.7 %
        (125, 99, 10, 309, 30.7),
    ],
)
def test_la_france_agricole_on_its_printed_inputs(
    goods_euros: int,
    vehicle_permille: int,
    printed_percent: float,
    permille: int,
    from_printed_percent: float,
) -> None:
    found = lfa(goods_euros)
    assert (found.vehicle_cents, found.labour_cents) == (1_240, 2_625)
    assert found.vehicle_cents == pytest.approx(1_259, rel=0.02)
    assert found.labour_cents == pytest.approx(2_577, rel=0.02)
    assert found.share_permille(labour=False) == vehicle_permille
    assert found.share_permille(labour=False) == pytest.approx(10 * printed_percent, rel=0.02)
    assert found.share_permille() == permille
    assert found.share_permille() == pytest.approx(10 * from_printed_percent, rel=0.02)


def test_la_france_agricole_on_the_inputs_its_results_come_from() -> None:
    # What it prints as 31 km and 1 h 45 was 31.475 km (12.59 / 0.40) and 1 h 43 (25.77 / 15).
    found = {euros: lfa(euros, distance_m=31_475, driving_min=43) for euros in (250, 125)}
    assert (found[250].vehicle_cents, found[250].labour_cents) == (1_259, 2_575)
    assert found[250].share_permille() == 153
    assert found[125].share_permille() == 307


@pytest.mark.parametrize("changes", [{"distance_m": -1}, {"selling_s": -1}, {"takings_cents": -1}])
def test_nothing_about_a_sale_is_below_zero(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="negative"):
        Sale(**{"distance_m": 1, **changes})


def test_no_price_is_below_zero() -> None:
    with pytest.raises(ValueError, match="negative"):
        Prices(cents_per_km=-1)
