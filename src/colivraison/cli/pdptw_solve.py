"""`colivraison pdptw solve`: routes for a benchmark instance, in a file."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from colivraison.cli.console import ExitStatus, Terminal
from colivraison.cli.pdptw_target import TypedTarget, typed_target
from colivraison.cli.progress_bar import Journal
from colivraison.cli.roads_common import require_output, told_written, with_output
from colivraison.errors import Fault, InputError, Where
from colivraison.interchange.benchmarks import (
    BenchmarkBound,
    BenchmarkInstance,
    FindingKind,
    bound_of,
    check_routes,
    cost_of,
    read_benchmark,
    routes_of,
    solution_text,
)
from colivraison.pdptw import (
    BACKENDS,
    DEFAULT_BACKEND,
    NoBound,
    Objective,
    Progress,
    Stopping,
    TooLargeError,
    solve,
    why_unassigned,
)
from colivraison.roads.storing.aside import written_aside

__all__ = ["Watch", "run_solve", "shown_cost"]

_SECONDS = 10.0


def run_solve(options: argparse.Namespace, terminal: Terminal) -> int:
    """Search routes and write them."""
    out: Path = options.out or Path(f"{options.instance.stem}.sol.json")
    return with_output(out, terminal, lambda: _run(options, out, terminal))


def _run(options: argparse.Namespace, out: Path, terminal: Terminal) -> int:
    replaces = require_output(out, [options.instance], ending=".json")
    backend = options.backend or DEFAULT_BACKEND
    if backend not in BACKENDS:
        details = {"names": ", ".join(BACKENDS)}
        raise InputError([Fault(code="unknown_backend", value=backend[:200], details=details)])
    objective = Objective(options.objective)
    target = None if options.target is None else typed_target(options.target, objective)
    with Journal(terminal) as journal:
        journal.stage("pdptw_read")
        instance = read_benchmark(options.instance, objective)
        journal.stage("pdptw_search", 0.05)
        found = _search(instance, options, backend, target, terminal, journal)
        bound = bound_of(instance) if options.bound else None
        told_bound = (
            {"vehicles": bound.vehicles, "cost": bound.cost}
            if isinstance(bound, BenchmarkBound)
            else None
        )
        journal.stage("write", 0.96)
        text = solution_text(
            found.routes,
            cost=found.cost,
            seconds=found.seconds,
            iterations=found.iterations,
            more=found.more() if told_bound is None else {**found.more(), "bound": told_bound},
        )
        with written_aside(out) as stream:
            stream.write(text.encode("utf-8"))
        journal.stage("done", 1.0)
    texts = terminal.texts
    if found.unserved:
        sentence = texts("cli.pdptw.solve.unserved", count=texts.number(len(found.unserved)))
        terminal.say(f"⚠ {sentence}", style="yellow")
        for reason, count in Counter(found.reasons).most_common():
            sentence = texts(f"pdptw.reason.{reason}")
            terminal.say(f"  {texts.number(count)} × {sentence}", style="yellow")
    terminal.answer(
        texts(
            "cli.pdptw.solve.done",
            name=instance.name,
            vehicles=texts.number(len(found.routes)),
            cost=shown_cost(found.cost, instance, terminal),
        ),
        style="bold",
    )
    if found.target_reached is not None:
        key = "target_reached" if found.target_reached else "target_missed"
        terminal.answer(texts(f"cli.pdptw.solve.{key}"))
    if bound is not None:
        _say_bound(bound, instance, terminal)
    told_written(out, terminal, replaced=replaces)
    terminal.emit(
        {
            "status": "done",
            "out": str(out),
            "replaced": replaces,
            "instance": instance.name,
            "format": instance.format.value,
            "objective": options.objective,
            "vehicles": len(found.routes),
            "cost": found.cost,
            "iterations": found.iterations,
            "first_plan_s": found.first_plan_s,
            "target_reached": found.target_reached,
            "unserved": found.unserved,
            "reasons": found.reasons,
            "bound": told_bound,
            "search_s": round(found.seconds, 3),
            "seconds": journal.rounded_seconds(),
        }
    )
    return ExitStatus.DONE


def _say_bound(
    bound: BenchmarkBound | NoBound, instance: BenchmarkInstance, terminal: Terminal
) -> None:
    if isinstance(bound, BenchmarkBound):
        values = {
            "vehicles": terminal.texts.number(bound.vehicles),
            "cost": shown_cost(bound.cost, instance, terminal),
        }
        terminal.answer(terminal.texts("cli.pdptw.solve.bound", **values))
    elif bound is not NoBound.NOTHING_TO_SERVE:
        terminal.answer(terminal.texts(f"cli.pdptw.solve.bound.{bound.value}"))


def shown_cost(cost: float, instance: BenchmarkInstance, terminal: Terminal) -> str:
    """Return a cost as the field prints it: two decimals, none where the file has a matrix."""
    return terminal.texts.number(cost, 2 if instance.matrix is None else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a search found.

    Parameters
    ----------
    first_plan_s
        Seconds until the first routes that serve all, to a quarter of a second; None where none do.
    target_reached
        None where no target was given.
    unserved
        Pickup and delivery of each shipment in no route.
    reasons
        Why, in the same order (`pdptw.ReasonKind`).
    """

    routes: list[list[int]]
    cost: float
    seconds: float
    iterations: int
    first_plan_s: float | None
    target_reached: bool | None
    unserved: list[list[int]]
    reasons: list[str]

    def more(self) -> dict[str, Any]:
        """Return the further keys of the file, where there is something to say."""
        told: dict[str, Any] = {}
        if self.first_plan_s is not None:
            told["first_plan_s"] = self.first_plan_s
        if self.unserved:
            told |= {"unserved": self.unserved, "reasons": self.reasons}
        return told


