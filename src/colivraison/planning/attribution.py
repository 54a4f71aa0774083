"""A rule that attributes the cost of a round to what was done on it.

Each drop bears what would be saved without it (its separable cost); what no drop causes by itself
(the road that all of them share) is divided in proportion to what each would save by not driving
alone.  This is the "separable costs, remaining benefits" rule of the Federal Inter-Agency River
Basin Committee (1950), one of those that Guajardo & Roennqvist (2016, doi 10.1111/itor.12205)
survey for shared transport.  Why this one: a drop on the way bears little, and yet its part of the
way; wherever that is possible at all, no drop bears less than what it causes, nor more than what it
would cost alone; two evaluations a drop are enough, where the Shapley value takes one for each set
of drops; and for two drops it is the Shapley value.

An estimate to reason with, not a bill: who pays what is for the collective to agree on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["Claim", "attributed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one of several is answerable for, in any unit that all of them share.

    Parameters
    ----------
    separable
        What would be saved without it.
    alone
        What it would take by itself.
    """

    separable: int
    alone: int


def attributed(joint: int | Fraction, claims: Sequence[Claim]) -> tuple[Fraction, ...]:
    """Return the part of each claim in ``joint``; they sum to it exactly.

    Where waiting and opening hours make drops dear that would be cheap one without the other, the
    separable costs may exceed the whole: then it is divided in proportion to them.  A cost below 0
    (without this drop another one waits longer) counts as 0.
    """
    separable = [max(claim.separable, 0) for claim in claims]
    shared = Fraction(joint) - sum(separable)
    if shared < 0:
        most = sum(separable)
        return tuple(Fraction(joint) * one / most for one in separable)
    spared = [max(claim.alone - one, 0) for claim, one in zip(claims, separable, strict=True)]
    if not any(spared):
        spared = [1] * len(claims)
    most = sum(spared)
    return tuple(one + shared * gain / most for one, gain in zip(separable, spared, strict=True))
