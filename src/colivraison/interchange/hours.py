"""Opening hours and days as people write them: ``jeu 8h-12h ; ven 16h-19h``.

Grammar, spaces being free and English words understood alike::

    hours  = group { (";" | "," | newline) group }
    group  = [ days ] [ ranges ]             no days: every day; no ranges: the whole day
    days   = "tous les jours" | day { ("," | "/" | "et") day } | day "-" day
    ranges = time "-" time { ("," | "et") time "-" time }
    time   = 8 | 8h | 8h30 | 8:30 | 8:30:15  up to 30h, for what closes after midnight
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from colivraison.domain import LATEST_CLOSE_S, ClockSpan, DayWindow, Weekday
from colivraison.interchange.refused import Refused
from colivraison.interchange.words import plain

__all__ = ["clock_text", "days_in", "days_text", "hours_in", "hours_text", "spans_in"]

_WORDS = {
    Weekday.MONDAY: "lundis?|lun|mondays?|mon",
    Weekday.TUESDAY: "mardis?|mar|tuesdays?|tues?",
    Weekday.WEDNESDAY: "mercredis?|mer|wednesdays?|wed",
    Weekday.THURSDAY: "jeudis?|jeu|thursdays?|thurs?|thu",
    Weekday.FRIDAY: "vendredis?|ven|fridays?|fri",
    Weekday.SATURDAY: "samedis?|sam|saturdays?|sat",
    Weekday.SUNDAY: "dimanches?|dim|sundays?|sun",
}
_SHORT = dict(zip(Weekday, ("lun", "mar", "mer", "jeu", "ven", "sam", "dim"), strict=True))
_TOKEN = re.compile(
    r"\s*(?:"
    + "|".join(f"(?P<{day.name}>(?:{words})\\b\\.?)" for day, words in _WORDS.items())
    + r"|(?P<every>tous les jours|tlj|every ?day|daily|7j par 7|7j/7)"
    r"|(?P<time>(?P<h>\d{1,2})(?!\d)(?:\s?[h:]\s?(?:(?P<m>\d{2})(?!\d)(?::(?P<s>\d{2})(?!\d))?)?)?)"
    r"|(?P<dash>-|\ba\b|\bau\b|\bto\b)"
    r"|(?P<join>,|/|\bet\b|\band\b|&)"
    r"|(?P<end>;|\||\n)"
    r"|(?P<filler>\b(?:de|du|le|les|from|on)\b|:)"
    r")"
)


class _Reader:
    """Walks over the tokens of one cell."""

    def __init__(self, text: str, code: str) -> None:
        self.code = code
        self.tokens: list[tuple[str, int]] = []
        bare = ";".join(plain(line) for line in text.splitlines())
        at = 0
        while at < len(bare.rstrip()):
            match = _TOKEN.match(bare, at)
            if match is None:
                raise Refused(code)
            at = match.end()
            self._add(match)
        self.at = 0

    def _add(self, match: re.Match[str]) -> None:
        kind = match.lastgroup
        if match["time"] is not None:
            minutes, seconds = int(match["m"] or 0), int(match["s"] or 0)
            if minutes > 59 or seconds > 59:
                raise Refused(self.code)
            self.tokens.append(("time", int(match["h"]) * 3600 + minutes * 60 + seconds))
        elif kind is not None and kind in Weekday.__members__:
            self.tokens.append(("day", list(Weekday.__members__).index(kind)))
        elif kind is not None and kind != "filler":
            self.tokens.append((kind, 0))

    def kind(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place][0] if place < len(self.tokens) else ""

    def take(self, kind: str) -> int:
        if self.kind() != kind:
            raise Refused(self.code)
        self.at += 1
        return self.tokens[self.at - 1][1]

    def skip(self, *kinds: str) -> None:
        while self.kind() in kinds:
            self.at += 1

    def days(self) -> list[Weekday]:
        """Read a list of days, or nothing."""
        order = list(Weekday)
        if self.kind() == "every":
            self.take("every")
            return order
        found: list[Weekday] = []
        while self.kind() == "day":
            first = self.take("day")
            if self.kind() == "dash" and self.kind(1) == "day":
                self.take("dash")
                last = self.take("day")
                # "sam-lun" runs over the end of the week.
                found += [order[(first + i) % 7] for i in range((last - first) % 7 + 1)]
            else:
                found.append(order[first])
            if self.kind() == "join" and self.kind(1) == "day":
                self.take("join")
        return found

    def ranges(self) -> list[tuple[int, int]]:
        """Read time ranges, or nothing."""
        found: list[tuple[int, int]] = []
        while self.kind() == "time":
            opens_s = self.take("time")
            self.take("dash")
            found.append((opens_s, self.take("time")))
            if self.kind() == "join" and self.kind(1) == "time":
                self.take("join")
        return found


def hours_in(text: str) -> tuple[DayWindow, ...]:
    """Return the opening hours in a cell; an empty cell gives none, which means at any time.

    Raises
    ------
    Refused
        ``bad_hours`` or ``window_ends_before_start``.
    """
    reader = _Reader(text, "bad_hours")
    windows: list[DayWindow] = []
    reader.skip("join", "end")
    while reader.kind():
        before = reader.at
        days = reader.days()
        ranges = reader.ranges()
        if reader.at == before or reader.kind() not in ("", "join", "end", "day", "every"):
            raise Refused("bad_hours")
        spans = [_span(opens_s, closes_s) for opens_s, closes_s in ranges or [(0, 86_400)]]
        windows += [
            DayWindow(weekday=day, opens_s=span.opens_s, closes_s=span.closes_s)
            for day in days or list(Weekday)
            for span in spans
        ]
        reader.skip("join", "end")
    # ";" says nothing, which is not the same as an empty cell.
    if not windows and text.strip():
        raise Refused("bad_hours")
    return tuple(windows)


def spans_in(text: str, code: str) -> tuple[ClockSpan, ...]:
    """Return the hours of one day in a text without any day: ``8h-12h, 14h-18h``.

    Raises
    ------
    Refused
        ``code`` or ``window_ends_before_start``.
    """
    reader = _Reader(text, code)
    ranges = reader.ranges()
    if not ranges or reader.kind():
        raise Refused(code)
    return tuple(sorted({_span(opens_s, closes_s, code) for opens_s, closes_s in ranges}))


def _span(opens_s: int, closes_s: int, code: str = "bad_hours") -> ClockSpan:
    if max(opens_s, closes_s) > LATEST_CLOSE_S:
        raise Refused(code)
    if closes_s <= opens_s:
        raise Refused("window_ends_before_start")
    return ClockSpan(opens_s=opens_s, closes_s=closes_s)


def days_in(text: str) -> frozenset[Weekday]:
    """Return the days in a cell; an empty cell gives none, which means any day.

    Raises
    ------
    Refused
        ``bad_day``.
    """
    reader = _Reader(text, "bad_day")
    found: list[Weekday] = []
    reader.skip("join", "end")
    while reader.kind():
        days = reader.days()
        if not days:
            raise Refused("bad_day")
        found += days
        reader.skip("join", "end")
    if not found and text.strip():
        raise Refused("bad_day")
    return frozenset(found)


def clock_text(clock_s: int) -> str:
    """Return a time of day as a French cell writes it: ``8h``, ``8h30``, ``26h``."""
    minutes, seconds = divmod(clock_s, 60)
    hours, minutes = divmod(minutes, 60)
    if seconds:
        return f"{hours}:{minutes:02d}:{seconds:02d}"
    return f"{hours}h{minutes:02d}" if minutes else f"{hours}h"


def hours_text(windows: Sequence[DayWindow]) -> str:
    """Return opening hours as a cell: what ``hours_in`` reads back exactly."""
    return " ; ".join(
        f"{_SHORT[w.weekday]} {clock_text(w.opens_s)}-{clock_text(w.closes_s)}" for w in windows
    )


def days_text(days: Iterable[Weekday]) -> str:
    """Return days as a cell, in the order of the week."""
    chosen = set(days)
    return ", ".join(_SHORT[day] for day in Weekday if day in chosen)
