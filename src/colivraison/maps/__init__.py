"""The windows of the house: a plan as one HTML page that needs nothing else."""

from colivraison.maps.background import DrawnLine, MapBackground, background_of
from colivraison.maps.frames import PlanFrames, plan_frames
from colivraison.maps.notebook import NotebookMap, notebook_map
from colivraison.maps.page import MAP_CSP, render_map

__all__ = [
    "MAP_CSP",
    "DrawnLine",
    "MapBackground",
    "NotebookMap",
    "PlanFrames",
    "background_of",
    "notebook_map",
    "plan_frames",
    "render_map",
]
