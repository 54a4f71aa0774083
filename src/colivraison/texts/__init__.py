"""Every sentence a person reads, in French and in English, by key."""

from colivraison.texts.catalogue import LANGUAGES, Texts, negotiate

__all__ = ["LANGUAGES", "Texts", "negotiate"]
