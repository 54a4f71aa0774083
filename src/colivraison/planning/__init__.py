"""Use cases: the only room that speaks both the words of the trade and the solver's."""

from colivraison.pdptw import Stopping
from colivraison.planning.baseline import Baseline, MemberBaseline, baseline
from colivraison.planning.check import Part, Violation, ViolationCode, check_plan
from colivraison.planning.compare_plans import (
    NOTABLE_S,
    Carried,
    DayVisits,
    Drops,
    LoneOrder,
    MemberChange,
    OrderChange,
    PlanComparison,
    SiteChange,
    compare_plans,
)
from colivraison.planning.known_plan import Keep
from colivraison.planning.plan_week import BrokenPlanError, plan_week
from colivraison.planning.practice import DeclaredPractice, declared_practices
from colivraison.planning.progress import OnStage, Stage, StageProgress
from colivraison.planning.replan import Replanned, replan
from colivraison.planning.retime import Retimed, retime
from colivraison.planning.totals import (
    Comparison,
    MemberComparison,
    compare_with_alone,
    totals_of,
)
from colivraison.planning.travel import closures_digest, profiles_of, week_roads

__all__ = [
    "NOTABLE_S",
    "Baseline",
    "BrokenPlanError",
    "Carried",
    "Comparison",
    "DayVisits",
    "DeclaredPractice",
    "Drops",
    "Keep",
    "LoneOrder",
    "MemberBaseline",
    "MemberChange",
    "MemberComparison",
    "OnStage",
    "OrderChange",
    "Part",
    "PlanComparison",
    "Replanned",
    "Retimed",
    "SiteChange",
    "Stage",
    "StageProgress",
    "Stopping",
    "Violation",
    "ViolationCode",
    "baseline",
    "check_plan",
    "closures_digest",
    "compare_plans",
    "compare_with_alone",
    "declared_practices",
    "plan_week",
    "profiles_of",
    "replan",
    "retime",
    "totals_of",
    "week_roads",
]
