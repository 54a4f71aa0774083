"""Vans on shifts, and who drives them then: what the solver calls vehicles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from colivraison.domain import Driver, Round, Vehicle, Week
from colivraison.units import TimeWindow

__all__ = ["VanDay", "busy_van_days", "exclusive_van_days", "overlap", "sets_out", "van_days_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VanDay:
    """One van on one of its shifts, with a driver who is on duty then.

    Parameters
    ----------
    duty
        The shift of the van.
    shift
        When the round may be under way: while the driver is on duty too.
    driver
        None where every van has a driver of its own; ``shift`` is all of ``duty`` then.
    """

    vehicle: Vehicle
    duty: TimeWindow
    shift: TimeWindow
    driver: Driver | None = None

    @property
    def driver_id(self) -> str:
        """The id of the driver, "" for the van's own one."""
        return "" if self.driver is None else self.driver.id


def overlap(one: TimeWindow, other: TimeWindow) -> bool:
    """Return whether two windows have more in common than a moment."""
    return one.start_s < other.end_s and other.start_s < one.end_s


def van_days_of(
    vehicles: Iterable[Vehicle], drivers: Sequence[Driver] | None, week: Week
) -> tuple[VanDay, ...]:
    """Return every van on each of its shifts, with each driver who may drive it then.

    Parameters
    ----------
    drivers
        None: every van has a driver of its own.
    """
    found: list[VanDay] = []
    for vehicle in vehicles:
        for duty in vehicle.shifts_in(week):
            if drivers is None:
                found.append(VanDay(vehicle=vehicle, duty=duty, shift=duty))
                continue
            found += [
                VanDay(vehicle=vehicle, duty=duty, shift=shift, driver=driver)
                for driver in drivers
                if driver.may_drive(vehicle.id)
                for own in driver.shifts_in(week)
                if (shift := own.meet(duty)) is not None and shift.start_s < shift.end_s
            ]
    return tuple(found)


def exclusive_van_days(van_days: Sequence[VanDay]) -> tuple[frozenset[int], ...]:
    """Return the sets of van-days of which at most one may be driven; none without drivers.

    A van drives one round on a shift, whoever drives it.  A driver drives one of those whose shifts
    overlap, even where two rounds would not: how it would come from one van to the other is not
    known.  Shifts that only touch do not exclude each other.
    """
    by_duty: dict[tuple[str, TimeWindow], set[int]] = defaultdict(set)
    by_driver: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(van_days):
        if one.driver is not None:
            by_duty[one.vehicle.id, one.duty].add(number)
            by_driver[one.driver.id].append(number)
    found = [frozenset(numbers) for numbers in by_duty.values()]
    for numbers in by_driver.values():
        # Windows that overlap pairwise all hold the begin of the last of them.
        shifts = {number: van_days[number].shift for number in numbers}
        found += [
            frozenset(n for n, one in shifts.items() if one.start_s <= moment_s < one.end_s)
            for moment_s in sorted({one.start_s for one in shifts.values()})
        ]
    sets = [one for one in dict.fromkeys(found) if len(one) > 1]
    return tuple(one for one in sets if not any(one < other for other in sets))


def sets_out(one: Round, van_day: VanDay) -> bool:
    """Return whether a round is that of a van's shift and its driver."""
    return (
        one.vehicle_id == van_day.vehicle.id
        and one.driver_id == van_day.driver_id
        and _leaves_in(one, van_day.shift)
    )


def _leaves_in(one: Round, window: TimeWindow) -> bool:
    return bool(one.stops) and window.start_s <= one.stops[0].start_s <= window.end_s


def busy_van_days(van_days: Sequence[VanDay], rounds: Iterable[Round]) -> set[int]:
    """Return the van-days on which nobody may set out any more beside some rounds.

    Their van drives on the shift already, or their driver at that time.
    """
    busy: set[int] = set()
    for one in rounds:
        held = [van_day.shift for van_day in van_days if sets_out(one, van_day)]
        if not held and one.stops:
            # Of nobody's shift, as it was changed by hand: it takes its driver all the same.
            start_s, end_s = one.stops[0].start_s, one.stops[-1].departure_s
            held = [TimeWindow(start_s=max(0, start_s), end_s=max(0, start_s, end_s))]
        busy |= {
            number
            for number, van_day in enumerate(van_days)
            if (one.vehicle_id == van_day.vehicle.id and _leaves_in(one, van_day.duty))
            or (
                van_day.driver is not None
                and one.driver_id == van_day.driver.id
                and any(overlap(van_day.shift, window) for window in held)
            )
        }
    return busy
