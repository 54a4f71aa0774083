"""Use cases: the only room that speaks both the words of the trade and the solver's."""

from colivraison.pdptw import Stopping
from colivraison.planning.check import Part, Violation, ViolationCode, check_plan
from colivraison.planning.learn import (
    AT_LEAST,
    Learned,
    LearnedPlace,
    LearnOutcome,
    Visit,
    learn,
    with_planned_crates,
)
from colivraison.planning.plan_week import BrokenPlanError, plan_week
from colivraison.planning.preparation import (
    DayOfPreparation,
    Loading,
    NotCarried,
    PackedGoods,
    ProducerPreparation,
    preparation,
)
from colivraison.planning.progress import OnStage, Stage, StageProgress
from colivraison.planning.retime import Retimed, retime
from colivraison.planning.totals import (
    Comparison,
    MemberComparison,
    compare_with_alone,
    totals_of,
)
from colivraison.planning.travel import closures_digest, profiles_of, week_roads

__all__ = [
    "AT_LEAST",
    "BrokenPlanError",
    "Comparison",
    "DayOfPreparation",
    "LearnOutcome",
    "Learned",
    "LearnedPlace",
    "Loading",
    "MemberComparison",
    "NotCarried",
    "OnStage",
    "PackedGoods",
    "Part",
    "ProducerPreparation",
    "Retimed",
    "Stage",
    "StageProgress",
    "Stopping",
    "Violation",
    "ViolationCode",
    "Visit",
    "check_plan",
    "closures_digest",
    "compare_with_alone",
    "learn",
    "plan_week",
    "preparation",
    "profiles_of",
    "retime",
    "totals_of",
    "week_roads",
    "with_planned_crates",
]
