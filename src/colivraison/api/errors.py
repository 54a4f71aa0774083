"""What the API refuses, and the one table from error class to HTTP status.

::

    ApiError
    ├── MalformedBody      400   not JSON, not multipart
    ├── HostRefused        400   asked under a name that is not ours (DNS rebinding)
    ├── CrossSiteRefused   403   another site's page asked a browser to change something here
    ├── PlanNotReady       409   its result was asked for too early, or it has none
    ├── PlanFinished       409   too late to cancel
    ├── BodyTooLarge       413
    ├── UnsupportedMedia   415
    ├── KeyReused          422   an Idempotency-Key with another request
    └── QueueFull          429
"""

from __future__ import annotations

from dataclasses import dataclass, field

from colivraison.errors import ColivraisonError, InputError
from colivraison.storage import PlanNotFound

__all__ = [
    "KINDS",
    "ApiError",
    "BodyTooLarge",
    "CrossSiteRefused",
    "HostRefused",
    "KeyReused",
    "Kind",
    "MalformedBody",
    "PlanFinished",
    "PlanNotReady",
    "QueueFull",
    "UnsupportedMedia",
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


class MalformedBody(ApiError):
    """The body is not what its media type promises."""


class HostRefused(ApiError):
    """The request was made under a name that is not this server's."""


class CrossSiteRefused(ApiError):
    """A page of another site made a browser send this."""


class PlanNotReady(ApiError):
    """The plan has no result, or not yet."""


class PlanFinished(ApiError):
    """The plan is finished: there is nothing to cancel."""


class BodyTooLarge(ApiError):
    """The body is larger than this server reads."""


class UnsupportedMedia(ApiError):
    """The body is neither JSON nor a form with a file."""


class KeyReused(ApiError):
    """The Idempotency-Key was used for another request."""


class QueueFull(ApiError):
    """As many plans are waiting as may wait."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of errors is answered; sentences under ``problem.<code>``."""

    status: int
    code: str
    headers: dict[str, str] = field(default_factory=dict)


KINDS: dict[type[Exception], Kind] = {
    MalformedBody: Kind(400, "malformed_body"),
    HostRefused: Kind(400, "host_refused"),
    CrossSiteRefused: Kind(403, "cross_site_refused"),
    PlanNotFound: Kind(404, "plan_not_found"),
    PlanNotReady: Kind(409, "plan_not_ready"),
    PlanFinished: Kind(409, "plan_finished"),
    BodyTooLarge: Kind(413, "body_too_large", {"Connection": "close"}),
    UnsupportedMedia: Kind(
        415, "unsupported_media", {"Accept": "application/json, multipart/form-data"}
    ),
    InputError: Kind(422, "bad_case"),
    KeyReused: Kind(422, "key_reused"),
    QueueFull: Kind(429, "queue_full", {"Retry-After": "15"}),
}
