"""What vehicles run on, and what a litre or a kilowatt-hour of it emits, with source and year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["EMISSION_FACTORS", "EmissionFactor", "Energy"]


class Energy(StrEnum):
    """What a vehicle runs on; named in ``texts`` (``energy.<value>``)."""

    DIESEL = "diesel"
    PETROL = "petrol"
    E10 = "e10"
    ELECTRICITY = "electricity"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissionFactor:
    """Emissions of an energy, its production counted, and where the figure was published.

    Parameters
    ----------
    mgco2e_per_ml_or_wh
        Milligrams of CO2 equivalent per millilitre, or per watt-hour of electricity: the figure of
        the source in kg per litre or kWh, times 1000.
    source
        Key of ``texts`` (``source.<source>``).
    """

    mgco2e_per_ml_or_wh: int
    source: str
    year: int


_DECREE = "arrete_2017_04_26"

# Annex of the arrêté of 26 April 2017 (information on greenhouse gases of transport services,
# JORFARTI000034502756), in kg CO2e: road diesel 3.17 per litre (0.66 upstream and 2.51 in use),
# petrol 2.79, petrol E10 2.77, electricity in mainland France 0.048 per kWh.
EMISSION_FACTORS: Mapping[Energy, EmissionFactor] = MappingProxyType(
    {
        Energy.DIESEL: EmissionFactor(mgco2e_per_ml_or_wh=3_170, source=_DECREE, year=2017),
        Energy.PETROL: EmissionFactor(mgco2e_per_ml_or_wh=2_790, source=_DECREE, year=2017),
        Energy.E10: EmissionFactor(mgco2e_per_ml_or_wh=2_770, source=_DECREE, year=2017),
        Energy.ELECTRICITY: EmissionFactor(mgco2e_per_ml_or_wh=48, source=_DECREE, year=2017),
    }
)
