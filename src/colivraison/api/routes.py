"""The doors of plans: each parses, makes one call, translates.  Questions: `questions`."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from starlette.concurrency import run_in_threadpool

from colivraison import __version__
from colivraison.api.dependencies import PLANS, Language, Service
from colivraison.api.intake import read_submission
from colivraison.api.openapi import problems, request_body
from colivraison.api.problems import faults_out
from colivraison.api.schemas import (
    Health,
    OptionsOut,
    PlanList,
    PlanOut,
    PlanSummary,
)
from colivraison.api.service import PlanService, PlanView
from colivraison.interchange import case_json_schema
from colivraison.maps import MAP_CSP
from colivraison.storage import PlanRecord, PlanStatus
from colivraison.texts import Texts

__all__ = ["router"]

router = APIRouter()

_MAP = "map.html"
_MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".gpx": "application/gpx+xml",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
}


@router.post(
    PLANS,
    status_code=202,
    responses=problems(400, 403, 413, 415, 422, 429),
    openapi_extra=request_body(),
)
async def create_plan(
    request: Request,
    response: Response,
    service: Service,
    texts: Language,
    idempotency_key: Annotated[str, Header(max_length=255)] = "",
) -> PlanOut:
    submission = await read_submission(request, request.app.state.settings)
    record = await run_in_threadpool(service.submit, submission, idempotency_key)
    response.headers.update({"Location": f"{PLANS}/{record.id}", "Retry-After": "1"})
    return _plan_out(await run_in_threadpool(service.view, record.id), None, texts)


@router.post(
    PLANS + "/{plan_id}/replanned",
    status_code=202,
    responses=problems(400, 403, 404, 409, 413, 415, 422, 429),
    openapi_extra=request_body("ReplanRequest", keep={"type": "string"}),
)
async def replan_plan(
    plan_id: str,
    request: Request,
    response: Response,
    service: Service,
    texts: Language,
    idempotency_key: Annotated[str, Header(max_length=255)] = "",
) -> PlanOut:
    submission = await read_submission(request, request.app.state.settings)
    record = await run_in_threadpool(service.submit, submission, idempotency_key, plan_id)
    response.headers.update({"Location": f"{PLANS}/{record.id}", "Retry-After": "1"})
    return _plan_out(await run_in_threadpool(service.view, record.id), None, texts)


@router.get(PLANS, responses=problems(400, 422))
def list_plans(
    service: Service, texts: Language, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> PlanList:
    return PlanList(plans=[_summary(record, texts) for record in service.newest(limit)])


@router.get(PLANS + "/{plan_id}", responses=problems(400, 404))
def read_plan(plan_id: str, response: Response, service: Service, texts: Language) -> PlanOut:
    view = service.view(plan_id)
    plan = None
    if view.record.status is PlanStatus.SUCCEEDED:
        plan = json.loads(service.file(plan_id, texts.language, "plan.json").read_bytes())
    elif not view.record.status.finished:
        response.headers["Retry-After"] = "1"
    return _plan_out(view, plan, texts)


@router.post(PLANS + "/{plan_id}/cancel", responses=problems(400, 403, 404, 409))
def cancel_plan(plan_id: str, service: Service, texts: Language) -> PlanOut:
    return _plan_out(service.cancel(plan_id), None, texts)


@router.delete(PLANS + "/{plan_id}", status_code=204, responses=problems(400, 403, 404))
def delete_plan(plan_id: str, service: Service) -> None:
    service.delete(plan_id)


@router.get(
    PLANS + "/{plan_id}/map", response_class=FileResponse, responses=problems(400, 404, 409)
)
def read_map(plan_id: str, service: Service, texts: Language) -> FileResponse:
    return _file(service, plan_id, _MAP, texts)


@router.get(
    PLANS + "/{plan_id}/files/{name}",
    response_class=FileResponse,
    responses=problems(400, 404, 409),
)
def read_file(plan_id: str, name: str, service: Service, texts: Language) -> FileResponse:
    return _file(service, plan_id, name, texts)


@router.get("/v1/case.schema.json", responses=problems(400))
def read_case_schema() -> JSONResponse:
    return JSONResponse(case_json_schema(), media_type="application/schema+json")


@router.get("/healthz", responses=problems(400))
def read_health(service: Service) -> Health:
    running, waiting = service.counts()
    return Health(status="ok", version=__version__, running=running, waiting=waiting)


def _file(service: PlanService, plan_id: str, name: str, texts: Texts) -> FileResponse:
    path = service.file(plan_id, texts.language, name)
    page = path.suffix == ".html"
    headers = {"Content-Language": texts.language, "Vary": "Accept-Language"}
    if page:
        # Names that people typed stand in there: no scripts of ours, no cookies, no origin.
        headers["Content-Security-Policy"] = MAP_CSP
    return FileResponse(
        path,
        media_type=_MEDIA[path.suffix],
        filename=name,
        content_disposition_type="inline" if page else "attachment",
        headers=headers,
    )


def _summary_values(record: PlanRecord, texts: Texts) -> dict[str, Any]:
    return {
        "id": record.id,
        "status": record.status,
        "status_text": texts(f"status.{record.status}"),
        "created_at": record.created_at,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "options": OptionsOut(
            time_limit_s=record.stopping.time_limit_s,
            iterations=record.stopping.iterations,
            seed=record.seed,
            threads=record.threads,
        ),
        "href": f"{PLANS}/{record.id}",
        "known_plan_id": record.known_plan_id or None,
        "keep": record.keep or None,
    }


def _summary(record: PlanRecord, texts: Texts) -> PlanSummary:
    return PlanSummary(**_summary_values(record, texts))


def _plan_out(view: PlanView, plan: dict[str, Any] | None, texts: Texts) -> PlanOut:
    record, progress = view.record, view.progress
    done = record.status is PlanStatus.SUCCEEDED
    href = f"{PLANS}/{record.id}"
    return PlanOut(
        **_summary_values(record, texts),
        queue_position=view.queue_position,
        stage=progress.stage.value if progress else None,
        stage_text=texts(f"stage.{progress.stage}") if progress else None,
        progress_share=1.0 if done else progress.share if progress else 0.0,
        best_cost_cents=progress.best_cents if progress else None,
        faults=faults_out(record.faults, texts),
        map_href=f"{href}/map" if done else None,
        file_hrefs=[f"{href}/files/{name}" for name in record.files if name != _MAP],
        plan=plan,
    )
