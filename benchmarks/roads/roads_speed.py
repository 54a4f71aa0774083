"""Our engine and OSRM side by side on the same extracts and points; writes the table of README.md.

    cd benchmarks
    ../.venv/bin/python -m roads.roads_speed --osrm-python PEER/bin/python
    ../.venv/bin/python -m roads.roads_speed --osrm-python PEER/bin/python --only matrix,build

Takes turns: ours, theirs, ours... An absent peer or absent extracts are a failure, not an empty
cell. Times are medians on the clock, the worst run in brackets, then the median of processor
seconds, which other work on the machine disturbs less; memory is the peak of a process of its own.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from roads.accuracy import (
    PROFILE,
    SHORTEST_S,
    TERRITORIES,
    built,
    errors_of,
    read_reference,
    summary,
)
from roads.bench import LARGE, Bench, median, ratio_of, row, seconds_of, timed
from roads.ours import load_points
from shared_data import data_folder

from colivraison import __version__
from colivraison.roads import RoadNetwork

_SIZES = (100, 500, 1000, 2000)


def matrices(bench: Bench) -> None:
    """Tables of growing size on one thread; the largest also on two."""
    _, points, territory, peer = bench.corsica()
    places, sizes = ("--points", points), ",".join(map(str, _SIZES))
    ours: dict[str, list[dict[str, float]]] = {str(size): [] for size in _SIZES}
    theirs: dict[str, list[dict[str, float]]] = {str(size): [] for size in _SIZES}
    for _ in range(bench.rounds):
        answer = bench.ours("matrix", territory, *places, "--sizes", sizes, "--threads", 1)
        peer_answer = bench.osrm("table", peer, *places, "--sizes", sizes)
        for size in ours:
            ours[size] += answer["sizes"][size]["runs"]
            theirs[size] += peer_answer["sizes"][size]["runs"]
            missing = [one["sizes"][size]["unreachable"] for one in (answer, peer_answer)]
            if any(missing):
                raise SystemExit(f"unreachable pairs at {size}, ours and OSRM's: {missing}")
    for size, our_runs in ours.items():
        row(
            f"{size} x {size}, Corsica, one thread, times + distances to numpy",
            seconds_of(our_runs, 4),
            f"{seconds_of(theirs[size])}; the call alone "
            f"{median(run['call_s'] for run in theirs[size]):.3f}",
            ratio_of(theirs[size], our_runs),
        )
    _same_answers(bench)
    dijkstra = bench.ours("dijkstra", territory, "--sources", 20)["per_source_s"]
    at_1000 = median(run["cpu_s"] for run in ours["1000"])
    row(
        "1000 x 1000, scipy's Dijkstra per source on the same graph, times alone, processor",
        f"{at_1000:.4f} s",
        f"scipy {1000 * dijkstra:.1f} s (20 sources, times 50)",
        f"{1000 * dijkstra / at_1000:.0f}",
    )
    large = ("--sizes", LARGE)
    theirs_large = bench.osrm("table", peer, *places, *large, "--repeats", 2)
    their_runs = theirs_large["sizes"][str(LARGE)]["runs"]
    for threads in (1, 2):
        answer = bench.ours("matrix", territory, *places, *large, "--threads", threads)
        at_large = answer["sizes"][str(LARGE)]
        times = answer["peak_mb"] / at_large["result_mb"]
        row(
            f"{LARGE} x {LARGE}, threads: {threads} (OSRM 1)",
            f"{seconds_of(at_large['runs'])}; peak {answer['peak_mb']} MB = {times:.2f} x the "
            f"result of {at_large['result_mb']:.0f} MB",
            f"{seconds_of(their_runs, 1)}; peak {theirs_large['peak_mb']} MB",
            ratio_of(their_runs, at_large["runs"]),
        )


def _same_answers(bench: Bench) -> None:
    """Say how far the two engines' answers differ on Corsica: speed counts only for those."""
    extract, _, territory, peer = bench.corsica()
    points, out = bench.points("corsica", extract, 1000), bench.folder / "corsica.npz"
    bench.osrm("answers", peer, "--points", points, "--out", out)
    time_ms, _ = RoadNetwork.load(territory).exact_matrix(load_points(points), profile=PROFILE)
    with np.load(out) as answers:
        theirs_s = answers["durations_s"]
    long = theirs_s >= SHORTEST_S
    row(
        "the answers of 1000 x 1000, pairs of 60 s and more: bias / median / p90 of (ours - "
        "theirs) / theirs, %",
        summary(time_ms[long] / 1000 / theirs_s[long] - 1),
        "0",
        "",
    )


