"""Times and distances of the profile ``osrm-car`` against what OSRM answered for the same points.

    python -m roads.accuracy                       # Andorra and Liechtenstein, from their extracts
    python -m roads.accuracy andorra --worst 30    # and the pairs that differ most

``osm/reference/`` holds OSRM's answers for 120 raw points each, so snapping is part of what is
compared. Pairs of 60 s and more. OSRM minimises its routability weight and reports the time of
that route; ours is the fastest: where the distances differ, so do the routes, and our time may be
below OSRM's for a good reason. That is why errors are split by whether the distances agree.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from shared_data import data_folder

from colivraison.domain import Position
from colivraison.roads import RoadNetwork

__all__ = [
    "PROFILE",
    "SHORTEST_S",
    "TERRITORIES",
    "Errors",
    "Reference",
    "built",
    "errors_of",
    "read_reference",
    "summary",
]

TERRITORIES = ("andorra", "liechtenstein")
PROFILE = "osrm-car"
SHORTEST_S = 60.0
_SAME_ROUTE_SHARE = 0.002
_SAME_ROUTE_M = 10.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """OSRM's answers: points, gaps to the road in metres, and tables (row = from)."""

    ids: tuple[str, ...]
    positions: tuple[Position, ...]
    gap_m: np.ndarray
    durations_s: np.ndarray
    distances_m: np.ndarray


def read_reference(territory: str) -> Reference:
    """Return what OSRM answered for a territory; NaN on the diagonal."""
    folder = data_folder("osm") / "reference"
    with (folder / f"{territory}-points.csv").open(encoding="utf-8", newline="") as stream:
        points = list(csv.DictReader(stream))
    ids = tuple(point["id"] for point in points)
    number = {name: n for n, name in enumerate(ids)}
    durations_s, distances_m = np.full((2, len(ids), len(ids)), np.nan)
    with (folder / f"{territory}-osrm-car.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            pair = number[row["from"]], number[row["to"]]
            durations_s[pair], distances_m[pair] = row["duration_s"], row["distance_m"]
    return Reference(
        ids=ids,
        positions=tuple(Position(lat=float(p["lat"]), lon=float(p["lon"])) for p in points),
        gap_m=np.array([float(p["osrm_snap_m"]) for p in points]),
        durations_s=durations_s,
        distances_m=distances_m,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errors:
    """How we differ from the reference.

    Parameters
    ----------
    compared
        Pairs of 60 s and more that we can reach.
    time, distance
        (ours - theirs) / theirs, N x N.
    factor
        The one factor on our times that makes their median error nil.
    same_route
        Pairs whose distances agree within 0.2 % + 10 m.
    unreachable
        Pairs OSRM reaches and we do not.
    gap_m
        Metres between each point and our road.
    """

    reference: Reference
    compared: np.ndarray
    time: np.ndarray
    distance: np.ndarray
    factor: float
    same_route: np.ndarray
    unreachable: int
    gap_m: np.ndarray


def built(territory: str) -> RoadNetwork:
    """Return a territory built anew: what an earlier run left in a cache does not count."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / f"{territory}.roads"
        return RoadNetwork.build(data_folder("osm") / f"{territory}.osm.pbf", out)


def errors_of(network: RoadNetwork, reference: Reference) -> Errors:
    """Compare every pair."""
    time_ms, length_dm = network.exact_matrix(reference.positions, profile=PROFILE)
    time_s, distances_m = time_ms / 1000, length_dm / 10
    off_diagonal = ~np.eye(len(reference.ids), dtype=bool)
    reached = time_ms >= 0
    compared = off_diagonal & reached & (reference.durations_s >= SHORTEST_S)
    with np.errstate(invalid="ignore", divide="ignore"):
        time = time_s / reference.durations_s - 1
        distance = distances_m / reference.distances_m - 1
        apart_m = abs(distances_m - reference.distances_m)
    snapped = network.snap(reference.positions, profile=PROFILE)
    return Errors(
        reference=reference,
        compared=compared,
        time=time,
        distance=distance,
        factor=float(1 / (1 + np.median(time[compared]))),
        same_route=compared
        & (apart_m <= _SAME_ROUTE_M + _SAME_ROUTE_SHARE * reference.distances_m),
        unreachable=int((off_diagonal & ~reached).sum()),
        gap_m=snapped.gap_dm / 10,
    )


def summary(relative: np.ndarray) -> str:
    """Return "bias / median / 90th percentile" in percent; the bias is the mean."""
    if not len(relative):
        return "-"
    size = abs(relative)
    numbers = (relative.mean(), np.median(size), np.quantile(size, 0.9))
    return " / ".join(f"{100 * n:.2f}" for n in numbers)


def report(errors: Errors, *, worst: int) -> None:
    """Print all of it, the worst last."""
    reference, pick = errors.reference, errors.compared
    fitted = (1 + errors.time) * errors.factor - 1
    apart_m = errors.gap_m - reference.gap_m
    far = abs(apart_m).argmax()
    gaps = f"ours {errors.gap_m[far]:.1f} m, OSRM {reference.gap_m[far]:.1f} m"
    other = pick & ~errors.same_route
    rows = [
        ("times, no factor", summary(errors.time[pick])),
        (f"times, one factor {errors.factor:.4f}", summary(fitted[pick])),
        ("distances", summary(errors.distance[pick])),
        (f"times, same route ({errors.same_route.sum()})", summary(errors.time[errors.same_route])),
        (f"times, other route ({other.sum()})", summary(errors.time[other])),
        (f"of these, ours faster ({(other & (errors.time < 0)).sum()})",
         summary(errors.time[other & (errors.time < 0)])),
        ("pairs compared / unreachable", f"{pick.sum()} / {errors.unreachable}"),
        ("largest disagreement of snapping",
         f"{reference.ids[far]}: {gaps}"),
        ("points snapped more than 1 m nearer / farther than OSRM",
         f"{(apart_m < -1).sum()} / {(apart_m > 1).sum()}"),
    ]  # fmt: skip
    print("| bias / median / 90th percentile, % | |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")
    if not worst:
        return
    signed = np.where(pick, errors.time, np.nan)
    for name, axis in (("from", 1), ("to", 0)):
        bias = np.nanmedian(signed, axis=axis)
        order = np.argsort(-abs(bias))[:worst]
        print(f"\nPoints by median error of all pairs {name} them, % (gap ours / OSRM, m):")
        for n in order:
            print(
                f"  {reference.ids[n]}  {100 * bias[n]:+.1f}   "
                f"{errors.gap_m[n]:.1f} / {reference.gap_m[n]:.1f}"
            )
    print("\nWorst pairs: time error %, OSRM s and m, our m")
    for flat in np.argsort(-np.where(pick, abs(errors.time), -1), axis=None)[:worst]:
        a, b = divmod(int(flat), len(reference.ids))
        theirs_m = reference.distances_m[a, b]
        print(
            f"  {reference.ids[a]} -> {reference.ids[b]}  {100 * errors.time[a, b]:+.1f}   "
            f"{reference.durations_s[a, b]:.0f} s  {theirs_m:.0f} m  "
            f"{theirs_m * (1 + errors.distance[a, b]):.0f} m"
        )


def main() -> None:
    """Compare the territories asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("territories", nargs="*", default=TERRITORIES)
    parser.add_argument("--worst", type=int, default=0)
    options = parser.parse_args()
    for territory in options.territories:
        print(f"\n### {territory.capitalize()}\n")
        report(errors_of(built(territory), read_reference(territory)), worst=options.worst)


if __name__ == "__main__":
    main()
