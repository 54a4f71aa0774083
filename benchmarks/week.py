"""What the week model promises: questions answered at once, stories planned well, little change.

    cd benchmarks
    ../.venv/bin/pip install pyvrp          # the peer is no dependency of the product
    ../.venv/bin/python -m week             # everything: about seven minutes on one core
    ../.venv/bin/python -m week questions   # only the answers without a search

Nothing is read but the demonstration.  Writes Markdown to standard output; README.md holds the last
one kept.  An absent peer is a failure.
"""

from __future__ import annotations

import argparse
import datetime as dt
import platform
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from solver.peers.shape_with_pyvrp import solve as solve_with_pyvrp

from colivraison.demo import CollectiveShape, collective_on, demo_case, demo_extract, story_case
from colivraison.domain import Case, Order, Plan, Weekday
from colivraison.pdptw import check, solution_cost_cents
from colivraison.planning import (
    Keep,
    Stopping,
    check_plan,
    delivery_costs,
    explain,
    plan_week,
    preparation,
    replan,
    retime,
    suggest_insertions,
)
from colivraison.planning.to_problem import to_problem
from colivraison.planning.travel import profiles_of, week_roads
from colivraison.roads import RoadNetwork

# A week of some 200 stops: points visited by many rounds.
_LARGE = CollectiveShape(farms=36, points=24, shipments=240, vans=15)
_ORDERS = 20
_REPEATS = 5
_SEEDS = range(1, 6)


def main() -> None:
    """Run what is asked for."""
    parts = {"questions": questions, "stories": stories, "stability": stability}
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(parts))
    chosen = parser.parse_args().parts or list(parts)
    if strange := [name for name in chosen if name not in parts]:
        parser.error(f"no such part: {', '.join(strange)}")
    network = RoadNetwork.load(demo_extract())
    print(f"{_today()}, commit {_commit()}, Python {platform.python_version()}, one thread.\n")
    for name in chosen:
        parts[name](network)


# --- questions without a search


def questions(network: RoadNetwork) -> None:
    """Print how long each question takes on a plan of some 200 stops."""
    case = collective_on(network, shape=_LARGE)
    # Five days, so that there are rounds enough.
    case = replace(
        case,
        vehicles=tuple(
            replace(
                van,
                shifts=tuple(
                    replace(shift, weekday=day)
                    for day in list(Weekday)[:5]
                    for shift in van.shifts[:1]
                ),
            )
            for van in case.vehicles
        ),
        orders=tuple(replace(order, days=frozenset()) for order in case.orders),
    )
    plan = plan_week(case, network, stopping=Stopping(iterations=2_000))
    assert check_plan(plan) == ()
    rounds = plan.rounds
    stops = sum(len(one.stops) for one in rounds)
    served = [
        order_id
        for one in rounds
        for s in one.stops
        for h in s.handlings
        for order_id in h.order_ids
    ]
    chosen = random.Random(1).sample(sorted(set(served)), _ORDERS)
    new = [replace(_order(case, order_id), id=f"new-{order_id}") for order_id in chosen]
    print(f"One plan: {stops} stops, {len(rounds)} rounds, {len(set(served))} orders carried.")
    print("Milliseconds, each question the best of five; over 20 orders where it is about one.\n")
    print("| question | median | worst | asked |\n|---|---|---|---|")
    rows: list[tuple[str, list[float], str]] = [
        ("`retime`, the check included", [_best_ms(lambda: retime(plan))], "50 for 200 stops"),
        ("`check_plan`", [_best_ms(lambda: check_plan(plan))], ""),
        (
            "`suggest_insertions`",
            [_best_ms(partial(suggest_insertions, plan, order)) for order in new],
            "100",
        ),
        (
            "`explain`, an order that is carried",
            [_best_ms(partial(explain, plan, order_id)) for order_id in chosen],
            "",
        ),
        ("`preparation`", [_best_ms(lambda: preparation(plan))], ""),
        ("`delivery_costs`", [_best_ms(lambda: delivery_costs(plan))], ""),
    ]
    for name, times_ms, asked in rows:
        print(f"| {name} | {statistics.median(times_ms):.1f} | {max(times_ms):.1f} | {asked} |")
    print()


