"""What the members of a generated collective make, drive and deliver to.

Figures are plausible, not measured: a collective's week of the third story (230 crates, 1.9 t,
four temperature classes, vans of 3.5, 6 and 12 m3).
"""

from __future__ import annotations

from dataclasses import dataclass

from colivraison.domain import DayWindow, SiteKind, TemperatureClass, Weekday

__all__ = [
    "AMAP",
    "CANTEEN",
    "EVENING",
    "FARM_HOURS",
    "OUTLETS",
    "SHOP",
    "TRADES",
    "VANS",
    "Outlet",
    "Trade",
    "Van",
]

_T = TemperatureClass
_THURSDAY, _FRIDAY = Weekday.THURSDAY, Weekday.FRIDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A kind of producer.

    Parameters
    ----------
    brands
        Names such a farm could bear, used in turn.
    crates
        Smallest and largest usual order for one point.
    kg_per_crate, euros_per_crate
        Middle values; orders vary around them.
    """

    brands: tuple[str, ...]
    temperature: TemperatureClass
    crates: tuple[int, int]
    kg_per_crate: float
    euros_per_crate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A kind of point.

    Parameters
    ----------
    label
        What stands before the name of the place.
    kinds
        Kinds of named places of an extract where it may be, the best first.
    """

    kind: SiteKind
    label: str
    kinds: tuple[str, ...]
    windows: tuple[DayWindow, ...]
    setup_s: int
    service_s_per_crate: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Van:
    """A kind of van, and which trade (position in ``TRADES``) owns it."""

    label: str
    owner: int
    capacity_g: int
    capacity_crates: int
    temperatures: frozenset[TemperatureClass]
    cents_per_km: int
    shifts: tuple[DayWindow, ...]


def _hours(days: tuple[Weekday, ...], *spans: tuple[float, float]) -> tuple[DayWindow, ...]:
    return tuple(
        DayWindow(weekday=day, opens_s=round(opens * 3600), closes_s=round(closes * 3600))
        for day in days
        for opens, closes in spans
    )


_WORKING = tuple(day for day in Weekday if day is not Weekday.SUNDAY)
FARM_HOURS = _hours(_WORKING, (6, 20))

TRADES = (
    Trade(
        brands=("Le Jardin des Alouettes", "Les Légumes du Talus", "Le Carré de Simone"),
        temperature=_T.AMBIENT,
        crates=(4, 8),
        kg_per_crate=9.0,
        euros_per_crate=28.0,
    ),
    Trade(
        brands=("Le Fournil de Perrine", "Le Pain des Deux Meules", "La Miche de Jeanne"),
        temperature=_T.AMBIENT,
        crates=(2, 5),
        kg_per_crate=4.5,
        euros_per_crate=33.0,
    ),
    Trade(
        brands=("La Chèvrerie du Genêt", "Les Chèvres de Louison", "La Biquette à Colette"),
        temperature=_T.PLUS_8,
        crates=(1, 4),
        kg_per_crate=5.0,
        euros_per_crate=76.0,
    ),
    Trade(
        brands=("La Laiterie des Prés", "Le Yaourt de Lucie", "La Crémerie du Bocage"),
        temperature=_T.PLUS_4,
        crates=(3, 7),
        kg_per_crate=8.5,
        euros_per_crate=47.0,
    ),
    Trade(
        brands=("L’Étable des Trois Frères", "Les Rouges des Prés d’Armel", "Le Bœuf du Coteau"),
        temperature=_T.PLUS_4,
        crates=(2, 5),
        kg_per_crate=10.0,
        euros_per_crate=138.0,
    ),
    Trade(
        brands=("Les Maraîchers de la Haie Vive", "Les Racines d’Anatole", "Le Potager Neuf"),
        temperature=_T.AMBIENT,
        crates=(3, 7),
        kg_per_crate=9.5,
        euros_per_crate=26.0,
    ),
    Trade(
        brands=("Le Verger de Mathurin", "Les Pommes du Bois Joli", "Le Verger des Merles"),
        temperature=_T.AMBIENT,
        crates=(3, 6),
        kg_per_crate=12.0,
        euros_per_crate=24.0,
    ),
    Trade(
        brands=("Les Poules d’Hortense", "Les Œufs du Grand Chêne", "La Basse-Cour de Rose"),
        temperature=_T.AMBIENT,
        crates=(1, 4),
        kg_per_crate=6.5,
        euros_per_crate=37.0,
    ),
    Trade(
        brands=("La Cave à Cidre d’Eugène", "Le Pressoir du Val", "Le Cidre des Ormeaux"),
        temperature=_T.AMBIENT,
        crates=(2, 5),
        kg_per_crate=13.5,
        euros_per_crate=42.0,
    ),
    Trade(
        brands=("Les Ruchers de Blandine", "Le Miel des Haies", "Le Rucher du Tilleul"),
        temperature=_T.AMBIENT,
        crates=(1, 2),
        kg_per_crate=8.0,
        euros_per_crate=86.0,
    ),
    Trade(
        brands=("La Tomme de Gaspard", "La Fromagerie des Sources", "Le Caillé Doux"),
        temperature=_T.PLUS_8,
        crates=(2, 4),
        kg_per_crate=7.5,
        euros_per_crate=94.0,
    ),
    Trade(
        brands=("Les Glaces de la Ferme d’Ondine", "La Glace à Marceau", "Le Givre des Champs"),
        temperature=_T.FROZEN,
        crates=(1, 3),
        kg_per_crate=5.5,
        euros_per_crate=68.0,
    ),
)

