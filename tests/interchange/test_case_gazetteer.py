"""Names of a map: what somebody who misspells one is asked."""

import pytest

from colivraison.interchange import RoadGazetteer
from colivraison.roads import RoadNetwork

PLACES = ("Orvandançay-en-Bois", "Saint-Martin-des-Prés", "Saint-Martin-du-Lac", "Carden")
MAP = """<osm version="0.6"><node id="1" lat="47.1" lon="-2"/><node id="2" lat="47.11" lon="-2"/>
{places}<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way></osm>"""
PLACE = """<node id="{n}" lat="47.1" lon="-2"><tag k="place" v="village"/>
<tag k="name" v="{name}"/></node>"""


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    path = tmp_path_factory.mktemp("carte") / "pays.osm"
    places = "".join(PLACE.format(n=n, name=name) for n, name in enumerate(PLACES, start=10))
    path.write_text(MAP.format(places=places), encoding="utf-8")
    return RoadGazetteer(RoadNetwork.load(path))


@pytest.mark.parametrize(
    ("typed", "close"),
    [
        ("Orvandencay", ["Orvandançay-en-Bois"]),
        ("Orvandançay en Boi", ["Orvandançay-en-Bois"]),
        ("Saint Martain", ["Saint-Martin-des-Prés", "Saint-Martin-du-Lac"]),
        ("Kardan", []),
        ("Cardan", ["Carden"]),
        ("Bois", []),
    ],
)
def test_a_misspelt_name_brings_the_names_that_begin_like_it(gazetteer, typed, close):
    assert list(gazetteer.close_names(typed)) == close
