"""What tests say of answers of the API."""

from __future__ import annotations

from typing import Any

import jsonschema

UNKNOWN_PLAN = "/v1/plans/6f1c2f0e-1c1f-4d7e-9d7e-000000000000"


def answered(client: Any, answer: Any, model: str) -> dict[str, Any]:
    """Return what an answer holds, which keeps to its description."""
    assert answer.status_code == 200, answer.text
    document = client.get("/openapi.json").json()
    told: dict[str, Any] = answer.json()
    jsonschema.validate(told, {"$ref": f"#/components/schemas/{model}", **document})
    return told


def faults(answer: Any) -> list[tuple[str, str | None]]:
    """Return code and place of everything that a request is refused for."""
    assert answer.status_code == 422, answer.text
    for one in answer.json()["errors"]:
        assert one["cause"]
        assert one["action"]
    return [(one["code"], one.get("pointer")) for one in answer.json()["errors"]]
