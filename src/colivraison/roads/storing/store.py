"""Many arrays in one file that is mapped into memory, not read.

::

    0    magic (8 bytes)   layout u32   CRC-32 of the index u32
    16   length of the file u64   start of the index u64   length of the index u64
    40   zeros   60   CRC-32 of bytes 0 to 59 u32
    64   arrays, each from a multiple of 64 bytes on
    ...  index: JSON in UTF-8 (kind, version, meta, and for each array its place, type, shape, CRC)

All numbers are little-endian.  The magic begins with a byte above 127 and holds both kinds of line
end and an end-of-file sign, so that a transfer "as text" cannot pass for ours (as in PNG,
ISO/IEC 15948, 5.2).  Opening maps the file and reads the header and the index; an array's CRC is
checked when it is first asked for.  CRC-32 is against accidents, not against people: what is read
is numbers and JSON, never code.
"""

from __future__ import annotations

import json
import math
import mmap
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import NDArray

from colivraison.errors import Fault, InputError, Where
from colivraison.roads.storing.aside import written_aside
from colivraison.roads.storing.refused import file_fault, refusal

__all__ = ["ArrayFile", "write_arrays"]

_MAGIC = b"\xf2CLV\r\n\x1a\n"
_LAYOUT = 1
_HEAD = struct.Struct("<8sIIQQQ")
_HEAD_BYTES = 64
_CHECK = struct.Struct("<I")
_ALIGN = 64
# Whole numbers, decimals, truth values: nothing that would have to be unpickled.
_KINDS = "biuf"