EVENING = Outlet(
    kind=SiteKind.POINT,
    label="Ruche",
    kinds=("community_centre", "townhall", "library", "town", "village"),
    windows=_hours((_THURSDAY, _FRIDAY), (17.5, 20)),
    setup_s=360,
    service_s_per_crate=20,
)
AMAP = Outlet(
    kind=SiteKind.POINT,
    label="AMAP",
    kinds=("townhall", "community_centre", "library", "town", "village"),
    windows=EVENING.windows,
    setup_s=300,
    service_s_per_crate=20,
)
SHOP = Outlet(
    kind=SiteKind.SHOP,
    label="Magasin de producteurs",
    kinds=("food_shop", "village", "town"),
    windows=_hours(_WORKING[1:], (8, 12), (14, 18)),
    setup_s=300,
    service_s_per_crate=25,
)
CANTEEN = Outlet(
    kind=SiteKind.CANTEEN,
    label="Cantine",
    kinds=("school", "social_facility", "townhall", "village"),
    windows=_hours((Weekday.MONDAY, Weekday.TUESDAY, _THURSDAY, _FRIDAY), (7, 10)),
    setup_s=420,
    service_s_per_crate=30,
)
_MARKET = Outlet(
    kind=SiteKind.MARKET,
    label="Marché",
    kinds=("marketplace", "townhall", "town", "village"),
    windows=_hours((_FRIDAY,), (16, 19)),
    setup_s=420,
    service_s_per_crate=20,
)
OUTLETS = (_MARKET, EVENING, CANTEEN, SHOP, AMAP, CANTEEN, EVENING, SHOP, CANTEEN)


def _morning_then_afternoon() -> tuple[DayWindow, ...]:
    return (*_hours((_THURSDAY,), (6, 12)), *_hours((_FRIDAY,), (14, 20)))


def _afternoon_then_morning() -> tuple[DayWindow, ...]:
    return (*_hours((_THURSDAY,), (14, 20)), *_hours((_FRIDAY,), (6, 12)))


_ISOTHERMAL = frozenset({_T.AMBIENT, _T.PLUS_8, _T.PLUS_4})

VANS = (
    Van(
        label="Camion frigorifique 12 m³",
        owner=4,
        capacity_g=1_000_000,
        capacity_crates=250,
        temperatures=_ISOTHERMAL | {_T.PLUS_2, _T.FROZEN},
        cents_per_km=80,
        # Ice for canteens travels on Thursday morning, for the evening points on Friday.
        shifts=_morning_then_afternoon(),
    ),
    Van(
        label="Fourgon isotherme 6 m³",
        owner=3,
        capacity_g=900_000,
        capacity_crates=130,
        temperatures=_ISOTHERMAL,
        cents_per_km=50,
        shifts=_afternoon_then_morning(),
    ),
    Van(
        label="Fourgonnette 3,5 m³",
        owner=0,
        capacity_g=600_000,
        capacity_crates=80,
        temperatures=frozenset({_T.AMBIENT}),
        cents_per_km=50,
        shifts=_afternoon_then_morning(),
    ),
    Van(
        label="Fourgon isotherme 6 m³",
        owner=2,
        capacity_g=900_000,
        capacity_crates=130,
        temperatures=_ISOTHERMAL,
        cents_per_km=50,
        shifts=_morning_then_afternoon(),
    ),
    Van(
        label="Fourgonnette 3,5 m³",
        owner=1,
        capacity_g=600_000,
        capacity_crates=80,
        temperatures=frozenset({_T.AMBIENT}),
        cents_per_km=50,
        shifts=_morning_then_afternoon(),
    ),
)
