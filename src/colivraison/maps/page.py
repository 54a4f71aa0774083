"""The page: one HTML document with everything in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from colivraison.domain import Plan, Position
from colivraison.maps.background import MapBackground
from colivraison.maps.extras import Extra, extras
from colivraison.maps.layers import (
    add_background,
    add_layer,
    add_start,
    badge,
    new_map,
    stroke,
)
from colivraison.maps.palette import LAND
from colivraison.maps.views import Card, RoundView, round_views
from colivraison.planning import Comparison, compare_with_alone
from colivraison.texts import Texts

__all__ = ["MAP_CSP", "render_map"]

MAP_CSP = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-scripts allow-popups"
)
"""What to serve the page with.

folium writes inline script, so the script source must be open; in exchange the page has no origin
(``sandbox`` without ``allow-same-origin``): it reads no cookie, no storage and no other page, and
``default-src 'none'`` leaves it nobody to talk to.  ``allow-popups`` is for the one link of the
page, to the licence of the map data: without it a click would do nothing but replace the map.  What
it opens stays in the same sandbox.  It gives a script that should not be there no way out that it
had not before: any page may leave for another address.
"""

_OSM_COPYRIGHT = "https://www.openstreetmap.org/copyright"
_WORDS = ("zoom_in", "zoom_out", "close", "map")


def render_map(plan: Plan, background: MapBackground, *, texts: Texts) -> str:
    """Return a plan as one self-contained HTML document.

    The same plan, background and language give the same text.  Nothing in it asks for anything
    from outside; no name of the plan can run.
    """
    rounds = round_views(plan, texts)
    more = extras(plan, texts)
    positions = _extent(plan)
    drawn = new_map(positions[0])
    add_background(drawn, background)
    for extra in more:
        if extra.symbol != "unserved":
            add_layer(drawn, extra.key, extra.features, show=extra.show)
    for view in rounds:
        add_layer(drawn, _key(view), _round_features(view), show=True)
    for extra in more:
        if extra.symbol == "unserved":
            add_layer(drawn, extra.key, extra.features, show=extra.show)
    add_start(drawn, [_key(v) for v in rounds] + [e.key for e in more], positions)
    figure = drawn.get_root()
    figure.render()
    # The header of folium is left out: it forbids zooming and would load six libraries.
    return _document().render(
        lang=texts.language,
        t=texts,
        plan=plan,
        week=_week(plan, texts),
        land=LAND,
        rounds=rounds,
        keys={view.number: _key(view) for view in rounds},
        extras=more,
        totals=_totals(compare_with_alone(plan), texts),
        background=background,
        copyright_url=_OSM_COPYRIGHT if "OpenStreetMap" in background.attribution else "",
        leaflet_css=Markup(_leaflet_css()),  # noqa: S704  ours, no name in it
        leaflet_js=Markup(_leaflet_js()),  # noqa: S704  ours, no name in it
        css=Markup(_asset("page/map.css")),  # noqa: S704  ours
        js=Markup(_asset("page/map.js")),  # noqa: S704  ours
        data=Markup(_block(_data(plan, background, rounds, more, texts))),  # noqa: S704  escaped in it
        map_html=Markup(figure.html.render()),  # noqa: S704  folium saw no name
        map_script=Markup(figure.script.render()),  # noqa: S704  nor here
    )


def _key(view: RoundView) -> str:
    return f"round_{view.number}"


def _extent(plan: Plan) -> list[Position]:
    found = [p for site in plan.case.places.values() for p in (site.position,)]
    found += [p for round_ in plan.rounds for leg in round_.legs for p in leg]
    if plan.new_site is not None:
        found.append(plan.new_site.site.position)
    return found


def _round_features(view: RoundView) -> list[dict[str, object]]:
    # Three lanes to the right of the road: rounds that share it stay apart.
    side = 2.5 + 3 * ((view.number - 1) % 3)
    line = stroke(
        view.line,
        ref=f"r{view.number}",
        colour=view.pen.colour,
        width=3.4,
        dash=view.pen.dash,
        side=side,
        halo=True,
        arrows=True,
    )
    marks = [
        badge(
            mark.position,
            ref=mark.ref,
            text=mark.badge,
            shape=mark.shape,
            colour=view.pen.colour,
            shift=mark.shift,
        )
        for mark in view.marks
    ]
    return [line, *marks]


def _data(
    plan: Plan,
    background: MapBackground,
    rounds: Iterable[RoundView],
    more: Iterable[Extra],
    texts: Texts,
) -> dict[str, object]:
    cards: dict[str, Card] = {}
    for view in rounds:
        cards[f"r{view.number}"] = view.card
        cards |= {mark.ref: mark.card for mark in view.marks}
    for extra in more:
        cards |= extra.cards
    labels = [(s.name, "site", s.position) for s in plan.case.places.values()]
    if plan.new_site is not None:
        labels.append((plan.new_site.site.name, "site", plan.new_site.site.position))
    labels += background.villages
    return {
        "words": {word: texts(f"map.word.{word}") for word in _WORDS},
        "cards": {
            ref: {"title": card.title, "lines": [list(line) for line in card.lines]}
            for ref, card in cards.items()
        },
        "labels": [
            [name, kind, round(position.lat, 5), round(position.lon, 5)]
            for name, kind, position in labels
        ],
    }


def _totals(found: Comparison, texts: Texts) -> dict[str, object]:
    together, alone = found.together, found.alone
    rows = [
        (texts("map.total.rounds"), texts.number(together.rounds), texts.number(alone.rounds)),
        (texts("map.total.km"), texts.km(together.distance_m, 0), texts.km(alone.distance_m, 0)),
        (
            texts("map.total.hours"),
            texts.duration(together.duration_s),
            texts.duration(alone.duration_s),
        ),
        (texts("map.total.cost"), texts.euros(together.cost_cents), texts.euros(alone.cost_cents)),
        (texts("map.total.co2e"), texts.co2e(together.gco2e), texts.co2e(alone.gco2e)),
    ]
    saving = ""
    if found.members and found.comparable and alone.cost_cents > 0:
        share = texts.number(100 * found.saving_cents / alone.cost_cents)
        sign = "saving" if found.saving_cents >= 0 else "dearer"
        euros = texts.euros(abs(found.saving_cents))
        saving = texts(f"map.total.{sign}", euros=euros, percent=share.lstrip("-"))
    doubt = "" if found.comparable or not found.members else texts("map.total.incomparable")
    return {"rows": rows, "saving": saving, "doubt": doubt, "alone": bool(found.members)}


def _week(plan: Plan, texts: Texts) -> str:
    dates = sorted({round_.day for round_ in plan.rounds}) or [plan.case.week.first_date]
    if len(dates) == 1:
        return texts("map.week.day", day=texts.date(dates[0]), year=dates[0].year)
    return texts(
        "map.week.days",
        first=texts.date(dates[0]),
        last=texts.date(dates[-1]),
        year=dates[-1].year,
    )


def _block(data: object) -> str:
    """Return JSON that can stand inside a script element: no tag can end or begin in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _document() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return environment.from_string(_asset("page/document.html"))


def _asset(name: str) -> str:
    return files("colivraison.maps").joinpath("assets", name).read_text(encoding="utf-8")


def _leaflet_js() -> str:
    lines = _asset("leaflet/leaflet.js").splitlines()
    # A browser with its tools open would fetch the source map.
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))


def _leaflet_css() -> str:
    # The images of a layer control and a marker that this page does not use.
    return re.sub(r"url\(images/[^)]*\)", "none", _asset("leaflet/leaflet.css"))
