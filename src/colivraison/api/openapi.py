"""The description of the API, in the reader's language, with examples that plan as they stand."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from colivraison import __version__
from colivraison.api.examples import example_case
from colivraison.api.schemas import PlanRequest, Problem, ReplanRequest
from colivraison.api.schemas_questions import ComparisonRequest, InsertionsRequest
from colivraison.interchange import case_to_json, edited_rounds_schema
from colivraison.texts import Texts

__all__ = ["json_body", "openapi_document", "problems", "request_body"]

_REF = "#/components/schemas/{model}"
# FastAPI's own form of a refusal, which no route of ours gives.
_UNUSED = "HTTPValidationError"


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documented refusals of a route."""
    return {
        status: {
            "description": "Problem",
            "content": {
                "application/problem+json": {"schema": {"$ref": _REF.format(model="Problem")}}
            },
        }
        for status in statuses
    }


def request_body(model: str = "PlanRequest", **more: dict[str, Any]) -> dict[str, Any]:
    """Return what a request for a plan takes; its route reads the body itself, within its bounds.

    Parameters
    ----------
    more
        Further fields of the form.
    """
    form = {
        "type": "object",
        "required": ["file"],
        "properties": {
            **more,
            "file": {"type": "string", "format": "binary"},
            "time_limit_s": {"type": "number"},
            "iterations": {"type": "integer"},
            "seed": {"type": "integer"},
            "threads": {"type": "integer"},
        },
        "additionalProperties": False,
    }
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": _REF.format(model=model)}},
                "multipart/form-data": {"schema": form},
            },
        }
    }


def json_body(model: str) -> dict[str, Any]:
    """Return what a question takes; its route reads it itself, within its bounds."""
    schema = {"schema": {"$ref": _REF.format(model=model)}}
    return {"requestBody": {"required": True, "content": {"application/json": schema}}}


def openapi_document(app: FastAPI, texts: Texts) -> dict[str, Any]:
    """Return the OpenAPI document of an application whose service is running."""
    document = get_openapi(
        title="colivraison",
        version=__version__,
        description=texts("api.description"),
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    models = (Problem, PlanRequest, ReplanRequest, InsertionsRequest, ComparisonRequest)
    bodies = {one.__name__: one.model_json_schema(ref_template=_REF) for one in models}
    bodies["EditedRounds"] = edited_rounds_schema(_REF)
    for name, own in bodies.items():
        schemas.update(own.pop("$defs", {}))
        schemas[name] = own
    for unused in (_UNUSED, "ValidationError"):
        schemas.pop(unused, None)
    for operations in document["paths"].values():
        for operation in operations.values():
            name = operation["operationId"]
            operation["summary"] = texts(f"api.{name}.summary")
            operation["description"] = texts(f"api.{name}.description")
            if _UNUSED in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
            for status, answer in operation["responses"].items():
                answer["description"] = texts(f"api.status.{status}")
    # The schema of a case describes itself (its own $defs): it is linked, not copied.
    for name in ("PlanRequest", "ReplanRequest"):
        schemas[name]["properties"]["case"]["description"] = texts("api.case")
    body = document["paths"]["/v1/plans"]["post"]["requestBody"]["content"]["application/json"]
    case = example_case(app.state.service.territory.network, texts)
    if case is not None:
        value = {"case": case_to_json(case), "iterations": 50, "seed": 1}
        body["examples"] = {"week": {"summary": texts("api.example"), "value": value}}
    return document
