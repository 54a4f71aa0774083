"""Rounding is stated once: money and masses half to even."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison.units import (
    TimeWindow,
    cost_cents,
    emissions_gco2e,
    permille,
    shared_out,
    whole,
)


def test_the_figures_of_la_france_agricole_come_out() -> None:
    # 31 km at 0.40 EUR: 12.40 EUR. 1 h 45 at 15 EUR: 26.25 EUR.
    assert (
        cost_cents(
            distance_m=31_000, duration_s=0, cents_per_use=0, cents_per_km=40, cents_per_hour=0
        )
        == 1240
    )
    assert (
        cost_cents(
            distance_m=0, duration_s=6300, cents_per_use=0, cents_per_km=0, cents_per_hour=1500
        )
        == 2625
    )


@given(
    distance_m=st.integers(0, 10**7),
    duration_s=st.integers(0, 10**6),
    cents_per_km=st.integers(0, 10**4),
    cents_per_hour=st.integers(0, 10**5),
    cents_per_use=st.integers(0, 10**5),
    overtime_s=st.integers(0, 10**5),
    cents_per_overtime_hour=st.integers(0, 10**4),
)
def test_a_cost_is_exact_before_its_one_rounding(
    distance_m: int,
    duration_s: int,
    cents_per_km: int,
    cents_per_hour: int,
    cents_per_use: int,
    overtime_s: int,
    cents_per_overtime_hour: int,
) -> None:
    exact = (
        Fraction(distance_m * cents_per_km, 1000)
        + Fraction(duration_s * cents_per_hour, 3600)
        + Fraction(overtime_s * cents_per_overtime_hour, 3600)
        + cents_per_use
    )
    # Python rounds fractions half to even.
    assert cost_cents(
        distance_m=distance_m,
        duration_s=duration_s,
        cents_per_use=cents_per_use,
        cents_per_km=cents_per_km,
        cents_per_hour=cents_per_hour,
        overtime_s=overtime_s,
        cents_per_overtime_hour=cents_per_overtime_hour,
    ) == round(exact)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        # Kilograms in grams.
        ("1000.5", 1000),
        ("1001.5", 1002),
        ("100", 100),
        # Euros in cents.
        ("1234.5", 1234),
        ("1235.5", 1236),
        ("-100", -100),
    ],
)
def test_small_units_round_half_to_even(amount: str, expected: int) -> None:
    assert whole(Decimal(amount)) == expected


def test_emissions_are_grams_for_metres() -> None:
    # 142 km at 285 g: 40.47 kg.
    assert emissions_gco2e([(142_000, 28_500_000)]) == 40_470
    # Two of 5 m at 100 g/km are half a gram each, and a gram together.
    assert emissions_gco2e([(5, 10_000_000), (5, 10_000_000)]) == 1
    assert emissions_gco2e([]) == 0


def test_a_share_is_told_in_tenths_of_a_percent() -> None:
    # 1920 of 5561 is 34.526 %; 5 of 2000 is 0.25 %, half way between two tenths.
    assert permille(1_920, 5_561) == 345
    assert permille(5, 2_000) == 2


@pytest.mark.parametrize(
    ("total", "weights", "shares"),
    [
        (100, [1, 1, 1], (34, 33, 33)),  # the first of equals
        (100, [1, 0, 2], (33, 0, 67)),  # 33.3, 0 and 66.7
        (7, [0, 0], (4, 3)),  # nothing to go by
        (0, [5, 5], (0, 0)),
    ],
)
def test_a_total_is_shared_out(total: int, weights: list[int], shares: tuple[int, ...]) -> None:
    assert shared_out(total, weights) == shares


@given(
    total=st.integers(0, 10**9),
    weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=20),
)
def test_shares_sum_to_the_total_and_are_less_than_a_unit_off(
    total: int, weights: list[int]
) -> None:
    shares = shared_out(total, weights)
    assert sum(shares) == total
    most = sum(weights)
    if most:
        off = [abs(Fraction(total * w, most) - s) for w, s in zip(weights, shares, strict=True)]
        assert max(off) < 1


def test_windows_meet_where_they_overlap() -> None:
    morning = TimeWindow(start_s=10, end_s=20)
    assert morning.meet(TimeWindow(start_s=20, end_s=30)) == TimeWindow(start_s=20, end_s=20)
    assert morning.meet(TimeWindow(start_s=21, end_s=30)) is None


@pytest.mark.parametrize(("start_s", "end_s"), [(-1, 5), (5, 4)])
def test_an_empty_window_cannot_be_made(start_s: int, end_s: int) -> None:
    with pytest.raises(ValueError, match="not a time window"):
        TimeWindow(start_s=start_s, end_s=end_s)
