"""The windows of the house: a plan as one HTML page that needs nothing else."""

from colivraison.maps.background import DrawnLine, MapBackground, background_of
from colivraison.maps.page import MAP_CSP, render_map

__all__ = ["MAP_CSP", "DrawnLine", "MapBackground", "background_of", "render_map"]
