"""A disk that is really full: plans fail and say so, the server goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Run in namespaces of its own, where mounting a file system of 256 KB needs no privilege.
ON_A_FULL_DISK = """
import datetime as dt, json, subprocess, sys, time, uuid
from pathlib import Path
from colivraison.api import ApiSettings
from colivraison.api.runner import Runner
from colivraison.pdptw.backends.protocol import Stopping
from colivraison.storage import PlanRecord, PlanStatus, PlanStore

disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)], check=True)
now = lambda: dt.datetime.now(dt.UTC)

def a_record():
    return PlanRecord(
        id=str(uuid.uuid4()), created_at=now(), status=PlanStatus.QUEUED, input_name="case.json",
        today=now().date(), stopping=Stopping(iterations=1), seed=1, threads=1,
    )

def ended(plan_id):
    for _ in range(300):
        record = store.record(plan_id)
        if record.status.finished and runner.counts() == (0, 0):
            return record
        time.sleep(0.1)
    raise SystemExit(f"plan {plan_id} is {record.status}, {runner.counts()} run and wait")

store = PlanStore(disk / "home")
runner = Runner(
    store, ApiSettings(roads=Path("x"), home=disk / "home", work="tiny_work:quick"), now
)
first, second = a_record(), a_record()
store.add(first, b"{}")
filler = (disk / "filler").open("wb", buffering=0)
try:
    while filler.write(bytes(4096)) == 4096:
        pass
except OSError as error:
    print("filled", error.errno)
runner.start()
failed = ended(first.id)
print(failed.status, [fault.code for fault in failed.faults])
try:
    runner.add(second, b"{}")
except OSError as error:
    print("refused", error.errno, runner.counts(), list((disk / "home" / "aside").iterdir()))
filler.close()
(disk / "filler").unlink()
runner.add(second, b"{}")
done = ended(second.id)
print(done.status)
runner.stop()
store.close()
with PlanStore(disk / "home") as store:
    print([record.status.value for record in store.records()])
"""


def _namespaces() -> bool:
    unshare = shutil.which("unshare")
    return bool(unshare) and (
        subprocess.run(
            [unshare, "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )


@pytest.mark.skipif(not _namespaces(), reason="the system gives no namespace to mount a disk in")
def test_a_full_disk_fails_the_plan_and_nothing_is_left_running(tmp_path: Path) -> None:
    done = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", ON_A_FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "filled 28",  # ENOSPC
        "failed ['not_kept']",
        "refused 28 (0, 0) []",
        "succeeded",
        # Newest first; the first plan's end reached the disk once there was room.
        "['succeeded', 'failed']",
    ]
    # The plan that could not be kept is in the log, with its trace.
    assert "No space left on device" in done.stderr
