"""Checks who drives: somebody there is, who may, is on duty, and drives one van at a time."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from colivraison.domain import Case, Driver, Round
from colivraison.planning.check.violation import Part, Violation, ViolationCode

__all__ = ["check_drivers"]


def check_drivers(case: Case, rounds: Sequence[Round], part: Part) -> list[Violation]:
    """Return what is wrong with the drivers of some rounds.

    Where everyone is alone, and where one carries for another, the farmers drive: nobody is named.
    """
    known = {one.id: one for one in case.drivers} if part in (Part.SHARED, Part.NEW_SITE) else {}
    found: list[Violation] = []
    for one in rounds:
        driver = known.get(one.driver_id)
        if driver is not None:
            found += _check_driver(case, one, driver, part)
        elif known or one.driver_id:
            found.append(
                Violation(
                    code=ViolationCode.UNKNOWN_DRIVER,
                    part=part,
                    round_id=one.id,
                    details={"driver": one.driver_id},
                )
            )
    return found + _check_twice(known, rounds, part)


def _check_driver(case: Case, one: Round, driver: Driver, part: Part) -> list[Violation]:
    found: list[Violation] = []
    if driver.vehicles and one.vehicle_id not in driver.vehicles:
        details = {"driver": driver.name, "vehicle": one.vehicle_id}
        found.append(
            Violation(
                code=ViolationCode.DRIVER_NOT_ALLOWED,
                part=part,
                round_id=one.id,
                details=details,
            )
        )
    if not one.stops:
        return found
    start_s, end_s = _under_way(one)
    outside_s = min(
        (
            max(shift.start_s - start_s, 0) + max(end_s - shift.end_s, 0)
            for shift in driver.shifts_in(case.week)
        ),
        default=end_s - start_s,
    )
    # On another day altogether: no more than all of it is outside.
    outside_s = min(outside_s, end_s - start_s)
    if outside_s:
        found.append(
            Violation(
                code=ViolationCode.DRIVER_OFF_DUTY,
                part=part,
                round_id=one.id,
                amount=outside_s,
                unit="s",
                details={"driver": driver.name},
            )
        )
    return found


def _check_twice(known: dict[str, Driver], rounds: Sequence[Round], part: Part) -> list[Violation]:
    found: list[Violation] = []
    for one, other in combinations(rounds, 2):
        if one.driver_id not in known or one.driver_id != other.driver_id:
            continue
        if not one.stops or not other.stops:
            continue
        (start_s, end_s), (other_start_s, other_end_s) = _under_way(one), _under_way(other)
        both_s = min(end_s, other_end_s) - max(start_s, other_start_s)
        if both_s > 0:
            details = {"driver": known[one.driver_id].name, "round": f"{one.id}, {other.id}"}
            found.append(
                Violation(
                    code=ViolationCode.DRIVER_TWICE,
                    part=part,
                    amount=both_s,
                    unit="s",
                    details=details,
                )
            )
    return found


def _under_way(one: Round) -> tuple[int, int]:
    return one.stops[0].start_s, one.stops[-1].departure_s
