"""The arguments of ``colivraison roads``: build, info, matrix, route, isochrone, snap, fetch..."""

from __future__ import annotations

import argparse
import datetime as dt
import math
import re
from collections.abc import Callable
from pathlib import Path

from colivraison.cli.subverbs import add_subverbs
from colivraison.texts import Texts

__all__ = ["ROADS_VERBS", "add_roads_verbs"]

ROADS_VERBS = ("build", "info", "matrix", "route", "isochrone", "snap", "fetch", "calibrate")

_MOST_MINUTES = 24 * 60
_MOST_AREAS = 12


def add_roads_verbs(
    roads: argparse.ArgumentParser,
    texts: Texts,
    *,
    dress: Callable[[argparse.ArgumentParser], None],
    count: Callable[[str], int],
    threads: int,
) -> None:
    """Add the verbs below ``colivraison roads``.

    Parameters
    ----------
    dress
        Adds what every verb has: language and ``--json``.
    count
        Reads a number of threads.
    threads
        How many there are.
    """
    found = add_subverbs(roads, texts, room="roads", names=ROADS_VERBS)
    for verb in found.values():
        dress(verb)
    _Words(texts).add(found, count=count, threads=threads)


class _Words:
    """The arguments of every verb, with help and metavariables in one language."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._file = texts("cli.roads.word.file")
        self._territory = texts("cli.roads.word.territory")

    def add(
        self,
        verbs: dict[str, argparse.ArgumentParser],
        *,
        count: Callable[[str], int],
        threads: int,
    ) -> None:
        """Add the arguments of all verbs."""
        texts = self._texts
        build = verbs["build"]
        build.add_argument("extracts", metavar=texts("cli.word.extract"), type=Path, nargs="+",
                           help=texts("cli.roads.build.extracts"))  # fmt: skip
        self._out(build, "--out", "cli.roads.build.out")
        build.add_argument("--force", action="store_true", help=texts("cli.roads.build.force"))

        self._roads(verbs["info"])

        matrix = verbs["matrix"]
        self._roads(matrix)
        self._points(matrix)
        self._out(matrix, "--out", "cli.roads.matrix.out")
        self._vehicle(matrix)
        matrix.add_argument("--threads", metavar="N", type=count, default=threads,
                            help=texts("cli.roads.matrix.threads"))  # fmt: skip
        matrix.add_argument("--memory-mb", metavar="N", type=_megabytes,
                            help=texts("cli.roads.matrix.memory"))  # fmt: skip

        route = verbs["route"]
        self._roads(route)
        self._points(route)
        self._out(route, "--geojson", "cli.roads.route.geojson")
        self._vehicle(route)

        isochrone = verbs["isochrone"]
        self._roads(isochrone)
        isochrone.add_argument("--lat", metavar=texts("cli.roads.word.degrees"), type=_latitude,
                               required=True, help=texts("cli.roads.isochrone.lat"))  # fmt: skip
        isochrone.add_argument("--lon", metavar=texts("cli.roads.word.degrees"), type=_longitude,
                               required=True, help=texts("cli.roads.isochrone.lon"))  # fmt: skip
        isochrone.add_argument("--minutes", metavar="N,N", type=_minutes, required=True,
                               help=texts("cli.roads.isochrone.minutes"))  # fmt: skip
        self._out(isochrone, "--geojson", "cli.roads.isochrone.geojson")
        self._vehicle(isochrone)

        snap = verbs["snap"]
        self._roads(snap)
        self._points(snap)
        snap.add_argument("--out", metavar=self._file, type=Path,
                          help=texts("cli.roads.snap.out"))  # fmt: skip
        self._profile(snap)

        self._add_fetch(verbs["fetch"])
        self._add_calibrate(verbs["calibrate"])

    def _add_fetch(self, fetch: argparse.ArgumentParser) -> None:
        texts = self._texts
        fetch.add_argument("place", metavar=texts("cli.roads.word.place"), nargs="?", default="",
                           help=texts("cli.roads.fetch.place"))  # fmt: skip
        fetch.add_argument("--bbox", metavar="S,W,N,E", type=_box,
                           help=texts("cli.roads.fetch.bbox"))  # fmt: skip
        fetch.add_argument("--polygon", metavar=self._file, type=Path,
                           help=texts("cli.roads.fetch.polygon"))  # fmt: skip
        fetch.add_argument("--around", metavar=texts("cli.word.case"), type=Path,
                           help=texts("cli.roads.fetch.around"))  # fmt: skip
        fetch.add_argument("--margin-km", metavar="KM", type=_kilometres,
                           help=texts("cli.roads.fetch.margin"))  # fmt: skip
        fetch.add_argument("--region", metavar=texts("cli.roads.word.region"), default="",
                           help=texts("cli.roads.fetch.region"))  # fmt: skip
        fetch.add_argument("--server", metavar="URL", default="",
                           help=texts("cli.roads.fetch.server"))  # fmt: skip
        fetch.add_argument("--source", choices=("auto", "overpass", "server"), default="auto",
                           help=texts("cli.roads.fetch.source"))  # fmt: skip
        fetch.add_argument("--refresh", action="store_true",
                           help=texts("cli.roads.fetch.refresh"))  # fmt: skip
        self._out(fetch, "--out", "cli.roads.fetch.out")
        fetch.add_argument("--force", action="store_true", help=texts("cli.roads.build.force"))

    def _add_calibrate(self, calibrate: argparse.ArgumentParser) -> None:
        texts = self._texts
        self._roads(calibrate)
        calibrate.add_argument("--rounds", metavar=self._file, type=Path, required=True,
                               help=texts("cli.roads.calibrate.rounds"))  # fmt: skip
        self._out(calibrate, "--out", "cli.roads.calibrate.out")
        calibrate.add_argument("--stop-minutes", metavar="MIN", type=_stop_minutes,
                               help=texts("cli.roads.calibrate.stop_minutes"))  # fmt: skip
        calibrate.add_argument("--force", action="store_true",
                               help=texts("cli.roads.build.force"))  # fmt: skip
        self._vehicle(calibrate)

    def _roads(self, verb: argparse.ArgumentParser) -> None:
        verb.add_argument("roads", metavar=self._territory, type=Path,
                          help=self._texts("cli.roads.territory"))  # fmt: skip

    def _points(self, verb: argparse.ArgumentParser) -> None:
        verb.add_argument("--points", metavar=self._file, type=Path, required=True,
                          help=self._texts("cli.roads.points"))  # fmt: skip

    def _out(self, verb: argparse.ArgumentParser, option: str, key: str) -> None:
        verb.add_argument(option, dest="out", metavar=self._file, type=Path, required=True,
                          help=self._texts(key))  # fmt: skip

    def _profile(self, verb: argparse.ArgumentParser) -> None:
        verb.add_argument("--profile", metavar=self._texts("cli.roads.word.profile"),
                          default="van", help=self._texts("cli.roads.profile"))  # fmt: skip

    def _vehicle(self, verb: argparse.ArgumentParser) -> None:
        self._profile(verb)
        verb.add_argument("--date", metavar=self._texts("cli.roads.word.date"), type=_date,
                          help=self._texts("cli.roads.date"))  # fmt: skip
        verb.add_argument("--closures", metavar=self._file, type=Path,
                          help=self._texts("cli.roads.closures"))  # fmt: skip


def _number(text: str) -> float:
    number = float(text.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    if math.isnan(number) or abs(number) > 1e9:
        raise ValueError(text)
    return number


def _within(name: str, low: float, high: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        number = _number(text)
        if not low <= number <= high:
            raise ValueError(text)
        return number

    # What is expected is told by this name: ``cli.form.<name>``.
    read.__name__ = name
    return read


_latitude = _within("latitude", -90, 90)
_longitude = _within("longitude", -180, 180)
_kilometres = _within("kilometres", 0, 1000)
_stop_minutes = _within("stop_minutes", 0, 240)


def _megabytes(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10**7:
        raise ValueError(text)
    return value


def _minutes(text: str) -> tuple[int, ...]:
    values = sorted({int(part) for part in re.split(r"[,;]", text) if part.strip()})
    if not values or len(values) > _MOST_AREAS or not 1 <= values[0] <= values[-1] <= _MOST_MINUTES:
        raise ValueError(text)
    return tuple(values)


def _box(text: str) -> tuple[float, float, float, float]:
    # Semicolons leave the commas to the decimals: 44,6;5,2;44,9;5,6.
    south, west, north, east = map(_number, text.split(";" if ";" in text else ","))
    return south, west, north, east


def _date(text: str) -> dt.date:
    if french := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        day = dt.date(*map(int, french.groups()[::-1]))
    elif dashed := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        day = dt.date(*map(int, dashed.groups()))
    else:
        raise ValueError(text)
    if not 2000 <= day.year <= 2100:
        raise ValueError(text)
    return day
