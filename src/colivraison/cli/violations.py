"""A broken rule as a person reads it, and as a program does."""

from __future__ import annotations

from colivraison.cli.console import Terminal
from colivraison.domain import Plan
from colivraison.planning import Violation

__all__ = ["tell_violation"]


def tell_violation(
    violation: Violation, plan: Plan, terminal: Terminal, *, quiet: bool = False
) -> dict[str, object]:
    """Print one broken rule unless told to be quiet, and return it for JSON."""
    texts = terminal.texts
    names = {site.id: site.name for site in plan.case.places.values()}
    if plan.new_site is not None:
        names[plan.new_site.site.id] = plan.new_site.site.name
    details = {
        key: names.get(value, value)
        if key in {"site", "expected", "from_site", "to_site"}
        else value
        for key, value in violation.details.items()
    }
    sentence = texts(
        f"violation.{violation.code}",
        amount=texts.amount(violation.amount, violation.unit),
        **details,
    )
    place = texts(f"part.{violation.part}")
    if violation.round_id:
        place += " · " + texts("cli.check.round", round=violation.round_id)
    if violation.stop is not None:
        place += " · " + texts("cli.check.stop", stop=violation.stop + 1)
    if not quiet:
        terminal.answer(f"✗ {place} : {sentence}", style="red")
    return {
        "code": violation.code.value,
        "part": violation.part.value,
        "round": violation.round_id,
        "stop": violation.stop,
        "amount": violation.amount,
        "unit": violation.unit,
        "details": dict(violation.details),
        "sentence": sentence,
    }
