"""Days, months and seasons of a condition, read from the part of opening hours without hours.

Understood: months and dates with or without a year (``Nov-Apr``, ``Nov 15-May 15``,
``2025 Mar 01-2025 Jun 30``, ``2025-2027``), also day before month (``15 Nov-15 May``), weekdays
(``Mo-Fr``, ``Sa,Su``), both together (``Jul-Aug Mo-Fr``), several of them (``;``), seasons by name.
Not understood, hence "we do not know": hours, holidays (``PH``, ``SH``, ``easter``), weeks.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

__all__ = ["SEASONS", "is_on", "names_days"]

SEASONS = {
    "winter": (12, 1, 2),
    "spring": (3, 4, 5),
    "summer": (6, 7, 8),
    "autumn": (9, 10, 11),
    "fall": (9, 10, 11),
}
"""Months of a season: the meteorological ones of the northern hemisphere."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(\d{1,2})(?![\d:])"
_YEAR = r"(?:(\d{4})\s+)?"
_POINT = re.compile(rf"{_YEAR}{_MONTH}(?:\s+{_DAY})?", re.ASCII)
_DAY_FIRST = re.compile(rf"{_DAY}\.?\s+{_MONTH}(?:\s+(\d{{4}}))?", re.ASCII)
_YEARS = re.compile(r"(\d{4})(?:\s*-\s*(\d{4})|(\+))?", re.ASCII)
_ISO_RANGE = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})\s*(?:-|/|to|–)\s*(\d{4})-(\d{2})-(\d{2})", re.ASCII
)
_ALL_DAY = re.compile(r"\b(?:00:00-24:00|24/7)", re.ASCII)
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAYS)})"
_WEEKDAYS_LISTED = rf"{_WEEKDAY}(?:\s*-\s*{_WEEKDAY})?"
# A list of more entries than two weeks have days is no condition: it is searched for at each of its
# entries, which takes long if it may be of any length.
_WEEKDAY_PART = re.compile(
    rf"(?:^|\s)({_WEEKDAYS_LISTED}(?:\s*,\s*{_WEEKDAYS_LISTED}){{0,13}})$", re.ASCII
)

# A date without its year: month and day; the year, where the text names one, comes first.
_Part = tuple[int | None, int, int | None]


def _point(text: str) -> _Part | None:
    if found := _POINT.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        return None
    number = int(day) if day else None
    if number is not None and not 1 <= number <= 31:
        return None
    return int(year) if year else None, _MONTHS.index(month) + 1, number


def _range(text: str) -> tuple[_Part, _Part] | None:
    """Return first and last day of ``Nov``, ``Nov-Apr``, ``Nov 15-May 15``, ``Nov 15-30``."""
    sides = [side.strip() for side in text.replace("–", "-").split("-")]
    first = _point(sides[0])
    if first is None or len(sides) > 2:
        return None
    if len(sides) == 1:
        return first, first
    if re.fullmatch(r"\d{1,2}", sides[1], re.ASCII) and first[2] is not None:
        return first, (first[0], first[1], int(sides[1]))
    last = _point(sides[1])
    return None if last is None else (first, last)


def _within(first: _Part, last: _Part, day: dt.date) -> bool:
    start = (first[1], first[2] or 1)
    end = (last[1], last[2] or 31)
    today = (day.month, day.day)
    if first[0] is None:
        # A range over the new year: Nov-Apr.
        return start <= today <= end if start <= end else today >= start or today <= end
    last_year = last[0] if last[0] is not None else first[0] + (start > end)
    return (first[0], *start) <= (day.year, *today) <= (last_year, *end)


def _dates(text: str, day: dt.date) -> bool | None:
    if found := _ISO_RANGE.fullmatch(text):
        try:
            start, end = (dt.date(*(int(found[k + i]) for i in range(3))) for k in (1, 4))
        except ValueError:
            return None
        return start <= day <= end
    answer = False
    for part in text.split(","):
        entry = part.strip()
        if entry in SEASONS:
            answer |= day.month in SEASONS[entry]
        elif years := _YEARS.fullmatch(entry):
            last = 9999 if years[3] else int(years[2] or years[1])
            answer |= int(years[1]) <= day.year <= last
        elif found_range := _range(entry):
            answer |= _within(*found_range, day)
        else:
            return None
    return answer


def _weekdays(text: str, day: dt.date) -> bool:
    for part in text.split(","):
        sides = [_WEEKDAYS.index(side.strip()) for side in part.split("-")]
        first, last = sides[0], sides[-1]
        today = day.weekday()
        # Over the week's end: Sa-Mo.
        if first <= today <= last if first <= last else today >= first or today <= last:
            return True
    return False


def _rule(text: str, day: dt.date) -> bool | None:
    rest = _ALL_DAY.sub("", text).strip()
    answers: list[bool] = []
    if found := _WEEKDAY_PART.search(rest):
        answers.append(_weekdays(found[1], day))
        rest = rest[: found.start()].strip().rstrip(":").strip()
    if rest:
        dated = _dates(rest, day)
        if dated is None:
            return None
        answers.append(dated)
    return all(answers) if answers or _ALL_DAY.search(text) else None


@lru_cache(maxsize=4096)
def is_on(text: str, day: dt.date) -> bool | None:
    """Return whether a day falls under a condition, None where we cannot know.

    Parts separated by ``;`` are alternatives; one that is not understood leaves the whole unknown,
    for it may take back what another says.
    """
    answers = [_rule(part.strip().lower(), day) for part in text.split(";") if part.strip()]
    if not answers or None in answers:
        return None
    return any(answers)


def names_days(text: str) -> bool:
    """Return whether a text is a condition by days that `is_on` understands."""
    return is_on(text, dt.date(2025, 1, 1)) is not None
