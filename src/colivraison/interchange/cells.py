"""Numbers, dates, temperatures and kinds of place as people write them in a cell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal

from colivraison.domain import (
    SEPARATORS,
    ApartScope,
    Energy,
    MinimumUnit,
    PublicHolidays,
    SchoolZone,
    SiteKind,
    TemperatureClass,
)
from colivraison.interchange.refused import Refused
from colivraison.interchange.words import plain, word_key
from colivraison.roads import PROFILE_WORDS
from colivraison.units import whole

__all__ = [
    "ENERGY_WORDS",
    "KIND_WORDS",
    "MOST",
    "MOST_NAME",
    "PUBLIC_HOLIDAY_WORDS",
    "SCOPE_WORDS",
    "TEMPERATURE_WORDS",
    "arrival_in",
    "arrival_text",
    "consumption_in",
    "date_in",
    "decimal_in",
    "energy_in",
    "first_words",
    "goods_in",
    "in_our_century",
    "kind_in",
    "litres_in",
    "minimum_in",
    "minimum_text",
    "names_in",
    "number_text",
    "percent_in",
    "profile_in",
    "public_holidays_in",
    "school_zone_in",
    "scope_in",
    "temperature_in",
    "temperatures_in",
    "truth_in",
    "whole_in",
]

# Beyond this a cell holds a telephone number or a barcode, not an amount of anything.
MOST = 1_000_000_000
MOST_NAME = 200

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_UNITS = re.compile(
    r"(?:euros?|eur|€|kgs?|kilos?|km|crates?|caisses?|min(?:utes?)?|sec(?:onds|ondes)?|s|g)"
    r"(?:/(?:km|h|heure|hour))?$",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[\s\u00a0\u202f\u2009]\d{3})+(?:[.,]\d+)?")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:[.,]\d{0,30})?|[.,]\d{1,30})(?:[eE][+-]?\d{1,2})?")


def decimal_in(text: str) -> Decimal:
    """Return the number in a cell: ``1 234,50``, ``1.80``, ``12,00 €``.

    Raises
    ------
    Refused
        ``bad_number`` or ``number_too_large``.
    """
    bare = _UNITS.sub("", text.strip()).strip()
    bare = bare.removeprefix("€").strip().replace("\u2212", "-")
    if _THOUSANDS.fullmatch(bare):
        bare = _SPACES.sub("", bare)
    if not _PLAIN_NUMBER.fullmatch(bare):
        raise Refused("bad_number")
    number = Decimal(bare.replace(",", "."))
    if abs(number) > MOST:
        raise Refused("number_too_large", most=MOST)
    return number


def amount_in(text: str) -> Decimal:
    """Return a number that is not negative."""
    number = decimal_in(text)
    if number < 0:
        raise Refused("negative_number")
    return number


def whole_in(text: str, factor: int = 1, *, exact: bool = True) -> int:
    """Return a whole number, not negative: the cell's number times ``factor``.

    Parameters
    ----------
    factor
        Small units in one unit of the cell: 1000 for grams in a cell of kilograms.
    exact
        Refuse a cell that is no whole number of small units; otherwise round half to even.

    Raises
    ------
    Refused
        ``bad_number``, ``not_whole``, ``negative_number`` or ``number_too_large``.
    """
    number = amount_in(text) * factor
    rounded = whole(number)
    if exact and rounded != number:
        raise Refused("not_whole")
    return rounded


def percent_in(text: str) -> int:
    """Return a whole percentage from 1 to 100: ``20``, ``20 %``.

    Raises
    ------
    Refused
        As ``whole_in``, and ``bad_percent``.
    """
    percent = whole_in(text.strip().removesuffix("%"))
    if not 1 <= percent <= 100:
        raise Refused("bad_percent")
    return percent


_CUBIC_METRES = re.compile(r"\s*m\s*(?:3|³)$", re.IGNORECASE)
_LITRES = re.compile(r"\s*l(?:itres?)?$", re.IGNORECASE)


def litres_in(text: str) -> int:
    """Return a volume in litres: ``240``, ``240 l``, ``3,5 m3``.

    Raises
    ------
    Refused
        As ``whole_in``.
    """
    bare = text.strip()
    if _CUBIC_METRES.search(bare):
        return whole_in(_CUBIC_METRES.sub("", bare), 1000, exact=False)
    return whole_in(_LITRES.sub("", bare), exact=False)


_PER_100KM = re.compile(
    r"\s*(?:l(?:itres?)?|kwh)?(?:\s*(?:/|aux|pour|per)\s*100(?:\s*km)?)?$", re.IGNORECASE
)


def consumption_in(text: str) -> int:
    """Return millilitres, or watt-hours, for 100 km: ``9``, ``8,5 l``, ``18 kWh/100 km``.

    Raises
    ------
    Refused
        As ``whole_in``.
    """
    return whole_in(_PER_100KM.sub("", text.strip()), 1000, exact=False)


_MINIMUM_UNITS = {
    re.compile(r"(.*?)\s*(?:euros?|eur|€)", re.IGNORECASE): (MinimumUnit.CENTS, 100),
    re.compile(r"(.*?)\s*(?:kgs?|kilos?)", re.IGNORECASE): (MinimumUnit.GRAMS, 1000),
    re.compile(r"(.*?)\s*(?:caisses?|crates?)", re.IGNORECASE): (MinimumUnit.CRATES, 1),
}


def minimum_in(text: str) -> tuple[MinimumUnit, int]:
    """Return a minimum order in cents, grams or crates: ``150 €``, ``40 kg``, ``6 caisses``.

    Raises
    ------
    Refused
        ``bad_minimum`` without a unit or below 1 (a bare number could be any of the three), or as
        ``whole_in``.
    """
    for pattern, (unit, factor) in _MINIMUM_UNITS.items():
        if match := pattern.fullmatch(text.strip()):
            amount = whole_in(match[1], factor, exact=factor == 1)
            if amount < 1:
                raise Refused("bad_minimum")
            return unit, amount
    raise Refused("bad_minimum")


def minimum_text(unit: MinimumUnit, amount: int) -> str:
    """Return a minimum order as a cell: what ``minimum_in`` reads back."""
    factor, word = {
        MinimumUnit.CENTS: (100, "€"),
        MinimumUnit.GRAMS: (1000, "kg"),
        MinimumUnit.CRATES: (1, "caisses"),
    }[unit]
    return f"{number_text(Decimal(amount) / factor)} {word}"


_MINUTES = r"\s*(?:min(?:utes?)?)?"
_NUMBER = r"\d{1,4}(?:[.,]\d{1,5})?"
_ARRIVAL = re.compile(rf"({_NUMBER}){_MINUTES}(?:\s*(?:-|a)\s*(-?{_NUMBER}){_MINUTES})?")


def arrival_in(text: str) -> tuple[int, int]:
    """Return how long before an opening one arrives at the earliest and latest, in seconds.

    ``30-15``: from 30 to 15 minutes before; ``30``: from 30 minutes before to the opening.

    Raises
    ------
    Refused
        ``bad_arrival``.
    """
    match = _ARRIVAL.fullmatch(plain(text))
    if match is None:
        raise Refused("bad_arrival")
    first, last = (Decimal((part or "0").replace(",", ".")) for part in match.groups())
    if first < last:
        raise Refused("bad_arrival")
    return whole(60 * first), whole(60 * last)


def arrival_text(arrive_from_s: int | None, arrive_by_s: int | None) -> str:
    """Return an arrival as a cell: what ``arrival_in`` reads back."""
    if arrive_from_s is None or arrive_by_s is None:
        return ""
    minutes = (number_text(round(Decimal(s) / 60, 5)) for s in (arrive_from_s, arrive_by_s))
    return "-".join(minutes)


def number_text(number: Decimal) -> str:
    """Return a number with a decimal comma and no useless zeros, as a French sheet shows it."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


