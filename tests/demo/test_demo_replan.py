"""Stability: a twentieth of the demonstration's orders changes, and people keep their van."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from colivraison.demo import demo_case
from colivraison.domain import Case
from colivraison.planning import Keep, Stopping, plan_week, replan
from colivraison.roads import RoadNetwork


def a_twentieth_changed(case: Case, seed: int) -> Case:
    """Of 64 orders one is cancelled, one is half as heavy again, and a late one comes in."""
    orders = list(case.orders)
    cancelled, corrected, again = Random(seed).sample(orders, 3)
    late = replace(again, id="late", crates=cancelled.crates, mass_g=cancelled.mass_g)
    heavier = replace(
        corrected, crates=corrected.crates + 2, mass_g=corrected.mass_g + corrected.mass_g // 2
    )
    kept = [heavier if o.id == corrected.id else o for o in orders if o.id != cancelled.id]
    return replace(case, orders=(*kept, late))


# Of the five weeks the first is looked at always.
@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 6))]
)
def test_a_twentieth_of_the_orders_moves_few_drops_at_little_price(
    demo_network: RoadNetwork, seed: int
) -> None:
    case = demo_case(demo_network, seed=seed)
    changed = a_twentieth_changed(case, seed)
    # As many as ten seconds allow, and fewer: a plan that is far from the best is soon left.
    stopping = Stopping(iterations=20_000)
    plan = plan_week(case, demo_network, stopping=stopping)
    free = replan(plan, changed, demo_network, keep=Keep.NOTHING, stopping=stopping)
    found = replan(plan, changed, demo_network, keep=Keep.ALL, stopping=stopping)
    drops = found.comparison.drops
    assert (drops.count, found.plan.unserved) == (63, ())
    assert drops.other_vehicle + drops.left_out <= 0.15 * drops.count
    assert found.comparison.after.cost_cents <= 1.02 * free.comparison.after.cost_cents