def builds(bench: Bench) -> None:
    """From Corsica's extract to the first matrix of 1000 x 1000, and what lies on disk."""
    extract, points, _, peer = bench.corsica()
    ours, theirs = [], []
    for number in range(bench.rounds):
        out = bench.folder / f"build-{number}.roads"
        ours.append(bench.ours("build", extract, "--out", out, "--points", points, "--count", 1000))
        out.unlink()
        prepared = bench.osrm("prepare", extract, "--out", peer)
        first = bench.osrm("table", peer, "--points", points, "--sizes", 1000, "--repeats", 1)
        (run,) = first["sizes"]["1000"]["runs"]
        prepared["total_s"] = prepared["wall_s"]
        prepared["first_s"] = first["open_s"] + run["total_s"]
        theirs.append(prepared)
    row(
        "build of Corsica, pbf to first matrix (1000 x 1000)",
        f"{seconds_of(ours, 2)}, whole process, of which build "
        f"{median(one['build_s'] for one in ours):.2f}, open and matrix "
        f"{median(one['first_matrix_s'] for one in ours):.2f}; "
        f"peak {max(one['peak_mb'] for one in ours)} MB",
        f"{seconds_of(theirs, 2)}, extract + contract on {theirs[0]['threads']} threads, + "
        f"{median(one['first_s'] for one in theirs):.2f} open and table; "
        f"peak {max(one['peak_mb'] for one in theirs)} MB",
        ratio_of(theirs, ours),
    )
    row(
        "on disk, Corsica",
        f"{ours[0]['disk_bytes'] / 1e6:.1f} MB",
        f"{theirs[0]['disk_bytes'] / 1e6:.1f} MB",
        "",
    )


def customisation(bench: Bench) -> None:
    """One more vehicle, priced and customised."""
    _, _, territory, _ = bench.corsica()
    answer = bench.ours("customise", territory, "--repeats", 7)
    first, runs = answer["first"], answer["runs"]
    row(
        f"one more profile on Corsica ({answer['states']} states, {answer['links']} links)",
        f"{seconds_of(runs)}, of which pricing {median(run['price_s'] for run in runs):.3f}; "
        f"the first of a process {first['total_s']:.3f} s; processor {first['cpu_s']:.3f}",
        "-",
        "",
    )


def opening(bench: Bench) -> None:
    """Open a territory and answer 50 x 50 in a fresh process, until it has ended."""
    _, points, territory, peer = bench.corsica()
    # The default profile: another would be priced besides it.
    ours = ("open", territory, "--points", points, "--profile", "van")
    asked = ("table", peer, "--points", points, "--sizes", 50, "--repeats", 1)
    runs: dict[str, list[dict[str, float]]] = {"ours": [], "theirs": []}
    sides: list[tuple[str, Path, Callable[[], dict[str, float]]]] = [
        ("ours", Path(sys.executable), lambda: bench.ours(*ours)),
        ("theirs", bench.osrm_python, lambda: bench.osrm(*asked)),
    ]
    for _ in range(10):
        for name, python, run in sides:
            start, whole = timed([str(python), "-c", "pass"])[1], run()
            runs[name].append(
                {
                    "total_s": whole["total_s"] - start["total_s"],
                    "cpu_s": whole["cpu_s"] - start["cpu_s"],
                }
            )
    row(
        "opening Corsica and 50 x 50 in a fresh process, over Python's own start",
        seconds_of(runs["ours"]),
        seconds_of(runs["theirs"]),
        ratio_of(runs["theirs"], runs["ours"]),
    )


def accuracies(bench: Bench) -> None:
    """Errors against OSRM's answers, snapping included, and the peer's own answers again."""
    for territory in TERRITORIES:
        extract = data_folder("osm") / f"{territory}.osm.pbf"
        reference = read_reference(territory)
        errors = errors_of(built(territory), reference)
        peer, out = bench.folder / f"osrm-{territory}", bench.folder / f"{territory}.npz"
        points = data_folder("osm") / "reference" / f"{territory}-points.csv"
        bench.osrm("prepare", extract, "--out", peer)
        bench.osrm("answers", peer, "--points", points, "--out", out)
        with np.load(out) as answers:
            drift = np.nanmax(abs(answers["durations_s"] - reference.durations_s))
        pick = errors.compared
        fitted = (1 + errors.time) * errors.factor - 1
        apart = errors.gap_m - reference.gap_m
        far = int(abs(apart).argmax())
        row(
            f"{territory.capitalize()}, {pick.sum()} pairs of 60 s and more, no factor: "
            "bias / median / p90 of the error, %",
            summary(errors.time[pick]),
            f"0 (this run differs from the reference by {drift:.1f} s at most)",
            "",
        )
        row(f"the same after one factor ({errors.factor:.4f})", summary(fitted[pick]), "", "")
        row("distances", summary(errors.distance[pick]), "", "")
        row(
            "unreachable pairs; largest disagreement of snapping",
            f"{errors.unreachable}; {reference.ids[far]}: {errors.gap_m[far]:.1f} m",
            f"0; {reference.gap_m[far]:.1f} m",
            "",
        )


