"""How far two amounts are apart, as people read it."""

from __future__ import annotations

import pytest

from colivraison.cli.report import difference
from colivraison.texts import Texts

FRENCH = Texts("fr")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (10_000, 12_000, "+20,00\u00a0€ (+20\u00a0%)"),
        (10_000, 9_000, "−10,00\u00a0€ (−10\u00a0%)"),
        (10_000, 10_000, "0,00\u00a0€ (0\u00a0%)"),
        # A sign before nothing would puzzle.
        (100_000, 99_999, "−0,01\u00a0€ (0\u00a0%)"),
        (0, 500, "+5,00\u00a0€"),
    ],
)
def test_a_difference_has_its_sign_and_share(before: int, after: int, told: str) -> None:
    assert difference(before, after, FRENCH.euros, FRENCH) == told


def test_what_is_told_as_nothing_has_no_sign() -> None:
    assert difference(604_800, 604_780, FRENCH.km, FRENCH) == "0,0\u00a0km (0\u00a0%)"


def test_durations_differ_as_they_are_shown() -> None:
    # 61 s and 119 s are both told as 2 min.
    assert difference(61, 119, FRENCH.duration, FRENCH) == "0\u202fmin (0\u00a0%)"


def test_a_saving_has_the_sign_of_a_loss_only() -> None:
    words = {"more": "−", "less": ""}
    assert difference(200, 100, FRENCH.euros, FRENCH, **words) == "1,00\u00a0€ (50\u00a0%)"
    assert difference(100, 200, FRENCH.euros, FRENCH, **words) == "−1,00\u00a0€ (−100\u00a0%)"