_TRUE = {"oui", "o", "vrai", "yes", "y", "true", "1", "x"}
_FALSE = {"non", "n", "faux", "no", "false", "0", ""}


def truth_in(text: str) -> bool:
    """Return yes or no."""
    word = word_key(text)
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Refused("bad_yes_no")


_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_FRENCH = re.compile(r"(?:[a-z]+\.? )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_EXCEL_EPOCH = dt.date(1899, 12, 30)


def in_our_century(date: dt.date) -> dt.date:
    """Return a date that somebody may plan for.

    Raises
    ------
    Refused
        ``date_out_of_range``: before 2000 or after 2100, a typing error.
    """
    if not 2000 <= date.year <= 2100:
        raise Refused("date_out_of_range")
    return date


def date_in(text: str) -> dt.date:
    """Return the date in a cell: ``23/11/2026``, ``2026-11-23`` or a spreadsheet's day number.

    Raises
    ------
    Refused
        ``bad_date`` or ``date_out_of_range``.
    """
    bare = plain(text)
    try:
        if match := _ISO.fullmatch(bare):
            year, month, day = (int(part) for part in match.groups())
            return in_our_century(dt.date(year, month, day))
        if match := _FRENCH.fullmatch(bare):
            day, month, year = (int(part) for part in match.groups())
            short = len(match[3]) == 2  # 26, not 0026
            return in_our_century(dt.date(year + 2000 if short else year, month, day))
    except Refused:
        raise
    except ValueError as error:
        raise Refused("bad_date") from error
    # Day numbers of 2000 to 2100: what a spreadsheet exports when the cell lost its format.
    if re.fullmatch(r"\d{5}", bare) and 36_526 <= int(bare) <= 73_415:
        return _EXCEL_EPOCH + dt.timedelta(days=int(bare))
    raise Refused("bad_date")


# The first word of each is what we write; the others are understood.
TEMPERATURE_WORDS = {
    TemperatureClass.AMBIENT: ("ambiante", "ambiant", "ambient", "sec", "tempere", "temperee"),
    TemperatureClass.PLUS_8: ("froid +8", "+8", "8", "cave"),
    TemperatureClass.PLUS_4: (
        *("froid +4", "+4", "4", "froid", "frais", "refrigere", "refrigeree", "chilled"),
        *("0 +4", "0/+4", "0 a +4", "cold"),
    ),
    TemperatureClass.PLUS_2: ("froid +2", "+2", "2", "+3", "3", "froid +3", "viande hachee"),
    TemperatureClass.FROZEN: (
        *("surgelé", "surgele", "surgelee", "surgeles", "congele", "congelee", "-18", "frozen"),
        *("froid -18", "negatif"),
    ),
    TemperatureClass.HOT: ("chaud", "chaude", "hot", "+63", "63"),
}
_TEMPERATURES = {
    plain(word): temperature for temperature, words in TEMPERATURE_WORDS.items() for word in words
}


def temperature_in(text: str) -> TemperatureClass:
    """Return the temperature class named in a cell.

    Raises
    ------
    Refused
        ``bad_temperature``.
    """
    bare = re.sub(r"\s*(?:°|deg(?:res?)?)?\s*c?$", "", plain(text.replace("°", " "))).strip()
    bare = re.sub(r"([+-])\s+", r"\1", bare)
    for candidate in (plain(text), bare):
        if candidate in _TEMPERATURES:
            return _TEMPERATURES[candidate]
    raise Refused("bad_temperature")


def temperatures_in(text: str) -> frozenset[TemperatureClass]:
    """Return every temperature class named in a cell."""
    whole = plain(text)
    if whole in _TEMPERATURES:
        return frozenset((_TEMPERATURES[whole],))
    parts = [part for part in re.split(r"[,;/|\n]|\bet\b|\band\b", text) if part.strip()]
    if not parts:
        raise Refused("bad_temperature")
    return frozenset(temperature_in(part) for part in parts)


KIND_WORDS = {
    SiteKind.FARM: ("ferme", "farm", "producteur", "exploitation"),
    SiteKind.POINT: ("point", "point de retrait", "point relais", "amap", "relais", "pickup point"),
    SiteKind.SHOP: ("magasin", "shop", "boutique", "epicerie", "commerce", "restaurant"),
    SiteKind.CANTEEN: ("cantine", "canteen", "restauration collective", "ecole", "college"),
    SiteKind.MARKET: ("marché", "market", "halle", "halles"),
    SiteKind.HUB: ("plateforme", "hub", "depot", "entrepot"),
    SiteKind.HOME: ("domicile", "home", "maison", "particulier"),
}
_PROFILES = {word_key(word): profile for profile, words in PROFILE_WORDS.items() for word in words}
_KINDS = {word_key(word): kind for kind, words in KIND_WORDS.items() for word in words}


def kind_in(text: str) -> SiteKind:
    """Return the kind of place named in a cell.

    Raises
    ------
    Refused
        ``unknown_kind``, with the words that are understood.
    """
    try:
        return _KINDS[word_key(text)]
    except KeyError as error:
        raise Refused("unknown_kind", kinds=first_words(KIND_WORDS.values())) from error


def profile_in(text: str) -> str:
    """Return the road profile named in a cell.

    Raises
    ------
    Refused
        ``unknown_profile``.
    """
    try:
        return _PROFILES[word_key(text)]
    except KeyError as error:
        raise Refused("unknown_profile") from error


# The first word of each is what we write; the others are understood.
ENERGY_WORDS = {
    Energy.DIESEL: ("gazole", "diesel", "gasoil", "gas-oil", "go", "b7"),
    Energy.PETROL: ("essence", "petrol", "gasoline", "sp95", "sp98", "e5"),
    Energy.E10: ("e10", "sp95-e10", "sp95 e10", "essence e10"),
    Energy.ELECTRICITY: ("électricité", "electricity", "electrique", "electric", "elec"),
}
_ENERGIES = {word_key(word): energy for energy, words in ENERGY_WORDS.items() for word in words}


def energy_in(text: str) -> Energy:
    """Return what a vehicle runs on: ``gazole``, ``E10``, ``électrique``...

    Raises
    ------
    Refused
        ``bad_energy``, with the words that are understood.
    """
    try:
        return _ENERGIES[word_key(text)]
    except KeyError as error:
        raise Refused("bad_energy", energies=first_words(ENERGY_WORDS.values())) from error


# The first word of each is what we write; the others are understood.
PUBLIC_HOLIDAY_WORDS = {
    None: ("ouvert", "ouverte", "open", *("non", "no", "n", "0")),
    PublicHolidays.FRANCE: ("fermé", "fermee", "closed", "france", *("oui", "yes", "o", "x", "1")),
    PublicHolidays.ALSACE_MOSELLE: (
        *("fermé (Alsace-Moselle)", "closed (Alsace-Moselle)"),
        *("alsace-moselle", "alsace", "moselle"),
    ),
}
_PUBLIC_HOLIDAYS = {
    word_key(word): which for which, words in PUBLIC_HOLIDAY_WORDS.items() for word in words
}


def public_holidays_in(text: str) -> PublicHolidays | None:
    """Return on which public holidays a place is closed: ``fermé``, ``ouvert``...

    Raises
    ------
    Refused
        ``bad_public_holidays``.
    """
    try:
        return _PUBLIC_HOLIDAYS[word_key(text)]
    except KeyError as error:
        raise Refused("bad_public_holidays") from error


SCOPE_WORDS = {
    ApartScope.ON_BOARD: ("à bord", "on board", "en meme temps", "vehicule", "bord"),
    ApartScope.ROUND: ("tournée", "round", "jamais", "meme tournee"),
}
_SCOPES = {word_key(word): scope for scope, words in SCOPE_WORDS.items() for word in words}


def scope_in(text: str) -> ApartScope:
    """Return where two kinds of goods must not meet: ``à bord`` or ``tournée``.

    Raises
    ------
    Refused
        ``bad_scope``.
    """
    try:
        return _SCOPES[word_key(text)]
    except KeyError as error:
        raise Refused("bad_scope") from error


def names_in(text: str) -> tuple[str, ...]:
    """Return the names in a cell: ``bio, vrac ; viande crue``.

    Raises
    ------
    Refused
        ``bad_text``.
    """
    names = tuple(
        dict.fromkeys(" ".join(n.split()) for n in re.split(r"[,;|\n]", text) if n.strip())
    )
    if not names or any(len(name) > MOST_NAME or not name.isprintable() for name in names):
        raise Refused("bad_text", most=MOST_NAME)
    return names


def sequence_in(text: str) -> tuple[str, ...]:
    """Return the places in a cell in their order: ``halle, magasin -> halle``.

    Raises
    ------
    Refused
        ``bad_text``.
    """
    parts = re.split(r"[,;|\n]|->|→", text)
    # The same place may be visited again later.
    return tuple(name for part in parts if part.strip() for name in names_in(part)) or names_in("")


def goods_in(text: str) -> str:
    """Return the kind of goods in a cell, one name.

    Raises
    ------
    Refused
        ``bad_goods`` for a list, ``bad_text``.
    """
    if any(sign in text.strip() for sign in SEPARATORS):
        raise Refused("bad_goods")
    return names_in(text)[0]


def school_zone_in(text: str) -> SchoolZone | None:
    """Return the school zone in whose holidays a place is closed: ``A``, ``zone B``, ``non``.

    Raises
    ------
    Refused
        ``bad_school_zone``.
    """
    key = word_key(text).removeprefix("zone_")
    if key in _FALSE:
        return None
    try:
        return SchoolZone(key.upper())
    except ValueError as error:
        raise Refused("bad_school_zone") from error


def first_words(words: Iterable[tuple[str, ...]]) -> str:
    """Return the words we write ourselves, in one line."""
    return ", ".join(group[0] for group in words)