def _tiling_row(bench: Bench, name: str, label: str, count: int) -> None:
    extract = bench.tiling(name)
    points = bench.points(f"{name}-tiling", extract, count)
    territory, peer = bench.folder / f"{name}-tiling.roads", bench.folder / f"osrm-{name}-tiling"
    ours = bench.ours("build", extract, "--out", territory, "--points", points)
    theirs = bench.osrm("prepare", extract, "--out", peer)
    theirs["total_s"] = theirs["wall_s"]
    row(
        f"{label}: build and first matrix (50 x 50)",
        f"{seconds_of([ours], 1)}; of which build {ours['build_s']:.1f}; "
        f"peak {ours['peak_mb']} MB; file {ours['disk_bytes'] / 1e6:.0f} MB",
        f"{seconds_of([theirs], 1)}; extract + contract on {theirs['threads']} threads; "
        f"peak {theirs['peak_mb']} MB; disk {theirs['disk_bytes'] / 1e6:.0f} MB",
        ratio_of([theirs], [ours]),
    )
    asked = ("--points", points, "--sizes", count)
    ours = bench.ours("matrix", territory, *asked, "--threads", 1)["sizes"][str(count)]
    theirs = bench.osrm("table", peer, *asked)["sizes"][str(count)]
    row(
        f"{label}: {count} x {count}, one thread",
        f"{seconds_of(ours['runs'], 4)}; unreachable {ours['unreachable']}",
        f"{seconds_of(theirs['runs'])}; unreachable {theirs['unreachable']}",
        ratio_of(theirs["runs"], ours["runs"]),
    )


def full_tags(bench: Bench) -> None:
    """Andorra repeated to 83,000 drivable ways, everything in it."""
    _tiling_row(bench, "andorra", "Andorra 5 x 4 (83,440 drivable ways, all tags)", 1000)


def scale(bench: Bench) -> None:
    """Corsica repeated to 282,000 junctions."""
    _tiling_row(bench, "corsica", "Corsica 3 x 3 (281,997 junctions)", 1000)


PARTS: dict[str, Callable[[Bench], None]] = {
    "matrix": matrices,
    "build": builds,
    "customise": customisation,
    "open": opening,
    "accuracy": accuracies,
    "tags": full_tags,
    "scale": scale,
}


def _load() -> str:
    return " / ".join(f"{value:.1f}" for value in os.getloadavg())


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--osrm-python", type=Path, required=True)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--rounds", type=int, default=3, help="turns of ours and theirs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, help="keep tilings and the peer's files here, and use them again"
    )
    options = parser.parse_args()
    if not options.osrm_python.is_file():
        raise SystemExit(f"{options.osrm_python} is absent: README.md says how to make the peer")
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(
            folder=options.folder or Path(temporary),
            # Not resolved: a link to the interpreter is what makes it an environment.
            osrm_python=options.osrm_python.absolute(),
            rounds=options.rounds,
            seed=options.seed,
        )
        bench.folder.mkdir(parents=True, exist_ok=True)
        for stale in bench.folder.glob("*.roads"):
            # Of earlier code, perhaps.
            stale.unlink()
        versions = bench.osrm("versions")
        print(
            f"{dt.datetime.now(tz=dt.UTC).date()}, colivraison {__version__}, "
            f"Python {platform.python_version()}; osrm-bindings {versions['osrm']}, "
            f"Python {versions['python']}; {os.cpu_count()} cores, {_cpu()}; "
            f"seed {options.seed}; load before {_load()}\n"
        )
        row("what", "ours", "OSRM", "theirs / ours")
        print("|---|---|---|---|")
        for name in options.only:
            PARTS[name](bench)
    print(f"\nLoad after: {_load()}")


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown processor"


if __name__ == "__main__":
    main()
