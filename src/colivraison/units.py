"""Units of the house, and how they are rounded.

Past the doors every quantity is a whole number whose name carries its unit:
``_s`` seconds, ``_m`` metres, ``_cents`` euro cents, ``_g`` grams, ``_crates`` crates,
``_gco2e`` grams of CO2 equivalent.  Money and masses are rounded half to even, here; travel times
go up to the next second where they leave `roads`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

__all__ = [
    "SECONDS_PER_DAY",
    "TimeWindow",
    "cost_cents",
    "emissions_gco2e",
    "permille",
    "shared_out",
    "whole",
]

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class TimeWindow:
    """A closed interval of seconds since the horizon's first midnight.

    Parameters
    ----------
    start_s
        First second, at least 0.
    end_s
        Last second, not before ``start_s``.

    Raises
    ------
    ValueError
        When the interval is empty or starts before the horizon.
    """

    start_s: int
    end_s: int

    def __post_init__(self) -> None:
        if self.start_s < 0 or self.end_s < self.start_s:
            raise ValueError(f"not a time window: {self.start_s}..{self.end_s}")

    def meet(self, other: TimeWindow) -> TimeWindow | None:
        """Return the common part of two windows, or None where they do not touch."""
        start_s, end_s = max(self.start_s, other.start_s), min(self.end_s, other.end_s)
        return TimeWindow(start_s=start_s, end_s=end_s) if start_s <= end_s else None


def whole(amount: Decimal) -> int:
    """Return a whole number of small units (grams, cents), rounded half to even."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def _divide_half_even(numerator: int, denominator: int) -> int:
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    if twice > denominator or (twice == denominator and quotient % 2 == 1):
        return quotient + 1
    return quotient


def cost_cents(
    *,
    distance_m: int,
    duration_s: int,
    cents_per_use: int,
    cents_per_km: int,
    cents_per_hour: int,
    overtime_s: int = 0,
    cents_per_overtime_hour: int = 0,
) -> int:
    """Return the cost of one round in cents, rounded half to even once for the whole round.

    Parameters
    ----------
    overtime_s
        The part of ``duration_s`` that costs ``cents_per_overtime_hour`` on top.
    """
    # Common denominator of "per 1000 m" and "per 3600 s": the sum is exact before rounding.
    exact = distance_m * cents_per_km * 36 + duration_s * cents_per_hour * 10
    exact += overtime_s * cents_per_overtime_hour * 10
    return _divide_half_even(exact + cents_per_use * 36_000, 36_000)


def emissions_gco2e(driven: Iterable[tuple[int, int]]) -> int:
    """Return grams of CO2 equivalent for some distances, rounded half to even once for all.

    Parameters
    ----------
    driven
        Metres, and the milligrams per 100 km of the vehicle that drove them.
    """
    # Milligrams are 1000 to a gram, 100 km 100,000 metres.
    return _divide_half_even(sum(metres * per_100km for metres, per_100km in driven), 10**8)


def permille(part: int, total: int) -> int:
    """Return a share in tenths of a percent, rounded half to even; ``total`` is above 0."""
    return _divide_half_even(1000 * part, total)


def shared_out(total: int, weights: Sequence[int] | Sequence[Fraction]) -> tuple[int, ...]:
    """Return whole shares of a total in proportion to weights; they sum to the total exactly.

    Everyone gets what is whole of his share, and the units that are left go one each to the largest
    rests, the first of equals first (largest remainder method, Hamilton 1792).

    Parameters
    ----------
    total
        Not negative.
    weights
        At least one, none negative; where all are 0 everyone's share is the same.
    """
    if sum(weights) == 0:
        weights = [1] * len(weights)
    most = sum(weights)
    parts = [divmod(total * weight, most) for weight in weights]
    left = total - sum(whole_part for whole_part, _ in parts)
    first = sorted(range(len(parts)), key=lambda place: (-parts[place][1], place))[:left]
    return tuple(whole_part + (place in first) for place, (whole_part, _) in enumerate(parts))
