"""Names the system refuses to look up: coded faults with its reason, and caches that only warn."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from forbidden import forbid

from colivraison.errors import Fault, InputError
from colivraison.roads import RoadNetwork
from colivraison.roads.calibration.profile_file import read_profile
from colivraison.roads.calibration.rounds_file import read_rounds
from colivraison.roads.closures.file import read_closures
from colivraison.roads.fetch.polygon_file import read_polygon
from colivraison.roads.storing.aside import require_writable, written_aside
from colivraison.roads.storing.cache import digest_of
from colivraison.roads.storing.refused import file_fault
from colivraison.roads.storing.store import ArrayFile
from colivraison.roads.tables.points import read_points
from colivraison.roads.tables.sheet import MOST_BYTES, read_bytes
from colivraison.texts import LANGUAGES, Texts

DENIED, TOO_LONG, LOOPS = map(os.strerror, (errno.EACCES, errno.ENAMETOOLONG, errno.ELOOP))

# A file name may take 255 bytes on the usual file systems, for root too.
LONG = "n" * 300


def told(read: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the codes and reasons of what is refused; every fault has its sentences."""
    with pytest.raises(InputError) as caught:
        read()
    for fault in caught.value.faults:
        assert all(all(Texts(language).fault(fault)) for language in LANGUAGES)
    return [(fault.code, str(fault.details.get("why", ""))) for fault in caught.value.faults]


def open_array_file(path: Path) -> ArrayFile:
    return ArrayFile.open(path, kind="k", version=1)


def digest(path: Path) -> str:
    return digest_of([path])


@pytest.mark.parametrize(
    ("read", "ending"),
    [
        (RoadNetwork.load, ".roads"),
        (RoadNetwork.load, ".osm.pbf"),
        (RoadNetwork.load, ".graphml"),
        (open_array_file, ".roads"),
        (digest, ".osm"),
        (read_points, ".csv"),
        (read_closures, ".geojson"),
        (read_rounds, ".csv"),
        (read_profile, ".toml"),
        (read_polygon, ".poly"),
    ],
)
def test_a_file_the_system_refuses_is_told_with_its_reason(
    read: Callable[[Path], object], ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    path = folder / f"f{ending}"
    path.write_bytes(b"x")
    assert told(lambda: read(tmp_path / (LONG + ending))) == [("file_refused", TOO_LONG)]
    # A file where a folder is named: nothing stands there.
    assert told(lambda: read(path / f"g{ending}")) == [("file_not_found", "")]
    (folder / f"loop{ending}").symlink_to(folder / f"loop{ending}")
    assert told(lambda: read(folder / f"loop{ending}")) == [("file_refused", LOOPS)]
    forbid(monkeypatch, folder)
    assert told(lambda: read(path)) == [("file_refused", DENIED)]


def test_all_extracts_that_are_refused_are_told_at_once(tmp_path: Path) -> None:
    paths = [tmp_path / f"{LONG}.osm", tmp_path / "absent.osm", tmp_path / "a.osm.pbf"]
    paths[2].mkdir()
    assert told(lambda: RoadNetwork.build(paths, tmp_path / "t.roads")) == [
        ("file_refused", TOO_LONG),
        ("file_not_found", ""),
        ("map_is_folder", ""),
    ]


def test_a_name_with_a_zero_byte_is_no_file() -> None:
    fault = file_fault(Path("a\0b"))
    assert isinstance(fault, Fault)
    assert fault.code == "file_not_found"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs /dev/zero")
def test_a_table_without_end_is_too_large(tmp_path: Path) -> None:
    assert [code for code, _ in told(lambda: read_points(Path("/dev/zero")))] == [
        "roads_file_too_large"
    ]
    path = tmp_path / "t.csv"
    path.write_bytes(b"x" * MOST_BYTES)
    assert len(read_bytes(path)) == MOST_BYTES


# --- writing


def write(path: Path) -> None:
    with written_aside(path) as stream:
        stream.write(b"x")


def test_a_place_the_system_refuses_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    (tmp_path / "loop.npz").symlink_to(tmp_path / "loop.npz")
    (tmp_path / "file").write_bytes(b"x")
    forbid(monkeypatch, folder)
    for path, why in (
        (folder / "o.npz", DENIED),
        (folder / "below" / "o.npz", DENIED),
        (tmp_path / "loop.npz", LOOPS),
        (tmp_path / f"{LONG}.npz", TOO_LONG),
        # Short enough itself; what is written aside has a longer name.
        (tmp_path / f"{'n' * 250}.npz", TOO_LONG),
        (tmp_path / "file" / "o.npz", os.strerror(errno.ENOTDIR)),
    ):
        assert told(lambda path=path: require_writable(path)) == [("file_not_written", why)]
        assert told(lambda path=path: write(path)) == [("file_not_written", why)]
    assert {path.name for path in tmp_path.iterdir()} == {"closed", "file", "loop.npz"}
    assert (tmp_path / "loop.npz").readlink() == tmp_path / "loop.npz"


def test_whether_a_file_stands_there_is_said_before_the_writing(tmp_path: Path) -> None:
    assert not require_writable(tmp_path / "o.npz")
    write(tmp_path / "o.npz")
    assert require_writable(tmp_path / "o.npz")


# --- the cache


@pytest.fixture
def extract(draw, tmp_path: Path) -> Path:
    return draw("A---B").write(tmp_path / "m.osm", {"AB": {"highway": "residential"}})


def cached_with(extract: Path, folder: Path, patch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what is told beside the roads, which are there all the same."""
    patch.setenv("COLIVRAISON_CACHE", str(folder))
    network = RoadNetwork.load(extract)
    assert network.metric_report()["main_vertices"] == 2
    for warning in network.warnings:
        assert all(Texts(language).warning(warning) for language in LANGUAGES)
    return [(warning.code, str(warning.details["why"])) for warning in network.warnings]


def test_a_cache_with_a_name_too_long_only_warns(
    extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = cached_with(extract, tmp_path / LONG, monkeypatch)
    assert found == [("roads_cache_not_written", TOO_LONG)]


@pytest.mark.parametrize("made", ["cache", "cache/roads"])
def test_a_cache_that_may_not_be_searched_only_warns(
    made: str, extract: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    # What is kept there may not be read, nor replaced.
    assert cached_with(extract, cache, monkeypatch) == []
    forbid(monkeypatch, tmp_path / made)
    assert cached_with(extract, cache, monkeypatch) == [("roads_cache_not_written", DENIED)]
