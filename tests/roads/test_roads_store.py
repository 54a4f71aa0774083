"""Many arrays in one file: what goes in comes out, and nothing else passes for it."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from colivraison.errors import InputError
from colivraison.roads.storing.aside import require_writable, written_aside
from colivraison.roads.storing.store import ArrayFile, write_arrays

ARRAYS = {
    "whole": np.arange(7, dtype=np.int32),
    "packed": np.array([[1, -(2**40)], [3, 4], [5, 6]], dtype=np.int64),
    "shares": np.array([0.5, np.nan, -np.inf], dtype=np.float32),
    "open": np.array([True, False, True]),
    "layers": np.array([0, 255], dtype=np.uint8),
    "nothing": np.empty((0, 2), dtype=np.int32),
    "one_number": np.array(7, dtype=np.int16),
}
META = {"name": "Die, Drôme", "counts": {"ways_read": 3}}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "t.roads"
    write_arrays(path, kind="roads", version=3, meta=META, arrays=ARRAYS)
    return path


def opened(path: Path) -> ArrayFile:
    return ArrayFile.open(path, kind="roads", version=3)


def read_all(path: Path) -> None:
    found = opened(path)
    for name in found.names:
        found.array(name)


def codes(path: Path) -> list[str]:
    """Return the codes with which a file is refused, at its opening or at the reading of all."""
    with pytest.raises(InputError) as refused:
        read_all(path)
    assert {fault.where.file for fault in refused.value.faults} == {path.name}
    return [fault.code for fault in refused.value.faults]


def test_every_array_comes_back_as_it_was(written: Path) -> None:
    found = opened(written)
    assert found.meta == META
    assert found.names == tuple(ARRAYS)
    for name, array in ARRAYS.items():
        back = found.array(name)
        assert back.dtype == array.dtype
        assert back.shape == array.shape
        np.testing.assert_array_equal(back, array)


def test_arrays_are_views_of_the_file_that_nobody_can_change(written: Path) -> None:
    found = opened(written)
    for name in found.names:
        array = found.array(name)
        assert not array.flags.writeable
        assert not array.flags.owndata or array.size == 0
        assert found.array(name) is array


def test_every_array_begins_at_a_cache_line(written: Path) -> None:
    found = opened(written)
    starts = [found.array(name).ctypes.data for name in found.names if found.array(name).size]
    assert [start % 64 for start in starts] == [0] * len(starts)


def test_arrays_outlive_the_file_they_come_from(written: Path) -> None:
    array = opened(written).array("whole")
    write_arrays(written, kind="roads", version=3, meta={}, arrays={})
    written.unlink()
    assert array.tolist() == [0, 1, 2, 3, 4, 5, 6]


def test_strides_and_byte_order_of_what_is_given_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "t.roads"
    plain = np.arange(12, dtype=np.int32).reshape(3, 4)
    given = {"every_second": plain[:, ::2], "turned": plain.T, "big": plain.astype(">i4")}
    write_arrays(path, kind="roads", version=3, meta={}, arrays=given)
    found = opened(path)
    for name, array in given.items():
        np.testing.assert_array_equal(found.array(name), array)
        assert found.array(name).dtype.str == "<i4"


def test_objects_are_never_stored(tmp_path: Path) -> None:
    path = tmp_path / "t.roads"
    with pytest.raises(TypeError, match="object"):
        write_arrays(
            path, kind="roads", version=3, meta={}, arrays={"x": np.array([{}], dtype=object)}
        )
    assert list(tmp_path.iterdir()) == []


# --- what is not ours, or no longer whole


def test_the_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert codes(tmp_path / "t.roads") == ["file_not_found"]
    assert codes(tmp_path) == ["map_is_folder"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 a workbook", "roads_file_foreign"),
        (b"\n\x00\x00\x00\x0d\x0a\x09OSMHeader", "roads_file_foreign"),  # a .osm.pbf, renamed
        (b"id,lat,lon\na,47.6,-2.1\n" * 100, "roads_file_foreign"),
        (b"", "roads_file_truncated"),  # a copy that failed at once
    ],
)
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "t.roads"
    path.write_bytes(content)
    assert codes(path) == [code]


def test_a_file_cut_anywhere_is_said_to_be_cut(written: Path) -> None:
    whole = written.read_bytes()
    for length in [*range(80), *range(80, len(whole), 37), len(whole) - 1]:
        written.write_bytes(whole[:length])
        assert codes(written) == ["roads_file_truncated"], length


def test_one_changed_byte_never_passes(written: Path) -> None:
    whole = bytearray(written.read_bytes())
    used = {0}
    found = opened(written)
    base = found.array("whole").ctypes.data
    for name in found.names:
        array = found.array(name)
        start = array.ctypes.data - base + 64
        used.update(range(start, start + array.nbytes) if array.size else ())
    index_start = struct.unpack_from("<Q", whole, 24)[0]
    checked = sorted(used | set(range(64)) | set(range(index_start, len(whole))))
    for at in checked:
        changed = bytearray(whole)
        changed[at] ^= 0x10
        written.write_bytes(changed)
        # Within the magic it is no longer known to be ours.
        assert codes(written) == ["roads_file_foreign" if at < 8 else "roads_file_damaged"], at


def test_something_behind_the_end_is_damage(written: Path) -> None:
    written.write_bytes(written.read_bytes() + b"\0")
    assert codes(written) == ["roads_file_damaged"]


def test_a_transfer_as_text_is_no_longer_ours(written: Path) -> None:
    written.write_bytes(written.read_bytes().replace(b"\r\n", b"\n"))
    assert codes(written) == ["roads_file_foreign"]


@pytest.mark.parametrize(
    ("kind", "version", "code"),
    [("roads", 2, "roads_file_version"), ("metric", 3, "roads_file_foreign")],
)
def test_another_kind_or_version_of_content_is_refused(
    tmp_path: Path, kind: str, version: int, code: str
) -> None:
    path = tmp_path / "t.roads"
    write_arrays(path, kind=kind, version=version, meta={}, arrays={})
    assert codes(path) == [code]


def sealed(index: object, *, layout: int = 1) -> bytes:
    """Return a file whose checks are right and whose index is of somebody's own invention."""
    text = json.dumps(index).encode()
    head = struct.pack(
        "<8sIIQQQ", b"\xf2CLV\r\n\x1a\n", layout, zlib.crc32(text), 64 + len(text), 64, len(text)
    ).ljust(60, b"\0")
    return head + struct.pack("<I", zlib.crc32(head)) + text


