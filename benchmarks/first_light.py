"""The main job on the demonstration and on real extracts: time by part, savings, a peer beside it.

    python benchmarks/first_light.py              # demonstration, Andorra, Corsica
    python benchmarks/first_light.py --seeds 20   # the demonstration's generator seeds as well

Real extracts lie in ../shared/data/osm (or COLIVRAISON_DATA); an absent one, or an absent peer,
is a failure.  Writes a Markdown table to standard output; README.md holds the last one kept.
Each row is a process of its own: what one leaves in memory does not count for the next.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from memory import PeakMemory, peak_mb
from shared_data import data_folder
from vroom_peer import PeerResult, solve_with_vroom

from colivraison import __version__
from colivraison.demo import collective_on, demo_case, demo_extract
from colivraison.domain import Case, Plan
from colivraison.interchange import read_plan, write_plan
from colivraison.pdptw import Problem
from colivraison.planning import (
    Comparison,
    StageProgress,
    Stopping,
    check_plan,
    compare_with_alone,
    plan_week,
)
from colivraison.planning.to_problem import to_problem
from colivraison.roads import RoadNetwork


class Clock:
    """Seconds spent in every stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._stage, self._began = "", time.perf_counter()

    def __call__(self, progress: StageProgress) -> None:
        """Take one report of `plan_week`."""
        self.enter(progress.stage.value)

    def enter(self, stage: str) -> None:
        """Close the running stage and begin another."""
        now = time.perf_counter()
        if self._stage:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._began
        self._stage, self._began = stage, now


def problem_of(plan: Plan) -> Problem:
    """Return the shared problem of a plan as the solver saw it."""
    return to_problem(
        week=plan.case.week,
        places=plan.case.places,
        vehicles=plan.case.vehicles,
        orders=plan.case.orders,
        matrix=plan.matrix,
    ).problem


def job(
    extract: Path, make_case: Callable[[RoadNetwork], Case], limit_s: float, threads: int
) -> tuple[Plan, Comparison, dict[str, float]]:
    """Return one run of the main job, its plan written, read back and checked."""
    clock = Clock()
    clock.enter("roads")
    network = RoadNetwork.load(extract)
    clock.enter("case")
    case = make_case(network)
    plan = plan_week(
        case,
        network,
        stopping=Stopping(time_limit_s=limit_s),
        threads=threads,
        on_stage=clock,
    )
    clock.enter("write")
    with tempfile.TemporaryDirectory() as folder:
        write_plan(plan, Path(folder) / "plan.json")
        clock.enter("end")
        again = read_plan(Path(folder) / "plan.json")
    violations = check_plan(again)
    if violations:
        raise SystemExit(f"{extract.name}: the plan fails its check: {violations}")
    return plan, compare_with_alone(plan), clock.seconds


def euros(cents: int) -> str:
    """Return an amount for the table."""
    return f"{cents / 100:.0f}"


def row(name: str, limit_s: float, threads: int) -> str:
    """Return one line of the table: our run, then the peer's on the same problem."""
    extract, make_case = territories()[name]
    with PeakMemory() as memory:
        plan, comparison, seconds = job(extract, make_case, limit_s, threads)
    # Before the peer, whose memory is not ours.
    self_mb = peak_mb()
    peer: PeerResult = solve_with_vroom(problem_of(plan), threads=threads)
    alone, together = comparison.alone, comparison.together
    cells = [
        name,
        f"{len(plan.matrix.ids)}",
        f"{limit_s:g} s x {threads}",
        *(f"{seconds.get(k, 0.0):.2f}" for k in ("roads", "matrix", "alone", "rounds")),
        f"{seconds.get('suggestions', 0.0) + seconds.get('geometry', 0.0):.2f}",
        f"{alone.rounds} / {together.rounds}",
        f"{alone.distance_m / 1000:.0f} / {together.distance_m / 1000:.0f}",
        f"{euros(alone.cost_cents)} / {euros(together.cost_cents)}",
        f"{100 * comparison.saving_cents / alone.cost_cents:.1f} %",
        f"{len(plan.unserved)}",
        (
            f"{euros(peer.cost_cents)} ({peer.rounds} rounds, {peer.unassigned} unserved, "
            f"{peer.violations} broken, {peer.seconds:.1f} s)"
        ),
        f"{self_mb} + {memory.largest_child_mb}",
    ]
    return "| " + " | ".join(cells) + " |"


def territories() -> dict[str, tuple[Path, Callable[[RoadNetwork], Case]]]:
    """Return the extract and the case of every row by its name."""
    real = data_folder("osm")
    return {
        "demonstration": (demo_extract(), demo_case),
        "Andorra": (real / "andorra.osm.pbf", collective_on),
        "Corsica": (real / "corsica-network.osm.pbf", collective_on),
    }


def seeds_table(count: int, limit_s: float, threads: int) -> None:
    """Print the savings on territories of other generator seeds."""
    print("\n| generator seed | alone EUR | together EUR | saving | unserved |")
    print("|---|---|---|---|---|")
    worst = 1.0
    incomparable: list[int] = []
    for seed in range(1, count + 1):
        with tempfile.TemporaryDirectory() as folder:
            extract = Path(folder) / "territory.osm.pbf"
            subprocess.run(
                [sys.executable, "-m", "colivraison.demo.territory", "--seed", str(seed),
                 "--out", str(extract)],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
            plan, comparison, _ = job(extract, demo_case, limit_s, threads)
        if not comparison.comparable:
            print(f"| {seed}: not comparable | | | | {len(plan.unserved)} |", flush=True)
            incomparable.append(seed)
            continue
        share = comparison.saving_cents / comparison.alone.cost_cents
        worst = min(worst, share)
        print(
            f"| {seed} | {euros(comparison.alone.cost_cents)} "
            f"| {euros(comparison.together.cost_cents)} | {100 * share:.1f} % "
            f"| {len(plan.unserved)} |",
            flush=True,
        )
    if incomparable:
        raise SystemExit(f"not the same orders are delivered on seeds {incomparable}")
    print(f"\nWorst saving over seeds 1 to {count}: {100 * worst:.1f} %.")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-limit", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=0)
    parser.add_argument("--row", choices=territories(), help="one row alone, without the head")
    options = parser.parse_args()
    if options.row:
        print(row(options.row, options.time_limit, options.threads))
        return
    print(
        f"{dt.datetime.now(tz=dt.UTC).date()}, colivraison {__version__}, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, seed 1\n"
    )
    print("| case | places | limit | roads s | matrix s | alone s | rounds s | suggest+draw s "
          "| rounds alone/together | km | EUR | saving | unserved | VROOM EUR "
          "| MB self + child |")  # fmt: skip
    print("|" + "---|" * 15)
    for name in territories():
        line = subprocess.run(
            [sys.executable, __file__, "--row", name, "--time-limit", str(options.time_limit),
             "--threads", str(options.threads)],
            check=True, stdout=subprocess.PIPE, text=True,
        ).stdout  # fmt: skip
        print(line, end="", flush=True)
    if options.seeds:
        seeds_table(options.seeds, options.time_limit, options.threads)


if __name__ == "__main__":
    main()
