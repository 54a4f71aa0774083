"""`colivraison roads calibrate`: the level of a profile from rounds that were driven."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import (
    open_roads,
    read_asked,
    require_output,
    tell_warnings,
    told_written,
)
from colivraison.errors import InputError, Where
from colivraison.roads import RoadNetwork
from colivraison.roads.calibration.fit import STOP_MIN, Estimate, Fit, fit_level
from colivraison.roads.calibration.profile_file import write_profile
from colivraison.roads.calibration.rounds_file import DeclaredRound, read_rounds
from colivraison.roads.profile import Profile, load_profile

if TYPE_CHECKING:
    from colivraison.cli.roads_common import Asked

__all__ = ["run_calibrate"]

_PARIS = ZoneInfo("Europe/Paris")


def run_calibrate(options: argparse.Namespace, terminal: Terminal) -> int:
    """Fit a profile and write it."""
    inputs = (options.roads, options.rounds, options.closures, Path(options.profile))
    replaces = require_output(options.out, inputs, force=options.force, ending=".toml")
    asked = read_asked(options)
    base = load_profile(asked.profile) if isinstance(asked.profile, str) else asked.profile
    with Journal(terminal) as journal:
        journal.stage("points")
        rounds = read_rounds(options.rounds)
        network = open_roads(options.roads, journal)
        journal.stage("calibrate")
        driving_s = _driving(rounds, network, asked, options)
        stop_min = STOP_MIN if options.stop_minutes is None else options.stop_minutes
        fit = fit_level(rounds, driving_s, stop_min=stop_min)
        _write(options, base, fit, terminal)
        journal.stage("done", 1.0)
    told = tell_warnings([*asked.warnings(network), *fit.warnings()], terminal)
    _tell(fit, terminal)
    told_written(options.out, terminal, replaced=replaces)
    terminal.say(terminal.texts("cli.roads.calibrate.next", path=options.out))
    terminal.emit(
        {
            "status": "done",
            "out": str(options.out),
            "replaced": replaces,
            "factor": _numbers(fit.factor),
            "stop_min": _numbers(fit.stop_min),
            "separated": fit.separated,
            "rounds": fit.rounds,
            "observations": fit.observations,
            "error_before_min": fit.error_before_min,
            "error_after_min": fit.error_after_min,
            "error_left_out_min": fit.error_left_out_min,
            "warnings": told,
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def _driving(
    rounds: Sequence[DeclaredRound],
    network: RoadNetwork,
    asked: Asked,
    options: argparse.Namespace,
) -> list[list[float]]:
    """Return the seconds of every leg of every round; every place that no road is near at once."""
    named = [
        (Where(file=options.rounds.name), one.id, position)
        for one in rounds
        for position in one.positions
    ]
    if faults := network.require_near_road(named, profile=asked.profile):
        raise InputError(faults)
    found: list[list[float]] = []
    for one in rounds:
        durations_s, _ = network.matrix(one.positions, **asked.keywords())
        legs = pairwise(range(len(one.positions)))
        found.append([float(durations_s[start, end]) for start, end in legs])
    return found


def _write(options: argparse.Namespace, base: Profile, fit: Fit, terminal: Terminal) -> None:
    today = dt.datetime.now(tz=_PARIS).date()
    write_profile(options.out, base, fit, on=today, language=terminal.texts.language)


def _tell(fit: Fit, terminal: Terminal) -> None:
    texts = terminal.texts
    terminal.answer(
        texts(
            "cli.roads.calibrate.factor",
            factor=texts.number(fit.factor.value, 2),
            interval=_interval(fit.factor, 2, terminal),
        ),
        style="bold",
    )
    terminal.answer(
        texts(
            "cli.roads.calibrate.stop",
            minutes=texts.number(fit.stop_min.value, 1),
            interval=(
                _interval(fit.stop_min, 1, terminal)
                if fit.separated
                else texts("cli.roads.calibrate.given")
            ),
        )
    )
    terminal.answer(
        texts(
            "cli.roads.calibrate.error",
            before=texts.number(fit.error_before_min, 1),
            after=texts.number(fit.error_after_min, 1),
        )
    )


def _interval(estimate: Estimate, decimals: int, terminal: Terminal) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return terminal.texts(
        "cli.roads.calibrate.interval",
        low=terminal.texts.number(estimate.low, decimals),
        high=terminal.texts.number(estimate.high, decimals),
    )


def _numbers(estimate: Estimate) -> dict[str, float | None]:
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high}
