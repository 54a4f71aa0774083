"""Servers that are busy, slow, cut off or something else: a coded fault, nothing half-written."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from osm_servers import (
    STATUS_BUSY,
    STATUS_FREE,
    STATUS_RUNNING,
    Body,
    Cut,
    Hang,
    HangUp,
    OsmServers,
    Status,
    running,
)

from colivraison.errors import InputError
from colivraison.roads.fetch import (
    FetchReport,
    FetchRequest,
    FetchSettings,
    assemble,
    fetch_territory,
    overpass,
)
from colivraison.roads.fetch.cache import Cache

WORLD = """<osm version="0.6">
<node id="1" lat="45.0" lon="5.0"/><node id="2" lat="45.0" lon="5.01"/>
<node id="3" lat="45.0" lon="5.19"/>
<way id="11"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
<way id="12"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
</osm>"""
BOX = (44.99, 4.99, 45.01, 5.02)
INTERPRETER, STATUS = "/overpass/interpreter", "/overpass/status"
TIMED_OUT = 'runtime error: Query timed out in "query" at line 1 after 181 seconds.'


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[OsmServers]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with running(OsmServers(WORLD)) as started:
        yield started


@pytest.fixture
def waits() -> list[float]:
    return []


Fetch = Callable[..., object]


@pytest.fixture
def fetch(servers: OsmServers, tmp_path: Path, waits: list[float]) -> Fetch:
    """Fetch a box into ``out.osm.pbf``; waits are noted, not waited."""

    def run(*, place: str = "", **more: object) -> FetchReport:
        settings = FetchSettings(
            **{  # type: ignore[arg-type]  # fields by name
                "cache_folder": tmp_path / "cache",
                "nominatim_url": f"{servers.url}/nominatim",
                "overpass_url": f"{servers.url}/overpass",
                "connect_s": 2.0,
                "answer_s": 2.0,
                **more,
            }
        )
        request = FetchRequest(place=place) if place else FetchRequest(box=BOX)
        # 2026-11-26T08:00:00Z
        return fetch_territory(
            request,
            tmp_path / "out.osm.pbf",
            settings=settings,
            sleep=waits.append,
            clock=lambda: 1_795_680_000.0,
        )

    return run


def refused(fetch: Fetch, tmp_path: Path, **more: object) -> dict[str, object]:
    """Return code, value and details of the one fault; nothing is left beside the cache."""
    with pytest.raises(InputError) as error:
        fetch(**more)
    (fault,) = error.value.faults
    assert [path.name for path in tmp_path.iterdir()] in ([], ["cache"])
    assert not [path for path in tmp_path.rglob("*") if "-new-" in path.name]
    return {"code": fault.code, **fault.details}


def test_a_busy_server_is_asked_again_after_the_wait_it_names(
    servers: OsmServers, fetch: Fetch, waits: list[float]
) -> None:
    servers.then(INTERPRETER, Status(429, {"Retry-After": "17"}), Status(504))
    fetch()
    # The second time it names none: 2 seconds, doubled once.
    assert waits == [17.0, 4.0]
    assert len(servers.asked(INTERPRETER)) == 3


def test_a_wait_may_be_named_by_a_date(
    servers: OsmServers, fetch: Fetch, waits: list[float]
) -> None:
    servers.then(
        INTERPRETER,
        Status(503, {"Retry-After": "Thu, 26 Nov 2026 08:00:40 GMT"}),
        Status(503, {"Retry-After": "soon"}),
    )
    fetch()
    assert waits == [40.0, 4.0]


def test_a_server_that_stays_busy_is_given_up(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    servers.then(INTERPRETER, *[Status(429)] * 5)
    found = refused(fetch, tmp_path)
    # No wait after the last try; what is told is the wait that would have come.
    assert waits == [2.0, 4.0, 8.0, 16.0]
    assert found == {"code": "fetch_busy", "status": 429, "tries": 5, "wait_s": 32}


def test_a_server_that_wants_an_hour_is_given_up_at_once(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    servers.then(INTERPRETER, Status(429, {"Retry-After": "3600"}))
    assert refused(fetch, tmp_path)["wait_s"] == 3600
    assert waits == []


def test_a_wait_beyond_all_numbers_is_a_long_one(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    servers.then(INTERPRETER, Status(429, {"Retry-After": "9" * 400}))
    # RFC 9111, 1.2.2: what is larger counts as 2 to the power of 31.
    assert refused(fetch, tmp_path)["wait_s"] == 2_147_483_648
    assert waits == []


@pytest.mark.parametrize(
    "date",
    [
        f"Thu, 26 Nov {'9' * 20} 08:00:40 GMT",
        f"Thu, 26 Nov 2026 {'9' * 15}:00:40 GMT",
        f"Thu, 26 Nov 2026 08:00:40 +{'9' * 20}",
        f"Thu, 26 Nov {'9' * 5000} 08:00:40 GMT",
    ],
)
def test_a_date_beyond_all_calendars_is_none(
    servers: OsmServers, fetch: Fetch, waits: list[float], date: str
) -> None:
    servers.then(INTERPRETER, Status(503, {"Retry-After": date}))
    fetch()
    assert waits == [2.0]


def test_a_slot_is_awaited_as_the_status_page_says(
    servers: OsmServers, fetch: Fetch, waits: list[float]
) -> None:
    # The earlier of two slots is in 7 seconds; queries that run without a time: 5 seconds.
    servers.status = [STATUS_BUSY, STATUS_RUNNING, STATUS_FREE]
    fetch()
    assert waits == [7.0, 5.0]


def test_slots_that_never_come_are_given_up(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    servers.status = [STATUS_RUNNING]
    assert refused(fetch, tmp_path)["code"] == "fetch_busy"
    assert len(waits) == 20


def test_a_server_of_ones_own_needs_no_status_page(
    servers: OsmServers, fetch: Fetch, waits: list[float]
) -> None:
    servers.then(STATUS, Status(404))
    fetch()
    assert waits == []


def test_a_server_that_says_nothing_is_too_slow(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.then(INTERPRETER, Hang(), Hang())
    found = refused(fetch, tmp_path, answer_s=0.2, tries=2)
    assert found == {"code": "fetch_slow", "wait_s": 0}


def test_an_answer_that_is_cut_is_asked_for_again(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.then(INTERPRETER, Cut(300), HangUp())
    fetch()
    assert (tmp_path / "out.osm.pbf").exists()


def test_an_answer_that_is_always_cut_is_given_up(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.then(INTERPRETER, *[Cut(300)] * 5)
    assert refused(fetch, tmp_path) == {"code": "fetch_cut_answer"}


def test_an_answer_without_its_end_is_cut_even_where_its_length_is_right(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    start = b'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n<node id="1"'
    servers.then(INTERPRETER, *[Body(start), Body(b"")] * 3)
    assert refused(fetch, tmp_path) == {"code": "fetch_cut_answer"}


def test_a_web_page_is_no_map(servers: OsmServers, fetch: Fetch, tmp_path: Path) -> None:
    servers.then(INTERPRETER, Body(b"<!DOCTYPE html><html><body>Sign in</body></html>"))
    assert refused(fetch, tmp_path) == {"code": "fetch_not_a_map"}


@pytest.mark.parametrize(
    "content",
    [
        # No OSM inside.
        b'<?xml version="1.0"?><osm version="0.6"><node id="x"/></osm>',
        # An XML bomb: libosmium takes no entities at all.
        (
            b'<?xml version="1.0"?><!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]>'
            b'<osm version="0.6"><node id="1" lat="1" lon="1"><tag k="a" v="&b;"/></node></osm>'
        ),
    ],
)
def test_a_map_that_cannot_be_read_is_not_kept(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, content: bytes
) -> None:
    servers.then(INTERPRETER, Body(content))
    assert refused(fetch, tmp_path) == {"code": "fetch_not_a_map"}
    fetch()  # the next one is good


def test_an_area_without_roads_leaves_no_file(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    servers.world.things["way"].clear()
    assert refused(fetch, tmp_path) == {"code": "fetch_without_roads"}


def test_a_server_out_of_time_is_asked_for_a_quarter_at_a_time(
    servers: OsmServers, fetch: Fetch
) -> None:
    cut = f'<?xml version="1.0"?><osm version="0.6"><remark> {TIMED_OUT} </remark></osm>'
    servers.then(INTERPRETER, Body(cut.encode()))
    report = fetch()
    # The whole once, its quarters once each; both ways are there, each once.
    assert len(servers.asked(INTERPRETER)) == 5
    assert (report.requests, report.ways, report.nodes) == (4, 2, 3)


@pytest.mark.parametrize("remark", [TIMED_OUT, "runtime error: Query run out of memory in 1."])
def test_a_server_that_fails_at_every_size_is_quoted(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, remark: str
) -> None:
    servers.world.remark = remark
    found = refused(fetch, tmp_path)
    assert found == {"code": "fetch_server_failed", "why": remark}
    # The whole, a quarter, a sixteenth: then it is told.
    assert len(servers.asked(INTERPRETER)) == 3


def test_a_harmless_remark_is_told_in_the_report(servers: OsmServers, fetch: Fetch) -> None:
    servers.world.remark = "runtime remark: the server will be renewed &amp; moved."
    report = fetch()
    assert report.notes == ("runtime remark: the server will be renewed & moved.",)


def test_a_query_the_server_does_not_understand_is_quoted(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    page = b'<p><strong style="color:#FF0000">Error</strong>: line 1: parse &quot;error&quot; </p>'
    servers.then(INTERPRETER, Status(400, body=page))
    found = refused(fetch, tmp_path)
    assert found == {"code": "fetch_query_refused", "why": 'line 1: parse "error"'}


def test_a_server_that_refuses_us_is_not_asked_again(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    servers.then(INTERPRETER, Status(403))
    assert refused(fetch, tmp_path) == {"code": "fetch_refused", "status": 403}
    assert waits == []


def test_being_offline_is_told_after_two_tries(
    fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    # A port nobody listens on: bound by us, then closed.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    found = refused(fetch, tmp_path, overpass_url=f"http://127.0.0.1:{port}")
    assert found == {"code": "fetch_offline"}
    assert waits == [2.0]


def test_a_server_whose_identity_cannot_be_verified_is_not_asked_again(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, waits: list[float]
) -> None:
    # A server without encryption where encryption is expected.
    address = servers.url.replace("http:", "https:")
    assert refused(fetch, tmp_path, overpass_url=address) == {"code": "fetch_untrusted"}
    assert waits == []


def test_an_answer_that_unpacks_without_end_is_stopped(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overpass, "_LARGEST_BYTES", 1_000_000)
    bomb = gzip.compress(b"<osm>" + b" " * 10_000_000)
    assert len(bomb) < 20_000
    servers.then(INTERPRETER, Status(200, {"Content-Encoding": "gzip"}, bomb))
    assert refused(fetch, tmp_path) == {"code": "fetch_answer_too_large", "limit_mb": 1}


def test_names_and_passwords_of_an_address_are_not_repeated(
    servers: OsmServers, fetch: Fetch
) -> None:
    servers.then("/overpass/status", Status(401))
    with pytest.raises(InputError) as error:
        fetch(overpass_url=servers.url.replace("//", "//ann:secret@") + "/overpass")
    assert "secret" not in str(error.value.faults)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html>", "fetch_not_an_answer"),
        (b'{"error": {"code": 400, "message": "Bad"}}', "fetch_not_an_answer"),
        (b"[{}]", "fetch_not_an_answer"),
        (b"[" * 100_000 + b"]", "fetch_not_an_answer"),
        (b'[{"place_id": 1', "fetch_cut_answer"),
        (b"[]", "fetch_place_unknown"),
    ],
)
def test_a_gazetteer_that_answers_something_else(
    servers: OsmServers, fetch: Fetch, tmp_path: Path, content: bytes, code: str
) -> None:
    servers.then("/nominatim/search", *[Body(content)] * 5)
    assert refused(fetch, tmp_path, place="Die") == {"code": code}


def test_a_fetch_that_failed_goes_on_with_the_tiles_that_are_missing(
    servers: OsmServers, fetch: Fetch, tmp_path: Path
) -> None:
    cut = f'<?xml version="1.0"?><osm version="0.6"><remark> {TIMED_OUT} </remark></osm>'
    proper = Cut(10**9)
    servers.then(INTERPRETER, Body(cut.encode()), proper, proper, Status(403))
    refused(fetch, tmp_path)
    asked = len(servers.asked(INTERPRETER))
    assert asked == 4
    servers.then(INTERPRETER, Body(cut.encode()))
    report = fetch()
    # The whole again, then the two quarters that were missing.
    assert len(servers.asked(INTERPRETER)) == asked + 3
    assert report.from_cache == 2


def test_stopping_leaves_nothing_but_the_cache(
    servers: OsmServers, tmp_path: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(assemble._Counter):
        def way(self, _way: object) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(assemble, "_Counter", Stopped)
    with pytest.raises(KeyboardInterrupt):
        fetch()
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_two_threads_that_keep_the_same_answer_do_not_mix(tmp_path: Path) -> None:
    cache = Cache(FetchSettings(cache_folder=tmp_path), lambda: 0.0)
    kept = cache.path("question", ".osm")
    both_write = threading.Barrier(2, timeout=10)
    found: list[str] = []

    def keep(answer: str) -> None:
        with cache.fresh_file(kept) as path:
            path.write_text(answer, encoding="utf-8")
            both_write.wait()
            found.append(path.read_text(encoding="utf-8"))

    threads = [threading.Thread(target=keep, args=(answer,)) for answer in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == ["one", "two"]
    assert kept.read_text(encoding="utf-8") in {"one", "two"}
    assert list(tmp_path.iterdir()) == [kept]


def test_a_cache_that_cannot_be_written_is_told(fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(InputError) as error:
        fetch(cache_folder=tmp_path / "file" / "cache")
    assert error.value.faults[0].code == "fetch_cache_unusable"
