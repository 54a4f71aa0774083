"""OSRM (osrm-bindings) on the same extract and the same points: its times, its memory, its answers.

Runs under CPython 3.12 or newer, in an environment of its own (README.md); prints one JSON object.

    python -m roads.osrm_peer prepare corsica.osm.pbf --out FOLDER --algorithm CH
    python -m roads.osrm_peer table FOLDER --points points.csv --sizes 100,1000 --repeats 5
    python -m roads.osrm_peer answers FOLDER --points points.csv --out answers.npz

What was learnt on the way, so that the comparison is fair to the peer:
the limit of places in a table must be raised; the answer is nested Python lists in which no way
is None; asking neither hints nor waypoints is faster; the quickest way to numpy is one flat pass.
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import itertools
import json
import os
import platform
import resource
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import osrm
from memory import peak_mb

__all__ = ["converted", "load_points", "prepare", "table"]

_PACKAGE = Path(osrm.__file__).parent
_PROFILE = _PACKAGE / "share" / "profiles" / "car.lua"
_STEM = "territory"
_MORE_THAN_ANY_TABLE = 1_000_000
_POLL_S = 0.01


def _run(command: list[str]) -> dict[str, float]:
    """Run one of OSRM's tools; return wall and processor seconds and the peak of memory in MB."""
    began, cpu = time.perf_counter(), _children_cpu_s()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    peak = 0
    while process.poll() is None:
        # VmHWM only grows, so the last look before the end misses at most what came after it.
        peak = max(peak, peak_mb(process.pid))
        time.sleep(_POLL_S)
    wall_s = time.perf_counter() - began
    assert process.stdout is not None
    if process.returncode:
        raise SystemExit(process.stdout.read().decode())
    return {"wall_s": wall_s, "cpu_s": _children_cpu_s() - cpu, "peak_mb": peak}


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def prepare(extract: Path, folder: Path, algorithm: str, threads: int) -> dict[str, Any]:
    """Extract and contract (CH), or extract, partition and customise (MLD), into a new folder.

    Returns seconds and peak MB by step, and the bytes on disk.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    copy = folder / f"{_STEM}.osm.pbf"
    copy.symlink_to(extract.resolve())
    base = str(folder / f"{_STEM}.osrm")
    steps = {"extract": ["-p", str(_PROFILE), str(copy)]}
    if algorithm == "CH":
        steps["contract"] = [base]
    else:
        steps |= {"partition": [base], "customize": [base]}
    measured = {
        step: _run([str(_PACKAGE / "bin" / f"osrm-{step}"), "-t", str(threads), *arguments])
        for step, arguments in steps.items()
    }
    copy.unlink()
    return {
        "steps": measured,
        "wall_s": sum(m["wall_s"] for m in measured.values()),
        "cpu_s": sum(m["cpu_s"] for m in measured.values()),
        "peak_mb": max(m["peak_mb"] for m in measured.values()),
        "disk_bytes": sum(file.stat().st_size for file in folder.iterdir()),
        "threads": threads,
    }


def engine(folder: Path, algorithm: str) -> osrm.OSRM:
    """Return OSRM on a prepared folder, in this process's own memory."""
    return osrm.OSRM(
        storage_config=str(folder / f"{_STEM}.osrm"),
        algorithm=algorithm,
        use_shared_memory=False,
        max_locations_distance_table=_MORE_THAN_ANY_TABLE,
    )


def load_points(path: Path) -> list[tuple[float, float]]:
    """Return (longitude, latitude) of each row of a table ``id,lat,lon``."""
    with path.open(encoding="utf-8", newline="") as stream:
        return [(float(row["lon"]), float(row["lat"])) for row in csv.DictReader(stream)]


def converted(rows: Iterable[Iterable[float | None]], count: int) -> np.ndarray:
    """Return OSRM's nested lists as an array of floats, NaN where there is no way."""
    try:
        flat = np.fromiter(itertools.chain.from_iterable(rows), dtype=np.float64, count=count**2)
    except TypeError:
        # A None in it: rare, and slower.
        values = (np.nan if v is None else v for v in itertools.chain.from_iterable(rows))
        flat = np.fromiter(values, dtype=np.float64, count=count**2)
    return flat.reshape(count, count)


