"""The bounded queue: a few threads, each computing one plan at a time in a child process.

A thread does nothing but wait for its child, so that a crash of native code, a cancel or the end
of the server costs one child and never the server.  The job engine of a later issue replaces this.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from typing import Any

from colivraison.api.errors import PlanFinishedError, QueueFullError
from colivraison.api.process import ChildProcess
from colivraison.api.settings import ApiSettings
from colivraison.api.work_order import WorkOrder
from colivraison.errors import Fault
from colivraison.planning.progress import Stage, StageProgress
from colivraison.storage import PlanRecord, PlanStatus, PlanStore
from colivraison.storage.records import fault_from_json

__all__ = ["Runner"]

_LOG = logging.getLogger(__name__)


class _Ending(Enum):
    """Who decides how a running job ends; the first to say so."""

    CANCEL = auto()
    SHUTDOWN = auto()
    RESULT = auto()


@dataclass(slots=True)
class _Job:
    process: ChildProcess | None = None
    progress: StageProgress | None = None
    ending: _Ending | None = None


class Runner:
    """Plans waiting and running.

    Parameters
    ----------
    now
        The clock, UTC.
    """

    def __init__(
        self, store: PlanStore, settings: ApiSettings, now: Callable[[], dt.datetime]
    ) -> None:
        self._store = store
        self._settings = settings
        self._now = now
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._running: dict[str, _Job] = {}
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work_through, name=f"plan-{number}")
            for number in range(settings.running_max)
        ]

    def start(self) -> None:
        """Take up what a former server left waiting, and begin to work."""
        self._waiting.extend(record.id for record in self._store.recover(self._now()))
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End every child; what runs is marked interrupted, what waits keeps waiting on disk."""
        with self._changed:
            self._stopping = True
            for job in self._running.values():
                self._end(job, _Ending.SHUTDOWN)
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def refuse_when_full(self) -> None:
        """Raise `QueueFullError` when no more plan may wait."""
        if len(self._waiting) >= self._settings.waiting_max:
            raise QueueFullError(waiting=len(self._waiting))

    def add(self, record: PlanRecord, content: bytes, known_plan: bytes = b"") -> None:
        """Keep a plan and let it wait for its turn."""
        with self._changed:
            self.refuse_when_full()
            self._store.add(record, content, known_plan)
            self._waiting.append(record.id)
            self._changed.notify_all()

    def cancel(self, plan_id: str) -> None:
        """End a plan that waits or runs; it is marked cancelled when this returns.

        Raises
        ------
        PlanFinishedError
            When it had ended otherwise before.
        """
        with self._changed:
            if plan_id in self._waiting:
                self._waiting.remove(plan_id)
                self._settle(self._store.record(plan_id), PlanStatus.CANCELLED)
            elif job := self._running.get(plan_id):
                self._end(job, _Ending.CANCEL)
                self._changed.wait_for(lambda: plan_id not in self._running)
        if self._store.record(plan_id).status is not PlanStatus.CANCELLED:
            raise PlanFinishedError

    def progress(self, plan_id: str) -> StageProgress | None:
        """Return the latest step of a running plan."""
        job = self._running.get(plan_id)
        return job.progress if job else None

    def queue_position(self, plan_id: str) -> int | None:
        """Return how many plans go before, plus one; None when it does not wait."""
        with self._changed:
            return self._waiting.index(plan_id) + 1 if plan_id in self._waiting else None

    def counts(self) -> tuple[int, int]:
        """Return how many plans run and how many wait."""
        with self._changed:
            return len(self._running), len(self._waiting)

    def _work_through(self) -> None:
        while (plan_id := self._take()) is not None:
            try:
                self._run(plan_id, self._running[plan_id])
            except Exception:  # noqa: BLE001 - logged with its trace
                # This plan is lost and says so, the others are not.
                _LOG.exception("plan %s could not be computed or kept", plan_id)
            finally:
                with self._changed:
                    del self._running[plan_id]
                    self._changed.notify_all()

    def _take(self) -> str | None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping or bool(self._waiting))
            if self._stopping:
                return None
            plan_id = self._waiting.popleft()
            self._running[plan_id] = _Job()
            return plan_id

    def _run(self, plan_id: str, job: _Job) -> None:
        record = self._store.record(plan_id)
        try:
            record = replace(record, status=PlanStatus.RUNNING, started_at=self._now())
            self._store.replace(record)
            with self._workplace(plan_id) as folder:
                order = WorkOrder(
                    input=self._store.input_path(plan_id),
                    input_name=record.input_name,
                    today=record.today,
                    roads=self._settings.roads,
                    folder=folder,
                    stopping=record.stopping,
                    seed=record.seed,
                    threads=record.threads,
                    known_plan=self._store.known_plan_path(plan_id) if record.keep else None,
                    keep=record.keep,
                )
                self._conclude(record, job, order, self._last_word(job, order))
        except BaseException as error:
            # A full disk is something whoever runs the server can do something about.
            code = "not_kept" if isinstance(error, OSError) else "planning_failed"
            self._settle(record, PlanStatus.FAILED, Fault(code=code))
            raise

    @contextmanager
    def _workplace(self, plan_id: str) -> Iterator[Path]:
        """Give an empty folder aside and take away what is left of it."""
        folder = self._store.staging(plan_id)
        folder.mkdir(mode=0o700)
        try:
            yield folder
        finally:
            try:
                self._store.discard(folder)
            except OSError:
                # The next start sweeps it; how the plan ended is not touched by that.
                _LOG.exception("what plan %s left aside could not be removed", plan_id)

    def _last_word(self, job: _Job, order: WorkOrder) -> dict[str, Any]:
        """Let the child work and return its last message, empty when it died without one."""
        with self._changed:
            if job.ending is not None:
                return {}
            job.process = ChildProcess(order, self._settings.work)
        last: dict[str, Any] = {}
        for message in job.process.messages():
            if "stage" in message:
                job.progress = StageProgress(
                    stage=Stage(message["stage"]),
                    share=message["share"],
                    best_cents=message["best_cents"],
                )
            else:
                last = message
        return last

    def _conclude(
        self, record: PlanRecord, job: _Job, order: WorkOrder, last: dict[str, Any]
    ) -> None:
        with self._changed:
            job.ending = job.ending or _Ending.RESULT
        if job.ending is _Ending.CANCEL:
            self._settle(record, PlanStatus.CANCELLED)
        elif job.ending is _Ending.SHUTDOWN:
            self._settle(record, PlanStatus.FAILED, Fault(code="interrupted"))
        elif "files" in last:
            self._store.finish(
                replace(
                    record,
                    status=PlanStatus.SUCCEEDED,
                    finished_at=self._now(),
                    files=tuple(last["files"]),
                ),
                order.folder,
            )
        elif "faults" in last:
            faults = [fault_from_json(fault) for fault in last["faults"]]
            self._settle(record, PlanStatus.FAILED, *faults)
        else:
            status = job.process.exit_status if job.process else None
            _LOG.error("the process of plan %s ended with status %s", record.id, status)
            self._settle(record, PlanStatus.FAILED, Fault(code="planning_failed"))

    def _settle(self, record: PlanRecord, status: PlanStatus, *faults: Fault) -> None:
        self._store.settle(replace(record, status=status, finished_at=self._now(), faults=faults))

    def _end(self, job: _Job, ending: _Ending) -> None:
        if job.ending is None:
            job.ending = ending
            if job.process is not None:
                job.process.kill()
