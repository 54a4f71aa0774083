"""The map of a plan inside a Jupyter notebook."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup

from colivraison.domain import Plan
from colivraison.maps.background import background_of
from colivraison.maps.page import render_map
from colivraison.texts import Texts

if TYPE_CHECKING:
    from colivraison.roads import RoadNetwork

__all__ = ["NotebookMap", "notebook_map"]

# As in `MAP_CSP`: the page runs, and reaches neither the notebook nor what it is served from.
_FRAME = Markup(
    '<iframe srcdoc="{page}" sandbox="allow-scripts allow-popups" title="{title}"'
    ' style="width: 100%; height: {height_px}px; border: 1px solid #ccc"></iframe>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookMap:
    """The page of a plan, which Jupyter shows in a frame of its own."""

    page: str = field(repr=False)
    title: str
    height_px: int

    def _repr_html_(self) -> str:
        return str(_FRAME.format(page=self.page, title=self.title, height_px=self.height_px))


def notebook_map(
    plan: Plan, network: RoadNetwork, *, texts: Texts, height_px: int = 640
) -> NotebookMap:
    """Return the map of a plan for the last line of a cell: the page of `render_map`."""
    return NotebookMap(
        page=render_map(plan, background_of(network, plan), texts=texts),
        title=texts("map.word.map"),
        height_px=height_px,
    )
