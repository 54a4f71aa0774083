"""How two spellings of one word are recognised: case, accents, spaces and signs do not matter."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["plain", "slug", "word_key"]

_SIGNS = {"œ": "oe", "æ": "ae", "€": " euros ", "/": " par ", "’": "'"}
_MINUS = "\u2010\u2011\u2012\u2013\u2014\u2212"


def plain(text: str) -> str:
    """Return text in small letters without accents, odd dashes and odd spaces."""
    text = text.casefold()
    for sign in _MINUS:
        text = text.replace(sign, "-")
    for sign in ("œ", "æ", "’"):
        text = text.replace(sign, _SIGNS[sign])
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.split())


def word_key(text: str) -> str:
    """Return what is left of a header or a name when only letters and digits count.

    ``Kg max.``, ``KG_MAX`` and ``kg  max`` give ``kg_max``; ``€/km`` gives ``euros_par_km``.
    """
    for sign in ("€", "/"):
        text = text.replace(sign, _SIGNS[sign])
    return "_".join(re.findall(r"[^\W_]+", plain(text)))


def slug(name: str) -> str:
    """Return a readable id made from a name: ``Ferme de l'Étang`` gives ``ferme-de-l-etang``."""
    return word_key(name).replace("_", "-")
