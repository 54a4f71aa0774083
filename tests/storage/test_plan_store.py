"""The store keeps plans whole, whatever happens to the process that writes them."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from colivraison.errors import Fault, Where
from colivraison.pdptw.backends.protocol import Stopping
from colivraison.storage import (
    PlanNotFoundError,
    PlanRecord,
    PlanStatus,
    PlanStore,
    StoreDamagedError,
    StoreInUseError,
)
from colivraison.storage.files import ASIDE_PREFIX, write_atomically

NOON = dt.datetime(2026, 4, 7, 12, 0, tzinfo=dt.UTC)


def a_record(**changes: object) -> PlanRecord:
    record = PlanRecord(
        id=str(uuid.uuid4()),
        created_at=NOON,
        status=PlanStatus.QUEUED,
        input_name="semaine.xlsx",
        today=NOON.date(),
        stopping=Stopping(iterations=10),
        seed=1,
        threads=1,
    )
    return replace(record, **changes)


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_kept_record_is_read_back_as_it_was(tmp_path: Path) -> None:
    record = a_record(
        status=PlanStatus.FAILED,
        stopping=Stopping(time_limit_s=2.5),
        started_at=NOON,
        finished_at=NOON + dt.timedelta(seconds=3),
        idempotency_key="clé",
        known_plan_id=str(uuid.uuid4()),
        keep="rounds",
        request_sha256="ab",
        faults=(
            Fault(
                code="unknown_site", where=Where(sheet="orders", row=3), value="é", details={"n": 1}
            ),
        ),
        files=("rounds.csv",),
    )
    with PlanStore(tmp_path) as store:
        store.add(record, b"content", b"a plan")
        assert store.record(record.id) == record
        assert store.known_plan_path(record.id).read_bytes() == b"a plan"
        assert store.input_path(record.id).read_bytes() == b"content"


def test_a_record_of_before_plans_were_planned_again_is_read() -> None:
    record = a_record()
    document = json.loads(record.to_bytes())
    del document["known_plan_id"], document["keep"]
    assert PlanRecord.from_bytes(json.dumps(document).encode()) == record


def test_the_newest_plan_is_listed_first(tmp_path: Path) -> None:
    older, newer = a_record(), a_record(created_at=NOON + dt.timedelta(seconds=1))
    with PlanStore(tmp_path) as store:
        store.add(newer, b"")
        store.add(older, b"")
        assert [record.id for record in store.records()] == [newer.id, older.id]


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    home = tmp_path / "state"
    record = a_record()
    with PlanStore(home) as store:
        store.add(record, b"")
        store.replace(record)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "plans" / record.id).stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "plans" / record.id / "record.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "plan_id",
    [
        "../../etc",  # a path
        "6f1c2f0e-1c1f-4d7e-9d7e-000000000000\n",  # a newline behind a good id
        "6F1C2F0E-1C1F-4D7E-9D7E-000000000000",  # not as we write it
        "6f1c2f0e-1c1f-1d7e-9d7e-000000000000",  # version 1
        "6f1c2f0e-1c1f-4d7e-9d7e-000000000000",  # well-formed, but nobody's
        "",
    ],
)
def test_an_id_we_did_not_give_is_not_found(tmp_path: Path, plan_id: str) -> None:
    with PlanStore(tmp_path) as store:
        with pytest.raises(PlanNotFoundError):
            store.record(plan_id)
        with pytest.raises(PlanNotFoundError):
            store.delete(plan_id)


def test_a_result_is_read_by_the_names_it_lists_and_by_no_other(tmp_path: Path) -> None:
    record = a_record()
    with PlanStore(tmp_path) as store:
        store.add(record, b"")
        staged = store.staging(record.id)
        (staged / "fr").mkdir(parents=True)
        (staged / "fr" / "rounds.csv").write_text("tournée")
        (staged / "fr" / "unlisted.txt").write_text("no")
        done = replace(record, status=PlanStatus.SUCCEEDED, files=("rounds.csv",))
        store.finish(done, staged)
        assert store.result_file(done, "fr", "rounds.csv").read_text() == "tournée"
        assert store.record(record.id) == done
        for name in ("unlisted.txt", "../../record.json", "fr/rounds.csv", ""):
            with pytest.raises(PlanNotFoundError):
                store.result_file(done, "fr", name)
    assert not any((tmp_path / "aside").iterdir())


def test_erasing_leaves_no_file(tmp_path: Path) -> None:
    record = a_record()
    with PlanStore(tmp_path) as store:
        store.add(record, b"a name that must go")
        store.delete(record.id)
        with pytest.raises(PlanNotFoundError):
            store.record(record.id)
    assert files_below(tmp_path) == ["lock"]


def test_after_a_crash_a_running_plan_has_failed_and_a_waiting_one_waits(tmp_path: Path) -> None:
    running = a_record(status=PlanStatus.RUNNING)
    first, second = a_record(), a_record(created_at=NOON + dt.timedelta(seconds=1))
    done = a_record(status=PlanStatus.SUCCEEDED)
    with PlanStore(tmp_path) as store:
        for record in (second, running, first, done):
            store.add(record, b"")
        # The crash came between the result and the record that announces it.
        (tmp_path / "plans" / running.id / "result").mkdir()
    later = NOON + dt.timedelta(hours=1)
    with PlanStore(tmp_path) as store:
        assert [record.id for record in store.recover(later)] == [first.id, second.id]
        failed = store.record(running.id)
        assert failed.status is PlanStatus.FAILED
        assert failed.finished_at == later
        assert [fault.code for fault in failed.faults] == ["interrupted"]
        assert not (tmp_path / "plans" / running.id / "result").exists()
        assert store.record(done.id) == done


def test_opening_sweeps_what_was_being_prepared(tmp_path: Path) -> None:
    record = a_record()
    with PlanStore(tmp_path) as store:
        store.add(record, b"")
        store.staging(record.id).mkdir()
    (tmp_path / "plans" / record.id / f"{ASIDE_PREFIX}x").write_text("half")
    with PlanStore(tmp_path):
        assert files_below(tmp_path / "plans") == [f"{record.id}/input", f"{record.id}/record.json"]
        assert not (tmp_path / "aside").exists()


def test_a_second_server_is_kept_out_until_the_first_lets_go(tmp_path: Path) -> None:
    with PlanStore(tmp_path), pytest.raises(StoreInUseError):
        PlanStore(tmp_path)
    PlanStore(tmp_path).close()


@pytest.mark.parametrize(
    "content",
    [
        b"",  # cut off
        b"[]",  # another shape
        b'{"record_version": 2}',  # a later version's
        b'{"record_version": 1}',  # members missing
        b"[" * 100_000,  # nested beyond reading
        b"\xff\xfe",  # no text at all
    ],
)
def test_a_record_that_cannot_be_read_is_said_with_its_plan(tmp_path: Path, content: bytes) -> None:
    record = a_record()
    with PlanStore(tmp_path) as store:
        store.add(record, b"")
        (tmp_path / "plans" / record.id / "record.json").write_bytes(content)
        with pytest.raises(StoreDamagedError, match=record.id):
            store.record(record.id)


DAMAGES = {
    # a power cut on a file system that loses content
    "empty": lambda path: path.write_bytes(b""),
    # restored by hand from another plan
    "another plan's": lambda path: path.write_bytes(a_record().to_bytes()),
    # would make the list unsortable
    "no time zone": lambda path: path.write_text(path.read_text().replace("+00:00", "")),
    # would make an answer of the API fail
    "a number for a name": lambda path: path.write_text(
        path.read_text().replace('"semaine.xlsx"', "7")
    ),
    # the system itself refuses to read it
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_plan_is_set_aside_whole_and_the_others_go_on(
    tmp_path: Path, damage: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = a_record(status=PlanStatus.RUNNING), a_record()
    with PlanStore(tmp_path) as store:
        store.add(bad, b"what somebody typed")
        store.add(good, b"")
    damage(tmp_path / "plans" / bad.id / "record.json")
    with PlanStore(tmp_path) as store:
        assert store.recover(NOON) == [good]
        assert store.records() == [good]
        with pytest.raises(PlanNotFoundError):
            store.record(bad.id)
    kept = tmp_path / "damaged" / bad.id
    assert (kept / "input").read_bytes() == b"what somebody typed"
    assert (kept / "record.json").exists()
    (entry,) = caplog.records
    assert bad.id in entry.getMessage()
    assert str(kept) in entry.getMessage()


def test_two_damaged_plans_of_one_name_are_both_kept(tmp_path: Path) -> None:
    bad = a_record()
    with PlanStore(tmp_path) as store:
        for _ in range(2):
            store.add(bad, b"")
            (tmp_path / "plans" / bad.id / "record.json").write_bytes(b"")
            assert store.records() == []
    assert sorted(p.name for p in (tmp_path / "damaged").iterdir()) == [bad.id, f"{bad.id}-2"]


def test_a_last_word_the_disk_refuses_is_told_and_written_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    running, other = a_record(status=PlanStatus.RUNNING), a_record()
    failed = replace(running, status=PlanStatus.FAILED, finished_at=NOON)
    with PlanStore(tmp_path) as store:
        store.add(running, b"")
        store.add(other, b"")
        # A folder in the place of the file: the rename over it is refused, whoever asks.
        path = tmp_path / "plans" / running.id / "record.json"
        path.unlink()
        path.mkdir()
        store.settle(failed)
        assert [entry.levelname for entry in caplog.records] == ["ERROR"]
        assert store.record(running.id) == failed
        assert {record.id: record for record in store.records()}[running.id] == failed
        path.rmdir()
        store.settle(replace(other, status=PlanStatus.CANCELLED))
    with PlanStore(tmp_path) as store:
        assert store.record(running.id) == failed


def test_a_last_word_of_an_erased_plan_is_forgotten(tmp_path: Path) -> None:
    record = a_record()
    with PlanStore(tmp_path) as store:
        store.add(record, b"")
        store.delete(record.id)
        store.settle(record)
        with pytest.raises(PlanNotFoundError):
            store.record(record.id)
        assert store.records() == []


def test_a_write_that_fails_keeps_the_old_content_and_no_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "record.json"
    write_atomically(path, b"old")

    def disk_full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert files_below(tmp_path) == ["record.json"]


WRITER = """
import sys
from dataclasses import replace
from pathlib import Path
from colivraison.errors import Fault
from colivraison.storage import PlanStore
store = PlanStore(Path(sys.argv[1]))
record = store.records()[0]
print("ready", flush=True)
for size in range(10**9):
    store.replace(replace(record, faults=(Fault(code="x", value="é" * (size % 5000)),)))
"""


def test_killed_at_any_moment_the_record_is_whole(tmp_path: Path) -> None:
    record = a_record()
    with PlanStore(tmp_path) as store:
        store.add(record, b"content")
    wait_s = random.Random(1)
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE
        ) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(wait_s.uniform(0.0, 0.05))
            writer.send_signal(signal.SIGKILL)
        # The lock went with the process, and the content is one of those written, whole.
        with PlanStore(tmp_path) as store:
            (found,) = store.records()
            assert replace(found, faults=()) == record
            assert all(set(fault.value) <= {"é"} for fault in found.faults)
    assert files_below(tmp_path / "plans") == [f"{record.id}/input", f"{record.id}/record.json"]
