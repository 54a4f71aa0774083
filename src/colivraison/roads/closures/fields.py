"""What is told of one closure, from the words of its file to a closure or its faults."""

from __future__ import annotations

import datetime as dt
import math
import re
import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from colivraison.errors import Fault, Where
from colivraison.roads.closures.kinds import Closure, ClosurePlace, Effect, PlaceKind, Sense
from colivraison.roads.profile import PROFILE_NAMES
from colivraison.roads.profile_words import PROFILE_WORDS
from colivraison.roads.tables.sheet import date_in, number_in, word

__all__ = ["FIELDS", "MOST_FACTOR", "closure_of", "field_named"]

MOST_FACTOR = 100
"""A road slower than this is a closed road, or a slip of the pen."""

# Any number of so many digits fits into 64 bits.
_MOST_DIGITS = 18

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "osm_way": ("osm_way", "osm_ways", "voie_osm", "voies_osm", "way"),
        "name": ("nom", "name", "route", "road"),
        "effect": ("effet", "effect"),
        "factor": ("facteur", "factor"),
        "kmh": ("kmh", "km/h", "vitesse", "speed_kmh"),
        "from": ("du", "from", "debut", "start"),
        "to": ("au", "to", "fin", "end"),
        "profiles": ("profils", "profiles", "profil", "profile", "vehicules", "vehicles"),
        "direction": ("sens", "direction"),
        "reason": ("motif", "reason", "raison"),
    }
)
"""Names of what a closure says; the first is shown to people."""

_FIELD_OF = {word(name): field for field, names in FIELDS.items() for name in names}

_EFFECTS = {
    **dict.fromkeys(("closed", "ferme", "fermee", "barre", "barree", "coupee"), Effect.CLOSED),
    **dict.fromkeys(("slowed", "slow", "ralenti", "ralentie"), Effect.SLOWED),
}
_SENSES = {
    **dict.fromkeys(("both", "deux_sens", "les_deux", "les_deux_sens", "2"), Sense.BOTH),
    **dict.fromkeys(("forward", "aller", "direct"), Sense.FORWARD),
    **dict.fromkeys(("backward", "retour", "inverse"), Sense.BACKWARD),
}
_PROFILES = {
    **{word(name): name for name in PROFILE_NAMES},
    **{word(name): profile for profile, names in PROFILE_WORDS.items() for name in names},
}


def field_named(name: str) -> str | None:
    """Return the field that a property or a column is called by, or None."""
    return _FIELD_OF.get(word(name))


class _Reader:
    """Reads the values of one closure and keeps the faults."""

    def __init__(
        self, values: Mapping[str, object], number: int, where: Where, columns: Mapping[str, Where]
    ) -> None:
        self.values, self.number, self.where, self.columns = values, number, where, columns
        self.faults: list[Fault] = []

    def fault(self, code: str, field: str = "", **details: str | int) -> None:
        value = self.values.get(field, "")
        self.faults.append(
            Fault(
                code=code,
                where=self.columns.get(field, self.where),
                value=str(value)[:200],
                details={"number": self.number, **details},
            )
        )

    def text(self, field: str) -> str:
        value = self.values.get(field, "")
        return value.strip() if isinstance(value, str) else f"{value}"

    def number_of(self, field: str) -> float | None:
        """Return a number, or None where there is none; ``nan`` where it is none."""
        if field not in self.values:
            return None
        value = self.values[field]
        if isinstance(value, int | float) and not isinstance(value, bool):
            # Not isfinite: a whole number of some hundred digits is no float at all.
            number = float(value) if abs(value) <= sys.float_info.max else None
        else:
            number = number_in(value) if isinstance(value, str) else None
        if number is None:
            self.fault("closure_bad_number", field)
            return math.nan
        return number

    def day(self, field: str) -> dt.date | None:
        if field not in self.values:
            return None
        day = date_in(self.text(field))
        if day is None:
            self.fault("closure_bad_date", field)
        return day

    def listed(self, field: str, parting: str) -> list[Any]:
        """Return a list, or the parts of a text; ``parting`` holds the signs between them."""
        value = self.values.get(field, [])
        if isinstance(value, list):
            return value
        if isinstance(value, str):
            return [part for part in re.split(f"[{parting}]", value) if part.strip()]
        return [value]


