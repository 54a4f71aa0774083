"""Places for a matrix: junctions of an extract, drawn with a seed, as a table ``id,lat,lon``.

    python -m roads.points corsica-network.osm.pbf --count 5000 --seed 1 --out points.csv

Junctions, because Corsica's network has spikes in the middle of its edges; and the first N rows
are the places of an N x N matrix, the same for every engine.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from roads.tilings import Extract, read_all

__all__ = ["write_points"]


def write_points(extract: Extract, *, count: int, seed: int, out: Path) -> None:
    """Write ``count`` junctions of the extract, no two the same, in random order."""
    junctions = extract.junctions()
    chosen = np.random.default_rng(seed).choice(len(junctions), size=count, replace=False)
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "lat", "lon"])
        for index in chosen:
            ref, lat, lon = junctions[index]
            writer.writerow([f"n{ref}", f"{lat:.7f}", f"{lon:.7f}"])


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("extract", type=Path)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    write_points(read_all(options.extract), count=options.count, seed=options.seed, out=options.out)


if __name__ == "__main__":
    main()
