"""Use cases: the only room that speaks both the words of the trade and the solver's."""

from colivraison.pdptw import Stopping
from colivraison.planning.check import Part, Violation, ViolationCode, check_plan
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
from colivraison.planning.lifting import Lift, Room
from colivraison.planning.plan_week import BrokenPlanError, plan_week
from colivraison.planning.progress import OnStage, Stage, StageProgress
from colivraison.planning.retime import Retimed, retime
from colivraison.planning.totals import (
    Comparison,
    MemberComparison,
    compare_with_alone,
    totals_of,
)
from colivraison.planning.travel import closures_digest, profiles_of, week_roads
from colivraison.planning.with_insertion import with_insertion
from colivraison.planning.with_site import with_site

__all__ = [
    "Alternative",
    "BrokenPlanError",
    "Comparison",
    "Insertion",
    "Insertions",
    "LeftOut",
    "Lift",
    "MemberComparison",
    "Moved",
    "Obstruction",
    "OnStage",
    "Part",
    "Retimed",
    "Room",
    "Rule",
    "Served",
    "Stage",
    "StageProgress",
    "Stopping",
    "Violation",
    "ViolationCode",
    "WhatIf",
    "check_plan",
    "closures_digest",
    "compare_with_alone",
    "explain",
    "plan_week",
    "profiles_of",
    "retime",
    "suggest_insertions",
    "totals_of",
    "week_roads",
    "with_insertion",
    "with_site",
]
