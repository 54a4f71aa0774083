"""Small maps drawn in the tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from colivraison.domain import Position
from colivraison.roads import RoadNetwork

# One cell of a picture, in degrees. At the equator a degree is 111,195 m in both directions (the
# earth's mean radius), so a cell of 0.001 degrees is 111.195 m.
CELL_DEG = 0.001

Ways = Mapping[str, Mapping[str, str]]


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
        generator: str = "drawn",
    ) -> Path:
        """Write OSM XML; a way is named by its letters: ``{"ABC": {"highway": "residential"}}``."""
        ids = {sign: number for number, sign in enumerate(sorted(self.at), start=1)}
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
        path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
        return path

    def between(self, start: str, end: str, share: float = 0.5) -> Position:
        """Return the point on the straight line between two letters."""
        a, b = self.at[start], self.at[end]
        return Position(lat=a.lat + share * (b.lat - a.lat), lon=a.lon + share * (b.lon - a.lon))


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())


@pytest.fixture
def draw() -> Callable[[str], DrawnMap]:
    return DrawnMap


@pytest.fixture
def drawn_network(tmp_path: Path) -> Callable[..., RoadNetwork]:
    def build(drawn: DrawnMap, ways: Ways, **more: object) -> RoadNetwork:
        return RoadNetwork.load(drawn.write(tmp_path / "drawn.osm", ways, **more))  # type: ignore[arg-type]  # keywords of write

    return build
