"""`colivraison pdptw check`: routes held against the file of their instance."""

from __future__ import annotations

import argparse

from colivraison.cli.console import MOST_TOLD, ExitStatus, Terminal
from colivraison.cli.pdptw_solve import shown_cost
from colivraison.errors import Fault, InputError
from colivraison.interchange.benchmarks import (
    BenchmarkInstance,
    BenchmarkSolution,
    Finding,
    check_routes,
    cost_of,
    read_benchmark,
    read_solution,
)
from colivraison.pdptw import Objective

__all__ = ["run_check"]

_COST_TOLERANCE = 0.01
"""Costs are published with two decimals."""


def run_check(options: argparse.Namespace, terminal: Terminal) -> int:
    """Check routes."""
    texts = terminal.texts
    instance, solution = _read(options)
    findings = check_routes(instance, solution.routes)
    vehicles = sum(1 for route in solution.routes if route)
    cost = cost_of(instance, solution.routes)
    told = [_document(finding, terminal) for finding in findings]
    for one in told[:MOST_TOLD]:
        terminal.answer(f"✗ {one['sentence']}", style="red")
    terminal.tell_more(len(told) - MOST_TOLD if len(told) > MOST_TOLD else 0)
    shown = {
        "name": instance.name,
        "vehicles": texts.number(vehicles),
        "cost": texts("cli.pdptw.check.unknown_cost")
        if cost is None
        else shown_cost(cost, instance, terminal),
    }
    claims = _false_claims(solution, vehicles, cost)
    if claims:
        said = {
            "vehicles": "?" if solution.vehicles is None else texts.number(solution.vehicles),
            "cost": "?" if solution.cost is None else shown_cost(solution.cost, instance, terminal),
        }
        terminal.say(f"⚠ {texts('cli.pdptw.check.claims', **said)}", style="yellow")
    terminal.emit(
        {
            "status": "failed" if told else "passed",
            "instance": instance.name,
            "vehicles": vehicles,
            "cost": cost,
            "findings": told,
            "false_claims": claims,
        }
    )
    if told:
        terminal.answer(
            texts("cli.pdptw.check.failed", count=texts.number(len(told)), **shown),
            style="bold red",
        )
        return ExitStatus.CHECK_FAILED
    terminal.answer(texts("cli.pdptw.check.passed", **shown), style="bold green")
    return ExitStatus.DONE


def _read(options: argparse.Namespace) -> tuple[BenchmarkInstance, BenchmarkSolution]:
    """Read both files; the faults of both come at once.

    Raises
    ------
    InputError
        Those of ``read_benchmark`` and ``read_solution``.
    """
    faults: list[Fault] = []
    instance = solution = None
    try:
        instance = read_benchmark(options.instance, Objective.VEHICLES_THEN_DISTANCE)
    except InputError as error:
        faults += error.faults
    try:
        solution = read_solution(options.solution)
    except InputError as error:
        faults += error.faults
    if instance is None or solution is None:
        raise InputError(faults)
    return instance, solution


def _document(finding: Finding, terminal: Terminal) -> dict[str, object]:
    texts = terminal.texts
    details = finding.details
    # Of a lateness of a thousandth two decimals would not tell.
    decimals = 6 if details.get("time", 1) - details.get("closes", 0) < _COST_TOLERANCE else 2
    values = {
        name: texts.number(value, decimals if isinstance(value, float) else 0)
        for name, value in details.items()
    }
    sentence = texts(f"pdptw.finding.{finding.kind}", node=finding.node, **values)
    if finding.route is not None:
        sentence = texts("pdptw.finding.in_route", route=finding.route + 1, sentence=sentence)
    return {
        "code": finding.kind.value,
        "route": finding.route,
        "node": finding.node,
        "details": dict(details),
        "sentence": sentence,
    }


def _false_claims(
    solution: BenchmarkSolution, vehicles: int, cost: float | None
) -> dict[str, float]:
    """Return what the file says of itself that is not so; the verdict does not depend on it."""
    found: dict[str, float] = {}
    if solution.vehicles is not None and solution.vehicles != vehicles:
        found["vehicles"] = solution.vehicles
    if None not in (solution.cost, cost):
        assert solution.cost is not None
        assert cost is not None
        if abs(solution.cost - cost) > _COST_TOLERANCE:
            found["cost"] = solution.cost
    return found
