"""Profiles as data: complete, plausible, refused when they are not."""

from __future__ import annotations

import dataclasses
import itertools
import math
from pathlib import Path

import pytest

from colivraison.errors import InputError
from colivraison.roads import profile as profile_module
from colivraison.roads.calibration.profile_file import read_profile
from colivraison.roads.profile import PROFILE_NAMES, RANGES, Profile, load_profile
from colivraison.texts import Texts

VAN = load_profile("van")


def test_the_van_is_the_default() -> None:
    assert PROFILE_NAMES[0] == "van"


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_no_profile_is_fitted_yet(name: str) -> None:
    profile = load_profile(name)
    assert profile.name == name
    assert (profile.time_factor, profile.turn_factor) == (1, 1)
    assert profile.access_keys == (*profile.vehicle_keys, "access")


@pytest.mark.parametrize("name", PROFILE_NAMES)
def test_no_value_both_opens_and_closes(name: str) -> None:
    profile = load_profile(name)
    assert not profile.open_access & profile.closed_access
    assert not profile.open_access & profile.restricted_access
    assert not profile.restricted_access & profile.closed_access
    assert not profile.open_barriers & profile.closed_barriers
    assert not (profile.open_barriers | profile.closed_barriers) & set(profile.node_delay_s)
    assert not profile.never_classes & set(profile.class_kmh)
    assert profile.restricted_classes <= set(profile.class_kmh)
    # A cap for a class that has no speed would be a slip of the pen.
    assert set(profile.class_cap_kmh) <= set(profile.class_kmh)


def test_larger_vehicles_are_larger() -> None:
    sizes = [
        (profile.height_m, profile.width_m, profile.length_m, profile.weight_t)
        for profile in map(load_profile, ("cargo-bike", "car", "van", "van-refrigerated", "truck"))
    ]
    assert all(
        one <= other
        for smaller, larger in itertools.pairwise(sizes)
        for one, other in zip(smaller, larger, strict=True)
    )
    # What the Code de la route allows: R312-10 and R312-11.
    assert sizes[-1][1] <= 2.55
    assert sizes[-1][2] <= 12


def test_a_level_is_changed_by_replacing_it() -> None:
    slower = dataclasses.replace(VAN, time_factor=1.2)
    assert slower.time_factor == 1.2
    assert slower.class_kmh == VAN.class_kmh


@pytest.mark.parametrize(
    "change",
    [
        {"time_factor": 0.0},
        {"time_factor": -1.0},
        {"time_factor": math.nan},
        {"limit_factor": math.inf},
        {"off_road_kmh": 0.0},
        {"turn_penalty_s": -1.0},
        {"turn_factor": math.nan},
        {"class_kmh": {"residential": 0.0}},
        {"class_kmh": {}},
        {"surface_cap_kmh": {"mud": -1.0}},
        {"node_delay_s": {"gate": math.inf}},
        {"time_factor": 1e300},
        {"turn_factor": 1e6},
        {"turn_penalty_s": 4_294_970.0},
        {"left_turn_extra_s": 5e6},
        {"turn_bias": 1000.0},
        {"no_limit_kmh": 1000.0},
        {"class_kmh": {"residential": 1000.0}},
        {"surface_cap_kmh": {"mud": math.nan}},
        {"node_delay_s": {"gate": 3601.0}},
        {"vehicle_keys": ()},
        {"limit_keys": ()},
    ],
)
def test_a_profile_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="profile van:"):
        dataclasses.replace(VAN, **change)  # type: ignore[arg-type]  # wrong on purpose


def test_every_number_of_a_profile_has_its_range() -> None:
    kinds = {field.name: str(field.type) for field in dataclasses.fields(Profile)}
    assert {name for name, kind in kinds.items() if kind == "float"} == set(RANGES)
    tables = {name for name, kind in kinds.items() if kind == "Mapping[str, float]"}
    assert tables == set(profile_module._TABLE_RANGES)


def test_a_value_out_of_range_is_told_with_the_range(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('extends = "van"\ntime_factor = 21\ndrive_gap = 1\n')
    with pytest.raises(InputError) as caught:
        read_profile(path)
    factor, gap = caught.value.faults
    assert factor.details == {"key": "time_factor", "allowed": "0.05 … 20"}
    assert gap.details == {"key": "drive_gap", "allowed": "true, false"}
    assert "0.05 … 20" in Texts("fr").fault(factor)[1]


@pytest.mark.parametrize("name", sorted(RANGES))
def test_the_ends_of_a_range_are_possible(name: str, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    for end in RANGES[name]:
        path.write_text(f'extends = "van"\n{name} = {end}\n')
        assert getattr(read_profile(path), name) == end


def test_an_unknown_profile_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'tank'"):
        load_profile("tank")


@pytest.mark.parametrize("change", [{"wheels": 4}, {"time_factor": None}])
def test_a_file_with_a_key_too_many_or_too_few_is_refused(monkeypatch, change) -> None:
    table = {**profile_module._table("van"), **change}
    table = {key: value for key, value in table.items() if value is not None}
    monkeypatch.setattr(profile_module, "_table", lambda _: table)
    with pytest.raises(ValueError, match="wrong keys"):
        load_profile.__wrapped__("van")