def entry(**changed: object) -> dict[str, object]:
    arrays = {"a": {"at": 0, "dtype": "<i4", "shape": [1], "crc": 0} | changed}
    return {"kind": "roads", "version": 3, "meta": {}, "arrays": arrays}


@pytest.mark.parametrize(
    "index",
    [
        [],
        {"kind": "roads"},
        {"kind": "roads", "version": 3, "meta": 1, "arrays": {}},
        entry(shape=[10**18, 10**18]),  # larger than any file
        entry(shape=[-1]),
        entry(shape="x"),
        entry(dtype="|O8"),  # would be pointers of another process
        entry(dtype="no such type"),
        entry(at=-4),
        entry(at=10**30),
        entry(at=100_000),
        {**entry(), "arrays": {"a": 3}},
    ],
)
def test_an_index_made_up_by_somebody_is_damage(tmp_path: Path, index: object) -> None:
    path = tmp_path / "t.roads"
    path.write_bytes(sealed(index))
    assert codes(path) == ["roads_file_damaged"]


def test_a_layout_of_the_future_is_another_version(tmp_path: Path) -> None:
    path = tmp_path / "t.roads"
    path.write_bytes(sealed(entry(), layout=2))
    assert codes(path) == ["roads_file_version"]


# --- whole or not at all


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_whatever_interrupts_the_writing_leaves_what_was_there(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "t.roads"
    path.write_bytes(b"old")

    def stops_halfway() -> None:
        with written_aside(path) as stream:
            stream.write(b"half")
            raise error

    with pytest.raises(error):
        stops_halfway()
    assert [p.name for p in tmp_path.iterdir()] == ["t.roads"]
    assert path.read_bytes() == b"old"


KILLED = """
import os, signal, sys
from pathlib import Path
from colivraison.roads.storing.aside import written_aside
with written_aside(Path(sys.argv[1])) as stream:
    stream.write(b"half")
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def aged(path: Path, hours: float) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def test_what_a_killed_process_left_is_removed_by_a_writing_of_the_next_day(
    tmp_path: Path,
) -> None:
    path = tmp_path / "t.roads"
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".t.roads.")
    # Another one writes at this moment: our parent, who lives.
    theirs = tmp_path / f".t.roads.colivraison-new-{os.getppid()}-1"
    theirs.write_bytes(b"half")
    aged(theirs, 48)
    # Its number is of no process here, but it may be of one on another machine, who writes.
    aged(left, 23)
    with written_aside(path) as stream:
        stream.write(b"whole")
    assert {p.name for p in tmp_path.iterdir()} == {"t.roads", theirs.name, left.name}
    aged(left, 25)
    with written_aside(path) as stream:
        stream.write(b"newer")
    assert {p.name for p in tmp_path.iterdir()} == {"t.roads", theirs.name}
    assert path.read_bytes() == b"newer"


def test_two_writings_of_one_file_at_once_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "t.roads"
    with written_aside(path) as one, written_aside(path) as two:
        one.write(b"one")
        two.write(b"two")
    # The second one ends first; then the first one takes its place.
    assert path.read_bytes() == b"one"
    assert [p.name for p in tmp_path.iterdir()] == ["t.roads"]


def test_a_file_that_stands_is_not_called_unwritten_when_the_disk_does_not_confirm_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.roads"
    fsync = os.fsync

    def fails_for_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, "Input/output error")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fails_for_folders)

    def write() -> None:
        with written_aside(path) as stream:
            stream.write(b"whole")

    with pytest.raises(InputError) as refused:
        write()
    (fault,) = refused.value.faults
    assert (fault.code, fault.details) == ("file_not_confirmed", {"why": "Input/output error"})
    assert path.read_bytes() == b"whole"
    assert [p.name for p in tmp_path.iterdir()] == ["t.roads"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    link = tmp_path / "t.roads"
    link.symlink_to(tmp_path / "far" / "real.roads")
    with written_aside(link) as stream:
        stream.write(b"whole")
    assert link.is_symlink()
    assert (tmp_path / "far" / "real.roads").read_bytes() == b"whole"


def no_such_folder(tmp_path: Path) -> Path:
    return tmp_path / "missing" / "t.roads"


def a_folder(tmp_path: Path) -> Path:
    (tmp_path / "t.roads").mkdir()
    return tmp_path / "t.roads"


def below_a_file(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(b"")
    return tmp_path / "file" / "t.roads"


@pytest.mark.parametrize("place", [no_such_folder, a_folder, below_a_file])
def test_a_place_that_cannot_be_written_is_said_before_and_at_the_writing(
    tmp_path: Path, place: Callable[[Path], Path]
) -> None:
    path = place(tmp_path)
    for write in (
        lambda: require_writable(path),
        lambda: write_arrays(path, kind="roads", version=3, meta={}, arrays={}),
    ):
        with pytest.raises(InputError) as refused:
            write()
        (fault,) = refused.value.faults
        assert fault.code == "file_not_written"
        assert fault.details["why"]
    assert not [p for p in tmp_path.rglob("*") if "colivraison-new" in p.name]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    # /dev/full answers every writing with "no space left"; the rename never comes.
    path = tmp_path / "t.roads"
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")

    def write() -> None:
        with written_aside(path) as stream, Path("/dev/full").open("wb") as full:
            os.dup2(full.fileno(), stream.fileno())
            stream.write(b"x" * 100_000)

    with pytest.raises(InputError) as refused:
        write()
    assert [fault.code for fault in refused.value.faults] == ["file_not_written"]
    assert list(tmp_path.iterdir()) == []
