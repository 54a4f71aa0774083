"""What is known of one plan besides its input and its result."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeVar

from colivraison.errors import Fault, Where
from colivraison.pdptw.backends.protocol import Stopping
from colivraison.storage.errors import StoreDamagedError

__all__ = ["PlanRecord", "PlanStatus", "fault_from_json", "fault_to_json"]

_RECORD_VERSION = 1
_T = TypeVar("_T")


class PlanStatus(StrEnum):
    """Where a plan stands; each has a name in ``texts`` (``status.<value>``)."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen to the plan."""
        return self not in (PlanStatus.QUEUED, PlanStatus.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """One request for a plan and what became of it.

    Parameters
    ----------
    id
        A UUID of version 4, as its 36 characters.
    created_at, started_at, finished_at
        Moments in UTC.
    input_name
        Name of the file as the person gave it: says how to read the input, and stands in faults.
    today
        The date from which "this week" was counted when the input was accepted.
    stopping, seed, threads
        As asked for; see ``planning.plan_week``.
    idempotency_key, request_sha256
        The client's own mark on the request and a digest of what it asked, or "".
    faults
        Why it failed; empty otherwise.
    files
        Names of the files of the result.
    known_plan_id, keep
        The plan that this one is to keep something of, and how much (``planning.Keep``), or "".
    """

    id: str
    created_at: dt.datetime
    status: PlanStatus
    input_name: str
    today: dt.date
    stopping: Stopping
    seed: int
    threads: int
    idempotency_key: str = ""
    request_sha256: str = ""
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    faults: tuple[Fault, ...] = ()
    files: tuple[str, ...] = ()
    known_plan_id: str = ""
    keep: str = ""

    def to_bytes(self) -> bytes:
        """Return the record as a JSON document."""
        document = {
            "record_version": _RECORD_VERSION,
            "id": self.id,
            "created_at": self.created_at.isoformat(),
            "status": self.status.value,
            "input_name": self.input_name,
            "today": self.today.isoformat(),
            "time_limit_s": self.stopping.time_limit_s,
            "iterations": self.stopping.iterations,
            "seed": self.seed,
            "threads": self.threads,
            "idempotency_key": self.idempotency_key,
            "request_sha256": self.request_sha256,
            "started_at": self.started_at.isoformat() if self.started_at else None,
            "finished_at": self.finished_at.isoformat() if self.finished_at else None,
            "faults": [fault_to_json(fault) for fault in self.faults],
            "files": list(self.files),
            "known_plan_id": self.known_plan_id,
            "keep": self.keep,
        }
        return json.dumps(document, ensure_ascii=False, indent=1).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> PlanRecord:
        """Return the record that ``to_bytes`` wrote.

        Raises
        ------
        StoreDamagedError
            When it is not such a document, or of a version this code does not know.
        """
        try:
            document = json.loads(content)
            if document["record_version"] != _RECORD_VERSION:
                raise StoreDamagedError(f"record of version {document['record_version']}")
            return cls(
                id=_of(str, document["id"]),
                created_at=_moment(document["created_at"]),
                status=PlanStatus(document["status"]),
                input_name=_of(str, document["input_name"]),
                today=dt.date.fromisoformat(document["today"]),
                stopping=Stopping(
                    time_limit_s=document["time_limit_s"], iterations=document["iterations"]
                ),
                seed=_of(int, document["seed"]),
                threads=_of(int, document["threads"]),
                idempotency_key=_of(str, document["idempotency_key"]),
                request_sha256=_of(str, document["request_sha256"]),
                started_at=_moment_or_none(document["started_at"]),
                finished_at=_moment_or_none(document["finished_at"]),
                faults=tuple(fault_from_json(fault) for fault in document["faults"]),
                files=tuple(_of(str, name) for name in document["files"]),
                # Records of before there were any have neither.
                known_plan_id=_of(str, document.get("known_plan_id", "")),
                keep=_of(str, document.get("keep", "")),
            )
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise StoreDamagedError(f"not a record of a plan: {error!r}") from error


def fault_to_json(fault: Fault) -> dict[str, Any]:
    """Return a fault as plain values, without sentences: those depend on who reads it."""
    return {
        "code": fault.code,
        "where": asdict(fault.where),
        "value": fault.value,
        "details": dict(fault.details),
    }


def fault_from_json(document: dict[str, Any]) -> Fault:
    """Return the fault that ``fault_to_json`` gave."""
    return Fault(
        code=document["code"],
        where=Where(**document["where"]),
        value=document["value"],
        details=document["details"],
    )


def _of(kind: type[_T], value: object) -> _T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} where {kind.__name__} belongs")
    return value


def _moment(text: object) -> dt.datetime:
    moment = dt.datetime.fromisoformat(_of(str, text))
    if moment.tzinfo is None:
        raise ValueError(f"{text} says no time zone")
    return moment


def _moment_or_none(text: object) -> dt.datetime | None:
    return None if text is None else _moment(text)
