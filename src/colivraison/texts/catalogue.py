"""Look-up of sentences and the French (or English) way to write numbers, hours and dates.

Catalogues are gettext ``.po`` files, ``texts/<language>/<room>.po``; the message id is a key such
as ``fault.unknown_site.cause`` and the values put into a sentence are named: ``{site}``.
"""

from __future__ import annotations

import datetime as dt
import errno
import os
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from colivraison.errors import Fault, Where

__all__ = ["LANGUAGES", "Texts", "negotiate"]

LANGUAGES = ("fr", "en")

# What the system says of files, by its words in English: the names of its numbers.
_SYSTEM = {
    os.strerror(getattr(errno, name)): name.lower()
    for name in (
        *("EACCES", "EDQUOT", "EEXIST", "EFBIG", "EIO", "EISDIR", "ELOOP", "EMFILE"),
        *("ENAMETOOLONG", "ENOENT", "ENOSPC", "ENOTDIR", "EPERM", "EROFS"),
    )
}
_NARROW_SPACE = "\u202f"
_WIDE_SPACE = "\u00a0"


@lru_cache(maxsize=len(LANGUAGES))
def sentences(language: str) -> Mapping[str, str]:
    """Return every sentence of a language by key.

    Raises
    ------
    ValueError
        When a key stands in two catalogues.
    """
    found: dict[str, str] = {}
    for entry in sorted(files(__package__).joinpath(language).iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".po"):
            continue
        with entry.open("rb") as stream:
            for message in read_po(stream, locale=language):
                key = str(message.id)
                if not key:
                    continue
                if key in found:
                    raise ValueError(f"{entry.name}: {key} stands twice in the {language} texts")
                found[key] = str(message.string)
    return MappingProxyType(found)


