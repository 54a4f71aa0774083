"""What is kept between two starts: one folder per plan, written so that a crash leaves no half."""

from colivraison.storage.errors import PlanNotFoundError, StoreDamagedError, StoreInUseError
from colivraison.storage.files import sync_folder, sync_tree
from colivraison.storage.plans import PlanStore
from colivraison.storage.records import PlanRecord, PlanStatus

__all__ = [
    "PlanNotFoundError",
    "PlanRecord",
    "PlanStatus",
    "PlanStore",
    "StoreDamagedError",
    "StoreInUseError",
    "sync_folder",
    "sync_tree",
]
