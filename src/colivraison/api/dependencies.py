"""What routes ask for: the service, and the sentences of a request's language."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from colivraison.api.problems import texts_of
from colivraison.api.service import PlanService
from colivraison.texts import Texts

__all__ = ["PLANS", "Language", "Service"]

PLANS = "/v1/plans"


def _service(request: Request) -> PlanService:
    service: PlanService = request.app.state.service
    return service


def _texts(request: Request, response: Response) -> Texts:
    texts = texts_of(request.headers)
    response.headers.update({"Content-Language": texts.language, "Vary": "Accept-Language"})
    return texts


Service = Annotated[PlanService, Depends(_service)]
Language = Annotated[Texts, Depends(_texts)]
