"""Small maps drawn in the tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pytest
from road_twin import Place, RoadTwin

from colivraison.domain import Position
from colivraison.roads import RoadNetwork
from colivraison.roads.graph.expansion import build_states
from colivraison.roads.graph.metric import ClosedEdges, Metric, price
from colivraison.roads.graph.topology import cut_at_junctions
from colivraison.roads.profile import Profile, load_profile
from colivraison.roads.reading.extract import read_extract

# One cell of a picture, in degrees. At the equator a degree is 111,195 m in both directions (the
# earth's mean radius), so a cell of 0.001 degrees is 111.195 m.
CELL_DEG = 0.001
CELL_DM = 1111.95

Ways = Mapping[str, Mapping[str, str]]
Member = str | Sequence[str]
Restriction = tuple[Member, Member, Member, Mapping[str, str]]


class DrawnMap:
    """A map from a picture: letters are nodes, the text of the picture says where they stand."""

    def __init__(self, picture: str) -> None:
        self.at: dict[str, Position] = {}
        for row, line in enumerate(picture.strip("\n").splitlines()):
            for column, sign in enumerate(line):
                if sign.isalpha():
                    self.at[sign] = Position(lat=-row * CELL_DEG, lon=column * CELL_DEG)

    def write(
        self,
        path: Path,
        ways: Ways,
        *,
        nodes: Mapping[str, Mapping[str, str]] | None = None,
        restrictions: Sequence[Restriction] = (),
        generator: str = "drawn",
    ) -> Path:
        """Write OSM XML.

        Parameters
        ----------
        ways
            A way is named by its letters: ``{"ABC": {"highway": "residential"}}``; signs that are
            no letters only tell two ways between the same nodes apart.
        restrictions
            From, via, to and tags: ``("AB", "B", "BC", {"restriction": "no_left_turn"})``; the via
            is the letter of a node, the name of a way, or a list of names; from and to may be
            lists too.
        """
        ids = {sign: number for number, sign in enumerate(sorted(self.at), start=1)}
        way_ids = {letters: number for number, letters in enumerate(ways, start=1)}
        lines = [f'<?xml version="1.0"?>\n<osm version="0.6" generator={quoteattr(generator)}>']
        for sign, number in ids.items():
            tags = _tags((nodes or {}).get(sign, {}))
            place = self.at[sign]
            lines.append(
                f'<node id="{number}" lat="{place.lat:.7f}" lon="{place.lon:.7f}">{tags}</node>'
            )
        for number, (letters, tags) in enumerate(ways.items(), start=1):
            refs = "".join(f'<nd ref="{ids[sign]}"/>' for sign in letters if sign.isalpha())
            lines.append(f'<way id="{number}">{refs}{_tags(tags)}</way>')
        for number, (start, via, end, tags) in enumerate(restrictions, start=1):
            members = _members("from", start, way_ids) + _members("to", end, way_ids)
            if isinstance(via, str) and via not in way_ids and len(via) == 1:
                members += f'<member type="node" ref="{ids[via]}" role="via"/>'
            else:
                members += _members("via", via, way_ids)
            kind = "" if "type" in tags else _tags({"type": "restriction"})
            lines.append(f'<relation id="{number}">{members}{kind}{_tags(tags)}</relation>')
        path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    def between(self, start: str, end: str, share: float = 0.5) -> Position:
        """Return the point on the straight line between two letters."""
        a, b = self.at[start], self.at[end]
        return Position(lat=a.lat + share * (b.lat - a.lat), lon=a.lon + share * (b.lon - a.lon))


def _members(role: str, names: str | Sequence[str], way_ids: Mapping[str, int]) -> str:
    every = [names] if isinstance(names, str) else names
    # A name that is no way of the map stands for a way outside the extract.
    return "".join(
        f'<member type="way" ref="{way_ids.get(name, 9999)}" role="{role}"/>' for name in every
    )


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


class DrawnRoads:
    """The state graph of a drawn map, asked through the plain twin.

    Turns, signals and the like cost nothing unless ``turns=True``: then a distance in cells tells
    by itself which way was driven.
    """

    def __init__(self, path: Path, letters: Sequence[str]) -> None:
        self.raw = read_extract(path, lambda _share: None)
        via = [node for each in self.raw.restrictions for node in each.via_nodes]
        self.topology = cut_at_junctions(self.raw.ways, via_nodes=via)
        self.states, self.report = build_states(self.topology, self.raw.restrictions)
        self._way_ids = {name: number for number, name in enumerate(letters, start=1)}

    def metric(
        self,
        profile: str | Profile = "van",
        *,
        turns: bool = False,
        on: dt.date | None = None,
        closures: ClosedEdges | None = None,
    ) -> Metric:
        vehicle = load_profile(profile) if isinstance(profile, str) else profile
        if not turns:
            vehicle = replace(vehicle, turn_penalty_s=0.0, left_turn_extra_s=0.0, u_turn_s=0.0)
        return price(self.topology, self.states, vehicle, on=on, closures=closures)

    def place(self, way: str, share: float) -> Place:
        """Return the edge and share on it of a share of a whole way."""
        topology = self.topology
        (number,) = np.flatnonzero(topology.way_ids == self._way_ids[way])
        edges = np.flatnonzero(topology.way == number).tolist()
        along = topology.along_cm.tolist()
        ends = [(along[topology.shape_start[e]], along[topology.shape_end[e]]) for e in edges]
        wanted = share * ends[-1][1]
        for edge, (start, end) in zip(edges, ends, strict=True):
            if wanted <= end:
                return edge, (wanted - start) / (end - start)
        return edges[-1], 1.0

    def arc(self, way: str, share: float, *, backward: bool = False) -> int:
        """Return the arc of a way at a share of its length."""
        return 2 * self.place(way, share)[0] + backward

    def drive(
        self, start: tuple[str, float], end: tuple[str, float], **more: object
    ) -> tuple[int, int] | None:
        """Return milliseconds and decimetres from a share of a way to a share of a way."""
        twin = RoadTwin(self.topology, self.states, self.metric(**more))  # type: ignore[arg-type]  # keywords of metric
        return twin.drive(self.place(*start), self.place(*end))

    def cells(
        self, start: tuple[str, float], end: tuple[str, float], **more: object
    ) -> float | None:
        """Return the length of the best journey in cells of the picture, None for no way."""
        found = self.drive(start, end, **more)
        return None if found is None else round(found[1] / CELL_DM, 2)


@pytest.fixture
def draw() -> Callable[[str], DrawnMap]:
    return DrawnMap


@pytest.fixture
def drawn_network(tmp_path: Path) -> Callable[..., RoadNetwork]:
    def build(drawn: DrawnMap, ways: Ways, **more: object) -> RoadNetwork:
        return RoadNetwork.load(drawn.write(tmp_path / "drawn.osm", ways, **more))  # type: ignore[arg-type]  # keywords of write

    return build


@pytest.fixture
def drawn_roads(tmp_path: Path) -> Callable[..., DrawnRoads]:
    def build(picture: str, ways: Ways, **more: object) -> DrawnRoads:
        path = DrawnMap(picture).write(tmp_path / "drawn.osm", ways, **more)  # type: ignore[arg-type]  # keywords of write
        return DrawnRoads(path, list(ways))

    return build
