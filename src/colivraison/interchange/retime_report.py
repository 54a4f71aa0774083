"""A plan timed anew as a person reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from colivraison.domain import Round
from colivraison.interchange.violation_report import ViolationReport
from colivraison.planning import Retimed
from colivraison.texts import Texts

__all__ = ["RetimeReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetimeReport:
    """Tells what a change by hand makes of a plan.

    Parameters
    ----------
    before
        The rounds it is held against.
    """

    before: Sequence[Round]
    again: Retimed
    texts: Texts

    def sentences(self) -> tuple[str, str]:
        """Return what it costs now, and whether every rule is kept."""
        rounds, count = self.again.plan.rounds, len(self.again.violations)
        euros = self.texts.euros
        before, after = euros(_cost_cents(self.before)), euros(_cost_cents(rounds))
        key = "cli.retime.broken" if count else "cli.retime.kept"
        return (
            self.texts("cli.retime.done", rounds=len(rounds), before=before, after=after),
            self.texts(key, count=self.texts.number(count)),
        )

    def document(self) -> dict[str, object]:
        """Return costs and every broken rule, for programs; not the plan."""
        violations = ViolationReport(self.again.plan, self.texts)
        return {
            "cost_cents": _cost_cents(self.again.plan.rounds),
            "cost_cents_before": _cost_cents(self.before),
            "violations": [violations.document(one) for one in self.again.violations],
        }


def _cost_cents(rounds: Sequence[Round]) -> int:
    return sum(one.cost_cents for one in rounds)
