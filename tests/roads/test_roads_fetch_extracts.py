"""Regional extracts from a file server: choice, resume, checksum, cutting to the area."""

from __future__ import annotations

import errno
import fcntl
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import osmium
import pytest
from osm_servers import Body, Cut, First, Hang, OsmServers, Status, running

from colivraison.errors import InputError
from colivraison.roads.fetch import FetchReport, FetchRequest, FetchSettings, fetch_territory
from colivraison.roads.fetch.web import Web

WEST_PATH, EAST_PATH = (
    "/extracts/france/west-latest.osm.pbf",
    "/extracts/france/east-latest.osm.pbf",
)
NOW = 1_800_000_000.0

# One road along latitude 45 with a node every tenth of a degree: lon 4.0 to 6.0, ids 40 to 60; the
# way of id n leads from node n to n + 1.  The border is at 5.0; each side holds its own ways and,
# as such extracts do, the way that touches the border whole.


def write_pbf(path: Path, nodes: range, ways: range, *, padding: int = 0) -> bytes:
    rng = random.Random(len(nodes))
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-11-20T00:00:00Z")
    with osmium.SimpleWriter(str(path), header=header) as writer:
        for number in nodes:
            writer.add_node(
                osmium.osm.mutable.Node(id=number, location=(number / 10, 45.0), version=1)
            )
        # A place of no use, with a long incompressible name to make the file larger.
        for number in range(padding):
            name = "".join(chr(rng.randrange(33, 127)) for _ in range(200))
            writer.add_node(
                osmium.osm.mutable.Node(
                    id=1000 + number, location=(1, 1), tags={"note": name}, version=1
                )
            )
        for number in ways:
            writer.add_way(
                osmium.osm.mutable.Way(
                    id=number, nodes=[number, number + 1], tags={"highway": "primary"}, version=1
                )
            )
        ways_of = [("w", 48, "from"), ("n", 49, "via"), ("w", 49, "to")]
        tags = {"type": "restriction", "restriction": "no_u_turn"}
        writer.add_relation(
            osmium.osm.mutable.Relation(id=7, members=ways_of, tags=tags, version=1)
        )
    return path.read_bytes()


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[OsmServers]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    started = OsmServers()
    west = write_pbf(tmp_path / "w.osm.pbf", range(40, 52), range(40, 51), padding=500)
    east = write_pbf(tmp_path / "e.osm.pbf", range(49, 61), range(49, 60))
    started.add_extract(WEST_PATH, west)
    started.add_extract(EAST_PATH, east)
    # The index of the origin: a copy of the tree keeps its addresses.
    started.files["/extracts/index-v1.json"] = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                region("france", 0, 40, 10, 50),
                region("france/west", 3, 44, 5, 46),
                region("france/east", 5, 44, 7, 46),
                {"type": "Feature", "properties": {"id": "planet", "urls": {}}, "geometry": None},
            ],
        }
    ).encode()
    with running(started):
        yield started


def region(name: str, west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    urls = {"pbf": f"https://origin.example/{name}-latest.osm.pbf"}
    return {
        "type": "Feature",
        "properties": {"id": name, "name": name, "urls": urls},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring]]},
    }


Fetch = Callable[..., FetchReport]


@pytest.fixture
def fetch(servers: OsmServers, tmp_path: Path) -> Fetch:
    def run(
        *, on_progress: Callable[[float], None] = lambda _share: None, **request: object
    ) -> FetchReport:
        clock = request.pop("now", NOW)
        settings = FetchSettings(
            cache_folder=tmp_path / "cache",
            overpass_url=f"{servers.url}/overpass",
            extract_server=str(request.pop("server", f"{servers.url}/extracts")),
            connect_s=2.0,
            answer_s=float(request.pop("answer_s", 2.0)),  # type: ignore[arg-type]  # a number
            tries=3,
        )
        return fetch_territory(
            FetchRequest(**request),  # type: ignore[arg-type]  # fields by name
            tmp_path / "out.osm.pbf",
            settings=settings,
            on_progress=on_progress,
            sleep=lambda _seconds: None,
            clock=lambda: clock,  # type: ignore[arg-type, return-value]  # a time
        )

    return run


