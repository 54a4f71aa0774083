"""One peer on one published instance, in a process of its own.

cd benchmarks
../.venv/bin/python -m solver.child pyvrp lc101 --objective distance --budget 3 --out FILE
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from solver.groups import DISTANCE, PEERS, VEHICLES
from solver.instances import instance


def main() -> None:
    """Solve and write the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=PEERS)
    parser.add_argument("instance")
    parser.add_argument("--objective", choices=(VEHICLES, DISTANCE), default=VEHICLES)
    parser.add_argument("--budget", type=int, default=10, metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    # Each peer is loaded only where it runs: together they would be counted to one another.
    peer = importlib.import_module(f"solver.peers.with_{options.peer}")
    answer = peer.solve(
        instance(options.instance),
        objective=options.objective,
        budget_s=options.budget,
        seed=options.seed,
    )
    answer.write(options.out)


if __name__ == "__main__":
    main()