def table(
    router: osrm.OSRM,
    points: list[tuple[float, float]],
    annotations: list[str],
    *,
    waypoints: bool = False,
) -> tuple[list[np.ndarray], dict[str, float], Any]:
    """Return N x N arrays, one for each annotation, the seconds they took, and OSRM's answer."""
    asked = osrm.TableParameters(
        coordinates=points,
        annotations=[name.removesuffix("s") for name in annotations],
        generate_hints=False,
    )
    asked.skip_waypoints = not waypoints
    began, cpu = time.perf_counter(), time.process_time()
    answer = router.Table(asked)
    called = time.perf_counter()
    arrays = [converted(answer[name], len(points)) for name in annotations]
    ended = time.perf_counter()
    seconds = {
        "call_s": called - began,
        "convert_s": ended - called,
        "total_s": ended - began,
        "cpu_s": time.process_time() - cpu,
    }
    return arrays, seconds, answer


def measure_tables(options: argparse.Namespace) -> dict[str, Any]:
    """Time tables of several sizes on one processor."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    points = load_points(options.points)
    began = time.perf_counter()
    router = engine(options.folder, options.algorithm)
    result: dict[str, Any] = {"open_s": time.perf_counter() - began, "sizes": {}}
    for size in options.sizes:
        if len(points) < size:
            raise SystemExit(f"{options.points} has fewer than {size} points")
        runs = []
        for _ in range(options.repeats):
            arrays, seconds, answer = table(router, points[:size], options.annotations)
            unreachable = int(np.isnan(arrays[0]).sum())
            del arrays, answer
            runs.append(seconds)
        result["sizes"][str(size)] = {"runs": runs, "unreachable": unreachable}
    result["peak_mb"] = peak_mb()
    return result


def answers(options: argparse.Namespace) -> dict[str, Any]:
    """Write durations, distances and the distance of each point to its road."""
    points = load_points(options.points)
    router = engine(options.folder, options.algorithm)
    (durations_s, distances_m), _, answer = table(
        router, points, ["durations", "distances"], waypoints=True
    )
    # Not what ``Nearest`` says: a table leaves small components out when one point is in a big one.
    gap_m = [point["distance"] for point in answer["sources"]]
    np.savez(options.out, durations_s=durations_s, distances_m=distances_m, gap_m=gap_m)
    return {"points": len(points), "unreachable": int(np.isnan(durations_s).sum())}


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    verb = verbs.add_parser("prepare")
    verb.add_argument("extract", type=Path)
    verb.add_argument("--out", type=Path, required=True)
    verb.add_argument("--algorithm", choices=["CH", "MLD"], default="CH")
    verb.add_argument("--threads", type=int, default=os.cpu_count())
    verbs.add_parser("versions")
    for name in ("table", "answers"):
        verb = verbs.add_parser(name)
        verb.add_argument("folder", type=Path)
        verb.add_argument("--points", type=Path, required=True)
        verb.add_argument("--algorithm", choices=["CH", "MLD"], default="CH")
        if name == "answers":
            verb.add_argument("--out", type=Path, required=True)
            continue
        verb.add_argument("--sizes", type=lambda s: [int(n) for n in s.split(",")], required=True)
        verb.add_argument("--repeats", type=int, default=5)
        verb.add_argument(
            "--annotations", type=lambda s: s.split(","), default=["durations", "distances"]
        )
    options = parser.parse_args()
    result: dict[str, Any] = {}
    if options.verb == "prepare":
        result = prepare(options.extract, options.out, options.algorithm, options.threads)
    elif options.verb == "table":
        result = measure_tables(options)
    elif options.verb == "answers":
        result = answers(options)
    result["osrm"] = importlib.metadata.version("osrm-bindings")
    result["python"] = platform.python_version()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
