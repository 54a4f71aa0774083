"""Everyone alone as a person reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from colivraison.domain import Case
from colivraison.interchange.totals_document import totals_document
from colivraison.planning import Baseline, DeclaredPractice
from colivraison.texts import Texts

__all__ = ["BaselineReport"]


@dataclass(frozen=True, slots=True)
class BaselineReport:
    """Tells what everyone drives alone, and beside a shared plan."""

    found: Baseline
    case: Case
    texts: Texts

    def sentences(self) -> Iterator[str]:
        """Return what has to be known of the figures, one sentence each."""
        found, case, texts = self.found, self.case, self.texts
        names = {producer.id: producer.name for producer in case.producers}
        places = {site.id: site.name for site in case.places.values()}

        def told(some: Iterator[DeclaredPractice]) -> str:
            return ", ".join(names[one.producer_id] for one in some)

        if not found.declared:
            yield texts("baseline.nothing_declared")
        elif not found.everybody_declares:
            yield texts("baseline.some_declare", count=len(found.declared))
        if some := told(one for one in found.declared if one.computed_m or one.computed_s):
            yield texts("baseline.computed", names=some)
        van = case.settings.reference_van
        prices = {
            "per_km": texts.euros(van.cents_per_km),
            "per_hour": texts.euros(van.cents_per_hour),
        }
        if some := told(one for one in found.declared if one.assumed_van):
            yield texts("baseline.declared_lent", names=some, **prices)
        if lent := sum(one.assumed_van for one in found.members):
            yield texts("report.lent_vans", count=lent, **prices)
        for one in found.declared:
            for key, ids in (
                ("baseline.not_visited", one.not_visited),
                ("baseline.without_road", one.without_road),
            ):
                if ids:
                    yield texts(
                        key,
                        producer=names[one.producer_id],
                        places=", ".join(places[site_id] for site_id in ids),
                    )
        for member in found.members:
            if member.alone_unserved:
                yield texts(
                    "baseline.unserved",
                    producer=names[member.producer_id],
                    count=member.alone_unserved,
                )
        yield texts("baseline.apart")

    def document(self) -> dict[str, object]:
        """Return every figure, for programs."""
        found = self.found
        return {
            "alone": totals_document(found.alone),
            "together": None if found.together is None else totals_document(found.together),
            "everybody_declares": found.everybody_declares,
            "members": [
                {
                    "producer_id": one.producer_id,
                    "declared": None if one.declared is None else _declared(one.declared),
                    "alone": None if one.alone is None else totals_document(one.alone),
                    "alone_unserved": one.alone_unserved,
                    "assumed_van": one.assumed_van,
                    "together": None if one.together is None else totals_document(one.together),
                }
                for one in found.members
            ],
        }


def _declared(one: DeclaredPractice) -> dict[str, object]:
    return {
        "rounds_per_100_weeks": one.rounds_per_100_weeks,
        "distance_m": one.distance_m,
        "duration_s": one.duration_s,
        "cost_cents": one.cost_cents,
        "gco2e": one.gco2e,
        "vehicle_id": one.vehicle_id,
        "assumed_van": one.assumed_van,
        "computed_m": one.computed_m,
        "computed_s": one.computed_s,
        "not_visited": list(one.not_visited),
        "without_road": list(one.without_road),
    }
