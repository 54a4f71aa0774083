"""The phone's file of a round."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from xml.etree import ElementTree as ET

import gpxpy

from colivraison.domain import Plan
from colivraison.interchange.gpx import gpx
from colivraison.interchange.plan_lookup import round_file_stems
from colivraison.texts import Texts

_NS = "{http://www.topografix.com/GPX/1/1}"


def test_the_elements_stand_in_the_order_of_the_schema(small_plan: Plan) -> None:
    root = ET.fromstring(gpx(small_plan, small_plan.rounds[0], Texts("fr")))
    assert root.get("version") == "1.1"
    tags = [child.tag.removeprefix(_NS) for child in root]
    assert tags == ["metadata", *["wpt"] * 5, "rte", "trk"]


def test_a_gpx_reader_finds_stops_order_and_road(small_plan: Plan) -> None:
    document = gpxpy.parse(gpx(small_plan, small_plan.rounds[0], Texts("fr")).decode())
    assert [p.name for p in document.waypoints] == [
        "1. Ferme des Aulnes",
        "2. GAEC d'Œuf-Joli",
        "3. Marché d'Aubrac",
        "4. =École du Bourg",
        "Retour\u00a0: Ferme des Aulnes",
    ]
    assert document.waypoints[1].description == "arrivée 8 h 17, départ 8 h 26".replace(
        " h ", "\u202fh\u202f"
    )
    (route,) = document.routes
    assert [(p.latitude, p.longitude) for p in route.points] == [
        (48.1, 0.2),
        (48.15, 0.25),
        (48.2, 0.3),
        (48.25, 0.35),
        (48.1, 0.2),
    ]
    (track,) = document.tracks
    (segment,) = track.segments
    # Four legs of three positions; where one ends the next begins: 4 * 3 - 3.
    assert len(segment.points) == 9


def test_times_after_midnight_say_so(night_plan: Plan) -> None:
    document = gpxpy.parse(gpx(night_plan, night_plan.rounds[0], Texts("en")).decode())
    assert [p.description for p in document.waypoints[1:3]] == [
        "arrive 23:47, leave 23:56",
        "arrive 00:06 (+1\u00a0day), leave 00:13 (+1\u00a0day)",
    ]


def test_a_round_without_road_shapes_has_no_track(small_plan: Plan) -> None:
    bare = dataclasses.replace(small_plan.rounds[0], legs=())
    document = gpxpy.parse(gpx(small_plan, bare, Texts("fr")).decode())
    assert document.tracks == []
    assert len(document.routes) == 1


def test_hostile_and_impossible_characters_do_no_harm(
    plan_with_stop_called: Callable[[str], Plan],
) -> None:
    plan = plan_with_stop_called('<wpt lat="0">&amp; ]]> \x00\x1b\ufffe"\'')
    document = gpxpy.parse(gpx(plan, plan.rounds[0], Texts("fr")).decode())
    # XML 1.0 cannot hold NUL, ESC and U+FFFE at all; the rest comes back as it was.
    assert document.waypoints[2].name == '3. <wpt lat="0">&amp; ]]> \ufffd\ufffd\ufffd"\''
    assert len(document.waypoints) == 5


def test_a_lent_van_s_round_can_be_taken_along_too(small_plan: Plan) -> None:
    alone = small_plan.alone[0].rounds[0]
    document = gpxpy.parse(gpx(small_plan, alone, Texts("en")).decode())
    assert document.name == "Round alone-B – Lent – Thursday, 26 November"


def test_file_names_stay_inside_the_folder(small_plan: Plan) -> None:
    one = small_plan.rounds[0]
    ids = ["V1-thursday", "../../etc/passwd", "a/b", "a\\b", "", "é", "x" * 200, "..", "r1", "R1"]
    stems = round_file_stems([dataclasses.replace(one, id=round_id) for round_id in ids])
    assert list(stems) == ids
    assert stems["V1-thursday"] == "round-V1-thursday"
    assert len({stem.casefold() for stem in stems.values()}) == len(ids)
    for stem in stems.values():
        assert stem.startswith("round-")
        assert len(stem) < 80
        assert stem.replace("-", "").replace("_", "").isalnum()
        assert stem.isascii()
