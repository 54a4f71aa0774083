"""What a producer prepares as it reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from colivraison.domain import Plan
from colivraison.errors import Fault, InputError
from colivraison.interchange.goods_text import amount_text, temperature_text
from colivraison.interchange.plan_lookup import PlanLookup
from colivraison.interchange.preparation_page import kind_text, reason_text, van_text
from colivraison.interchange.words import word_key
from colivraison.planning import Loading, NotCarried, PackedGoods, ProducerPreparation, preparation
from colivraison.texts import Texts

__all__ = ["LineKind", "PreparationReport"]


class LineKind(StrEnum):
    """What a line of a preparation tells, so that a screen can set it apart."""

    HEAD = "head"
    DAY = "day"
    GOODS = "goods"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class PreparationReport:
    """Tells what the producers of one plan prepare."""

    plan: Plan
    texts: Texts
    _lookup: PlanLookup = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lookup", PlanLookup(self.plan))

    def prepared(self, wanted: str | None) -> Sequence[ProducerPreparation]:
        """Return one producer's preparation, or everybody's.

        Parameters
        ----------
        wanted
            Id or name; an id wins over a name, and a name may be that of several.

        Raises
        ------
        InputError
            ``no_such_producer``, with those that there are.
        """
        everybody = preparation(self.plan)
        if wanted is None:
            return everybody
        names = {producer.id: producer.name for producer in self.plan.case.producers}
        found = [one for one in everybody if one.producer_id == wanted] or [
            one for one in everybody if word_key(names[one.producer_id]) == word_key(wanted)
        ]
        if not found:
            details = {"known": ", ".join(one.producer_id for one in everybody)}
            raise InputError([Fault(code="no_such_producer", value=wanted[:200], details=details)])
        return found

    def lines(self, one: ProducerPreparation) -> Iterator[tuple[LineKind, str]]:
        """Return what one producer reads: its name, days, loadings, then what nobody carries."""
        texts = self.texts
        name = self._lookup.producers[one.producer_id].name
        yield LineKind.HEAD, texts("cli.preparation.head", producer=name)
        if not one.days:
            yield LineKind.GOODS, texts("cli.preparation.nothing")
        for day in one.days:
            total = amount_text(day.crates, day.mass_g, day.litres, texts)
            told = texts("cli.preparation.day", day=texts.date(day.day), amount=total)
            yield LineKind.DAY, told
            # One kind only: the total has said it.
            for goods in day.goods if len(day.goods) > 1 else ():
                yield LineKind.GOODS, texts("cli.preparation.kind", **self._words(goods))
            for loading in day.loadings:
                for line in self._loading(loading):
                    yield LineKind.GOODS, line
        for left in one.not_carried:
            yield LineKind.LEFT, self._left(left)

    def document(self, one: ProducerPreparation) -> dict[str, object]:
        """Return the same for programs."""
        moment = self.plan.case.week.moment
        return {
            "producer_id": one.producer_id,
            "days": [
                {
                    "day": day.day.isoformat(),
                    "first_ready_s": day.first_ready_s,
                    "goods": [_goods_document(goods) for goods in day.goods],
                    "loadings": [
                        {
                            "round": loading.round_id,
                            "vehicle_id": loading.vehicle_id,
                            "site_id": loading.site_id,
                            "arrival_s": loading.arrival_s,
                            "ready_s": loading.ready_s,
                            "ready": moment(loading.ready_s).isoformat(),
                            "goods": [
                                {"site_id": goods.site_id, **_goods_document(goods)}
                                for goods in loading.goods
                            ],
                        }
                        for loading in day.loadings
                    ],
                }
                for day in one.days
            ],
            "not_carried": [
                {
                    "order_id": left.order.id,
                    "code": None if left.code is None else left.code.value,
                    "sentence": reason_text(left, self.texts),
                }
                for left in one.not_carried
            ],
        }

    def _loading(self, one: Loading) -> Iterator[str]:
        texts = self.texts
        van = van_text(one, self._lookup, texts)
        clock = texts.clock(self.plan.case.week.moment(one.ready_s))
        yield texts("cli.preparation.loading", clock=clock, van=van)
        for number, goods in enumerate(one.goods, start=1):
            site = self._lookup.places[goods.site_id].name
            yield texts("cli.preparation.row", number=number, site=site, **self._words(goods))

    def _left(self, left: NotCarried) -> str:
        order = left.order
        return self.texts(
            "cli.preparation.left",
            order=order.id,
            site=self._lookup.places[order.site_id].name,
            amount=amount_text(order.crates, order.mass_g, order.litres, self.texts),
            reason=reason_text(left, self.texts),
        )

    def _words(self, one: PackedGoods) -> dict[str, str]:
        kind = kind_text(one.goods, self.texts, boxed=one.boxed)
        temperature = temperature_text(one.temperature, self.texts)
        return {
            "amount": amount_text(one.crates, one.mass_g, one.litres, self.texts),
            "kind": f"{kind}, {temperature}" if kind else temperature,
        }


def _goods_document(one: PackedGoods) -> dict[str, object]:
    return {
        "goods": one.goods,
        "temperature": one.temperature.value,
        "boxed": one.boxed,
        "crates": one.crates,
        "mass_g": one.mass_g,
        "litres": one.litres,
        "order_ids": list(one.order_ids),
    }
