"""The demonstration: an invented territory, and collectives of any size on any extract."""

from colivraison.demo.collective import STORY, CollectiveShape, collective_of, collective_on
from colivraison.demo.stories import STORIES, story_case
from colivraison.demo.week import DEMO_WEEK, demo_case, demo_extract

__all__ = [
    "DEMO_WEEK",
    "STORIES",
    "STORY",
    "CollectiveShape",
    "collective_of",
    "collective_on",
    "demo_case",
    "demo_extract",
    "story_case",
]
