"""The folder of plans.

::

    home/            0700, one server at a time (``lock``)
      plans/<id>/    record.json   input   result/<language>/<file>
      aside/         whatever is being prepared; swept at every start
      damaged/       plans whose record could not be read, for a person to look at; never swept
"""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from colivraison.errors import Fault
from colivraison.storage.errors import PlanNotFoundError, StoreDamagedError, StoreInUseError
from colivraison.storage.files import ASIDE_PREFIX, move_in, sync_folder, write_atomically
from colivraison.storage.records import PlanRecord, PlanStatus

__all__ = ["PlanStore"]

_LOG = logging.getLogger(__name__)
_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_RECORD = "record.json"
_INPUT = "input"
_KNOWN_PLAN = "known_plan.json"
_RESULT = "result"


class PlanStore:
    """Plans on disk. Every change is one rename; what is read is always whole.

    Methods may be called from several threads as long as no two of them change one plan at once.

    Parameters
    ----------
    home
        Created, readable by its owner only, when absent.

    Raises
    ------
    StoreInUseError
        When another process has it open: two would take each other's plans for dead.
    """

    def __init__(self, home: Path) -> None:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._plans = home / "plans"
        self._aside = home / "aside"
        self._damaged = home / "damaged"
        # What stands here is newer than what the disk holds; see `settle`.
        self._unwritten: dict[str, PlanRecord] = {}
        self._unwritten_lock = threading.Lock()
        self._lock = (home / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise StoreInUseError(str(home)) from None
        self._plans.mkdir(mode=0o700, exist_ok=True)
        self._sweep()

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the folder."""
        self.close()

    def close(self) -> None:
        """Let go of the folder; the kernel does the same when the process dies."""
        self._lock.close()

    def add(self, record: PlanRecord, content: bytes, known_plan: bytes = b"") -> None:
        """Keep a new plan: its record, the input as it was given, and a plan it is to resemble."""
        aside = self.staging(record.id)
        try:
            aside.mkdir(mode=0o700)
            (aside / _INPUT).write_bytes(content)
            if known_plan:
                (aside / _KNOWN_PLAN).write_bytes(known_plan)
            (aside / _RECORD).write_bytes(record.to_bytes())
            move_in(aside, self._folder(record.id))
        except OSError:
            self.discard(aside)
            raise

    def record(self, plan_id: str) -> PlanRecord:
        """Return what is known of a plan.

        Raises
        ------
        PlanNotFoundError
            When there is none of this id, or the id is not one we give.
        StoreDamagedError
            When its record cannot be read.
        """
        path = self._folder(plan_id) / _RECORD
        if (newer := self._unwritten.get(plan_id)) is not None:
            return newer
        try:
            record = PlanRecord.from_bytes(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise PlanNotFoundError(plan_id) from None
        except (OSError, StoreDamagedError) as error:
            # Also a record the system refuses to hand over: a bad block, somebody else's file.
            raise StoreDamagedError(f"plan {plan_id}: {error}") from error
        if record.id != plan_id:
            raise StoreDamagedError(f"plan {plan_id}: holds the record of {record.id}")
        return record

    def records(self) -> list[PlanRecord]:
        """Return every record, newest first.

        A plan erased meanwhile is left out.  So is one whose record cannot be read: its folder is
        set aside below ``damaged``, which the log tells, and the others go on.
        """
        found: list[PlanRecord] = []
        for folder in self._plans.iterdir():
            try:
                found.append(self.record(folder.name))
            except PlanNotFoundError:
                continue
            except StoreDamagedError as error:
                self._set_aside(folder, error)
        return sorted(found, key=lambda record: (record.created_at, record.id), reverse=True)

    def count(self) -> int:
        """Return how many plans are kept, without reading them."""
        return sum(1 for _ in self._plans.iterdir())

    def input_path(self, plan_id: str) -> Path:
        """Return where the input of a plan lies."""
        return self._folder(plan_id) / _INPUT

    def known_plan_path(self, plan_id: str) -> Path:
        """Return where the plan lies that one is to keep something of."""
        return self._folder(plan_id) / _KNOWN_PLAN

    def replace(self, record: PlanRecord) -> None:
        """Replace the record of a plan that is kept."""
        write_atomically(self._folder(record.id) / _RECORD, record.to_bytes())
        with self._unwritten_lock:
            self._unwritten.pop(record.id, None)

    def settle(self, record: PlanRecord) -> None:
        """Replace a record by its last word, which counts even where the disk refuses it.

        Until it can be written (tried again at every later change of the store) it is kept in
        memory and told to everybody who reads the record.
        """
        with self._unwritten_lock:
            self._unwritten[record.id] = record
        self._write_owed()

    def staging(self, plan_id: str) -> Path:
        """Return a path, not yet existing, where something for a plan may be prepared."""
        self._folder(plan_id)
        self._aside.mkdir(mode=0o700, exist_ok=True)
        return self._aside / plan_id

    def discard(self, staged: Path) -> None:
        """Remove what was being prepared, if it is there."""
        if staged.exists():
            shutil.rmtree(staged)

    def finish(self, record: PlanRecord, staged: Path) -> None:
        """Keep a result prepared aside, one folder per language, and the record that says so."""
        result = self._folder(record.id) / _RESULT
        move_in(staged, result)
        try:
            self.replace(record)
        except OSError:
            # Nothing would ever lead to it.
            self.discard(result)
            raise
        self._write_owed()

    def result_file(self, record: PlanRecord, language: str, name: str) -> Path:
        """Return the path of a file of a result.

        Raises
        ------
        PlanNotFoundError
            When the record lists no file of this name: names come from the list, never from
            whoever asks.
        """
        for known in record.files:
            if known == name:
                return self._folder(record.id) / _RESULT / language / known
        raise PlanNotFoundError(record.id)

    def delete(self, plan_id: str) -> None:
        """Erase a plan: record, input and result.

        Raises
        ------
        PlanNotFoundError
            When there is none of this id.
        """
        doomed = self.staging(plan_id).with_suffix(".erased")
        try:
            self._folder(plan_id).rename(doomed)
        except FileNotFoundError:
            raise PlanNotFoundError(plan_id) from None
        with self._unwritten_lock:
            self._unwritten.pop(plan_id, None)
        sync_folder(self._plans)
        shutil.rmtree(doomed)
        self._write_owed()

    def recover(self, now: dt.datetime) -> list[PlanRecord]:
        """Settle what a crash left open and return the plans still waiting, oldest first.

        A plan found running is marked failed with the fault ``interrupted``: whoever asked for it
        decides whether to ask again.
        """
        waiting: list[PlanRecord] = []
        for record in reversed(self.records()):
            if record.status is PlanStatus.RUNNING:
                self.discard(self._folder(record.id) / _RESULT)
                self.settle(
                    replace(
                        record,
                        status=PlanStatus.FAILED,
                        finished_at=now,
                        faults=(Fault(code="interrupted"),),
                    )
                )
            elif record.status is PlanStatus.QUEUED:
                waiting.append(record)
        return waiting

    def _folder(self, plan_id: str) -> Path:
        if not _UUID4.fullmatch(plan_id):
            raise PlanNotFoundError(plan_id)
        return self._plans / plan_id

    def _set_aside(self, folder: Path, reason: StoreDamagedError) -> None:
        """Move a folder out of the way without losing anything of it."""
        place = self._damaged / folder.name
        try:
            self._damaged.mkdir(mode=0o700, exist_ok=True)
            number = 1
            while place.exists():
                number += 1
                place = self._damaged / f"{folder.name}-{number}"
            folder.rename(place)
        except FileNotFoundError:
            # Another thread was faster.
            return
        except OSError as error:
            _LOG.error("%s; passed over, and it cannot be set aside: %s", reason, error)
            return
        _LOG.error("%s; set aside as %s", reason, place)

    def _write_owed(self) -> None:
        with self._unwritten_lock:
            owed = list(self._unwritten.values())
        for record in owed:
            try:
                self.replace(record)
            except FileNotFoundError:
                # Erased meanwhile.
                with self._unwritten_lock:
                    self._unwritten.pop(record.id, None)
            except OSError as error:
                _LOG.error("plan %s: its end is not on the disk yet: %s", record.id, error)

    def _sweep(self) -> None:
        self.discard(self._aside)
        for left_over in self._plans.glob(f"*/{ASIDE_PREFIX}*"):
            left_over.unlink()