def closure_of(
    values: Mapping[str, object],
    *,
    number: int,
    where: Where,
    columns: Mapping[str, Where],
    place: ClosurePlace | None = None,
    drawn: bool = False,
) -> tuple[Closure | None, list[Fault]]:
    """Return a closure, or None and everything that is wrong with it.

    Parameters
    ----------
    values
        Text, numbers or lists by field; what is empty is absent.
    number
        1-based place of the closure in its file.
    where, columns
        Where the closure and each of its values stand.
    place
        Where it is drawn.
    drawn
        Whether its file draws it, even where the drawing was no good.
    """
    place = place or ClosurePlace()
    reader = _Reader(values, number, where, columns)
    effect = _EFFECTS.get(word(reader.text("effect")))
    if "effect" not in values:
        reader.fault("closure_without_effect")
    elif effect is None:
        reader.fault("closure_unknown_effect", "effect")
    factor, cap_kmh = _slowing(reader, effect)
    first, last = reader.day("from"), reader.day("to")
    if first and last and last < first:
        reader.fault("closure_ends_before_start", "to")
    sense = _SENSES.get(word(reader.text("direction") or "both"))
    if sense is None:
        reader.fault("closure_unknown_direction", "direction")
    osm_ways = _ways(reader)
    road_name = reader.text("name")
    if not drawn and not values.get("osm_way"):
        reader.fault("closure_name_without_area" if road_name else "closure_nowhere", "name")
    if (
        sense not in (Sense.BOTH, None)
        and drawn
        and place.kind not in (PlaceKind.LINES, PlaceKind.NOWHERE)
    ):
        reader.fault("closure_direction_without_line", "direction")
    profiles = _profiles(reader)
    if reader.faults or effect is None or sense is None or (drawn and not place.parts):
        return None, reader.faults
    closure = Closure(
        number=number,
        effect=effect,
        factor=1.0 if factor is None else factor,
        cap_kmh=cap_kmh,
        first=first,
        last=last,
        profiles=profiles,
        sense=sense,
        reason=reader.text("reason"),
        osm_ways=osm_ways,
        road_name=road_name,
        place=place,
    )
    return closure, []


def _slowing(reader: _Reader, effect: Effect | None) -> tuple[float | None, float | None]:
    """Return the factor and the highest speed; what contradicts the effect is a fault."""
    factor, cap_kmh = reader.number_of("factor"), reader.number_of("kmh")
    if effect is Effect.CLOSED:
        # A spreadsheet keeps its column: 1 and 0 say nothing more than "closed".
        for field, value, empty in (("factor", factor, (0, 1)), ("kmh", cap_kmh, (0,))):
            if value is not None and not math.isnan(value) and value not in empty:
                reader.fault("closure_closed_with_speed", field)
        return None, None
    if effect is Effect.SLOWED:
        if (factor is None) == (cap_kmh is None):
            reader.fault(
                "closure_slowed_without_speed" if factor is None else "closure_slowed_twice",
                "factor",
            )
        if factor is not None and not (1 < factor <= MOST_FACTOR or math.isnan(factor)):
            reader.fault("closure_bad_factor", "factor", most=MOST_FACTOR)
        if cap_kmh is not None and not (1 <= cap_kmh <= 150 or math.isnan(cap_kmh)):
            reader.fault("closure_bad_speed", "kmh")
    return factor, cap_kmh


def _ways(reader: _Reader) -> tuple[int, ...]:
    ways: list[int] = []
    for one in reader.listed("osm_way", r",;+|\s"):
        text = str(one).strip()
        # People copy "way/123" from the map's address.
        digits = text.rpartition("/")[2]
        # Python refuses to read a number of some thousand digits; ids take eleven.
        is_number = digits.isdecimal() and digits.isascii() and len(digits) <= _MOST_DIGITS
        if isinstance(one, bool) or not is_number:
            reader.fault("closure_bad_way", "osm_way")
            break
        ways.append(int(digits))
    return tuple(dict.fromkeys(ways))


def _profiles(reader: _Reader) -> tuple[str, ...]:
    found: list[str] = []
    for one in reader.listed("profiles", ",;+|"):
        name = _PROFILES.get(word(str(one)))
        if name is None:
            reader.fault("closure_unknown_profile", "profiles", known=", ".join(PROFILE_NAMES))
        else:
            found.append(name)
    return tuple(dict.fromkeys(found))
