"""What a plan was computed from, as digests."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json

from colivraison import __version__
from colivraison.domain import Case, Fingerprint

__all__ = ["case_digest", "fingerprint_of"]


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


def case_digest(case: Case) -> str:
    """Return the SHA-256 of a case in a canonical form: equal cases, equal digests."""
    canonical = json.dumps(
        dataclasses.asdict(case), sort_keys=True, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no canonical form for {type(value).__name__}")