def ids(path: Path) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {"n": [], "w": [], "r": []}
    for thing in osmium.FileProcessor(str(path)):
        found[thing.type_str()].append(thing.id)
    return found


def code_of(error: pytest.ExceptionInfo[InputError]) -> str:
    (fault,) = error.value.faults
    return fault.code


def test_a_whole_region_comes_as_it_is(servers: OsmServers, fetch: Fetch, tmp_path: Path) -> None:
    report = fetch(region="france/west")
    assert (tmp_path / "out.osm.pbf").read_bytes() == servers.files[WEST_PATH]
    assert report.extracts == (f"{servers.url}{WEST_PATH}",)
    assert (report.unverified, report.data_date) == ((), "2026-11-20T00:00:00Z")
    # Copied as it is: nobody counted or measured it.
    assert (report.area_km2, report.nodes, report.ways, report.relations) == (None,) * 4


def test_an_area_is_cut_out_of_the_smallest_extract_that_holds_it(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    report = fetch(box=(44.5, 4.32, 45.5, 4.48), source="server")
    # Way 43 runs from 4.3 to 4.4, way 44 from 4.4 to 4.5: whole, with their nodes.
    assert ids(tmp_path / "out.osm.pbf") == {"n": [43, 44, 45], "w": [43, 44], "r": []}
    assert report.extracts == (f"{servers.url}{WEST_PATH}",)
    assert servers.asked(EAST_PATH) == []


def test_an_area_across_a_border_joins_two_extracts(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    # Smaller together (4 by 2 degrees) than the country (10 by 10).
    report = fetch(box=(44.5, 4.82, 45.5, 5.18), source="server")
    assert len(report.extracts) == 2
    # 48 (4.8 to 4.9) to 51 (5.1 to 5.2); 49 and 50 are in both files and come once, the rule too.
    found = {"n": [48, 49, 50, 51, 52], "w": [48, 49, 50, 51], "r": [7]}
    assert ids(tmp_path / "out.osm.pbf") == found
    assert report.uncovered_km2 == 0


def test_what_no_extract_holds_is_told(fetch: Fetch, servers: OsmServers) -> None:
    del servers.files["/extracts/index-v1.json"]
    index = {"type": "FeatureCollection", "features": [region("france/west", 3, 44, 5, 46)]}
    servers.files["/extracts/index-v1.json"] = json.dumps(index).encode()
    report = fetch(box=(44.5, 4.9, 45.5, 5.1), source="server")
    # Half of 1 by 0.2 degrees: 111.195 x 0.1 x 111.195 x cos(45) = 874 km2.
    assert abs(report.uncovered_km2 - 874) <= 1


def test_an_area_no_extract_touches(fetch: Fetch) -> None:
    with pytest.raises(InputError) as error:
        fetch(box=(-10.0, -10.0, -9.0, -9.0), source="server")
    assert code_of(error) == "fetch_region_unknown"


def test_large_areas_go_to_the_server_by_themselves(fetch: Fetch) -> None:
    assert fetch(box=(44.2, 3.2, 45.8, 4.8)).source == "server"


def test_the_address_of_one_file_serves_too(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    fetch(box=(44.5, 4.32, 45.5, 4.48), source="server", server=servers.url + WEST_PATH)
    assert ids(tmp_path / "out.osm.pbf")["w"] == [43, 44]
    assert servers.asked("/extracts/index-v1.json") == []


def test_a_download_goes_on_where_it_was_cut(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.then(WEST_PATH, Cut(40_000), Cut(20_000))
    fetch(region="france/west")
    asked = [request.headers.get("Range") for request in servers.asked(WEST_PATH)]
    # Pieces of 16,384 bytes are kept when they are whole: two of 40,000 bytes, one more of 20,000.
    assert asked == [None, "bytes=32768-", "bytes=49152-"]
    assert servers.asked(WEST_PATH)[1].headers["If-Range"] == servers.etags[WEST_PATH]
    assert (tmp_path / "out.osm.pbf").read_bytes() == servers.files[WEST_PATH]


def test_a_stopped_download_goes_on_in_the_next_run(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.then(WEST_PATH, Cut(40_000), Status(403))
    with pytest.raises(InputError) as error:
        fetch(region="france/west")
    assert code_of(error) == "fetch_refused"
    assert not (tmp_path / "out.osm.pbf").exists()
    fetch(region="france/west")
    assert servers.asked(WEST_PATH)[-1].headers["Range"] == "bytes=32768-"
    assert (tmp_path / "out.osm.pbf").read_bytes() == servers.files[WEST_PATH]


def test_stopping_leaves_only_what_the_next_run_goes_on_with(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    def stop(share: float) -> None:
        if share > 0.3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(region="france/west", on_progress=stop)
    assert not (tmp_path / "out.osm.pbf").exists()
    (part,) = (path for path in (tmp_path / "cache").iterdir() if path.name.endswith(".part"))
    assert part.read_bytes() == servers.files[WEST_PATH][: part.stat().st_size]
    fetch(region="france/west")
    assert servers.asked(WEST_PATH)[-1].headers["Range"].startswith("bytes=")
    assert (tmp_path / "out.osm.pbf").read_bytes() == servers.files[WEST_PATH]
    assert not part.exists()


def test_two_downloads_of_one_file_do_not_mix(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.then(WEST_PATH, Cut(40_000), Status(403))
    with pytest.raises(InputError):
        fetch(region="france/west")
    (lock,) = (path for path in (tmp_path / "cache").iterdir() if path.name.endswith(".lock"))
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(InputError) as error:
            fetch(region="france/west")
    assert code_of(error) == "fetch_in_progress"
    fetch(region="france/west")


def test_a_file_that_does_not_fit_is_refused_before_it_comes(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=2_000))
    with pytest.raises(InputError) as error:
        fetch(region="france/west")
    assert code_of(error) == "fetch_no_room"


def test_a_disk_that_fills_up_is_told(
    servers: OsmServers, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Web, "stream", full)
    with pytest.raises(InputError) as error:
        fetch(region="france/west")
    assert code_of(error) == "fetch_cache_full"


def test_a_file_renewed_in_the_middle_starts_again(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    renewed = write_pbf(tmp_path / "new.osm.pbf", range(40, 46), range(40, 45), padding=600)
    renew = First(lambda: servers.add_extract(WEST_PATH, renewed))
    servers.then(WEST_PATH, Cut(40_000), renew)
    fetch(region="france/west")
    assert (tmp_path / "out.osm.pbf").read_bytes() == renewed


def test_a_server_without_validator_is_not_trusted_to_go_on(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.etags.clear()
    servers.then(WEST_PATH, Cut(40_000))
    fetch(region="france/west")
    assert [request.headers.get("Range") for request in servers.asked(WEST_PATH)] == [None, None]
    assert (tmp_path / "out.osm.pbf").read_bytes() == servers.files[WEST_PATH]


def test_a_pause_in_the_middle_counts_as_cut(servers: OsmServers, fetch: Fetch) -> None:
    servers.then(WEST_PATH, Hang(), Cut(40_000))
    assert fetch(region="france/west", answer_s=0.3).from_cache == 0


def test_a_wrong_checksum_is_tried_once_more_and_then_refused(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.files[f"{WEST_PATH}.md5"] = b"0" * 32 + b"  west-latest.osm.pbf\n"
    with pytest.raises(InputError) as error:
        fetch(region="france/west")
    assert code_of(error) == "fetch_checksum"
    assert len(servers.asked(WEST_PATH)) == 2
    assert [path for path in (tmp_path / "cache").iterdir() if ".osm.pbf" in path.suffixes] == []
    assert not (tmp_path / "out.osm.pbf").exists()


def test_a_missing_checksum_is_told(servers: OsmServers, fetch: Fetch) -> None:
    del servers.files[f"{WEST_PATH}.md5"]
    assert fetch(region="france/west").unverified == (f"{servers.url}{WEST_PATH}",)


def test_a_page_in_place_of_a_checksum_is_no_checksum(servers: OsmServers, fetch: Fetch) -> None:
    servers.then(f"{WEST_PATH}.md5", Body(b"<html>"))
    with pytest.raises(InputError) as error:
        fetch(region="france/west")
    assert code_of(error) == "fetch_checksum"


def test_a_page_in_place_of_a_map_is_no_map(servers: OsmServers, fetch: Fetch) -> None:
    servers.then(WEST_PATH, Body(b"<!DOCTYPE html><html></html>"))
    with pytest.raises(InputError) as error:
        fetch(region="france/west")
    assert code_of(error) == "fetch_not_a_map"
    assert fetch(region="france/west").from_cache == 0


def test_a_damaged_map_without_checksum_is_refused_and_not_kept(
    servers: OsmServers, fetch: Fetch
) -> None:
    whole = servers.files[WEST_PATH]
    servers.add_extract(WEST_PATH, whole[: len(whole) // 2], md5=False)
    del servers.files[f"{WEST_PATH}.md5"]
    with pytest.raises(InputError) as error:
        fetch(box=(44.5, 4.32, 45.5, 4.48), region="france/west")
    assert code_of(error) == "fetch_not_a_map"
    servers.add_extract(WEST_PATH, whole)
    assert fetch(box=(44.5, 4.32, 45.5, 4.48), region="france/west").ways == 2


def test_an_extract_is_kept_and_confirmed_after_a_week(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    fetch(region="france/west")
    assert fetch(region="france/west").received_bytes == 0
    assert len(servers.asked(WEST_PATH)) == 1
    later = NOW + 8 * 86_400
    report = fetch(region="france/west", now=later)
    # One question, answered with 304: nothing new.
    assert servers.asked(WEST_PATH)[-1].headers["If-None-Match"] == servers.etags[WEST_PATH]
    assert (report.from_cache, report.unverified) == (1, ())
    # A renewed file is downloaded.
    renewed = write_pbf(tmp_path / "new.osm.pbf", range(40, 46), range(40, 45))
    servers.add_extract(WEST_PATH, renewed)
    assert fetch(region="france/west", now=later + 8 * 86_400).from_cache == 0
    assert (tmp_path / "out.osm.pbf").read_bytes() == renewed


def test_what_nobody_used_for_a_month_is_removed(fetch: Fetch, tmp_path: Path) -> None:
    fetch(region="france/west")
    kept = [path for path in (tmp_path / "cache").iterdir() if path.name.endswith(".osm.pbf")]
    fetch(region="france/east", now=NOW + 31 * 86_400)
    assert not kept[0].exists()


def test_regions_and_lists_that_are_not_there(servers: OsmServers, fetch: Fetch) -> None:
    with pytest.raises(InputError) as error:
        fetch(region="france/north")
    assert code_of(error) == "fetch_no_such_extract"
    servers.then("/extracts/index-v1.json", Body(b'{"features": [7]}'))
    with pytest.raises(InputError) as error:
        fetch(box=(44.5, 4.32, 45.5, 4.48), source="server")
    assert code_of(error) == "fetch_not_an_answer"
    del servers.files["/extracts/index-v1.json"]
    with pytest.raises(InputError) as error:
        fetch(box=(44.5, 4.32, 45.5, 4.48), source="server")
    assert code_of(error) == "fetch_without_index"


def test_without_a_server_a_region_cannot_be_fetched(fetch: Fetch) -> None:
    with pytest.raises(InputError) as error:
        fetch(region="france/west", server="")
    assert code_of(error) == "fetch_no_server"


def test_an_area_of_an_extract_without_roads(fetch: Fetch, tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        fetch(box=(45.5, 4.32, 45.6, 4.48), source="server")
    assert code_of(error) == "fetch_without_roads"
    assert not (tmp_path / "out.osm.pbf").exists()
