"""Nominatim, Overpass and a server of extracts on this machine, in their documented forms.

``OsmServers(map)`` answers below three paths: ``/nominatim``, ``/overpass`` and ``/extracts``.
What shall go wrong is said beforehand: ``servers.then("/overpass/interpreter", Cut(100))`` is how
the next request of that path ends; requests without such a word are answered properly.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import shapely

STATUS_FREE = """Connected as: 2130706433
Current time: 2026-11-26T08:00:00Z
Announced endpoint: none
Rate limit: 2
2 slots available now.
Currently running queries (pid, space limit, time limit, start time):
"""
STATUS_BUSY = """Connected as: 2130706433
Current time: 2026-11-26T08:00:00Z
Announced endpoint: none
Rate limit: 2
Slot available after: 2026-11-26T08:00:07Z, in 7 seconds.
Slot available after: 2026-11-26T08:01:07Z, in 67 seconds.
Currently running queries (pid, space limit, time limit, start time):
"""
STATUS_RUNNING = """Connected as: 2130706433
Current time: 2026-11-26T08:00:00Z
Announced endpoint: none
Rate limit: 2
Currently running queries (pid, space limit, time limit, start time):
1234	536870912	180	2026-11-26T07:59:58Z
1235	536870912	180	2026-11-26T07:59:59Z
"""
DATE = "2026-11-25T20:21:22Z"

# --- what may go wrong


@dataclass(frozen=True)
class Status:
    """Another status than 200."""

    code: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Cut:
    """The proper answer, but the connection ends after so many bytes of its body."""

    after: int


@dataclass(frozen=True)
class Body:
    """Another body, with status 200."""

    content: bytes


@dataclass(frozen=True)
class Hang:
    """No answer until the server is closed."""


@dataclass(frozen=True)
class HangUp:
    """The connection ends before any answer."""


@dataclass(frozen=True)
class First:
    """Something happens on the server, then it answers properly."""

    do: Callable[[], None]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    form: dict[str, str]


class OsmServers:
    """What the servers hold, and what they were asked.

    Parameters
    ----------
    map_xml
        The whole world, as OSM XML.
    """

    def __init__(self, map_xml: str = "<osm/>") -> None:
        self.world = World(map_xml)
        self.places: dict[str, list[dict[str, Any]]] = {}
        self.status = [STATUS_FREE]
        self.files: dict[str, bytes] = {}
        self.etags: dict[str, str] = {}
        self.requests: list[Request] = []
        self.closed = threading.Event()
        self.url = ""
        self._faults: dict[str, deque[Any]] = defaultdict(deque)

    def then(self, path: str, *endings: Any) -> None:
        """Say how the next requests of a path end, in this order."""
        self._faults[path].extend(endings)

    def next_fault(self, path: str) -> Any:
        return self._faults[path].popleft() if self._faults[path] else None

    def add_extract(self, path: str, content: bytes, *, md5: bool = True) -> None:
        """Publish a file, with an ETag and its checksum beside it."""
        digest = hashlib.md5(content).hexdigest()
        self.files[path] = content
        self.etags[path] = f'"{digest[:12]}"'
        if md5:
            name = path.rsplit("/", 1)[-1]
            self.files[f"{path}.md5"] = f"{digest}  {name}\n".encode()

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if request.path == path]

    # --- proper answers

    def nominatim(self, request: Request) -> bytes:
        key = request.query.get("q") or request.query.get("osm_ids", "")
        return json.dumps(self.places.get(key, []), ensure_ascii=False).encode()

    def overpass_status(self) -> bytes:
        # The last one stays.
        return (self.status.pop(0) if len(self.status) > 1 else self.status[0]).encode()


@contextmanager
def running(servers: OsmServers) -> Iterator[OsmServers]:
    """Let them answer on a port of this machine."""
    handler = type("Handler", (_Handler,), {"servers": servers})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    servers.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield servers
    finally:
        servers.closed.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that gave up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    servers: OsmServers

    def log_message(self, *_arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        # One request per connection: no idle thread outlives a test.
        self.close_connection = True
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length", 0))
        form = self.rfile.read(length).decode()
        request = Request(
            method=self.command,
            path=parts.path,
            query={key: values[0] for key, values in parse_qs(parts.query).items()},
            headers=dict(self.headers),
            form={key: values[0] for key, values in parse_qs(form).items()},
        )
        self.servers.requests.append(request)
        match self.servers.next_fault(parts.path):
            case Status(code=code, headers=headers, body=body):
                self._send(code, headers, body)
            case Body(content=content):
                self._send(200, {}, content)
            case Cut(after=after):
                status, headers, body = self._proper(request)
                self._send(status, headers, body, after)
            case Hang():
                self.servers.closed.wait(10)
            case HangUp():
                pass
            case First(do=do):
                do()
                self._send(*self._proper(request))
            case _:
                self._send(*self._proper(request))

    def _send(
        self, status: int, headers: dict[str, str], body: bytes, after: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if after is None else body[:after])

    def _proper(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        servers, path = self.servers, request.path
        if path in {"/nominatim/search", "/nominatim/lookup"}:
            return 200, {"Content-Type": "application/json"}, servers.nominatim(request)
        if path == "/overpass/status":
            return 200, {"Content-Type": "text/plain"}, servers.overpass_status()
        if path == "/overpass/interpreter":
            return servers.world.overpass(request.form.get("data", ""))
        return self._file(request)

    def _file(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        content = self.servers.files.get(request.path)
        if content is None:
            return 404, {}, b"not found"
        etag = self.servers.etags.get(request.path, "")
        headers = {"Accept-Ranges": "bytes"} | ({"ETag": etag} if etag else {})
        if etag and request.headers.get("If-None-Match") == etag:
            return 304, headers, b""
        wanted = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if wanted and request.headers.get("If-Range", etag) == etag:
            start = int(wanted[1])
            if start >= len(content):
                return 416, headers | {"Content-Range": f"bytes */{len(content)}"}, b""
            span = f"bytes {start}-{len(content) - 1}/{len(content)}"
            return 206, headers | {"Content-Range": span}, content[start:]
        return 200, headers, content


# --- a small Overpass

_STATEMENT = re.compile(r'(node|way)((?:\["[^\]]*\])+)\(([^)]*)\);')
_FILTER = re.compile(r'\["([^"]+)"(?:(=|~)"([^"]*)")?\]')
_ENDING = (
    'rel["type"~"^restriction"](bw.roads)->.rules;(.roads;.others;);(._;>;);(._;.rules;);out body;'
)
_PARSE_ERROR = b"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
<head><title>OSM3S Response</title></head>
<body>
<p>The data included in this document is from www.openstreetmap.org.</p>
<p><strong style="color:#FF0000">Error</strong>: line 1: parse error </p>
</body>
</html>
"""