def write_arrays(
    path: Path,
    *,
    kind: str,
    version: int,
    meta: Mapping[str, Any],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Write one file, whole or not at all.

    Parameters
    ----------
    kind, version
        What the arrays mean; a file of another kind or version is refused by ``ArrayFile.open``.
    meta
        What a person or a program wants to know without any array; JSON.
    arrays
        By name; numbers and truth values of any shape.

    Raises
    ------
    InputError
        ``file_not_written``.
    """
    with written_aside(path) as stream:
        stream.write(bytes(_HEAD_BYTES))
        at = _HEAD_BYTES
        entries: dict[str, dict[str, Any]] = {}
        for name, given in arrays.items():
            # `ascontiguousarray` would make a number without dimensions a row of one.
            array = np.asarray(given, order="C")
            if array.dtype.kind not in _KINDS:
                raise TypeError(f"{name}: arrays of {array.dtype} are not stored")
            array = array.astype(array.dtype.newbyteorder("<"), copy=False)
            content = array.reshape(-1).view(np.uint8)
            at += _pad(stream, at)
            stream.write(content.data)
            entries[name] = {
                "at": at,
                "dtype": array.dtype.str,
                "shape": list(array.shape),
                "crc": zlib.crc32(content.data),
            }
            at += len(content)
        at += _pad(stream, at)
        index = json.dumps(
            {"kind": kind, "version": version, "meta": meta, "arrays": entries},
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()
        stream.write(index)
        stream.seek(0)
        head = _HEAD.pack(_MAGIC, _LAYOUT, zlib.crc32(index), at + len(index), at, len(index))
        head = head.ljust(_HEAD_BYTES - _CHECK.size, b"\0")
        stream.write(head + _CHECK.pack(zlib.crc32(head)))


def _pad(stream: BinaryIO, at: int) -> int:
    """Write zeros up to the next place where an array may begin; return how many."""
    return stream.write(bytes(-at % _ALIGN))


class ArrayFile:
    """A file of ``write_arrays``, mapped into memory.

    The arrays handed out are views of the map and keep it alive; the file may be replaced (by
    renaming) at any time without harm to them.

    Parameters
    ----------
    meta
        As written.
    names
        Names of the arrays.
    """

    def __init__(
        self,
        *,
        path: Path,
        content: mmap.mmap,
        meta: Mapping[str, Any],
        entries: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.meta = meta
        self.names = tuple(entries)
        self._path = path
        self._content = content
        self._entries = entries
        self._found: dict[str, NDArray[Any]] = {}

    @classmethod
    def open(cls, path: Path, *, kind: str, version: int) -> Self:
        """Map a file and check its header and its index.

        Raises
        ------
        InputError
            ``file_not_found``, ``map_is_folder``, ``file_refused`` (by the system),
            ``roads_file_foreign`` (not ours, or of another kind), ``roads_file_truncated``,
            ``roads_file_damaged`` or ``roads_file_version``.
        """
        content = _mapped(path)
        _require_whole(path, content)
        _, layout, crc, _, start, length = _HEAD.unpack_from(content)
        if layout != _LAYOUT:
            raise _refused(path, "roads_file_version")
        index = content[start : start + length]
        if zlib.crc32(index) != crc:
            raise _refused(path, "roads_file_damaged")
        try:
            read = json.loads(index)
            found_kind, found_version = read["kind"], read["version"]
            meta, entries = dict(read["meta"]), dict(read["arrays"])
        except (ValueError, KeyError, TypeError) as error:
            raise _refused(path, "roads_file_damaged") from error
        if found_kind != kind:
            raise _refused(path, "roads_file_foreign")
        if found_version != version:
            raise _refused(path, "roads_file_version")
        return cls(path=path, content=content, meta=meta, entries=entries)

    def array(self, name: str) -> NDArray[Any]:
        """Return an array, read-only; its content is checked the first time.

        Raises
        ------
        InputError
            ``roads_file_damaged``.
        KeyError
            Where the file has no such array.
        """
        if name not in self._found:
            self._found[name] = self._checked(self._entries[name])
        return self._found[name]

    def _checked(self, entry: Mapping[str, Any]) -> NDArray[Any]:
        try:
            array, crc = self._view(entry), int(entry["crc"])
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise _refused(self._path, "roads_file_damaged") from error
        if zlib.crc32(array.data) != crc:
            raise _refused(self._path, "roads_file_damaged")
        return array

    def _view(self, entry: Mapping[str, Any]) -> NDArray[Any]:
        """Return the part of the map an entry speaks of; an entry of nonsense is a ValueError."""
        dtype = np.dtype(str(entry["dtype"]))
        shape = tuple(int(size) for size in entry["shape"])
        if dtype.kind not in _KINDS or min(shape, default=0) < 0:
            raise ValueError(dtype, shape)
        # Whole numbers of Python: a made-up shape must not overflow into a small one.
        count = math.prod(shape)
        if count == 0:
            empty = np.empty(shape, dtype=dtype)
            empty.flags.writeable = False
            return empty
        return np.frombuffer(
            self._content, dtype=dtype, count=count, offset=int(entry["at"])
        ).reshape(shape)


def _mapped(path: Path) -> mmap.mmap:
    if fault := file_fault(path):
        raise InputError([fault])
    try:
        with path.open("rb") as stream:
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:  # an empty file cannot be mapped
        raise _refused(path, "roads_file_truncated") from error
    except OSError as error:
        raise InputError([refusal(path, error)]) from error


def _require_whole(path: Path, content: mmap.mmap) -> None:
    """Check the header and that the file ends where it says."""
    size = len(content)
    if content[: len(_MAGIC)] != _MAGIC[:size]:
        raise _refused(path, "roads_file_foreign")
    if size < _HEAD_BYTES:
        raise _refused(path, "roads_file_truncated")
    checked = _HEAD_BYTES - _CHECK.size
    if zlib.crc32(content[:checked]) != _CHECK.unpack_from(content, checked)[0]:
        raise _refused(path, "roads_file_damaged")
    _, _, _, total, start, length = _HEAD.unpack_from(content)
    if size < total:
        raise _refused(path, "roads_file_truncated")
    if size > total or start + length != total:
        raise _refused(path, "roads_file_damaged")


def _refused(path: Path, code: str) -> InputError:
    return InputError([Fault(code=code, where=Where(file=path.name), value=path.name)])
