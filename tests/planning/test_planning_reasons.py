"""Why an order is in no round, in the words of the trade."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import Case, UnservedCode
from colivraison.pdptw import ReasonKind
from colivraison.planning import Stopping, check_plan, plan_week
from colivraison.planning.left_out import _CODES
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts


@pytest.mark.parametrize("kind", ReasonKind)
def test_every_reason_of_the_solver_has_its_sentence(kind: ReasonKind) -> None:
    for language in LANGUAGES:
        assert Texts(language)(f"unserved.{_CODES[kind]}")


def test_who_comes_too_late_anyway_is_not_told_to_be_long_on_board(
    small_case: Case, drawn_network: RoadNetwork
) -> None:
    # The farm opens when the van has to be home.
    farm = small_case.producers[0]
    late = replace(farm, farm=replace(farm.farm, windows=(drawn.hours(13.99, 14),)))
    case = replace(
        small_case,
        producers=(late, *small_case.producers[1:]),
        orders=(drawn.order("a1", "A", "S", 5, max_on_board_s=60),),
    )
    plan = plan_week(case, drawn_network, stopping=Stopping(iterations=20))
    assert [one.code for one in plan.unserved] == [UnservedCode.NO_COMMON_HOURS]
    assert check_plan(plan) == ()
