"""Finding places by name and by distance, and what a network says of itself."""

from __future__ import annotations

import hashlib

import pytest

from colivraison.domain import Position
from colivraison.roads import INVENTED_GENERATOR, NamedPlace, Places, RoadNetwork
from colivraison.roads.places import simplified_name


def place(name: str, kind: str, lat: float = 0.0, population: int | None = None) -> NamedPlace:
    return NamedPlace(
        name=name, kind=kind, position=Position(lat=lat, lon=0.0), population=population
    )


@pytest.mark.parametrize(
    ("written", "on_the_map"),
    [
        ("saint etienne", "Saint-Étienne"),
        ("St-Étienne", "Saint-Étienne"),
        ("STE MARIE", "Sainte-Marie"),
        ("st. martin", "Saint-Martin"),
        ("l'isle d’abeau", "L’Isle-d'Abeau"),
        ("coeur", "Cœur"),
        ("  Die ", "Die"),
    ],
)
def test_a_name_is_found_whatever_its_case_accents_and_hyphens(written, on_the_map) -> None:
    wanted = place(on_the_map, "village")
    assert Places([place("Stains", "town"), wanted]).find(written) == (wanted,)


@pytest.mark.parametrize("written", ["", "  ", "-", "Nulle Part", "Saint"])
def test_an_unknown_name_finds_nothing(written) -> None:
    assert Places([place("Saint-Étienne", "town"), place("", "farmyard")]).find(written) == ()


def test_the_likeliest_place_comes_first() -> None:
    school = place("Bourg", "school")
    hamlet = place("Bourg", "hamlet")
    small = place("Bourg", "village", population=200)
    large = place("Bourg", "village", population=900)
    loose = place("bourg", "town")
    places = Places([school, hamlet, small, large, loose])
    assert places.find("Bourg") == (large, small, hamlet, school, loose)


def test_near_places_come_nearest_first_within_the_radius_and_of_the_kinds_asked() -> None:
    # 0.001 degrees are 111.2 m.
    a, b, c = place("a", "shop", 0.003), place("b", "school", 0.001), place("c", "shop", 0.02)
    places = Places([a, b, c])
    here = Position(lat=0.0, lon=0.0)
    assert places.near(here, 1000) == (b, a)
    assert places.near(here, 1000, kinds={"shop"}) == (a,)
    assert places.near(here, 3000, kinds=("shop",)) == (a, c)
    assert places.near(here, 111) == ()
    assert places.all == (a, b, c)


def test_simplified_names_are_words_of_plain_letters() -> None:
    assert simplified_name("Saint-Rémy-lès-Chevreuse (78)") == "saint remy les chevreuse 78"


MAP = """<osm version="0.6" generator="{generator}">
<node id="1" lat="0" lon="0"/><node id="2" lat="0" lon="0.01"/>
<node id="3" lat="0.002" lon="0"><tag k="place" v="village"/><tag k="name" v="Vif"/>
<tag k="population" v="340"/></node>
<node id="4" lat="0.002" lon="0.002"><tag k="place" v="hamlet"/><tag k="name" v="Haut"/>
<tag k="population" v="few"/></node>
<node id="5" lat="0.004" lon="0"><tag k="shop" v="farm"/><tag k="name" v="Chez Ana"/></node>
<node id="6" lat="0.004" lon="0.001"><tag k="shop" v="yes"/></node>
<node id="66" lat="0.004" lon="0.002"><tag k="shop" v="tyres"/><tag k="name" v="Pneus 66"/></node>
<node id="7" lat="0.006" lon="0.000"/><node id="8" lat="0.006" lon="0.002"/>
<node id="9" lat="0.008" lon="0.002"/><node id="10" lat="0.008" lon="0.000"/>
<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/></way>
<way id="2"><nd ref="7"/><nd ref="8"/><nd ref="9"/><nd ref="10"/><nd ref="7"/>
<tag k="landuse" v="farmyard"/></way>
<way id="3"><nd ref="7"/><nd ref="9"/><tag k="waterway" v="river"/></way></osm>"""


def test_places_are_read_from_nodes_and_outlines(tmp_path) -> None:
    path = tmp_path / "places.osm"
    path.write_text(MAP.format(generator="hand"))
    network = RoadNetwork.load(path)
    assert [(p.name, p.kind, p.population) for p in network.places.all] == [
        ("Vif", "village", 340),
        ("Haut", "hamlet", None),
        ("Chez Ana", "food_shop", None),
        # Nobody looks for cheese among tyres.
        ("Pneus 66", "shop", None),
        # A shop without a name tells nobody anything, a farmyard is a farm all the same.
        ("", "farmyard", None),
    ]
    middle = network.places.all[-1].position
    assert (middle.lat, middle.lon) == pytest.approx((0.007, 0.001))


@pytest.mark.parametrize(
    ("generator", "invented", "attribution"),
    [("osmium", False, "© OpenStreetMap contributors (ODbL)"), (INVENTED_GENERATOR, True, "")],
)
def test_an_invented_map_does_not_name_openstreetmap(
    tmp_path, generator, invented, attribution
) -> None:
    path = tmp_path / "vallee.v1.osm"
    path.write_text(MAP.format(generator=generator))
    shares: list[float] = []
    network = RoadNetwork.load(path, on_progress=shares.append)
    assert (network.invented, network.attribution) == (invented, attribution)
    assert network.name == "vallee.v1"
    assert network.fingerprint == hashlib.sha256(path.read_bytes()).hexdigest()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_water_is_there_for_the_picture(tmp_path) -> None:
    path = tmp_path / "water.osm"
    path.write_text(MAP.format(generator="hand"))
    network = RoadNetwork.load(path)
    bounds = type(network.bounds)(south=-0.1, west=-0.1, north=0.1, east=0.1)
    (river,) = network.water_for_map(bounds, max_vertices=100)
    assert river.kind == "river"
    assert [(p.lat, p.lon) for p in river.positions] == [(0.006, 0.0), (0.008, 0.002)]