class Texts:
    """Sentences and number formats of one language.

    Parameters
    ----------
    language
        One of ``LANGUAGES``.

    Raises
    ------
    ValueError
        For any other language.
    """

    def __init__(self, language: str = "fr") -> None:
        if language not in LANGUAGES:
            raise ValueError(f"no texts in {language!r}, only in {', '.join(LANGUAGES)}")
        self.language = language

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the sentence of a key with its values put in.

        Raises
        ------
        KeyError
            When the key is in no catalogue or a value it needs is missing.
        """
        return sentences(self.language)[key].format(**values)

    def keys(self) -> frozenset[str]:
        """Return every key of this language."""
        return frozenset(sentences(self.language))

    def fault(self, fault: Fault) -> tuple[str, str]:
        """Return the cause and the action of a fault, as sentences."""
        values = self._values(fault)
        return (
            self(f"fault.{fault.code}.cause", **values),
            self(f"fault.{fault.code}.action", **values),
        )

    def warning(self, fault: Fault) -> str:
        """Return the sentence of something doubtful that was accepted."""
        return self(f"warning.{fault.code}", **self._values(fault))

    def _values(self, fault: Fault) -> dict[str, object]:
        """Return the values of a sentence.

        Details ``..._date`` and ``..._moment`` are ISO dates, and dates with a time of day, told in
        words; ``..._cents`` are told in euros.
        """
        told = {
            name: self.full_date(dt.date.fromisoformat(str(value)))
            if name.endswith("_date")
            else self.moment(dt.datetime.fromisoformat(str(value)))
            if name.endswith("_moment")
            else self.euros(int(value))
            if name.endswith("_cents")
            else self.system(str(value))
            if name == "why"
            else value
            for name, value in fault.details.items()
        }
        return {"value": fault.value, **told}

    def system(self, why: str) -> str:
        """Return what the system answers, in this language where we know the answer."""
        key = _SYSTEM.get(why)
        return why if key is None else self(f"system.{key}")

    def place(self, where: Where) -> str:
        """Return where a fault stands, as a person would look for it; "" where it stands nowhere.

        ``commandes.csv · commandes · ligne 4 · colonne « kg »``.
        """
        table = f"table.{where.sheet}"
        parts = [where.file, self(table) if table in self.keys() else where.sheet]
        if where.row is not None:
            parts.append(self("place.row", row=where.row))
        if where.column:
            parts.append(self("place.column", column=where.column))
        # Whoever filled in tables has no use for a place in JSON.
        if where.pointer and (not where.sheet or where.file.lower().endswith(".json")):
            parts.append(where.pointer)
        return " · ".join(part for part in parts if part)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number: ``1 234,5`` in French."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, format=pattern, locale=self.language))

    def euros(self, cents: int) -> str:
        """Return an amount of money: ``12,40 €``."""
        amount = self.number(cents / 100, 2)
        return f"{amount}{_WIDE_SPACE}€" if self.language == "fr" else f"€{amount}"

    def km(self, distance_m: int, decimals: int = 1) -> str:
        """Return a distance in kilometres: ``12,4 km``."""
        return f"{self.number(distance_m / 1000, decimals)}{_WIDE_SPACE}km"

    def kg(self, mass_g: int) -> str:
        """Return a mass in kilograms: ``12,5 kg`` (grams only where they matter)."""
        return f"{self.number(mass_g / 1000, 0 if mass_g % 1000 == 0 else 1)}{_WIDE_SPACE}kg"

    def co2e(self, mass_g: int) -> str:
        """Return an emission: ``12,5 kg CO₂e``."""
        return f"{self.number(mass_g / 1000, 1)}{_WIDE_SPACE}kg{_WIDE_SPACE}CO₂e"

    def amount(self, value: int, unit: str) -> str:
        """Return how far off something is, without its sign, in a unit people use.

        Parameters
        ----------
        unit
            ``s``, ``m``, ``g``, ``crates``, ``l``, ``cents``, or "" for a bare number.
        """
        size = abs(value)
        if unit == "s":
            return self.duration(size) if size >= 60 else f"{size}{_NARROW_SPACE}s"
        if unit == "m":
            return self.km(size) if size >= 1000 else f"{size}{_WIDE_SPACE}m"
        if unit == "g":
            return self.kg(size) if size >= 1000 else f"{size}{_WIDE_SPACE}g"
        if unit == "l":
            return f"{self.number(size)}{_WIDE_SPACE}l"
        if unit == "cents":
            return self.euros(size)
        if unit == "crates":
            # Nothing and one are singular in French, one alone in English.
            one = size < 2 if self.language == "fr" else size == 1
            return self(f"amount.crates.{'one' if one else 'many'}", n=self.number(size))
        return self.number(size)

    def duration(self, seconds: int) -> str:
        """Return a duration to the minute, rounded up: ``2 h 05``, ``12 min``."""
        minutes = -(-seconds // 60)
        hours, rest = divmod(minutes, 60)
        space = _NARROW_SPACE
        return f"{hours}{space}h{space}{rest:02d}" if hours else f"{rest}{space}min"

    def clock(self, moment: dt.datetime, day: dt.date | None = None) -> str:
        """Return a time of day: ``8 h 05`` in French, ``08:05`` in English.

        Parameters
        ----------
        day
            The day the reader has in mind; a time of another day says so: ``0 h 15 (+1 jour)``.
        """
        if self.language == "fr":
            clock = f"{moment.hour}{_NARROW_SPACE}h{_NARROW_SPACE}{moment.minute:02d}"
        else:
            clock = f"{moment:%H:%M}"
        days = 0 if day is None else (moment.date() - day).days
        if days == 0:
            return clock
        key = "clock.one" if abs(days) == 1 else "clock.many"
        return self(key, clock=clock, days=f"{days:+d}".replace("-", "\N{MINUS SIGN}"))

    def date(self, date: dt.date) -> str:
        """Return a date without its year: ``jeudi 8 janvier``."""
        return self._dated(date, "MMMM")

    def full_date(self, date: dt.date) -> str:
        """Return a date with its year: ``jeudi 8 janvier 2026``."""
        return self._dated(date, "MMMM y")

    def _dated(self, date: dt.date, rest: str) -> str:
        pattern = f"EEEE, d {rest}"
        if self.language == "fr":
            # Only the first of a month is counted, the others are numbers.
            pattern = f"EEEE d'er' {rest}" if date.day == 1 else f"EEEE d {rest}"
        return str(format_date(date, pattern, locale=self.language))

    def moment(self, moment: dt.datetime) -> str:
        """Return a date with a time of day: ``mardi 24 novembre 2026 à 18 h 30``."""
        return self("clock.moment", date=self.full_date(moment), clock=self.clock(moment))


def negotiate(accept_language: str) -> str:
    """Return the language to answer in for an Accept-Language header (RFC 9110, 12.5.4).

    The best-weighted language we speak wins; French where nothing matches.
    """
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accept_language.split(",")):
        tag, _, parameter = part.strip().partition(";")
        name, _, weight = parameter.strip().partition("=")
        try:
            quality = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            quality = 0.0
        wishes.append((-quality, position, tag.strip().lower().partition("-")[0]))
    for negative_quality, _, language in sorted(wishes):
        if negative_quality < 0 and language in LANGUAGES:
            return language
    return LANGUAGES[0]
