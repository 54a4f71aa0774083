"""The level of driving times and the minutes per stop, from rounds that people declare."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from colivraison.domain import Position
from colivraison.errors import InputError
from colivraison.roads.calibration.fit import STOP_MIN, fit_level
from colivraison.roads.calibration.profile_file import (
    calibrated_profile,
    profile_toml,
    read_profile,
    write_profile,
)
from colivraison.roads.calibration.rounds_file import DeclaredRound, read_rounds
from colivraison.roads.profile import Profile, load_profile
from colivraison.texts import LANGUAGES, Texts

HOME = Position(lat=44.75, lon=5.37)
VAN = load_profile("van")


def places(count: int) -> tuple[Position, ...]:
    return tuple(Position(lat=44.75 + 0.01 * k, lon=5.4) for k in range(count))


def told(name: str, stops: int, total_min: float) -> DeclaredRound:
    """Return a round from home to so many stops and back."""
    return DeclaredRound(id=name, positions=(HOME, *places(stops), HOME), total_min=total_min)


def legs(driving_min: float, stops: int) -> list[float]:
    """Return seconds of driving spread over the legs of a round that comes back."""
    return [driving_min * 60 / (stops + 1)] * (stops + 1)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def codes_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_rounds(path)
    for language in LANGUAGES:
        for fault in caught.value.faults:
            assert all(Texts(language).fault(fault))
    return [fault.code for fault in caught.value.faults]


def season(
    seed: int, count: int, *, factor: float, stop_min: float, noise: float
) -> tuple[list[DeclaredRound], list[list[float]]]:
    """Return rounds of 60 to 240 driven minutes and 3 to 14 stops; declared to 5 minutes."""
    rng = np.random.default_rng(seed)
    rounds, driving = [], []
    for number in range(count):
        stops, minutes = int(rng.integers(3, 15)), float(rng.uniform(60, 240))
        total = factor * minutes + stop_min * stops
        total *= 1 + noise * float(rng.standard_normal())
        rounds.append(told(f"r{number}", stops, 5 * round(total / 5)))
        driving.append(legs(minutes, stops))
    return rounds, driving


# --- the fit


def test_exact_rounds_give_exact_numbers() -> None:
    # 1.2 x driving + 4 x stops: 1.2 x 100 + 4 x 5 = 140, and so on.
    table = [
        (100, 5, 140),
        (50, 10, 100),
        (150, 5, 200),
        (100, 10, 160),
        (50, 5, 80),
        (200, 2, 248),
    ]
    fit = fit_level(
        [told(str(k), stops, total) for k, (_, stops, total) in enumerate(table)],
        [legs(driving, stops) for driving, stops, _ in table],
    )
    assert fit.separated
    assert fit.factor.value == pytest.approx(1.2, abs=1e-6)
    assert fit.stop_min.value == pytest.approx(4.0, abs=1e-5)
    # Before, with 5 minutes per stop: 125 against 140 is off by 15, 100 against 100 by 0, 175
    # against 200 by 25, 150 against 160 by 10, 75 against 80 by 5, 210 against 248 by 38. The
    # median of 0 5 10 15 25 38 is 12.5.
    assert fit.error_before_min == pytest.approx(12.5)
    assert fit.error_after_min == pytest.approx(0.0, abs=1e-4)
    assert fit.error_left_out_min == pytest.approx(0.0, abs=1e-4)
    assert fit.outliers == ()


@pytest.mark.parametrize("seed", range(5))
def test_the_numbers_rounds_were_made_with_are_found_again(seed: int) -> None:
    rounds, driving = season(seed, 40, factor=1.23, stop_min=4.5, noise=0.05)
    fit = fit_level(rounds, driving)
    assert fit.separated
    for estimate, truth in ((fit.factor, 1.23), (fit.stop_min, 4.5)):
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low < truth < estimate.high
    assert fit.factor.value == pytest.approx(1.23, rel=0.05)
    assert fit.error_after_min < fit.error_before_min


def test_an_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(80):
        rounds, driving = season(1000 + seed, 12, factor=1.23, stop_min=4.5, noise=0.06)
        factor = fit_level(rounds, driving).factor
        assert factor.low is not None
        assert factor.high is not None
        hits += factor.low <= 1.23 <= factor.high
    # 95 % of 80 are 76, and the binomial spread is 2.
    assert 70 <= hits <= 80


def test_a_puncture_is_named_and_hardly_moves_the_answer() -> None:
    rounds, driving = season(7, 20, factor=1.23, stop_min=4.5, noise=0.02)
    clean = fit_level(rounds, driving)
    total = rounds[4].total_min
    assert total is not None
    rounds[4] = dataclasses.replace(rounds[4], total_min=total + 180)
    fit = fit_level(rounds, driving)
    assert fit.outliers[0].round_id == "r4"
    assert fit.outliers[0].told_min == pytest.approx(total + 180)
    assert fit.factor.value == pytest.approx(clean.factor.value, rel=0.05)
    (warning, *_) = fit.warnings()
    assert "r4" in Texts("fr").warning(warning)
    assert "r4" in Texts("en").warning(warning)


@pytest.mark.parametrize(("late_min", "odd"), [(14, False), (40, True)])
def test_rounds_that_agree_to_the_minute_do_not_make_a_small_delay_odd(
    late_min: int, *, odd: bool
) -> None:
    # 1.2 x driving + 4 x stops, all exact but one, of 1.2 x 160 + 4 x 12 = 240 minutes: 14 more are
    # 6 % of that, 40 are 17 %.
    table = [(100, 5, 140), (50, 10, 100), (150, 5, 200), (100, 10, 160), (50, 5, 80),
             (200, 2, 248), (160, 12, 240), (90, 3, 120)]  # fmt: skip
    rounds = [
        told(str(k), stops, total + (late_min if k == 6 else 0))
        for k, (_, stops, total) in enumerate(table)
    ]
    fit = fit_level(rounds, [legs(driving, stops) for driving, stops, _ in table])
    assert [one.round_id for one in fit.outliers] == (["6"] if odd else [])


def test_too_few_rounds_fit_the_level_alone() -> None:
    # One round, 100 minutes driven, 4 stops, 150 told: (150 - 4 x 5) / 100 = 1.3.
    fit = fit_level([told("jeudi", 4, 150)], [legs(100, 4)])
    assert not fit.separated
    assert fit.factor.value == pytest.approx(1.3)
    assert (fit.factor.low, fit.factor.high, fit.error_left_out_min) == (None, None, None)
    assert fit.stop_min.value == STOP_MIN
    (warning,) = fit.warnings()
    assert (warning.code, warning.details["stop_s"]) == ("calibration_not_separated", 300)
    for language in LANGUAGES:
        assert "300" not in Texts(language).warning(warning)  # minutes are told elsewhere


def test_rounds_that_are_all_alike_fit_the_level_alone() -> None:
    # Always one stop per ten minutes of driving: both columns grow together.
    rounds = [told(str(k), k, 18 * k) for k in range(3, 12)]
    fit = fit_level(rounds, [legs(10 * k, k) for k in range(3, 12)], stop_min=5.0)
    assert not fit.separated
    # (18 k - 5 k) / 10 k = 1.3
    assert fit.factor.value == pytest.approx(1.3)
    assert fit.factor.low is not None


def test_a_driven_round_gives_one_observation_per_leg() -> None:
    # Leaves at 8:00. Legs of 10, 20, 30, 40, 50 and 60 minutes at 1.5, and 4 minutes per stop,
    # spent before the next arrival: 15, 30 + 4, 45 + 4, 60 + 4, 75 + 4, 90 + 4.
    minutes = [10, 20, 30, 40, 50, 60]
    clock = np.cumsum([480, 15, 34, 49, 64, 79, 94]).tolist()
    driven = DeclaredRound(
        id="mardi", positions=(HOME, *places(5), HOME), arrivals_min=tuple(clock)
    )
    fit = fit_level([driven], [[60 * leg for leg in minutes]])
    assert fit.separated
    assert (fit.rounds, fit.observations) == (1, 6)
    assert fit.factor.value == pytest.approx(1.5, abs=1e-6)
    assert fit.stop_min.value == pytest.approx(4.0, abs=1e-5)


def test_minutes_per_stop_are_never_negative() -> None:
    # 0.9 x driving - 2 x stops, which nobody can drive: the stops are free, the level follows.
    table = [(100, 5), (50, 10), (150, 5), (100, 10), (50, 5), (200, 2), (120, 8)]
    rounds = [told(str(k), s, 0.9 * d - 2 * s) for k, (d, s) in enumerate(table)]
    fit = fit_level(rounds, [legs(d, s) for d, s in table])
    assert fit.stop_min.value == 0.0
    assert 0.6 < fit.factor.value < 0.9


def test_hours_given_as_minutes_are_refused() -> None:
    with pytest.raises(InputError, match="calibration_out_of_range") as caught:
        fit_level([told("jeudi", 4, 23)], [legs(100, 4)])
    assert caught.value.faults[0].details["percent"] == 3  # (23 - 20) / 100
    for language in LANGUAGES:
        assert all(Texts(language).fault(caught.value.faults[0]))


def test_a_leg_without_a_road_and_a_round_without_driving_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        fit_level([told("jeudi", 2, 60)], [[600, -1, -1]])
    assert [fault.details["leg"] for fault in caught.value.faults] == [2, 3]
    with pytest.raises(InputError, match="calibration_without_driving"):
        fit_level([told("jeudi", 2, 60)], [[0, 0, 0]])


# --- rounds from a file


def test_totals_from_a_spreadsheet_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "tournees.csv",
        "Tournée;Ordre;Lat;Lon;Minutes total\n"
        "jeudi;1;44,75;5,37;155\n"
        "jeudi;3;44,80;5,45;\n"
        "jeudi;2;44,78;5,41;\n"
        "jeudi;4;44,75;5,37;\n"
        "vendredi;;44,75;5,37;2h35\n"
        "vendredi;;44,90;5,37;\n",
    )
    thursday, friday = read_rounds(path)
    assert (thursday.id, thursday.total_min) == ("jeudi", 155)
    assert [p.lat for p in thursday.positions] == [44.75, 44.78, 44.80, 44.75]
    assert (thursday.comes_back, thursday.stops) == (True, 2)
    assert (friday.total_min, friday.comes_back, friday.stops) == (155, False, 1)


def test_arrivals_are_read_as_people_write_them(tmp_path: Path) -> None:
    path = written(
        tmp_path / "r.csv",
        "round_id,lat,lon,arrival\nA,44.75,5.37,8:00\nA,44.78,5.41,8h25\nA,44.75,5.37,9h\n",
    )
    (one,) = read_rounds(path)
    assert one.arrivals_min == (480, 505, 540)
    assert one.total_min is None


BAD_ROUNDS: list[tuple[str, Sequence[str]]] = [
    ("", ["roads_column_missing"] * 3),
    ("tournee;lat;lon\n", ["rounds_without_times"]),
    ("tournee;lat;lon;arrivee\n", ["rounds_empty"]),
    ("tournee;lat;lon;arivee\n", ["roads_column_misspelt"]),
    ("tournee;lat;lon;minutes_total\n;1;1;60\n", ["round_without_name"]),
    ("tournee;lat;lon;minutes_total\nA;1;1;60\n", ["round_too_short"]),
    ("tournee;lat;lon;minutes_total\nA;1;1;\nA;1;2;\n", ["round_without_time"]),
    ("tournee;lat;lon;minutes_total\nA;1;1;60\nA;1;2;70\n", ["round_two_totals"]),
    ("tournee;lat;lon;minutes_total\nA;1;1;-60\nA;1;2;\n", ["round_bad_total"]),
    ("tournee;lat;lon;minutes_total\nA;1;1;long\nA;1;2;\n", ["round_bad_total"]),
    ("tournee;lat;lon;minutes_total\nA;nan;1;60\nA;1;x;\n", ["round_bad_number"] * 2),
    ("tournee;lat;lon;minutes_total\nA;95;1;60\nA;1;200;\n", ["round_place_out_of_range"] * 2),
    ("tournee;lat;lon;minutes_total\nA;1;;60\nA;;2;\n", ["round_without_place"] * 2),
    ("tournee;lat;lon;arrivee\nA;1;1;8:00\nA;1;2;\nA;1;3;9:00\n", ["round_arrival_missing"]),
    ("tournee;lat;lon;arrivee\nA;1;1;8:00\nA;1;2;7:00\n", ["round_time_goes_back"]),
    ("tournee;lat;lon;arrivee\nA;1;1;8:00\nA;1;2;8:75\n", ["round_bad_time"]),
    ("tournee;ordre;lat;lon;minutes_total\nA;1;1;1;60\nA;1;1;2;\n", ["round_order_twice"]),
    (
        "tournee;lat;lon;arrivee;minutes_total\nA;1;1;8:00;300\nA;1;2;9:00;\n",
        ["round_times_disagree"],
    ),
    # Of several rounds at once.
    (
        "tournee;lat;lon;minutes_total\nA;1;1;60\nB;x;1;60\nB;1;1;\n",
        ["round_bad_number", "round_too_short"],
    ),
]


@pytest.mark.parametrize(("text", "codes"), BAD_ROUNDS)
def test_what_is_wrong_with_rounds_is_said(text: str, codes: Sequence[str], tmp_path: Path) -> None:
    assert codes_of(written(tmp_path / "r.csv", text)) == list(codes)


# --- the profile that comes of it


def test_a_calibrated_profile_is_written_and_read_again(tmp_path: Path) -> None:
    rounds, driving = season(3, 20, factor=1.23, stop_min=4.5, noise=0.03)
    fit = fit_level(rounds, driving)
    path = tmp_path / "van-calibre.toml"
    write_profile(path, VAN, fit, on=dt.date(2026, 11, 26))
    profile = read_profile(path)
    assert profile.name == "van+van-calibre"
    expected = calibrated_profile(VAN, fit, name="van-calibre")
    assert profile == expected
    assert profile.time_factor == pytest.approx(VAN.time_factor * fit.factor.value, abs=1e-4)
    text = path.read_text(encoding="utf-8")
    assert "26 novembre 2026" in text
    assert "20 tournées" in text
    assert [each.name for each in tmp_path.iterdir()] == ["van-calibre.toml"]


def test_a_level_is_on_top_of_that_of_the_base() -> None:
    base: Profile = dataclasses.replace(VAN, time_factor=1.1)
    fit = fit_level([told("jeudi", 4, 150)], [legs(100, 4)])
    # 1.1 x 1.3
    assert calibrated_profile(base, fit).time_factor == pytest.approx(1.43)


def test_the_note_of_a_profile_says_when_nothing_is_known(tmp_path: Path) -> None:
    fit = fit_level([told("jeudi", 4, 150)], [legs(100, 4)])
    for language in LANGUAGES:
        text = profile_toml(VAN, fit, on=dt.date(2026, 11, 26), texts=Texts(language))
        assert "?" not in text
        assert ("1 tournée (1 durée)" if language == "fr" else "1 round (1 duration)") in text
        assert read_profile(written(tmp_path / "p.toml", text)).time_factor == pytest.approx(1.3)


def test_a_calibrated_profile_can_be_calibrated_again(tmp_path: Path) -> None:
    first = written(tmp_path / "p.toml", 'extends = "van"\ntime_factor = 1.1\nheight_m = 2.7\n')
    fit = fit_level([told("jeudi", 4, 150)], [legs(100, 4)])
    write_profile(tmp_path / "q.toml", read_profile(first), fit, on=dt.date(2026, 11, 26))
    again = read_profile(tmp_path / "q.toml")
    # The level 1.1 x 1.3; what else the first file changed is kept.
    assert (again.name, again.height_m) == ("van+q", 2.7)
    assert again.time_factor == pytest.approx(1.43)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("extends = ", ["profile_unreadable"]),
        ("time_factor = 1.2", ["profile_without_base"]),
        ('extends = "tracteur"', ["profile_without_base"]),
        ('extends = "van"\ntime_facteur = 1.2', ["profile_unknown_key"]),
        ('extends = "van"\nname = "x"', ["profile_unknown_key"]),
        ('extends = "van"\nclass_kmh = {}', ["profile_unknown_key"]),
        ('extends = "van"\ntime_factor = "1.2"', ["profile_bad_value"]),
        ('extends = "van"\ntime_factor = true', ["profile_bad_value"]),
        ('extends = "van"\ntime_factor = nan', ["profile_bad_value"]),
        ('extends = "van"\ntime_factor = 0', ["profile_bad_value"]),
        ('extends = "van"\ntime_factor = -1\nweight_t = -3', ["profile_bad_value"] * 2),
        # The ends of what is possible, and just beyond.
        ('extends = "van"\ntime_factor = 20.1', ["profile_bad_value"]),
        ('extends = "van"\ntime_factor = 0.049', ["profile_bad_value"]),
        ('extends = "van"\ntime_factor = 1e300', ["profile_bad_value"]),
        ('extends = "van"\nturn_factor = 1e6', ["profile_bad_value"]),
        ('extends = "van"\nturn_penalty_s = 4294970', ["profile_bad_value"]),
        ('extends = "van"\nleft_turn_extra_s = 5e6', ["profile_bad_value"]),
        ('extends = "van"\nu_turn_s = 3601\nweight_t = 201', ["profile_bad_value"] * 2),
        ('extends = "van"\noff_road_kmh = 301\nturn_bias = 11', ["profile_bad_value"] * 2),
        # Numbers that Python itself cannot make a float of, read, or write.
        (f'extends = "van"\ntime_factor = 1{"0" * 400}', ["profile_bad_value"]),
        (f'extends = "van"\ntime_factor = 1{"0" * 5000}', ["profile_unreadable"]),
        (f'extends = "van"\ntime_factor = 0x1{"0" * 5000}', ["profile_bad_value"]),
        ('time_factor = "x"\ny = 1', ["profile_without_base", "profile_bad_value"]),
    ],
)
def test_what_is_wrong_with_a_profile_is_said(
    text: str, codes: Sequence[str], tmp_path: Path
) -> None:
    path = written(tmp_path / "p.toml", text)
    with pytest.raises(InputError) as caught:
        read_profile(path)
    found = [fault.code for fault in caught.value.faults]
    assert found[: len(codes)] == list(codes)
    for fault in caught.value.faults:
        for language in LANGUAGES:
            assert all(Texts(language).fault(fault))


def test_a_level_on_top_of_a_level_may_be_too_much() -> None:
    base: Profile = dataclasses.replace(VAN, time_factor=16.0)
    fit = fit_level([told("jeudi", 4, 150)], [legs(100, 4)])
    # 16 x 1.3 = 20.8
    with pytest.raises(InputError, match="calibration_out_of_range") as caught:
        calibrated_profile(base, fit)
    assert caught.value.faults[0].details == {"percent": 2080, "rounds": 1}
    for language in LANGUAGES:
        assert all(Texts(language).fault(caught.value.faults[0]))


def test_a_profile_has_the_ending_of_a_profile(tmp_path: Path) -> None:
    fit = fit_level([told("jeudi", 4, 150)], [legs(100, 4)])
    with pytest.raises(InputError, match="profile_not_toml_name"):
        write_profile(tmp_path / "van.txt", VAN, fit, on=dt.date(2026, 11, 26))
    with pytest.raises(InputError, match="file_not_written"):
        write_profile(tmp_path / "rien" / "van.toml", VAN, fit, on=dt.date(2026, 11, 26))
    assert list(tmp_path.iterdir()) == []