class World:
    """Everything there is, and what of it a query of ours selects."""

    def __init__(self, map_xml: str) -> None:
        root = ET.fromstring(map_xml.encode())
        self.things = {
            kind: {int(thing.get("id", "")): thing for thing in root.iter(kind)}
            for kind in ("node", "way", "relation")
        }
        self.remark = ""

    def overpass(self, query: str) -> tuple[int, dict[str, str], bytes]:
        roads_text, _, rest = query.partition(")->.roads;")
        others_text, _, ending = rest.partition(")->.others;")
        if not (query.startswith("[out:xml][timeout:") and ending == _ENDING):
            return 400, {"Content-Type": "text/html"}, _PARSE_ERROR
        roads = self._select(roads_text)
        ways = {number for kind, number in roads if kind == "way"}
        chosen = roads | self._select(others_text)
        chosen |= {
            ("node", reference)
            for kind, number in chosen
            if kind == "way"
            for reference in self._references(number)
            if reference in self.things["node"]
        }
        chosen |= {
            ("relation", number)
            for number, relation in self.things["relation"].items()
            if _tags(relation).get("type", "").startswith("restriction")
            and any(
                member.get("type") == "way" and int(member.get("ref", "")) in ways
                for member in relation.iter("member")
            )
        }
        return 200, {"Content-Type": "application/osm3s+xml"}, self._xml(chosen)

    def _select(self, text: str) -> set[tuple[str, int]]:
        found = set()
        for kind, filters, where in _STATEMENT.findall(text):
            area = _shape(where)
            for number, thing in self.things[kind].items():
                if _matches(_tags(thing), filters) and self._outline(kind, thing).intersects(area):
                    found.add((kind, number))
        return found

    def _references(self, way: int) -> list[int]:
        return [int(nd.get("ref", "")) for nd in self.things["way"][way].iter("nd")]

    def _point(self, node: int) -> tuple[float, float]:
        thing = self.things["node"][node]
        return float(thing.get("lon", "")), float(thing.get("lat", ""))

    def _outline(self, kind: str, thing: ET.Element) -> Any:
        if kind == "node":
            return shapely.Point(self._point(int(thing.get("id", ""))))
        there = [n for n in self._references(int(thing.get("id", ""))) if n in self.things["node"]]
        points = [self._point(number) for number in there]
        return shapely.LineString(points) if len(points) > 1 else shapely.MultiPoint(points)

    def _xml(self, chosen: set[tuple[str, int]]) -> bytes:
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<osm version="0.6" generator="Overpass API 0.7.62.5 1bd436f1">',
            (
                "<note>The data included in this document is from www.openstreetmap.org. "
                "The data is made available under ODbL.</note>"
            ),
            f'<meta osm_base="{DATE}"/>',
            "",
        ]
        for kind in ("node", "way", "relation"):
            lines += [
                ET.tostring(self.things[kind][number], encoding="unicode").strip()
                for each, number in sorted(chosen)
                if each == kind
            ]
        if self.remark:
            lines.append(f"<remark> {self.remark} </remark>")
        return "\n".join([*lines, "</osm>", ""]).encode()