def _search(
    instance: BenchmarkInstance,
    options: argparse.Namespace,
    backend: str,
    typed: TypedTarget | None,
    terminal: Terminal,
    journal: Journal,
) -> _Found:
    """Search, and hold what was found against the file of the instance.

    Raises
    ------
    InputError
        ``benchmark_not_countable``.
    AssertionError
        When a route breaks a rule: that is an error of ours.
    """
    target = None if typed is None else typed.of(instance)
    stopping = (
        Stopping(iterations=options.iterations, target=target)
        if options.iterations is not None
        else Stopping(time_limit_s=options.time_limit or _SECONDS, target=target)
    )
    watch = Watch(instance=instance, terminal=terminal, journal=journal)
    try:
        result = solve(
            instance.problem,
            stopping,
            seed=options.seed,
            threads=options.threads,
            on_progress=watch,
            backend=backend,
        )
    except TooLargeError as error:
        where = Where(file=options.instance.name)
        details = {"backend": backend, "why": f"{error}"}
        raise InputError(
            [Fault(code="benchmark_not_countable", where=where, value=instance.name,
                   details=details)]
        ) from error  # fmt: skip
    seconds = time.perf_counter() - watch.began_s
    routes = routes_of(instance, result.solution)
    wrong = [
        finding
        for finding in check_routes(instance, routes)
        if finding.kind is not FindingKind.NOT_VISITED
    ]
    if wrong:
        raise AssertionError(f"the search returned routes that break a rule: {wrong[0]}")
    cost = cost_of(instance, routes)
    assert cost is not None
    reasons = why_unassigned(instance.problem, result.solution)
    left_out = sorted(
        (instance.pickups[shipment], reason.kind.value) for shipment, reason in reasons.items()
    )
    return _Found(
        routes=routes,
        cost=cost,
        seconds=seconds,
        iterations=result.iterations,
        first_plan_s=watch.first_plan_s,
        target_reached=(
            None if target is None else target.is_reached(instance.problem, result.solution)
        ),
        unserved=[[node, instance.nodes[node].delivery] for node, _ in left_out],
        reasons=[reason for _, reason in left_out],
    )


@dataclass(slots=True, kw_only=True)
class Watch:
    """Shows the progress of a search, and looks when it first serves all."""

    instance: BenchmarkInstance
    terminal: Terminal
    journal: Journal
    began_s: float = field(default_factory=time.perf_counter)
    first_plan_s: float | None = None

    def __call__(self, progress: Progress) -> None:
        """Take one report of a search."""
        if self.first_plan_s is None and progress.unassigned == 0:
            self.first_plan_s = round(time.perf_counter() - self.began_s, 3)
        self.journal.stage("pdptw_search", 0.05 + 0.9 * progress.share)
        self.journal.best(self._best(progress))

    def _best(self, progress: Progress) -> str:
        """Say who is still left out, or else what counts of routes that serve all."""
        texts = self.terminal.texts
        if progress.unassigned is None:
            return ""
        if progress.unassigned:
            return texts("cli.pdptw.solve.left_out", count=texts.number(progress.unassigned))
        # Neither objective counts money.
        assert progress.vehicles is not None
        assert progress.distance_m is not None
        distance = texts.number(progress.distance_m / self.instance.scale, 0)
        if self.instance.problem.objective is Objective.DISTANCE:
            return texts("cli.pdptw.solve.best_distance", distance=distance)
        return texts(
            "cli.pdptw.solve.best", vehicles=texts.number(progress.vehicles), distance=distance
        )
