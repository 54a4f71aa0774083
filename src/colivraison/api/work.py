"""What the child process does: from an accepted input to the files of a plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from colivraison.api.territory import Territory
from colivraison.api.work_order import WorkOrder
from colivraison.domain import Case, Plan
from colivraison.interchange import read_plan, write_outputs
from colivraison.maps import background_of, render_map
from colivraison.planning import Keep, OnStage, delivery_costs, plan_week, replan
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts

__all__ = ["plan_into"]


def plan_into(order: WorkOrder, on_stage: OnStage) -> tuple[str, ...]:
    """Plan, write the result in every language and return the names of its files.

    Raises
    ------
    InputError
        When the input, accepted by the server, is refused here: its extract has changed meanwhile.
    """
    territory = Territory.load(order.roads)
    reading = territory.read_case(order.input_name, order.input.read_bytes(), today=order.today)
    plan = _planned(order, reading.case, territory.network, on_stage)
    plan = replace(plan, warnings=(*reading.warnings, *plan.warnings))
    background = background_of(territory.network, plan)
    costs = delivery_costs(plan)
    names: tuple[str, ...] = ()
    for language in LANGUAGES:
        texts = Texts(language)
        written = write_outputs(
            plan,
            order.folder / language,
            map_html=render_map(plan, background, texts=texts),
            texts=texts,
            costs=costs,
        )
        names = tuple(path.name for path in written)
    return names


def _planned(order: WorkOrder, case: Case, network: RoadNetwork, on_stage: OnStage) -> Plan:
    """Return the plan of a case, with little change to a known one where there is one."""
    how: dict[str, Any] = {
        "stopping": order.stopping,
        "seed": order.seed,
        "threads": order.threads,
        "on_stage": on_stage,
    }
    if order.known_plan is None:
        return plan_week(case, network, **how)
    known = read_plan(order.known_plan)
    return replan(known, case, network, keep=Keep(order.keep), **how).plan
