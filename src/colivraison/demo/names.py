"""Names of places that exist nowhere, put together from the syllables of real French ones.

Of the 3,694 names these syllables can make none was borne by one of the 34,987 entries of the
national list of communes (@etalab/decoupage-administratif 6.0.0) when they were chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

__all__ = ["STREETS", "NameMaker"]

_HEADS = (
    "Aubr", "Bracq", "Chauvr", "Courd", "Drouv", "Escarv", "Fervaqu", "Gondr", "Hardouv", "Jarv",
    "Louvr", "Marcq", "Noirv", "Orvand", "Pruz", "Quetr", "Rouvr", "Sauvr", "Tourv", "Vervill",
    "Breuq", "Clairv", "Mouzeb", "Plessandr", "Trévaub",
)  # fmt: skip
_TAILS = (
    "iers-le-Clos", "ignolles", "ançay-en-Bois", "esson-la-Haie", "andeuil", "auvières", "igné-Vif",
    "onnerie", "uzac", "eline", "oisières", "ombreux", "euvres", "ilhouse", "artigues", "ancheux",
)  # fmt: skip
_SAINTS = (
    "Aubrin", "Vaubert", "Célignan", "Guénolin", "Mauriel", "Odrille", "Placier", "Roventin",
    "Symphal", "Thiercelin", "Ursmin", "Valdric", "Brévalin", "Ermance-du-Gué", "Lunevin",
)  # fmt: skip
_OF = (
    "la-Lande", "sur-Vègre-Morte", "des-Haies", "le-Vieux-Four", "aux-Genêts", "du-Talus",
    "les-Trois-Mares", "la-Pommeraie", "sous-Chêne", "en-Bocageais",
)  # fmt: skip
_PEOPLE = (
    "Bret", "Mocqu", "Herv", "Jambl", "Guit", "Perr", "Rabl", "Sav", "Tiss", "Vign", "Coss", "Dro",
    "Fauch", "Gasn", "Houd", "Lor", "Mét", "Pins", "Quent", "Ruch", "Bod", "Chevr", "Ém", "Nobl",
    "Aub", "Morinv", "Thor", "Barb",
)  # fmt: skip
_SECOND = ("aud", "in", "ell", "onn", "ett", "oll", "andr", "euss", "ard")
_HOMES = ("ière", "erie", "ais", "inais", "elière", "ardière")
_LANDS = (
    "Champ", "Pré", "Clos", "Moulin", "Gué", "Bois", "Étang", "Verger", "Four", "Puits", "Chêne",
    "Noyer",
)  # fmt: skip
_MARKS = ("Rond", "Blanc", "Neuf", "Vieux", "Brûlé", "Creux", "Haut", "Vert", "Perdu", "Long")
_RIVERS = ("La Vorgne", "L’Aubrette", "La Sévronne", "L’Ourdille", "La Marvelle", "La Trévoise")
_REGIONS = ("Bocageais", "Vaucenais", "Haut-Mauriais", "Lurandais", "Brévinois")

_TRIES = 1_000

STREETS = (
    "Rue de l’Église", "Rue du Moulin", "Grande Rue", "Rue des Écoles", "Rue du Lavoir",
    "Rue de la Mairie", "Chemin des Jardins", "Rue du Four", "Rue des Tilleuls", "Rue du Stade",
    "Impasse des Lilas", "Rue de la Fontaine", "Rue du Calvaire", "Allée des Pommiers",
    "Rue des Artisans", "Rue de la Forge", "Rue des Prés", "Rue du Presbytère",
)  # fmt: skip


class NameMaker:
    """Hands out names, each once.

    Parameters
    ----------
    random
        Where the choices come from.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._given: set[str] = set()

    def town(self) -> str:
        """Return the name of the small town."""
        return self._fresh(lambda: self._pick(_HEADS) + self._pick(_TAILS[:4]))

    def commune(self) -> str:
        """Return the name of a village with a town hall."""
        if self._random.random() < 0.45:
            return self._fresh(lambda: f"Saint-{self._pick(_SAINTS)}-{self._pick(_OF)}")
        return self._fresh(lambda: self._pick(_HEADS) + self._pick(_TAILS))

    def hamlet(self) -> str:
        """Return the name of a hamlet or an isolated house."""
        if self._random.random() < 0.7:
            return self._fresh(lambda: _with_article("La ", self._home()))
        return self._fresh(lambda: f"Le {self._pick(_LANDS)}-{self._pick(_MARKS)}")

    def farm(self) -> str:
        """Return the name of a farm."""
        return self._fresh(
            lambda: _with_article(
                self._pick(("Ferme de la ", "Ferme de la ", "La Petite ", "GAEC de la ")),
                self._home(),
            )
        )

    def river(self) -> str:
        """Return the name of the river."""
        return self._fresh(lambda: self._pick(_RIVERS))

    def region(self) -> str:
        """Return the name of the whole territory."""
        return self._fresh(lambda: f"Pays {self._pick(_REGIONS)}")

    def _home(self) -> str:
        return self._pick(_PEOPLE) + self._pick(_SECOND) + self._pick(_HOMES)

    def _pick(self, words: tuple[str, ...]) -> str:
        return self._random.choice(words)

    def _fresh(self, make: Callable[[], str]) -> str:
        for _ in range(_TRIES):
            name = make()
            if name not in self._given:
                self._given.add(name)
                return name
        raise AssertionError("the syllables are used up")


def _with_article(before: str, name: str) -> str:
    """Return the two together, the article cut before a vowel or a mute h."""
    if before.casefold().endswith("la ") and name[0] in "AEÉIOUH":
        return f"{before[:-2]}’{name}"
    return before + name
