"""What the API does, without HTTP: accept, show, cancel, erase."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from colivraison.api.errors import KeyReusedError, PlanFinishedError, PlanNotReadyError
from colivraison.api.finished import FinishedPlans
from colivraison.api.intake import Options, Submission, below, options_of
from colivraison.api.runner import Runner
from colivraison.api.settings import ApiSettings
from colivraison.api.territory import Territory
from colivraison.domain import Plan
from colivraison.errors import Fault, InputError, Where
from colivraison.planning.compare_plans import incomparable
from colivraison.planning.progress import StageProgress
from colivraison.storage import (
    PlanNotFoundError,
    PlanRecord,
    PlanStatus,
    PlanStore,
    StoreDamagedError,
)
from colivraison.texts import LANGUAGES

__all__ = ["PlanService", "PlanView"]

_LOG = logging.getLogger(__name__)
_PARIS = ZoneInfo("Europe/Paris")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """A plan as it stands at this moment."""

    record: PlanRecord
    progress: StageProgress | None
    queue_position: int | None


class PlanService:
    """Plans of one server.

    Parameters
    ----------
    now
        The clock, UTC.
    """

    def __init__(
        self,
        *,
        settings: ApiSettings,
        store: PlanStore,
        territory: Territory,
        runner: Runner,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._settings = settings
        self._store = store
        self._territory = territory
        self._runner = runner
        self._now = now
        self.finished = FinishedPlans(self._plan_file)
        self._adding = threading.Lock()
        # Which plan a key stands for: read once, kept up to date below.
        self._by_key = {r.idempotency_key: r.id for r in reversed(store.records())}

    @property
    def territory(self) -> Territory:
        """The roads and names this server plans on."""
        return self._territory

    def submit(self, submission: Submission, key: str, known_id: str = "") -> PlanRecord:
        """Accept a case, or refuse it with every fault; nothing is kept of a refused one.

        Parameters
        ----------
        key
            The Idempotency-Key, or "". The same key with the same request returns the plan of
            the first time, for as long as that is kept.
        known_id
            A plan that people know: the new one keeps of it what the options say.  A copy of it
            waits with the case, so that it may be erased meanwhile.

        Raises
        ------
        PlanNotFoundError, PlanNotReadyError
            See `file`, of the known plan.
        InputError
            When case or options are unusable, or the known plan is of another week or people.
        KeyReusedError
            When the key came with another request.
        QueueFullError
            When no more may wait.
        """
        known = self.finished.plan(known_id) if known_id else None
        digest = _digest(submission, known_id)
        if key and (earlier := self._earlier(key, digest)):
            return earlier
        self._runner.refuse_when_full()
        now = self._now()
        # A case that names no week is of the next one, or of the week that is planned again.
        today = now.astimezone(_PARIS).date()
        if known is not None:
            today = known.case.week.first_date - _DAY
        options, content = self._understand(submission, today, known)
        record = PlanRecord(
            id=str(uuid.uuid4()),
            created_at=now,
            status=PlanStatus.QUEUED,
            input_name=submission.name,
            today=today,
            stopping=options.stopping,
            seed=options.seed,
            threads=options.threads,
            idempotency_key=key,
            request_sha256=digest,
            known_plan_id=known_id,
            keep=options.keep,
        )
        copied = self._plan_file(known_id).read_bytes() if known_id else b""
        with self._adding:
            # Again: the same request may have arrived twice at once.
            if key and (earlier := self._earlier(key, digest)):
                return earlier
            self._runner.add(record, content, copied)
            if key:
                self._by_key[key] = record.id
            self._erase_oldest()
        return record

    def view(self, plan_id: str) -> PlanView:
        """Return a plan as it stands."""
        return PlanView(
            record=self._store.record(plan_id),
            progress=self._runner.progress(plan_id),
            queue_position=self._runner.queue_position(plan_id),
        )

    def newest(self, limit: int) -> list[PlanRecord]:
        """Return the newest plans."""
        return self._store.records()[:limit]

    def cancel(self, plan_id: str) -> PlanView:
        """Stop a plan that waits or runs."""
        self._runner.cancel(plan_id)
        return self.view(plan_id)

    def delete(self, plan_id: str) -> None:
        """Erase a plan, stopping it first where it waits or runs."""
        with contextlib.suppress(PlanFinishedError, StoreDamagedError):
            self._runner.cancel(plan_id)
        self._store.delete(plan_id)
        self.finished.forget(plan_id)
        with self._adding:
            self._by_key = {k: v for k, v in self._by_key.items() if v != plan_id}

    def file(self, plan_id: str, language: str, name: str) -> Path:
        """Return a file of a plan that succeeded.

        Raises
        ------
        PlanNotReadyError
            When it has no result, or not yet.
        PlanNotFoundError
            When there is no such plan, or no such file of it.
        """
        record = self._store.record(plan_id)
        if record.status is not PlanStatus.SUCCEEDED:
            raise PlanNotReadyError(status=record.status.value)
        return self._store.result_file(record, language, name)

    def _plan_file(self, plan_id: str) -> Path:
        # The same in every language.
        return self.file(plan_id, LANGUAGES[0], "plan.json")

    def counts(self) -> tuple[int, int]:
        """Return how many plans run and how many wait."""
        return self._runner.counts()

    def _understand(
        self, submission: Submission, today: dt.date, known: Plan | None
    ) -> tuple[Options, bytes]:
        faults: list[Fault] = []
        options = None
        try:
            options = options_of(submission, self._settings, replans=known is not None)
        except InputError as error:
            faults += error.faults
        if submission.content is None:
            where = Where(column="file") if submission.from_form else Where(pointer="/case")
            faults.append(Fault(code="missing_case", where=where))
        else:
            try:
                reading = self._territory.read_case(
                    submission.name, submission.content, today=today
                )
                if known is not None:
                    faults += incomparable(known.case, reading.case)
            except InputError as error:
                faults += [below(submission.pointer, fault) for fault in error.faults]
        if faults or options is None or submission.content is None:
            raise InputError(faults)
        return options, submission.content

    def _earlier(self, key: str, digest: str) -> PlanRecord | None:
        plan_id = self._by_key.get(key)
        if plan_id is None:
            return None
        try:
            record = self._store.record(plan_id)
        except (PlanNotFoundError, StoreDamagedError):
            # A key lives as long as its plan.
            self._by_key.pop(key, None)
            return None
        if record.request_sha256 != digest:
            raise KeyReusedError
        return record

    def _erase_oldest(self) -> None:
        """Erase the oldest finished plans beyond what is kept; a failure is no fault of a request.

        The plan that was just accepted is accepted, whatever happens here.
        """
        try:
            if self._store.count() <= self._settings.stored_max:
                return
            for record in self._store.records()[self._settings.stored_max :]:
                if record.status.finished:
                    with contextlib.suppress(PlanNotFoundError):
                        self._store.delete(record.id)
                    self.finished.forget(record.id)
        except OSError:
            _LOG.exception("plans beyond the newest %s stay", self._settings.stored_max)


def _digest(submission: Submission, known_id: str) -> str:
    fields = sorted((key, repr(value)) for key, value in submission.fields.items())
    digest = hashlib.sha256(f"{(submission.name, fields)!r}{known_id}".encode())
    digest.update(submission.content or b"")
    return digest.hexdigest()
