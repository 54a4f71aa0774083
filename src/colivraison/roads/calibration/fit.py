"""How slow we really are: the level of driving times and the minutes per stop, from rounds.

For a round, or for a leg of one whose arrivals are known::

    minutes = factor x driving minutes of the model + stop_min x stops + what nobody knows

``factor`` and ``stop_min`` (both at least 0) are fitted by weighted least squares with Huber's
weights, iterated (Huber 1964, doi 10.1214/aoms/1177703732; Holland and Welsch 1977,
doi 10.1080/03610927708827533): a round with a puncture pulls like one that is a little late.  The
first weights are one over the minutes expected, because the delays of many legs and stops add up
as variances do.  The intervals come from leaving out one round at a time (Efron and Stein 1981,
doi 10.1214/aos/1176345462) and Student's t; no random number is drawn.

Driving and stops of similar rounds grow together.  Where they cannot be told apart (fewer than
``LEAST_OBSERVATIONS``, or a condition index above ``MOST_CONDITION``; Belsley, Kuh and Welsch
1980, doi 10.1002/0471725153) the minutes per stop stay as given and only the factor is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colivraison.errors import Fault, InputError
from colivraison.roads.calibration.rounds_file import DeclaredRound

__all__ = [
    "LEAST_OBSERVATIONS",
    "STOP_MIN",
    "Estimate",
    "Fit",
    "Outlier",
    "fit_level",
]

STOP_MIN = 5.0
"""Minutes per stop where nothing is known: the setup of a site (``domain.Site.setup_s``)."""

LEAST_OBSERVATIONS = 6
"""Three for each of the two numbers; with fewer, one odd round decides."""

MOST_CONDITION = 30.0
"""Condition index above which Belsley, Kuh and Welsch call a dependence harmful."""

FACTOR_RANGE = (0.2, 5.0)
"""A level outside means that the times are about other roads, or in another unit."""

OUTLIER_SCALES, OUTLIER_MIN, OUTLIER_SHARE = 3.0, 5.0, 0.15
"""An odd round is off by three times the usual spread, by five minutes, and by 15 % of what is
expected: rounds that agree to the minute would make a late one odd, and nobody checks a delay that
a tractor or a talk explains (our choice)."""

_HUBER = 1.345  # 95 % of the efficiency of least squares where nothing is odd
_ROUNDING_MIN = 0.5  # minutes are told as whole numbers: no spread is smaller
_MAD_TO_SIGMA = 1.4826
_ROUNDS_OF_WEIGHTS = 100

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A fitted number and its 95 % interval; None and None where there is too little to say."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A round, or a leg of it, that the others do not explain.

    Parameters
    ----------
    leg
        1-based leg; 0 for a whole round.
    told_min, expected_min
        What was declared, and what the fit says.
    """

    round_id: str
    leg: int
    told_min: float
    expected_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What the rounds say.

    Parameters
    ----------
    factor
        Level: real driving times are the model's times this.
    stop_min
        Minutes per stop; as given, without an interval, where not ``separated``.
    separated
        Whether driving and stops could be told apart.
    rounds, observations
        How many rounds; how many totals and legs they gave.
    error_before_min, error_after_min
        Median absolute difference between told and expected minutes, before and after the fit.
    error_left_out_min
        The same where each round is expected from a fit on the others: what to hope for from the
        next round. None below three rounds.
    outliers
        What was given little weight, most odd first.
    """

    factor: Estimate
    stop_min: Estimate
    separated: bool
    rounds: int
    observations: int
    error_before_min: float
    error_after_min: float
    error_left_out_min: float | None
    outliers: tuple[Outlier, ...]

    def warnings(self) -> tuple[Fault, ...]:
        """Return what a person should know: ``calibration_not_separated``, ``_outlier``."""
        faults: list[Fault] = []
        if not self.separated:
            details: dict[str, str | int] = {
                "rounds": self.rounds,
                "least": LEAST_OBSERVATIONS,
                "stop_s": round(60 * self.stop_min.value),
            }
            faults.append(Fault(code="calibration_not_separated", details=details))
        for one in self.outliers:
            details = {
                "leg": one.leg,
                "told_min": round(one.told_min),
                "expected_min": round(one.expected_min),
            }
            code = "calibration_odd_leg" if one.leg else "calibration_odd_round"
            faults.append(Fault(code=code, value=one.round_id, details=details))
        return tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Data:
    """Observations, one per row: round, leg, minutes told, minutes driven by the model, stops."""

    round: NDArray[np.int64]
    leg: NDArray[np.int64]
    told: FloatArray
    driving: FloatArray
    stops: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class _Solution:
    factor: float
    stop_min: float
    scale: float

    def expected(self, data: _Data) -> FloatArray:
        return self.factor * data.driving + self.stop_min * data.stops


def fit_level(
    rounds: Sequence[DeclaredRound],
    driving_s: Sequence[Sequence[float]],
    *,
    stop_min: float = STOP_MIN,
) -> Fit:
    """Return the level and the minutes per stop that explain rounds.

    Parameters
    ----------
    driving_s
        For each round the model's driving seconds of each leg, negative where there is no way.
    stop_min
        Minutes per stop to start from, and to keep where they cannot be fitted; at least 0.

    Raises
    ------
    InputError
        ``round_leg_without_road`` (every such leg), ``calibration_without_driving``,
        ``calibration_out_of_range`` (the level is not between 0.2 and 5).
    """
    if not rounds or len(rounds) != len(driving_s) or stop_min < 0:
        raise ValueError("at least one round, the driving of each, and no negative stop")
    data = _observations(rounds, driving_s)
    separable = _can_separate(data, stop_min)
    solution = _solve(data, stop_min, separable=separable)
    if not FACTOR_RANGE[0] <= solution.factor <= FACTOR_RANGE[1]:
        details = {"percent": round(100 * solution.factor), "rounds": len(rounds)}
        raise InputError([Fault(code="calibration_out_of_range", details=details)])
    groups = data.round if len(rounds) >= 3 else np.arange(len(data.told))
    without = _leave_one_out(data, groups, stop_min, separable=separable)
    numbers = np.array([(one.factor, one.stop_min) for one in without])
    factor = _estimate(
        solution.factor, numbers[:, 0] if len(without) else None, separable=separable
    )
    per_stop = Estimate(value=solution.stop_min)
    if separable:
        per_stop = _estimate(solution.stop_min, numbers[:, 1], separable=separable)
    left_out = None
    if len(rounds) >= 3:
        apart = np.array([one.expected(data) for one in without])
        row = np.searchsorted(np.unique(groups), groups)
        left_out = _median_gap(data.told, apart[row, np.arange(len(row))])
    before = _Solution(factor=1.0, stop_min=stop_min, scale=0.0)
    return Fit(
        factor=factor,
        stop_min=per_stop,
        separated=separable,
        rounds=len(rounds),
        observations=len(data.told),
        error_before_min=_median_gap(data.told, before.expected(data)),
        error_after_min=_median_gap(data.told, solution.expected(data)),
        error_left_out_min=left_out,
        outliers=_outliers(rounds, data, solution, stop_min),
    )


def _observations(rounds: Sequence[DeclaredRound], driving_s: Sequence[Sequence[float]]) -> _Data:
    rows: list[tuple[int, int, float, float, float]] = []
    faults: list[Fault] = []
    for number, (one, legs_s) in enumerate(zip(rounds, driving_s, strict=True)):
        if len(legs_s) != len(one.positions) - 1:
            raise ValueError(f"round {one.id}: one driving time per leg")
        faults += [
            Fault(code="round_leg_without_road", value=one.id, details={"leg": leg})
            for leg, leg_s in enumerate(legs_s, start=1)
            if leg_s < 0
        ]
        if one.arrivals_min:
            # Between two arrivals lie the stop at the first place and the drive to the second;
            # nobody is served where the round begins.
            for leg, leg_s in enumerate(legs_s, start=1):
                told = one.arrivals_min[leg] - one.arrivals_min[leg - 1]
                rows.append((number, leg, told, leg_s / 60, float(leg > 1)))
        elif one.total_min is not None:
            rows.append((number, 0, one.total_min, sum(legs_s) / 60, one.stops))
    if not faults and sum(row[3] for row in rows) <= 0:
        faults.append(Fault(code="calibration_without_driving", details={"rounds": len(rounds)}))
    if faults:
        raise InputError(faults)
    columns = np.array(rows, dtype=np.float64).T
    return _Data(
        round=columns[0].astype(np.int64),
        leg=columns[1].astype(np.int64),
        told=columns[2],
        driving=columns[3],
        stops=columns[4],
    )


def _roots(data: _Data, stop_min: float) -> FloatArray:
    """Return the roots of the first weights: one over the minutes expected before any fit."""
    roots: FloatArray = 1 / np.sqrt(np.maximum(data.driving + stop_min * data.stops, 1.0))
    return roots


def _can_separate(data: _Data, stop_min: float) -> bool:
    if len(data.told) < LEAST_OBSERVATIONS:
        return False
    columns = np.stack([data.driving, data.stops], axis=1) * _roots(data, stop_min)[:, None]
    lengths = np.linalg.norm(columns, axis=0)
    if lengths.min() == 0:
        return False
    largest, smallest = np.linalg.svd(columns / lengths, compute_uv=False)
    return bool(largest <= MOST_CONDITION * smallest)


def _solve(data: _Data, stop_min: float, *, separable: bool) -> _Solution:
    """Return the fit; both numbers are at least 0."""
    roots = _roots(data, stop_min)
    floor = _ROUNDING_MIN * float(np.median(roots))
    huber = np.ones(len(roots))
    found = _Solution(factor=math.nan, stop_min=math.nan, scale=floor)
    for _ in range(_ROUNDS_OF_WEIGHTS):
        weights = roots * np.sqrt(huber)
        pair = _least_squares(data, weights, None if separable else stop_min)
        residuals = roots * (data.told - pair[0] * data.driving - pair[1] * data.stops)
        scale = max(_MAD_TO_SIGMA * float(np.median(np.abs(residuals))), floor)
        still = abs(pair[0] - found.factor) < 1e-9 and abs(pair[1] - found.stop_min) < 1e-9
        found = _Solution(factor=pair[0], stop_min=pair[1], scale=scale)
        if still:
            break
        huber = np.minimum(1.0, _HUBER * scale / np.maximum(np.abs(residuals), 1e-12))
    return found


def _least_squares(
    data: _Data, weights: FloatArray, fixed_stop_min: float | None
) -> tuple[float, float]:
    driving, stops, told = weights * data.driving, weights * data.stops, weights * data.told
    if fixed_stop_min is None:
        (factor, stop_min), *_ = np.linalg.lstsq(np.stack([driving, stops], axis=1), told)
        if factor >= 0 and stop_min >= 0:
            return float(factor), float(stop_min)
        # With two numbers the constrained optimum lies on the edge that was overstepped.
        if factor < 0:
            return 0.0, max(0.0, float(stops @ told) / max(float(stops @ stops), 1e-12))
        fixed_stop_min = 0.0
    rest = told - fixed_stop_min * stops
    return max(0.0, float(driving @ rest) / max(float(driving @ driving), 1e-12)), fixed_stop_min


def _leave_one_out(
    data: _Data, groups: NDArray[np.int64], stop_min: float, *, separable: bool
) -> list[_Solution]:
    """Return a fit without each group; none where fewer than three are left to leave out."""
    names = np.unique(groups)
    if len(names) < 3:
        return []
    found = []
    for name in names:
        keep = groups != name
        rest = _Data(
            round=data.round[keep],
            leg=data.leg[keep],
            told=data.told[keep],
            driving=data.driving[keep],
            stops=data.stops[keep],
        )
        found.append(_solve(rest, stop_min, separable=separable))
    return found


def _estimate(value: float, without: FloatArray | None, *, separable: bool) -> Estimate:
    """Return a number with its jackknife interval."""
    fitted = 2 if separable else 1
    if without is None or len(without) <= fitted:
        return Estimate(value=value)
    from scipy.special import stdtrit

    count = len(without)
    spread = math.sqrt((count - 1) / count * float(((without - without.mean()) ** 2).sum()))
    reach = float(stdtrit(count - fitted, 0.975)) * spread
    return Estimate(value=value, low=max(0.0, value - reach), high=value + reach)


def _median_gap(told: FloatArray, expected: FloatArray) -> float:
    return float(np.median(np.abs(told - expected)))


def _outliers(
    rounds: Sequence[DeclaredRound], data: _Data, solution: _Solution, stop_min: float
) -> tuple[Outlier, ...]:
    expected = solution.expected(data)
    gaps = data.told - expected
    size = np.abs(gaps) * _roots(data, stop_min) / solution.scale
    least = np.maximum(OUTLIER_MIN, OUTLIER_SHARE * expected)
    odd = np.flatnonzero((size > OUTLIER_SCALES) & (np.abs(gaps) > least))
    return tuple(
        Outlier(
            round_id=rounds[data.round[row]].id,
            leg=int(data.leg[row]),
            told_min=float(data.told[row]),
            expected_min=float(expected[row]),
        )
        for row in odd[np.argsort(-size[odd], kind="stable")]
    )
