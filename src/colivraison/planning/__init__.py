"""Use cases: the only room that speaks both the words of the trade and the solver's."""

from colivraison.pdptw import Stopping
from colivraison.planning.baseline import Baseline, MemberBaseline, baseline, baseline_of
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
from colivraison.planning.delivery_costs import (
    DeliveryCost,
    DeliveryCosts,
    DropCost,
    MemberCost,
    RoundCost,
    Verdict,
    delivery_costs,
)
from colivraison.planning.driving_turns import DrivingTurns, take_turns
from colivraison.planning.explain import (
    Alternative,
    LeftOut,
    Obstruction,
    Rule,
    Served,
    WhatIf,
    explain,
)
from colivraison.planning.insertions import Insertion, Insertions, Moved, suggest_insertions
from colivraison.planning.known_plan import Keep
from colivraison.planning.learn import (
    AT_LEAST,
    Learned,
    LearnedPlace,
    LearnOutcome,
    Visit,
    learn,
    with_planned_crates,
)
from colivraison.planning.lifting import Lift, Room
from colivraison.planning.named_order import named_order
from colivraison.planning.plan_week import BrokenPlanError, plan_week
from colivraison.planning.practice import DeclaredPractice, declared_practices
from colivraison.planning.preparation import (
    DayOfPreparation,
    Loading,
    NotCarried,
    PackedGoods,
    ProducerPreparation,
    preparation,
)
from colivraison.planning.progress import OnStage, Stage, StageProgress
from colivraison.planning.replan import Replanned, replan
from colivraison.planning.retime import Retimed, retime
from colivraison.planning.sale_cost import Prices, Sale, SaleCost, sale_cost
from colivraison.planning.totals import (
    Comparison,
    MemberComparison,
    compare_with_alone,
    totals_of,
)
from colivraison.planning.travel import closures_digest, profiles_of, week_roads
from colivraison.planning.usual_prices import usual_price_warnings
from colivraison.planning.with_insertion import with_insertion
from colivraison.planning.with_site import with_site

__all__ = [
    "AT_LEAST",
    "NOTABLE_S",
    "Alternative",
    "Baseline",
    "BrokenPlanError",
    "Carried",
    "Comparison",
    "DayOfPreparation",
    "DayVisits",
    "DeclaredPractice",
    "DeliveryCost",
    "DeliveryCosts",
    "DrivingTurns",
    "DropCost",
    "Drops",
    "Insertion",
    "Insertions",
    "Keep",
    "LearnOutcome",
    "Learned",
    "LearnedPlace",
    "LeftOut",
    "Lift",
    "Loading",
    "LoneOrder",
    "MemberBaseline",
    "MemberChange",
    "MemberComparison",
    "MemberCost",
    "Moved",
    "NotCarried",
    "Obstruction",
    "OnStage",
    "OrderChange",
    "PackedGoods",
    "Part",
    "PlanComparison",
    "Prices",
    "ProducerPreparation",
    "Replanned",
    "Retimed",
    "Room",
    "RoundCost",
    "Rule",
    "Sale",
    "SaleCost",
    "Served",
    "SiteChange",
    "Stage",
    "StageProgress",
    "Stopping",
    "Verdict",
    "Violation",
    "ViolationCode",
    "Visit",
    "WhatIf",
    "baseline",
    "baseline_of",
    "check_plan",
    "closures_digest",
    "compare_plans",
    "compare_with_alone",
    "declared_practices",
    "delivery_costs",
    "explain",
    "learn",
    "named_order",
    "plan_week",
    "preparation",
    "profiles_of",
    "replan",
    "retime",
    "sale_cost",
    "suggest_insertions",
    "take_turns",
    "totals_of",
    "usual_price_warnings",
    "week_roads",
    "with_insertion",
    "with_planned_crates",
    "with_site",
]
