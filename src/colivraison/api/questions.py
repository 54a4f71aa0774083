"""The doors of questions about a finished plan: asked once, answered in words and figures."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from colivraison.api.dependencies import PLANS, Language, Service
from colivraison.api.finished import Compared
from colivraison.api.intake import read_comparison, read_insertions, read_object
from colivraison.api.openapi import json_body, problems
from colivraison.api.schemas_questions import (
    BaselineOut,
    ComparisonOut,
    CostsOut,
    ExplanationOut,
    InsertionOut,
    InsertionsOut,
    PreparationOut,
    RetimedOut,
)
from colivraison.interchange import (
    BaselineReport,
    ComparisonReport,
    CostsReport,
    ExplanationReport,
    InsertionReport,
    PreparationReport,
    RetimeReport,
    plan_to_json,
    round_to_json,
    unserved_to_json,
)
from colivraison.planning import baseline_of, check_plan, usual_price_warnings
from colivraison.texts import Texts

__all__ = ["questions"]

questions = APIRouter()

_PLAN = PLANS + "/{plan_id}"
# A question that brings a body, and one about what is there.
_ASKED = problems(400, 403, 404, 409, 413, 415, 422)
_READ = problems(400, 404, 409, 422)


@questions.post(
    _PLAN + "/insertions",
    responses=_ASKED,
    openapi_extra=json_body("InsertionsRequest"),
)
async def suggest_places(
    plan_id: str, request: Request, service: Service, texts: Language
) -> InsertionsOut:
    asked = await read_insertions(request, request.app.state.settings)
    plan, found = await run_in_threadpool(service.finished.insertions, plan_id, asked)
    report = InsertionReport(plan.case, texts)
    told = report.documents(found)
    places = [
        InsertionOut.model_validate({**report.document(one), "sentences": report.sentences(one)})
        for one in found.places
    ]
    why = None if found.code is None else report.why(found.code)
    return InsertionsOut.model_validate({**told, "places": places, "why": why})


@questions.get(_PLAN + "/orders/{order_id}/explanation", responses=_READ)
def explain_order(plan_id: str, order_id: str, service: Service, texts: Language) -> ExplanationOut:
    plan, found = service.finished.explanation(plan_id, order_id)
    report = ExplanationReport(plan.case, texts)
    details = report.document(found)
    served = bool(details.pop("served"))
    return ExplanationOut(
        order=str(details.pop("order")),
        served=served,
        sentences=report.sentences(found),
        details=details,
    )


@questions.post(_PLAN + "/retimed", responses=_ASKED, openapi_extra=json_body("EditedRounds"))
async def retime_plan(
    plan_id: str, request: Request, service: Service, texts: Language, *, whole: bool = False
) -> RetimedOut:
    wanted = await read_object(request, request.app.state.settings)
    plan, again = await run_in_threadpool(service.finished.retimed, plan_id, wanted)
    report = RetimeReport(before=plan.rounds, again=again, texts=texts)
    return RetimedOut.model_validate(
        {
            **report.document(),
            "rounds": [round_to_json(one, lines=False) for one in again.plan.rounds],
            "without_lines": [one.id for one in again.plan.rounds if not one.legs],
            "unserved": unserved_to_json(again.plan.unserved),
            "sentences": list(report.sentences()),
            "plan": plan_to_json(again.plan) if whole else None,
        }
    )


@questions.get(_PLAN + "/comparison", responses=_READ)
def compare_plan(
    plan_id: str,
    other_id: Annotated[str, Query(alias="with", max_length=100)],
    service: Service,
    texts: Language,
) -> ComparisonOut:
    return _comparison(service.finished.compared(plan_id, other_id), texts)


@questions.post(
    _PLAN + "/comparison", responses=_ASKED, openapi_extra=json_body("ComparisonRequest")
)
async def compare_edit(
    plan_id: str, request: Request, service: Service, texts: Language
) -> ComparisonOut:
    asked = await read_comparison(request, request.app.state.settings)
    found = await run_in_threadpool(service.finished.compared, plan_id, asked)
    return _comparison(found, texts)


@questions.get(_PLAN + "/costs", responses=_READ)
def read_costs(plan_id: str, service: Service, texts: Language, *, labour: bool = True) -> CostsOut:
    plan, costs, broken = service.finished.costs(plan_id)
    report = CostsReport(plan=plan, costs=costs, labour=labour, texts=texts)
    return CostsOut.model_validate(
        {
            **report.document(),
            "broken_rules": broken,
            "warnings": [
                {"code": one.code, "sentence": texts.warning(one)}
                for one in usual_price_warnings(plan.case)
            ],
            "sentences": [*_broken(broken, texts), *report.sentences()],
        }
    )


@questions.get(_PLAN + "/preparation", responses=_READ)
def read_preparation(
    plan_id: str,
    service: Service,
    texts: Language,
    producer: Annotated[str | None, Query(max_length=200)] = None,
) -> PreparationOut:
    plan = service.finished.plan(plan_id)
    report = PreparationReport(plan, texts)
    prepared = report.prepared(producer)
    broken = len(check_plan(plan))
    return PreparationOut.model_validate(
        {
            "broken_rules": broken,
            "sentences": _broken(broken, texts),
            "producers": [
                {**report.document(one), "sentences": [line for _, line in report.lines(one)]}
                for one in prepared
            ],
        }
    )


@questions.get(_PLAN + "/baseline", responses=_READ)
def read_baseline(plan_id: str, service: Service, texts: Language) -> BaselineOut:
    plan = service.finished.plan(plan_id)
    report = BaselineReport(baseline_of(plan), plan.case, texts)
    return BaselineOut.model_validate({**report.document(), "sentences": list(report.sentences())})


def _comparison(found: Compared, texts: Texts) -> ComparisonOut:
    report = ComparisonReport(
        comparison=found.comparison, before=found.before, after=found.after, texts=texts
    )
    return ComparisonOut.model_validate(
        {
            **report.document(),
            "violations_before": found.broken_before,
            "violations_after": found.broken_after,
            "sentences": report.summary(),
            "lists": [{"title": title, "lines": lines} for title, lines in report.lists()],
        }
    )


def _broken(count: int, texts: Texts) -> list[str]:
    """Return what is to be known of the figures of a plan that breaks rules."""
    return [texts("api.broken_rules", count=texts.number(count))] if count else []
