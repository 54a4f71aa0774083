"""Why the solver leaves shipments out, in the words of the trade."""

from __future__ import annotations

from colivraison.domain import UnservedCode
from colivraison.pdptw import Problem, ReasonKind, Solution, why_unassigned

__all__ = ["codes_of"]

# Those that no problem of `to_problem` brings about yet have their words too.
_CODES = {
    ReasonKind.NO_VEHICLE_ALLOWED: UnservedCode.NO_VEHICLE,
    ReasonKind.SKILLS: UnservedCode.NO_VEHICLE_EQUIPMENT,
    ReasonKind.CAPACITY: UnservedCode.NO_VEHICLE_CAPACITY,
    ReasonKind.COMPARTMENT: UnservedCode.NO_COMPARTMENT,
    ReasonKind.WINDOWS_AND_SHIFTS: UnservedCode.NO_COMMON_HOURS,
    ReasonKind.UNREACHABLE: UnservedCode.UNREACHABLE,
    ReasonKind.DISTANCE_LIMIT: UnservedCode.TOO_FAR,
    ReasonKind.TOO_FAR_IN_TIME: UnservedCode.NO_COMMON_HOURS,
    ReasonKind.TIME_ON_BOARD: UnservedCode.TOO_LONG_ON_BOARD,
    ReasonKind.DURATION_LIMIT: UnservedCode.TOO_LONG,
    ReasonKind.BREAKS: UnservedCode.NO_TIME_FOR_BREAKS,
    ReasonKind.OPTIONAL_TOO_DEAR: UnservedCode.TOO_DEAR,
    ReasonKind.GROUP_TOO_SMALL: UnservedCode.BELOW_MINIMUM,
    ReasonKind.NO_ROOM_LEFT: UnservedCode.NO_ROOM_LEFT,
}
# A van could carry these, were it not for others.
_FOR_COMPANY = (ReasonKind.NO_ROOM_LEFT, ReasonKind.GROUP_TOO_SMALL)


def codes_of(
    problem: Problem, with_own_drivers: Problem | None, unassigned: tuple[int, ...]
) -> dict[int, UnservedCode]:
    """Return why shipments are left out, by their index.

    Parameters
    ----------
    with_own_drivers
        The problem if every van had a driver of its own; None where that is so.  Whom even such a
        van could not carry waits for no driver.
    """
    reasons = why_unassigned(problem, Solution(routes=(), unassigned=unassigned))
    codes = {index: _CODES[reason.kind] for index, reason in reasons.items()}
    if with_own_drivers is None:
        return codes
    stuck = tuple(index for index in unassigned if reasons[index].kind not in _FOR_COMPANY)
    own = why_unassigned(with_own_drivers, Solution(routes=(), unassigned=stuck))
    return codes | {
        index: UnservedCode.NO_DRIVER if reason.kind in _FOR_COMPANY else _CODES[reason.kind]
        for index, reason in own.items()
    }
