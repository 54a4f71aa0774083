"""The synthetic tilings of the benchmarks: each copy whole, all copies joined, always the same."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_FILE = Path(__file__).parents[2] / "benchmarks" / "roads" / "tilings.py"

# A square of residential streets a..d with a gate, a private drive to e, a one-way stub to f that
# does not lead back, a house, a turn restriction, and a hamlet beside the road.
_NODES = {
    1: (0.0, 0.0, {}),
    2: (0.0, 0.01, {"barrier": "gate"}),
    3: (0.01, 0.01, {}),
    4: (0.01, 0.0, {}),
    5: (0.02, 0.0, {}),
    6: (0.0, 0.02, {}),
    7: (0.005, 0.005, {"place": "hamlet", "name": "Centre"}),
}
_WAYS = {
    10: ([1, 2], {"highway": "residential"}),
    11: ([2, 3], {"highway": "residential"}),
    12: ([3, 4], {"highway": "residential"}),
    13: ([4, 1], {"highway": "residential", "maxspeed": "30"}),
    14: ([4, 5], {"highway": "residential", "access": "private"}),
    15: ([2, 6], {"highway": "residential", "oneway": "yes"}),
    16: ([1, 2, 3, 1], {"building": "yes"}),
}
_RESTRICTION = ([("w", 10, "from"), ("n", 2, "via"), ("w", 11, "to")], "no_left_turn")


@pytest.fixture(scope="module")
def tilings() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("tilings_of_the_benchmarks", _FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their module up by name.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture
def drawn(tilings: ModuleType, tmp_path: Path) -> Any:
    members, kind = _RESTRICTION
    text = ['<?xml version="1.0"?>\n<osm version="0.6" generator="drawn">']

    def tags(pairs: dict[str, str]) -> str:
        return "".join(f'<tag k="{k}" v="{v}"/>' for k, v in pairs.items())

    for ref, (lat, lon, pairs) in _NODES.items():
        text.append(f'<node id="{ref}" lat="{lat}" lon="{lon}">{tags(pairs)}</node>')
    for way, (refs, pairs) in _WAYS.items():
        nodes = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        text.append(f'<way id="{way}">{nodes}{tags(pairs)}</way>')
    names = {"w": "way", "n": "node"}
    inside = "".join(f'<member type="{names[t]}" ref="{r}" role="{x}"/>' for t, r, x in members)
    restriction = tags({"type": "restriction", "restriction": kind})
    text.append(f'<relation id="20">{inside}{restriction}</relation></osm>')
    path = tmp_path / "drawn.osm"
    path.write_text("\n".join(text), encoding="utf-8")
    return tilings.read_all(path)


def test_reading_keeps_every_object_and_tag(drawn: Any) -> None:
    assert [(n[0], n[3] or {}) for n in drawn.nodes] == [(i, n[2]) for i, n in _NODES.items()]
    assert [(w[0], list(w[1]), w[2]) for w in drawn.ways] == [
        (i, refs, tags) for i, (refs, tags) in _WAYS.items()
    ]
    ((relation, members, tags),) = drawn.relations
    assert (relation, list(members)) == (20, _RESTRICTION[0])
    assert tags == {"type": "restriction", "restriction": "no_left_turn"}


def test_junctions_are_those_one_can_leave_and_return_to(drawn: Any) -> None:
    # 5 hangs on a private way, 6 on a one-way stub, 7 on nothing.
    assert [junction[0] for junction in drawn.junctions()] == [1, 2, 3, 4]


def test_drivable_ways_do_not_count_the_house(drawn: Any) -> None:
    assert drawn.drivable() == 6


def test_copies_have_ids_and_places_of_their_own(
    tilings: ModuleType, drawn: Any, tmp_path: Path
) -> None:
    out = tmp_path / "tiling.osm.pbf"
    tilings.write_tiling(drawn, columns=2, rows=2, out=out)
    tiled = tilings.read_all(out)
    # Below three digits the stride is the largest id plus one: 8 nodes, 17 ways, 21 relations.
    assert [n[0] for n in tiled.nodes] == [i + 8 * copy for copy in range(4) for i in range(1, 8)]
    copied = [w for w in tiled.ways if w[0] < 4 * 17]
    assert [w[0] for w in copied] == [i + 17 * copy for copy in range(4) for i in range(10, 17)]
    assert [list(w[1]) for w in copied[:7]] == [refs for refs, _ in _WAYS.values()]
    assert [list(w[1]) for w in copied[21:]] == [[r + 24 for r in n] for n, _ in _WAYS.values()]
    assert [w[2] for w in copied] == 4 * [tags for _, tags in _WAYS.values()]
    # Junctions span 0.01 degrees; with the margin of 0.05 a copy lies 0.06 further.
    for copy, (up, right) in enumerate([(0, 0), (0, 0.06), (0.06, 0), (0.06, 0.06)]):
        for node, (lat, lon, tags) in zip(
            tiled.nodes[7 * copy : 7 * copy + 7], _NODES.values(), strict=True
        ):
            assert node[1:3] == pytest.approx((lat + up, lon + right), abs=1e-7)
            assert (node[3] or {}) == tags


def test_restrictions_speak_of_the_ways_of_their_own_copy(
    tilings: ModuleType, drawn: Any, tmp_path: Path
) -> None:
    out = tmp_path / "tiling.osm.pbf"
    tilings.write_tiling(drawn, columns=1, rows=3, out=out)
    assert [(r[0], list(r[1])) for r in tilings.read_all(out).relations] == [
        (
            20 + 21 * copy,
            [
                ("w", 10 + 17 * copy, "from"),
                ("n", 2 + 8 * copy, "via"),
                ("w", 11 + 17 * copy, "to"),
            ],
        )
        for copy in range(3)
    ]


def test_one_can_drive_from_every_copy_to_every_other_and_back(
    tilings: ModuleType, drawn: Any, tmp_path: Path
) -> None:
    out = tmp_path / "tiling.osm.pbf"
    tilings.write_tiling(drawn, columns=3, rows=2, out=out)
    tiled = tilings.read_all(out)
    # Four junctions in each of six copies, all in one strongly connected part.
    assert len(tiled.junctions()) == 24
    # Side by side: 2 x 2 pairs of copies in the rows, 3 above one another, 3 roads each.
    links = [w for w in tiled.ways if w[0] > 6 * 17]
    assert len(links) == 21
    assert {w[2]["highway"] for w in links} == {"secondary"}


def test_the_same_extract_gives_the_same_file(
    tilings: ModuleType, drawn: Any, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.osm.pbf", tmp_path / "second.osm.pbf"
    for out in (first, second):
        tilings.write_tiling(drawn, columns=2, rows=2, out=out)
    assert first.read_bytes() == second.read_bytes()


def test_ids_of_corsica_nine_times_stay_below_forty_bits(tilings: ModuleType) -> None:
    # Corsica's extra nodes begin at 10^11; 9 x 1.01 x 10^11 < 2^40 = 1.0995 x 10^12, OSRM's limit.
    assert tilings._stride(iter([7, 100_000_065_033])) == 101_000_000_000
