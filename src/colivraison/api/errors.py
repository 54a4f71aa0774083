"""What the API refuses, and the one table from error class to HTTP status.

::

    ApiError
    ├── MalformedBodyError      400   not JSON, not multipart
    ├── HostRefusedError        400   asked under a name that is not ours (DNS rebinding)
    ├── CrossSiteRefusedError   403   another site's page asked a browser to change something here
    ├── PlanNotReadyError       409   its result was asked for too early, or it has none
    ├── PlanFinishedError       409   too late to cancel
    ├── BodyTooLargeError       413
    ├── UnsupportedMediaError   415
    ├── KeyReusedError          422   an Idempotency-Key with another request
    └── QueueFullError          429
"""

from __future__ import annotations

from dataclasses import dataclass, field

from colivraison.errors import ColivraisonError, InputError
from colivraison.storage import PlanNotFoundError

__all__ = [
    "KINDS",
    "ApiError",
    "BodyTooLargeError",
    "CrossSiteRefusedError",
    "HostRefusedError",
    "KeyReusedError",
    "Kind",
    "MalformedBodyError",
    "PlanFinishedError",
    "PlanNotReadyError",
    "QueueFullError",
    "UnsupportedMediaError",
]


class ApiError(ColivraisonError):
    """A request that is refused.

    Parameters
    ----------
    values
        What the sentence ``problem.<code>.detail`` needs.
    """

    def __init__(self, **values: str | int) -> None:
        super().__init__(str(values) if values else "")
        self.values = values


class MalformedBodyError(ApiError):
    """The body is not what its media type promises."""


class HostRefusedError(ApiError):
    """The request was made under a name that is not this server's."""


class CrossSiteRefusedError(ApiError):
    """A page of another site made a browser send this."""


class PlanNotReadyError(ApiError):
    """The plan has no result, or not yet."""


class PlanFinishedError(ApiError):
    """The plan is finished: there is nothing to cancel."""


class BodyTooLargeError(ApiError):
    """The body is larger than this server reads."""


class UnsupportedMediaError(ApiError):
    """The body is neither JSON nor a form with a file."""


class KeyReusedError(ApiError):
    """The Idempotency-Key was used for another request."""


class QueueFullError(ApiError):
    """As many plans are waiting as may wait."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors is answered; sentences under ``problem.<code>``."""

    status: int
    code: str
    headers: dict[str, str] = field(default_factory=dict)


KINDS: dict[type[Exception], Kind] = {
    MalformedBodyError: Kind(400, "malformed_body"),
    HostRefusedError: Kind(400, "host_refused"),
    CrossSiteRefusedError: Kind(403, "cross_site_refused"),
    PlanNotFoundError: Kind(404, "plan_not_found"),
    PlanNotReadyError: Kind(409, "plan_not_ready"),
    PlanFinishedError: Kind(409, "plan_finished"),
    BodyTooLargeError: Kind(413, "body_too_large", {"Connection": "close"}),
    UnsupportedMediaError: Kind(
        415, "unsupported_media", {"Accept": "application/json, multipart/form-data"}
    ),
    InputError: Kind(422, "bad_case"),
    KeyReusedError: Kind(422, "key_reused"),
    QueueFullError: Kind(429, "queue_full", {"Retry-After": "15"}),
}