def _tags(thing: ET.Element) -> dict[str, str]:
    return {tag.get("k", ""): tag.get("v", "") for tag in thing.iter("tag")}


def _matches(tags: dict[str, str], filters: str) -> bool:
    return all(
        key in tags
        and (sign != "=" or tags[key] == value)
        and (sign != "~" or re.search(value, tags[key]) is not None)
        for key, sign, value in _FILTER.findall(filters)
    )


def _shape(where: str) -> Any:
    if where.startswith("poly:"):
        numbers = [float(word) for word in where.removeprefix('poly:"').rstrip('"').split()]
        return shapely.Polygon(zip(numbers[1::2], numbers[::2], strict=True))
    south, west, north, east = map(float, where.split(","))
    return shapely.box(west, south, east, north)


def candidate(
    name: str,
    display_name: str,
    osm_id: int,
    *,
    box: tuple[float, float, float, float] | None,
    importance: float = 0.5,
) -> dict[str, Any]:
    """Return one answer of Nominatim (``format=jsonv2``); its outline is a box, or it has none."""
    south, west, north, east = box or (45.0, 5.0, 45.0, 5.0)
    geojson: dict[str, Any] = {"type": "Point", "coordinates": [west, south]}
    if box:
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        geojson = {"type": "Polygon", "coordinates": [ring]}
    return {
        "place_id": 1_000_000 + osm_id,
        "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
        "osm_type": "relation" if box else "node",
        "osm_id": osm_id,
        "lat": f"{(south + north) / 2:.7f}",
        "lon": f"{(west + east) / 2:.7f}",
        "category": "boundary" if box else "place",
        "type": "administrative" if box else "hamlet",
        "place_rank": 16,
        "importance": importance,
        "addresstype": "town",
        "name": name,
        "display_name": display_name,
        "boundingbox": [f"{edge:.7f}" for edge in (south, north, west, east)],
        "geojson": geojson,
    }