def _order(case: Case, order_id: str) -> Order:
    return next(order for order in case.orders if order.id == order_id)


def _best_ms(ask: Callable[[], object]) -> float:
    times_s = []
    for _ in range(_REPEATS):
        began_s = time.perf_counter()
        ask()
        times_s.append(time.perf_counter() - began_s)
    return 1_000 * min(times_s)


# --- stories


def stories(network: RoadNetwork) -> None:
    """Print how long story 1 takes, and how good story 3 is beside longer searches and a peer."""
    began_s = time.perf_counter()
    built = RoadNetwork.load(demo_extract())
    case = story_case(1, built)
    plan = plan_week(case, built, stopping=Stopping(time_limit_s=0.8))
    seconds = time.perf_counter() - began_s
    print(
        f"Story 1 (one van, 7 drops), territory built, from opening it to the checked plan: "
        f"{seconds:.2f} s (asked: below 1), {_cents(plan) / 100:.2f} EUR, "
        f"{len(plan.unserved)} left out.\n"
    )
    case = demo_case(network)
    roads = week_roads(network, list(case.places.values()), profiles_of(case), week=case.week)
    problem = to_problem(
        week=case.week,
        places=case.places,
        vehicles=case.vehicles,
        orders=case.orders,
        matrix=roads.matrix,
    ).problem
    short = plan_week(case, network, stopping=Stopping(time_limit_s=10))
    long = plan_week(case, network, stopping=Stopping(time_limit_s=300))
    best, peer_s, _ = solve_with_pyvrp(problem, budget_s=60, seed=1)
    peer = None if best is None or check(problem, best) else solution_cost_cents(problem, best)
    print("| story 3: 12 farms, 64 shipments | EUR | |\n|---|---|---|")
    print(f"| ours, 10 s (7.5 s for the shared rounds) | {_cents(short) / 100:.2f} | |")
    print(
        f"| ours, 5 minutes | {_cents(long) / 100:.2f} | 10 s: "
        f"{100 * (_cents(short) / _cents(long) - 1):+.2f} % (asked: at most 1) |"
    )
    told = "no plan" if peer is None else f"{peer / 100:.2f}"
    gap = "" if peer is None else f"10 s: {100 * (_cents(short) / peer - 1):+.2f} % (asked: <= 0)"
    print(f"| PyVRP, {peer_s:.0f} s, its model (solver/README.md) | {told} | {gap} |\n")


def _cents(plan: Plan) -> int:
    return sum(one.cost_cents for one in plan.rounds)


# --- stability


def stability(network: RoadNetwork) -> None:
    """Print what changes when 5 % of the orders do, and what keeping the rest costs."""
    print("| generator seed | drops on another van (asked: 15 %) | dearer than free (asked: 2 %) |")
    print("|---|---|---|")
    for seed in _SEEDS:
        case = demo_case(network, seed=seed)
        plan = plan_week(case, network, stopping=Stopping(iterations=20_000))
        changed = _changed(case, seed)
        kept = replan(plan, changed, network, keep=Keep.ALL, stopping=Stopping(iterations=20_000))
        free = plan_week(changed, network, stopping=Stopping(iterations=60_000))
        drops = kept.comparison.drops
        print(
            f"| {seed} | {drops.other_vehicle} of {drops.count} | "
            f"{100 * (_cents(kept.plan) / _cents(free) - 1):+.2f} % |",
            flush=True,
        )
    print()


def _changed(case: Case, seed: int) -> Case:
    """Return a case with an order cancelled, one half as heavy again and one late: 5 % of 64."""
    cancelled, corrected, again = random.Random(seed).sample(list(case.orders), 3)
    late = replace(again, id="late", crates=cancelled.crates, mass_g=cancelled.mass_g)
    heavier = replace(
        corrected, crates=corrected.crates + 2, mass_g=corrected.mass_g + corrected.mass_g // 2
    )
    kept = [heavier if one == corrected else one for one in case.orders if one.id != cancelled.id]
    return replace(case, orders=(*kept, late))


def _today() -> str:
    return dt.datetime.now(tz=dt.UTC).date().isoformat()


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], capture_output=True, text=True, check=True, cwd=Path(__file__).parent
        ).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("+changes" if git("status", "--short") else "")


if __name__ == "__main__":
    main()
