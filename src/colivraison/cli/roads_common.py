"""What the verbs of ``colivraison roads`` share: checks before the work, warnings, the ending."""

from __future__ import annotations

import argparse
import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colivraison.cli.console import MOST_TOLD, ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.domain import Position
from colivraison.errors import Fault, InputError, Where
from colivraison.roads import PROFILE_NAMES, RoadNetwork
from colivraison.roads.storing.aside import require_writable
from colivraison.roads.tables.points import Point

if TYPE_CHECKING:
    from colivraison.roads.closures.effects import TouchedRoads
    from colivraison.roads.closures.kinds import Closure
    from colivraison.roads.profile import Profile

__all__ = [
    "FAR_WARNING_M",
    "Asked",
    "file_size",
    "open_roads",
    "place_warnings",
    "read_asked",
    "require_output",
    "tell_asked",
    "tell_closures",
    "tell_warnings",
    "told_written",
    "with_output",
]

FAR_WARNING_M = 100
"""A place further than this from its road is told; further than ``FAR_M`` it is refused."""

_SMALL_BYTES = 10**6


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """For what vehicle, on what day, with what closures: the keywords of ``RoadNetwork``."""

    profile: str | Profile
    on: dt.date | None
    closures: tuple[Closure, ...]

    def keywords(self) -> dict[str, Any]:
        """Return them as ``RoadNetwork`` takes them."""
        return {"profile": self.profile, "on": self.on, "closures": self.closures}

    def warnings(self, network: RoadNetwork) -> list[Fault]:
        """Return what was doubtful when the roads were opened and the closures laid on them."""
        return [*network.warnings, *network.closure_warnings(**self.keywords())]


def read_asked(options: argparse.Namespace) -> Asked:
    """Read the profile and the closures; every fault of both at once.

    Raises
    ------
    InputError
        ``roads_unknown_profile`` and the faults of ``read_profile`` and ``read_closures``.
    """
    faults: list[Fault] = []
    profile: str | Profile = options.profile
    closures: tuple[Closure, ...] = ()
    try:
        profile = _profile(options.profile)
    except InputError as error:
        faults += error.faults
    if getattr(options, "closures", None) is not None:
        from colivraison.roads.closures.file import read_closures

        try:
            closures = tuple(read_closures(options.closures))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return Asked(profile=profile, on=getattr(options, "date", None), closures=closures)


def _profile(name: str) -> str | Profile:
    if name in PROFILE_NAMES:
        return name
    if name.lower().endswith(".toml"):
        from colivraison.roads.calibration.profile_file import read_profile

        return read_profile(Path(name))
    details = {"names": ", ".join(PROFILE_NAMES)}
    raise InputError([Fault(code="roads_unknown_profile", value=name[:200], details=details)])


def require_output(
    out: Path,
    inputs: Iterable[Path | None],
    *,
    force: bool = True,
    ending: str | tuple[str, ...] = "",
) -> bool:
    """Raise before any work where its result could not or should not be written.

    Parameters
    ----------
    inputs
        What is read; None where an option is not given.
    force
        Whether a file that exists is replaced: what takes long to make is not without being asked
        to, an answer that people repeat is, and ``told_written`` says so.
    ending
        What the name shall end in; of several the first is told.

    Returns
    -------
    replaces
        Whether a file stands there now.

    Raises
    ------
    InputError
        ``output_ending``, ``output_is_input``, ``output_exists`` or ``file_not_written``.
    """
    where = Where(file=out.name)
    try:
        # Not ``resolve``: it raises where a link leads to itself.
        same = os.path.realpath(out) in {os.path.realpath(o) for o in inputs if o is not None}
    except FileNotFoundError as error:
        # The folder we stand in was deleted.
        raise InputError([Fault(code="file_not_written", where=where, value=out.name,
                                details={"why": error.strerror or ""})]) from error  # fmt: skip
    if same:
        raise InputError([Fault(code="output_is_input", where=where, value=out.name)])
    endings = (ending,) if isinstance(ending, str) else ending
    if not out.name.lower().endswith(endings):
        details = {"ending": endings[0]}
        raise InputError(
            [Fault(code="output_ending", where=where, value=out.name, details=details)]
        )
    replaces = require_writable(out)
    if replaces and not force:
        raise InputError([Fault(code="output_exists", where=where, value=out.name)])
    return replaces


def open_roads(path: Path, journal: Journal) -> RoadNetwork:
    """Open a built territory, or build it from an extract (kept for the next time)."""
    journal.stage("roads")
    return RoadNetwork.load(path, on_progress=lambda share: journal.stage("roads", share))


