"""Rules: from tags, a profile and a day to what a vehicle may do (pure functions)."""

from colivraison.roads.rules.access import Access
from colivraison.roads.rules.obstacles import ObstacleRules, is_obstacle, may_block, obstacle_rules
from colivraison.roads.rules.restriction import (
    RestrictionRule,
    RestrictionTags,
    restriction_applies,
    restriction_rules,
)
from colivraison.roads.rules.way import (
    DirectionRules,
    WayRules,
    depends_on_date,
    skipped_conditions,
    way_rules,
)

__all__ = [
    "Access",
    "DirectionRules",
    "ObstacleRules",
    "RestrictionRule",
    "RestrictionTags",
    "WayRules",
    "depends_on_date",
    "is_obstacle",
    "may_block",
    "obstacle_rules",
    "restriction_applies",
    "restriction_rules",
    "skipped_conditions",
    "way_rules",
]
