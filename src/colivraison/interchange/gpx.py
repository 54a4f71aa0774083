"""One GPX 1.1 file per round, for the phone: stops, their order, and the road between them.

Order of elements by the schema (topografix.com/GPX/1/1): ``metadata``, ``wpt``, ``rte``, ``trk``.
OsmAnd and Organic Maps open it; the stops carry no name of a person, only of a place.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from colivraison.domain import Plan, Position, Round
from colivraison.interchange.plan_lookup import PlanLookup
from colivraison.texts import Texts

__all__ = ["gpx"]

_NAMESPACE = "http://www.topografix.com/GPX/1/1"
# XML 1.0 cannot hold these at all, escaped or not (section 2.2, production [2] Char).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def gpx(plan: Plan, round_: Round, texts: Texts) -> bytes:
    """Return the bytes of the GPX file of one round of a plan.

    Without road shapes in the plan there is no ``trk``: a straight line would be no road.
    """
    lookup = PlanLookup(plan)
    vehicle = lookup.vehicles[round_.vehicle_id]
    title = texts(
        "gpx.title",
        number=round_.id,
        vehicle=vehicle.name or vehicle.id,
        day=texts.date(round_.day),
    )
    root = ET.Element("gpx", {"xmlns": _NAMESPACE, "version": "1.1", "creator": "colivraison"})
    metadata = ET.SubElement(root, "metadata")
    _text(metadata, "name", title)
    for tag in ("wpt", "rte"):
        parent, point_tag = root, "wpt"
        if tag == "rte":
            parent, point_tag = ET.SubElement(root, "rte"), "rtept"
            _text(parent, "name", title)
        for index, (order, stop) in enumerate(zip(round_.stop_numbers, round_.stops, strict=True)):
            mark = f"{order}." if order else texts("gpx.end" if index else "gpx.start")
            site = lookup.places[stop.site_id]
            point = _point(parent, point_tag, site.position)
            _text(point, "name", f"{mark} {site.name}")
            arrival = texts.clock(plan.case.week.moment(stop.arrival_s), round_.day)
            departure = texts.clock(plan.case.week.moment(stop.departure_s), round_.day)
            _text(point, "desc", texts("gpx.times", arrival=arrival, departure=departure))
    road = _road(round_)
    if road:
        track = ET.SubElement(root, "trk")
        _text(track, "name", title)
        segment = ET.SubElement(track, "trkseg")
        for position in road:
            _point(segment, "trkpt", position)
    ET.indent(root, space=" ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _road(round_: Round) -> list[Position]:
    """Return the whole way, without the doubles where one leg ends and the next begins."""
    road: list[Position] = []
    for leg in round_.legs:
        for position in leg:
            if not road or road[-1] != position:
                road.append(position)
    return road


def _point(parent: ET.Element, tag: str, position: Position) -> ET.Element:
    degrees = {"lat": f"{position.lat:.6f}", "lon": f"{position.lon:.6f}"}
    return ET.SubElement(parent, tag, degrees)


def _text(parent: ET.Element, tag: str, text: str) -> None:
    ET.SubElement(parent, tag).text = _NO_XML.sub("\ufffd", text)