def place_warnings(points: Sequence[Point], network: RoadNetwork, asked: Asked) -> list[Fault]:
    """Hold places against the roads.

    Returns
    -------
    warnings
        ``far_from_road_but_usable`` for each place further than ``FAR_WARNING_M``,
        ``place_on_closed_road`` for each that is cut off that day.

    Raises
    ------
    InputError
        ``far_from_road`` or ``looks_swapped`` for each place no road is near.
    """
    named = [(point.where, point.id, point.position) for point in points]
    if faults := network.require_near_road(named, profile=asked.profile):
        at = {point.where: point.position for point in points}
        raise InputError([_swapped(fault, at, network) or fault for fault in faults])
    positions = [point.position for point in points]
    gaps_m = network.snap(positions, profile=asked.profile).gap_m
    far = [
        Fault(
            code="far_from_road_but_usable",
            where=point.where,
            value=point.id[:200],
            details={"site": point.id, "gap_m": int(gap_m)},
        )
        for point, gap_m in zip(points, gaps_m.tolist(), strict=True)
        if gap_m > FAR_WARNING_M
    ]
    cut_off = [points[k] for k in network.on_closed_road(positions, **asked.keywords())]
    return far + [
        Fault(
            code="place_on_closed_road",
            where=point.where,
            value=point.id[:200],
            details={"site": point.id},
        )
        for point in cut_off
    ]


def tell_asked(
    asked: Asked, network: RoadNetwork, warnings: Iterable[Fault], terminal: Terminal
) -> list[dict[str, object]]:
    """Print what closures did and what is doubtful; return the latter for JSON."""
    tell_closures(network.closures_touch(**asked.keywords()), terminal)
    return tell_warnings([*asked.warnings(network), *warnings], terminal)


def tell_closures(touched: TouchedRoads | None, terminal: Terminal) -> None:
    """Say how many closures count, and how much road they concern."""
    if touched is None:
        return
    texts = terminal.texts
    terminal.say(
        texts(
            "cli.roads.closures_counted",
            count=touched.counted,
            edges=texts.number(touched.edges),
            km=texts.km(touched.length_m),
        )
    )


def _swapped(fault: Fault, at: Mapping[Where, Position], network: RoadNetwork) -> Fault | None:
    """Return a better fault where latitude and longitude seem to have changed places."""
    lat, lon, bounds = at[fault.where].lat, at[fault.where].lon, network.bounds
    if not (bounds.south <= lon <= bounds.north and bounds.west <= lat <= bounds.east):
        return None
    return Fault(
        code="looks_swapped",
        where=fault.where,
        value=fault.value,
        details={"name": str(fault.details["name"])},
    )


def tell_warnings(warnings: Iterable[Fault], terminal: Terminal) -> list[dict[str, object]]:
    """Print what is doubtful, ``MOST_TOLD`` of each kind; return all of it for JSON."""
    told: list[dict[str, object]] = []
    # Of each kind apart: a thousand of one shall not hide the only one of another.
    counts: Counter[str] = Counter()
    for warning in warnings:
        sentence = terminal.texts.warning(warning)
        counts[warning.code] += 1
        if counts[warning.code] <= MOST_TOLD:
            place = terminal.texts.place(warning.where)
            terminal.say(f"⚠ {place} : {sentence}" if place else f"⚠ {sentence}", style="yellow")
        told.append(
            {
                "code": warning.code,
                "file": warning.where.file,
                "row": warning.where.row,
                "value": warning.value,
                "details": dict(warning.details),
                "sentence": sentence,
            }
        )
    terminal.tell_more(sum(max(0, count - MOST_TOLD) for count in counts.values()))
    return told


def with_output(out: Path | None, terminal: Terminal, work: Callable[[], int]) -> int:
    """Do the work of a verb; at Ctrl-C say truly whether its file was written."""
    before = _identity(out)
    try:
        return work()
    except KeyboardInterrupt:
        stands = _identity(out) not in (None, before)
        key = "cli.interrupted_written" if stands else "cli.interrupted"
        terminal.say(terminal.texts(key, folder=out), style="yellow")
        terminal.emit({"status": "interrupted", "out": str(out) if stands else None})
        return ExitStatus.INTERRUPTED


def _identity(path: Path | None) -> tuple[int, int, int] | None:
    """Return what tells a file from the one that takes its place; None where there is none."""
    if path is None:
        return None
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_mtime_ns


def told_written(path: Path, terminal: Terminal, *, replaced: bool = False) -> None:
    """Say what was written, and whether it took the place of a file."""
    key = "cli.roads.replaced" if replaced else "cli.roads.wrote"
    terminal.answer(terminal.texts(key, path=path, size=file_size(path, terminal)))


def file_size(path: Path, terminal: Terminal) -> str:
    """Return the size of a file as people say it."""
    size = path.stat().st_size
    if size < _SMALL_BYTES:
        return terminal.texts("cli.roads.kilobytes", size=terminal.texts.number(size / 1e3, 1))
    return terminal.texts("cli.roads.megabytes", size=terminal.texts.number(size / 1e6, 1))
