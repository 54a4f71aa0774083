"""Profiles as data: complete, plausible, refused when they are not."""

from __future__ import annotations

import dataclasses
import itertools
import math

import pytest

from colivraison.roads import profile as profile_module
from colivraison.roads.profile import PROFILE_NAMES, load_profile

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
        {"vehicle_keys": ()},
        {"limit_keys": ()},
    ],
)
def test_a_profile_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="profile van:"):
        dataclasses.replace(VAN, **change)  # type: ignore[arg-type]  # wrong on purpose


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
