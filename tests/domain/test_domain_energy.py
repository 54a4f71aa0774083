"""What vehicles emit: the published factors, and the usual emissions of those that do not say."""

from __future__ import annotations

import drawn
import pytest

from colivraison.domain import EMISSION_FACTORS, Energy, Settings
from colivraison.texts import LANGUAGES, Texts


@pytest.mark.parametrize(
    ("energy", "per_100km", "g_per_km"),
    [
        # 9 l at 3.17 kg are 28.53 kg for 100 km: what the settings round to 285 g/km
        (Energy.DIESEL, 9_000, 285.3),
        # 8 l at 3.17: the lower end of the reference's 0.25 to 0.32 kg
        (Energy.DIESEL, 8_000, 253.6),
        (Energy.PETROL, 7_000, 195.3),
        (Energy.E10, 7_000, 193.9),
        # 25 kWh at 0.048 kg
        (Energy.ELECTRICITY, 25_000, 12.0),
        (Energy.ELECTRICITY, 0, 0.0),
    ],
)
def test_a_vehicle_emits_by_what_it_runs_on(
    energy: Energy, per_100km: int, g_per_km: float
) -> None:
    van = drawn.van(energy=energy, ml_or_wh_per_100km=per_100km)
    assert van.mgco2e_per_100km(usual_gco2e_per_km=1) == round(g_per_km * 100_000)


def test_a_vehicle_that_does_not_say_emits_what_the_settings_say() -> None:
    assert drawn.van().mgco2e_per_100km(Settings().gco2e_per_km) == 28_500_000


@pytest.mark.parametrize(
    "changes",
    [
        {"energy": Energy.DIESEL},
        {"ml_or_wh_per_100km": 9_000},
        {"energy": Energy.DIESEL, "ml_or_wh_per_100km": -1},
    ],
)
def test_energy_and_consumption_go_together(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="consumption"):
        drawn.van(**changes)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("energy", Energy)
def test_every_energy_has_a_factor_with_source_year_and_words(
    energy: Energy, language: str
) -> None:
    factor, texts = EMISSION_FACTORS[energy], Texts(language)
    assert str(factor.year) in texts(f"source.{factor.source}")
    assert texts(f"energy.{energy}")
