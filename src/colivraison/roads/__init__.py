"""Roads: an extract of OpenStreetMap in; places snapped, travel matrices and lines out."""

from colivraison.roads.closures.kinds import Closure
from colivraison.roads.geometry import Bounds, distance_m
from colivraison.roads.network import ATTRIBUTION, FAR_M, INVENTED_GENERATOR, RoadNetwork
from colivraison.roads.places import NamedPlace, Places
from colivraison.roads.profile import PROFILE_NAMES
from colivraison.roads.profile_words import PROFILE_WORDS
from colivraison.roads.route import RouteLeg
from colivraison.roads.snapping import Snapped
from colivraison.roads.views.frames import legs_frame, points_frame
from colivraison.roads.views.map_lines import RoadLine, WaterLine

__all__ = [
    "ATTRIBUTION",
    "FAR_M",
    "INVENTED_GENERATOR",
    "PROFILE_NAMES",
    "PROFILE_WORDS",
    "Bounds",
    "Closure",
    "NamedPlace",
    "Places",
    "RoadLine",
    "RoadNetwork",
    "RouteLeg",
    "Snapped",
    "WaterLine",
    "distance_m",
    "legs_frame",
    "points_frame",
]
