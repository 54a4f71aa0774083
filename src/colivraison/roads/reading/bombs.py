"""Refusing files that unpack without end, before anything of them is kept."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from colivraison.errors import Fault, InputError, Where

__all__ = ["refuse_bomb", "unusable"]

# A road map compresses 2 to 4 times in .osm.pbf and 10 to 25 times in .osm.gz; a file that grows a
# hundred times is no road map.
_LARGEST_GROWTH = 100
_ALWAYS_ALLOWED_BYTES = 100_000_000
_CHUNK_BYTES = 1 << 20

# Numbers of the fields in fileformat.proto, and the longest header of a blob it allows.
_HEADER_DATASIZE = 3
_BLOB_RAW_SIZE = 2
_LONGEST_HEADER_BYTES = 64 * 1024
# The raw size comes first in a blob; a few varints are enough to find it.
_BLOB_START_BYTES = 32


def unusable(code: str, path: Path) -> InputError:
    """Return the fault of a file that cannot be used."""
    return InputError([Fault(code=code, where=Where(file=path.name), value=path.name)])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def _field(data: bytes, wanted: int) -> int | None:
    """Return a whole number of a protobuf message, None where its start does not hold it."""
    at = 0
    try:
        while at < len(data):
            key, at = _varint(data, at)
            value, at = _varint(data, at)
            if key >> 3 == wanted:
                return value
            if key & 7 == 2:
                at += value
    except IndexError:
        return None
    return None


def _pbf_sizes(stream: BinaryIO) -> Iterator[int]:
    """Yield the unpacked bytes of each blob of a .osm.pbf, as far as it can be followed.

    libosmium unpacks no more than a blob says; what is wrong with the file is for it to find.
    """
    while head := stream.read(4):
        header = stream.read(min(int.from_bytes(head, "big"), _LONGEST_HEADER_BYTES))
        size = _field(header, _HEADER_DATASIZE)
        if size is None:
            return
        yield _field(stream.read(min(size, _BLOB_START_BYTES)), _BLOB_RAW_SIZE) or 0
        stream.seek(size - min(size, _BLOB_START_BYTES), 1)


def _packed_sizes(stream: BinaryIO) -> Iterator[int]:
    while chunk := stream.read(_CHUNK_BYTES):
        yield len(chunk)


def refuse_bomb(path: Path) -> None:
    """Add up what a packed file unpacks to, keeping nothing.

    Raises
    ------
    InputError
        ``extract_too_large`` when it grows more than a map can, ``unreadable_extract`` when it
        cannot be unpacked.
    """
    ending = path.suffix.lower()
    opened: Any = {".gz": gzip.open, ".bz2": bz2.open, ".pbf": open}.get(ending)
    if opened is None:
        return
    allowed = max(_ALWAYS_ALLOWED_BYTES, _LARGEST_GROWTH * path.stat().st_size)
    total = 0
    try:
        with opened(path, "rb") as stream:
            for size in _pbf_sizes(stream) if ending == ".pbf" else _packed_sizes(stream):
                total += size
                if total > allowed:
                    raise unusable("extract_too_large", path)
    except (OSError, EOFError, zlib.error) as problem:
        raise unusable("unreadable_extract", path) from problem
