"""What a territory holds, for people and for programs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colivraison.cli.console import Terminal, escape
from colivraison.errors import InputError
from colivraison.roads import PROFILE_NAMES, RoadNetwork

if TYPE_CHECKING:
    from colivraison.texts import Texts

__all__ = ["print_report", "report_document"]

_DIGITS = 12
_COUNTED_BY_TAG = frozenset({"conditions_skipped"})
_TOGETHER = " + "
"""Between the names of extracts that were put together (``reading.files``)."""


def report_document(network: RoadNetwork, path: Path) -> dict[str, Any]:
    """Return everything known about a territory without asking it anything.

    Parameters
    ----------
    path
        The file it was opened from or written to.
    """
    return {
        "name": network.name,
        "file": path.name,
        "bytes": path.stat().st_size,
        "fingerprint": network.fingerprint,
        "attribution": network.attribution,
        "invented": network.invented,
        "bounds": asdict(network.bounds),
        "places": len(network.places.all),
        "report": _plain(network.report),
        "profiles": {name: _drivable(network, name) for name in PROFILE_NAMES},
    }


def _drivable(network: RoadNetwork, profile: str) -> dict[str, int]:
    """Return what a vehicle may drive; nothing where the map has no road for it."""
    try:
        return dict(network.metric_report(profile=profile))
    except InputError:
        return {}


def _plain(value: Any) -> Any:
    """Return nested mappings as dictionaries."""
    return {str(k): _plain(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def print_report(network: RoadNetwork, document: Mapping[str, Any], terminal: Terminal) -> None:
    """Print a territory's origin, extent and counts."""
    texts = terminal.texts
    terminal.out.print(escape(texts("cli.roads.info.title", name=network.name)), style="bold")
    bounds = network.bounds
    lines = [
        (texts("cli.roads.info.fingerprint"), network.fingerprint[:_DIGITS]),
        (
            texts("cli.roads.info.bounds"),
            f"{bounds.south:.4f}, {bounds.west:.4f} … {bounds.north:.4f}, {bounds.east:.4f}",
        ),
        (texts("cli.roads.info.places"), texts.number(document["places"])),
        *_counts(document["report"], terminal),
        (texts("cli.roads.report.data_date"), _data_date(network, terminal)),
        *(_profile_line(name, counts, terminal) for name, counts in document["profiles"].items()),
    ]
    if network.invented:
        lines.insert(0, (texts("cli.roads.info.origin"), texts("cli.roads.info.invented")))
    else:
        lines.insert(0, (texts("cli.roads.info.origin"), network.attribution))
    if len(maps := network.name.split(_TOGETHER)) > 1:
        value = f"{texts.number(len(maps))} ({', '.join(maps)})"
        lines.insert(1, (texts("cli.roads.info.merged"), value))
    for label, value in lines:
        terminal.out.print(escape(f"  {texts('cli.roads.info.line', label=label, value=value)}"))
    terminal.out.print(escape(f"  {texts('cli.roads.info.cut_off')}"))


def _counts(report: Mapping[str, Any], terminal: Terminal) -> Iterator[tuple[str, str]]:
    """Yield the counts of a report in its order: a number, or a sum with its reasons."""
    texts = terminal.texts
    for key, value in report.items():
        if key == "data_date":  # told by ``_data_date``
            continue
        if isinstance(value, Mapping) and any(not isinstance(v, int) for v in value.values()):
            yield from _counts(value, terminal)
            continue
        label = texts(f"cli.roads.report.{key}")
        if isinstance(value, Mapping):
            reasons = [
                texts(
                    "cli.roads.info.reason",
                    reason=_reason(key, reason, texts),
                    count=texts.number(count),
                )
                for reason, count in value.items()
                if count
            ]
            total = texts.number(sum(value.values()))
            yield label, f"{total} ({', '.join(reasons)})" if reasons else total
        elif isinstance(value, int | float):
            yield label, texts.number(value)
        elif value:
            yield label, str(value)


def _data_date(network: RoadNetwork, terminal: Terminal) -> str:
    """Return the day of the map's data in words."""
    texts = terminal.texts
    if not network.data_date:
        return texts("cli.roads.info.undated")
    try:
        day = texts.full_date(dt.date.fromisoformat(network.data_date[:10]))
    except ValueError:  # as the file has it
        day = network.data_date
    return texts("cli.roads.info.oldest", date=day) if _TOGETHER in network.name else day


def _profile_line(name: str, counts: Mapping[str, int], terminal: Terminal) -> tuple[str, str]:
    texts = terminal.texts
    label = texts("cli.roads.info.profile", profile=name)
    if not counts:
        return label, texts("cli.roads.info.no_road")
    return label, texts(
        "cli.roads.info.vertices",
        used=texts.number(counts["main_vertices"]),
        cut=texts.number(counts["cut_vertices"]),
    )


def _reason(field: str, code: str, texts: Texts) -> str:
    """Return a reason in words; a tag of the map stands for itself."""
    if field in _COUNTED_BY_TAG:
        return code
    key, known = f"cli.roads.reason.{code}", texts.keys()
    # A file that a later version has built may know reasons that we do not.
    return texts(key) if key in known else texts("cli.roads.info.other_reason", code=code)
