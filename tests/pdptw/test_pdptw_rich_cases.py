"""The answers worked by hand are the best there are."""

from __future__ import annotations

import pytest
from rich_cases import RICH_CASES


@pytest.mark.parametrize("case", RICH_CASES, ids=lambda case: case.name)
def test_the_answer_worked_by_hand_is_the_best(exhaustive, case):
    assert exhaustive(case.problem) == case.key


def test_every_case_has_a_name_of_its_own():
    names = [case.name for case in RICH_CASES]
    assert len(set(names)) == len(names)
