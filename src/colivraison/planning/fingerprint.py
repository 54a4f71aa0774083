"""What a plan was computed from, as digests."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from functools import lru_cache

from colivraison import __version__
from colivraison.domain import Case, Fingerprint, Plan

__all__ = ["case_digest", "fingerprint_of", "fingerprint_with", "plan_digest"]


def fingerprint_of(case: Case, territory: str, *, closures: str = "") -> Fingerprint:
    """Return the fingerprint of a case on a territory.

    Parameters
    ----------
    territory
        Digest of the road extract.
    closures
        Digest of what was closed or slowed (``travel.closures_digest``), "" for nothing.
    """
    return Fingerprint(
        case=case_digest(case), territory=territory, code=__version__, closures=closures
    )


def fingerprint_with(stamp: Fingerprint, case: Case) -> Fingerprint:
    """Return the digests of a plan whose case was changed by this version, its roads the same."""
    return dataclasses.replace(stamp, case=case_digest(case), code=__version__)


def case_digest(case: Case) -> str:
    """Return the SHA-256 of a case in a canonical form: equal cases, equal digests.

    Values at their default are left out: what a later version adds changes no digest of a case that
    does without it.
    """
    canonical = json.dumps(_plain(case), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def plan_digest(plan: Plan) -> str:
    """Return the SHA-256 of what a plan does: its case, and its rounds without their drawing."""
    rounds = [_plain(dataclasses.replace(one, legs=())) for one in plan.rounds]
    canonical = json.dumps([case_digest(plan.case), rounds], sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> object:
    """Return a value as JSON has it, frozen sets in order."""
    if dataclasses.is_dataclass(value):
        kind: type = type(value)
        told = {name: (getattr(value, name), usual) for name, usual in _usual(kind)}
        return {name: _plain(given) for name, (given, usual) in told.items() if given != usual}
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"no canonical form for {type(value).__name__}")


@lru_cache(maxsize=64)
def _usual(kind: type) -> tuple[tuple[str, object], ...]:
    """Return the names of the fields of a class, and their defaults."""
    return tuple((field.name, _default(field)) for field in dataclasses.fields(kind))


def _default(field: dataclasses.Field[object]) -> object:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default
