"""Use cases: the only room that speaks both the words of the trade and the solver's."""

from colivraison.pdptw import Stopping
from colivraison.planning.check import Part, Violation, ViolationCode, check_plan
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
from colivraison.planning.sale_cost import Prices, Sale, SaleCost, sale_cost
from colivraison.planning.totals import (
    Comparison,
    MemberComparison,
    compare_with_alone,
    totals_of,
)
from colivraison.planning.travel import closures_digest, profiles_of, week_roads
from colivraison.planning.usual_prices import usual_price_warnings

__all__ = [
    "AT_LEAST",
    "BrokenPlanError",
    "Comparison",
    "DayOfPreparation",
    "DeliveryCost",
    "DeliveryCosts",
    "DrivingTurns",
    "DropCost",
    "LearnOutcome",
    "Learned",
    "LearnedPlace",
    "Loading",
    "MemberComparison",
    "MemberCost",
    "NotCarried",
    "OnStage",
    "PackedGoods",
    "Part",
    "Prices",
    "ProducerPreparation",
    "Retimed",
    "RoundCost",
    "Sale",
    "SaleCost",
    "Stage",
    "StageProgress",
    "Stopping",
    "Verdict",
    "Violation",
    "ViolationCode",
    "Visit",
    "check_plan",
    "closures_digest",
    "compare_with_alone",
    "delivery_costs",
    "learn",
    "plan_week",
    "preparation",
    "profiles_of",
    "retime",
    "sale_cost",
    "take_turns",
    "totals_of",
    "usual_price_warnings",
    "week_roads",
    "with_planned_crates",
]
