"""Our engine's side of a measurement, in a process of its own; prints one JSON object.

    python -m roads.ours build corsica.osm.pbf --out corsica.roads --points points.csv
    python -m roads.ours matrix corsica.roads --points points.csv --sizes 100,1000 --threads 1
    python -m roads.ours open corsica.roads --points points.csv
    python -m roads.ours customise corsica.roads
    python -m roads.ours dijkstra corsica.roads --sources 20

Started by ``roads_speed.py``; each is a fresh process, so that what one leaves in memory does not
count for the next.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from memory import peak_mb

from colivraison.domain import Position
from colivraison.roads import RoadNetwork

__all__ = ["load_points"]


def load_points(path: Path, count: int | None = None) -> list[Position]:
    """Return the first places of a table ``id,lat,lon``, or all."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(itertools.islice(csv.DictReader(stream), count))
    if count is not None and len(rows) < count:
        raise SystemExit(f"{path} has fewer than {count} points")
    return [Position(lat=float(row["lat"]), lon=float(row["lon"])) for row in rows]


def build(options: argparse.Namespace) -> dict[str, Any]:
    """From the extract to the file, then open it and answer the first matrix."""
    positions = load_points(options.points, options.count)
    began = time.perf_counter()
    RoadNetwork.build(options.extract, options.out)
    built = time.perf_counter()
    network = RoadNetwork.load(options.out)
    durations_s, _ = network.matrix(positions, profile=options.profile, threads=options.threads)
    ended = time.perf_counter()
    return {
        "build_s": built - began,
        "first_matrix_s": ended - built,
        "unreachable": int((durations_s < 0).sum()),
        "disk_bytes": options.out.stat().st_size,
        "report": dict(network.report),
    }


def matrix(options: argparse.Namespace) -> dict[str, Any]:
    """Time matrices of several sizes, snapping included, once the profile is in use."""
    network = RoadNetwork.load(options.territory)
    everything = load_points(options.points, max(options.sizes))
    network.matrix(everything[:2], profile=options.profile, threads=options.threads)
    before_mb = peak_mb()
    sizes = {}
    for size in options.sizes:
        positions = everything[:size]
        runs = []
        for _ in range(options.repeats):
            began, cpu = time.perf_counter(), time.process_time()
            tables = network.matrix(positions, profile=options.profile, threads=options.threads)
            runs.append(
                {
                    "total_s": time.perf_counter() - began,
                    "cpu_s": time.process_time() - cpu,
                }
            )
            result_bytes = sum(table.nbytes for table in tables)
            unreachable = int((tables[0] < 0).sum())
            del tables
        sizes[str(size)] = {
            "runs": runs,
            "unreachable": unreachable,
            "result_mb": result_bytes / 1e6,
        }
    return {"sizes": sizes, "before_mb": before_mb}


def open_and_ask(options: argparse.Namespace) -> dict[str, Any]:
    """Answer one small matrix and end."""
    network = RoadNetwork.load(options.territory)
    positions = load_points(options.points, options.count)
    durations_s, _ = network.matrix(positions, profile=options.profile)
    return {"unreachable": int((durations_s < 0).sum())}


def customise(options: argparse.Namespace) -> dict[str, Any]:
    """Time what one more vehicle or day costs: pricing every link, then the hierarchy."""
    from colivraison.roads.graph.hierarchy import search_graph
    from colivraison.roads.graph.metric import price
    from colivraison.roads.profile import load_profile
    from colivraison.roads.storing.territory_file import open_territory

    territory = open_territory(options.territory)
    profiles = [load_profile(name) for name in options.profiles]
    runs = []
    for number in range(options.repeats * len(profiles)):
        profile = profiles[number % len(profiles)]
        began, cpu = time.perf_counter(), time.process_time()
        metric = price(territory.topology, territory.states, profile)
        priced = time.perf_counter()
        search_graph(territory.hierarchy, metric.link_packed)
        ended = time.perf_counter()
        runs.append(
            {
                "price_s": priced - began,
                "hierarchy_s": ended - priced,
                "total_s": ended - began,
                "cpu_s": time.process_time() - cpu,
            }
        )
    return {
        # Nothing is known of the tags before the first.
        "first": runs[0],
        "runs": runs[1:],
        "states": len(territory.states.state_arc),
        "links": len(territory.states.link_to),
    }


def dijkstra(options: argparse.Namespace) -> dict[str, Any]:
    """Time scipy's Dijkstra from single states of the same edge-based graph, times alone."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra as shortest

    from colivraison.roads.graph.metric import price
    from colivraison.roads.profile import load_profile
    from colivraison.roads.storing.territory_file import open_territory

    territory = open_territory(options.territory)
    states = territory.states
    metric = price(territory.topology, states, load_profile(options.profile))
    count = len(states.state_arc)
    graph = csr_array(
        ((metric.link_packed >> 32).astype(np.float64), states.link_to, states.link_first),
        shape=(count, count),
    )
    sources = np.random.default_rng(options.seed).choice(count, options.sources, replace=False)
    shortest(graph, indices=sources[:1])
    began = time.process_time()
    shortest(graph, indices=sources)
    return {"per_source_s": (time.process_time() - began) / options.sources}


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, function in (
        ("build", build),
        ("matrix", matrix),
        ("open", open_and_ask),
        ("customise", customise),
        ("dijkstra", dijkstra),
    ):
        verb = verbs.add_parser(name)
        verb.set_defaults(run=function)
        verb.add_argument("extract" if name == "build" else "territory", type=Path)
        verb.add_argument("--profile", default="osrm-car")
        verb.add_argument("--points", type=Path)
        verb.add_argument("--count", type=int, default=50)
        verb.add_argument("--threads", type=int, default=None)
        verb.add_argument("--repeats", type=int, default=5)
        verb.add_argument("--out", type=Path)
        verb.add_argument("--sizes", type=lambda text: [int(n) for n in text.split(",")])
        verb.add_argument(
            "--profiles", type=lambda text: text.split(","), default=["van", "truck", "car"]
        )
        verb.add_argument("--sources", type=int, default=20)
        verb.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    result = options.run(options)
    result["peak_mb"] = peak_mb()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
