"""Benchmark files become problems: every number in its place, scaled as stated."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from benchmark_files import LI_LIM, SARTORI, li_lim_text, write

from colivraison.interchange.benchmarks import (
    BenchmarkFormat,
    cost_of,
    read_benchmark,
    routes_of,
)
from colivraison.pdptw import Objective, Route, Solution, Visit
from colivraison.units import TimeWindow

VEHICLES, DISTANCE = Objective.VEHICLES_THEN_DISTANCE, Objective.DISTANCE


def pair(shipment: int) -> tuple[Visit, Visit]:
    return (
        Visit(shipment=shipment, is_pickup=True),
        Visit(shipment=shipment, is_pickup=False),
    )


@pytest.mark.parametrize("separator", ["\t", " ", "   "])
def test_a_file_of_li_and_lim_is_read(tmp_path: Path, separator: str) -> None:
    path = write(tmp_path / "tiny.txt", LI_LIM.replace("\t", separator))
    instance = read_benchmark(path, VEHICLES)
    assert (instance.name, instance.format) == ("tiny", BenchmarkFormat.LI_LIM)
    assert (instance.fleet, instance.capacity, instance.scale) == (2, 10, 100_000)
    problem = instance.problem
    assert problem.objective is VEHICLES
    assert problem.setup_s == (0,) * 5
    assert len(problem.vehicles) == 2
    (vehicle,) = set(problem.vehicles)
    assert (vehicle.start, vehicle.end, vehicle.capacity) == (0, 0, (10,))
    assert vehicle.shift == TimeWindow(start_s=0, end_s=10_000_000)
    assert (vehicle.cents_per_km, vehicle.cents_per_hour, vehicle.cents_per_use) == (0, 0, 0)
    _, second = problem.shipments
    assert second.demand == (5,)
    assert second.pickup is not None
    assert second.delivery is not None
    assert (second.pickup.location, second.delivery.location) == (3, 4)
    assert second.pickup.windows == (TimeWindow(start_s=2_000_000, end_s=4_000_000),)
    assert second.pickup.service_s == 300_000
    (table,) = problem.tables
    # (6, 8) to (0, 10) is the root of 40, 6.324555320...: up, and to the nearest.
    assert table.durations_s[2, 3] == table.durations_s[3, 2] == 632_456
    assert table.distances_m[2, 3] == 632_456
    # (3, 4) to (0, 20) is the root of 265, 16.278820596...
    assert (table.durations_s[1, 4], table.distances_m[1, 4]) == (1_627_883, 1_627_882)
    # A whole length is itself in both.
    assert table.durations_s[0, 1] == table.distances_m[0, 1] == 500_000


def test_a_file_of_sartori_and_buriol_is_read(tmp_path: Path) -> None:
    instance = read_benchmark(write(tmp_path / "any.txt", SARTORI), DISTANCE)
    assert (instance.name, instance.format) == ("tiny", BenchmarkFormat.SARTORI_BURIOL)
    assert (instance.fleet, instance.capacity, instance.scale) == (None, 4, 1)
    assert instance.problem.objective is DISTANCE
    # No limit in the file: as many vehicles as shipments.
    assert len(instance.problem.vehicles) == len(instance.problem.shipments) == 1
    (table,) = instance.problem.tables
    assert table.durations_s.tolist() == [[0, 7, 3], [6, 0, 2], [4, 9, 0]]
    assert table.distances_m.tolist() == table.durations_s.tolist()
    assert (instance.nodes[1].x, instance.nodes[2].y) == (48.1, -0.3)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "\ufeff" + text,
        lambda text: text.rstrip("\n"),
    ],
)
@pytest.mark.parametrize("text", [LI_LIM, SARTORI])
def test_line_ends_blank_lines_and_a_byte_order_mark_do_not_matter(
    tmp_path: Path, text: str, change
) -> None:
    path = tmp_path / "changed.txt"
    path.write_bytes(change(text).encode())
    plain = read_benchmark(write(tmp_path / "plain.txt", text), VEHICLES)
    changed = read_benchmark(path, VEHICLES)
    assert changed.nodes == plain.nodes
    assert changed.problem.shipments == plain.problem.shipments


def test_a_remark_in_another_encoding_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "latin.txt"
    path.write_bytes(SARTORI.replace("nowhere", "Vallée").encode("latin-1"))
    assert read_benchmark(path, VEHICLES).name == "tiny"


def test_routes_come_back_as_nodes_at_the_cost_of_the_file(tmp_path: Path) -> None:
    instance = read_benchmark(write(tmp_path / "tiny.txt", LI_LIM), VEHICLES)
    solution = Solution(
        routes=(
            Route(vehicle=1, visits=pair(1)),
            Route(vehicle=0, visits=pair(0)),
        ),
        unassigned=(),
    )
    routes = routes_of(instance, solution)
    assert routes == [[3, 4], [1, 2]]
    # 10 + 10 + 20 and 5 + 5 + 10, see `benchmark_files`.
    assert cost_of(instance, routes) == 60
    # 5 + 5 + root of 40 + 10 + 20
    assert cost_of(instance, [[1, 2, 3, 4], []]) == 40 + math.sqrt(40)
    assert cost_of(instance, [[1, 2, 5]]) is None
    assert cost_of(instance, [[0, 1, 2]]) is None
    matrix = read_benchmark(write(tmp_path / "matrix.txt", SARTORI), VEHICLES)
    assert cost_of(matrix, [[1, 2]]) == 13
    assert isinstance(cost_of(matrix, [[1, 2]]), int)


# The horizon times the scale stays below 2^30 = 1,073,741,824.
@pytest.mark.parametrize(
    ("horizon", "scale"),
    [
        (0, 100_000),
        (10_737, 100_000),
        (10_738, 10_000),
        (107_375, 1_000),
        (107_374_182, 10),
        (107_374_183, 1),
        (10**9, 1),
    ],
)
def test_the_scale_keeps_times_within_32_bits(tmp_path: Path, horizon: int, scale: int) -> None:
    text = li_lim_text(1, 1, [(0, 0, 0, 0, horizon, 0, 0, 0)])
    assert read_benchmark(write(tmp_path / "alone.txt", text), VEHICLES).scale == scale


def test_what_does_not_fit_the_horizon_is_cut_to_it(tmp_path: Path) -> None:
    text = li_lim_text(
        9,
        1,
        [
            (0, 0, 0, 0, 100, 0, 0, 0),
            (0, 5, 1, 0, 900_000_000, 0, 0, 2),
            (900_000_000, 5, -1, 0, 100, 0, 1, 0),
        ],
    )
    problem = read_benchmark(write(tmp_path / "wide.txt", text), VEHICLES).problem
    pickup = problem.shipments[0].pickup
    assert pickup is not None
    assert pickup.windows == (TimeWindow(start_s=0, end_s=10_000_000),)
    (table,) = problem.tables
    # Farther than anybody can drive: no way, in both tables.
    assert table.durations_s[1, 2] == table.distances_m[1, 2] == -1
    assert table.durations_s[0, 1] == 500_000
    # A route serves somebody: more vehicles than shipments are of no use.
    assert len(problem.vehicles) == 1


@pytest.mark.parametrize("fleet", [0, 5])
def test_an_instance_without_shipments_is_one(tmp_path: Path, fleet: int) -> None:
    text = li_lim_text(fleet, 1, [(0, 0, 0, 0, 100, 0, 0, 0)])
    problem = read_benchmark(write(tmp_path / "alone.txt", text), VEHICLES).problem
    assert (problem.shipments, problem.vehicles) == ((), ())


def test_every_published_file_is_read_without_a_fault(shared_data: Path) -> None:
    folder = shared_data / "pdptw"
    with (folder / "bks.csv").open(encoding="utf-8", newline="") as stream:
        known = {row["instance"]: row for row in csv.DictReader(stream)}
    paths = sorted(folder.glob("*/*.txt"))
    assert len(paths) == 180
    assert {path.stem for path in paths} == known.keys()
    for path in paths:
        instance = read_benchmark(path, VEHICLES)
        row = known[path.stem]
        size, tasks = int(row["size"]), len(instance.nodes) - 1
        assert instance.name == path.stem
        assert len(instance.problem.shipments) * 2 == tasks
        assert len(instance.problem.vehicles) >= int(row["vehicles"])
        (table,) = instance.problem.tables
        assert (table.durations_s >= 0).all()
        assert np.abs(table.durations_s - table.distances_m).max() <= 1
        if path.parent.name == "sartori":
            assert (tasks, instance.scale) == (size, 1)
        else:
            # They hold slightly more than their size says.
            assert size <= tasks <= 1.08 * size
            assert instance.scale == 100_000
