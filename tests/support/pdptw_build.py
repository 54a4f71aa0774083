"""Short ways to write problems and routes of the pickup-and-delivery room."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np

from colivraison.pdptw import (
    Activity,
    Break,
    Compartment,
    Problem,
    Route,
    Shipment,
    TravelTable,
    Vehicle,
    Visit,
)
from colivraison.units import TimeWindow

HOUR_S = 3_600
DAY_S = 86_400


class Build:
    """Short ways to write small problems; distances are 10 m to the second of driving."""

    @staticmethod
    def window(start_s, end_s):
        return TimeWindow(start_s=start_s, end_s=end_s)

    @staticmethod
    def table(durations):
        durations_s = np.array(durations, dtype=np.int64)
        return TravelTable(
            durations_s=durations_s, distances_m=np.where(durations_s < 0, -1, 10 * durations_s)
        )

    @staticmethod
    def windows(*pairs):
        return tuple(TimeWindow(start_s=a, end_s=b) for a, b in pairs)

    @staticmethod
    def activity(location, *windows, service_s=0):
        return Activity(
            location=location,
            windows=Build.windows(*(windows or ((0, DAY_S),))),
            service_s=service_s,
        )

    @staticmethod
    def shipment(pickup, delivery, demand=(1,), vehicles=None, **options):
        """Return a shipment; ``options`` are further fields of it."""
        return Shipment(
            pickup=pickup,
            delivery=delivery,
            demand=demand,
            vehicles=None if vehicles is None else frozenset(vehicles),
            **options,
        )

    @staticmethod
    def rest(*windows, duration_s, beyond_s=0):
        return Break(windows=Build.windows(*windows), duration_s=duration_s, beyond_s=beyond_s)

    @staticmethod
    def part(capacity, *classes):
        return Compartment(capacity=capacity, classes=frozenset(classes))

    @staticmethod
    def vehicle(
        start=0, end=0, shift=(0, DAY_S), capacity=(10,), km=100, hour=3_600, use=0, **options
    ):
        """Return a vehicle; ``options`` are further fields of it."""
        return Vehicle(
            start=start,
            end=end,
            shift=TimeWindow(start_s=shift[0], end_s=shift[1]),
            capacity=capacity,
            cents_per_km=km,
            cents_per_hour=hour,
            cents_per_use=use,
            **options,
        )

    @staticmethod
    def problem(durations, vehicles, shipments, setup_s=None, **options):
        """Return a problem; ``options`` are further fields of it."""
        return Problem(
            tables=(Build.table(durations),),
            setup_s=tuple(setup_s or [0] * len(durations)),
            vehicles=tuple(vehicles),
            shipments=tuple(shipments),
            **options,
        )

    @staticmethod
    def visits(*names):
        """Return visits from names: ``+3`` picks shipment 3 up, ``-3`` delivers it."""
        return tuple(Visit(shipment=int(n[1:]), is_pickup=n[0] == "+") for n in names)

    @staticmethod
    def route(vehicle, *names, breaks=()):
        """Return a route from the names of its visits."""
        return Route(vehicle=vehicle, visits=Build.visits(*names), breaks=breaks)

    @staticmethod
    def tiny(seed, shipments=4, vehicles=2):
        """Return a random problem small enough to be solved by trying everything."""
        rng = random.Random(seed)
        size = rng.randint(3, 6)
        durations = [
            [0 if i == j else rng.randint(1, 40) for j in range(size)] for i in range(size)
        ]
        hours = []
        for _ in range(size):
            a, b, c = rng.randint(0, 100), rng.randint(20, 120), rng.randint(20, 120)
            hours.append(
                ((a, a + b),)
                if rng.random() < 0.6
                else ((a, a + b), (a + b + c, a + b + c + rng.randint(10, 80)))
            )
        wanted = []
        for _ in range(shipments):
            origin, goal = rng.randrange(size), rng.randrange(size)
            wanted.append(
                Build.shipment(
                    Build.activity(origin, *hours[origin], service_s=rng.randint(0, 8)),
                    Build.activity(goal, *hours[goal], service_s=rng.randint(0, 8)),
                    demand=(rng.randint(1, 4), rng.randint(0, 3)),
                    vehicles=None if rng.random() < 0.8 else {rng.randrange(vehicles)},
                )
            )
        fleet = [
            Build.vehicle(
                start=rng.randrange(size),
                end=rng.randrange(size),
                shift=(rng.randint(0, 30), rng.randint(180, 400)),
                capacity=(rng.randint(4, 9), rng.randint(3, 6)),
                km=rng.randint(20, 60),
                hour=rng.randint(1_000, 4_000),
                use=rng.choice([0, 3, 20]),
            )
            for _ in range(vehicles)
        ]
        return Build.problem(durations, fleet, wanted, [rng.choice([0, 3]) for _ in range(size)])

    @staticmethod
    def week(seed, shipments=64, farms=12, points=9, vans=5, days=2):
        """Return a collective's week: the shape that the product is made for."""
        rng = random.Random(seed)
        size = farms + points
        places = [(rng.uniform(0, 40_000), rng.uniform(0, 30_000)) for _ in range(size)]
        distances_m = np.zeros((size, size), np.int64)
        durations_s = np.zeros((size, size), np.int64)
        for i, j in itertools.permutations(range(size), 2):
            metres = math.dist(places[i], places[j]) * rng.uniform(1.25, 1.5) + 300
            distances_m[i, j] = round(metres)
            durations_s[i, j] = math.ceil(metres / rng.uniform(12, 17) + 60)
        for k in range(size):
            for matrix in (distances_m, durations_s):
                np.minimum(matrix, matrix[:, k : k + 1] + matrix[k : k + 1, :], out=matrix)

        def on(day, start_h, end_h):
            return day * DAY_S + start_h * HOUR_S, day * DAY_S + end_h * HOUR_S

        farm_hours = [(rng.choice([6, 7, 8]), rng.choice([11, 12, 18])) for _ in range(farms)]
        point_hours = [
            rng.choice([((7, 10),), ((8, 12), (14, 17)), ((8, 12), (14, 17)), ((16, 19),)])
            for _ in range(points)
        ]
        fleet = []
        for home in rng.sample(range(farms), vans):
            capacity = rng.choice([(600_000, 40), (900_000, 60)])
            until_h = rng.choice([15, 20])
            fleet += [
                Build.vehicle(
                    start=home,
                    end=home,
                    shift=on(day, 6, until_h),
                    capacity=capacity,
                    km=35,
                    hour=1_500,
                    use=500,
                )
                for day in range(days)
            ]
        wanted = []
        for _ in range(shipments):
            farm, point = rng.randrange(farms), rng.randrange(points)
            crates = rng.randint(1, 8)
            allowed = rng.choice([range(days), range(days), [0], [days - 1]])
            wanted.append(
                Build.shipment(
                    Build.activity(
                        farm,
                        *(on(day, *farm_hours[farm]) for day in range(days)),
                        service_s=15 * crates,
                    ),
                    Build.activity(
                        farms + point,
                        *(on(day, *hours) for day in allowed for hours in point_hours[point]),
                        service_s=20 * crates,
                    ),
                    demand=(crates * rng.randint(5_000, 12_000), crates),
                )
            )
        return Problem(
            tables=(TravelTable(durations_s=durations_s, distances_m=distances_m),),
            setup_s=tuple([300] * farms + [420] * points),
            vehicles=tuple(fleet),
            shipments=tuple(wanted),
        )
