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

# Numbers of the fields in fileformat.proto, and the longest header and blob it allows: libosmium
# refuses longer ones.
_HEADER_DATASIZE = 3
_BLOB_RAW_SIZE = 2
_LONGEST_HEADER_BYTES = 64 * 1024
_LARGEST_BLOB_BYTES = 32 * 1024 * 1024
# The raw size comes first in a blob; a few varints are enough to find it.
_BLOB_START_BYTES = 32

# Wire types of protobuf: a varint; 8 bytes; a length and so many bytes; 4 bytes.
_VARINT, _EIGHT_BYTES, _COUNTED, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT_BYTES = 10


def unusable(code: str, path: Path) -> InputError:
    """Return the fault of a file that cannot be used."""
    return InputError([Fault(code=code, where=Where(file=path.name), value=path.name)])


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a whole number and where it ends.

    Raises
    ------
    IndexError
        When it does not end within the data, or is longer than 64 bits need.
    """
    value = 0
    for place in range(_LONGEST_VARINT_BYTES):
        byte = data[at + place]
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value, at + place + 1
    raise IndexError("a varint without end")


def _field(data: bytes, wanted: int) -> int | None:
    """Return a whole number of a protobuf message, None where its start does not hold it.

    Of a number that stands there several times the last counts, as protobuf has it.
    """
    at, found = 0, None
    try:
        while at < len(data):
            key, at = _varint(data, at)
            kind = key & 7
            if kind in {_VARINT, _COUNTED}:
                value, at = _varint(data, at)
                if kind == _COUNTED:
                    at += value
                elif key >> 3 == wanted:
                    found = value
            elif kind in {_EIGHT_BYTES, _FOUR_BYTES}:
                at += 8 if kind == _EIGHT_BYTES else 4
            else:
                break
    except IndexError:
        # Cut, or no protobuf: what came before counts.
        return found
    return found


def _pbf_sizes(stream: BinaryIO) -> Iterator[int]:
    """Yield the unpacked bytes of each blob of a .osm.pbf.

    libosmium unpacks no more than a blob says; what is wrong inside is for it to find.

    Raises
    ------
    EOFError
        Where a block does not lead to the next one: what follows could not be added up.
    """
    while head := stream.read(4):
        length = int.from_bytes(head, "big")
        if length > _LONGEST_HEADER_BYTES:
            raise EOFError("a header longer than any")
        size = _field(stream.read(length), _HEADER_DATASIZE)
        if size is None or size > _LARGEST_BLOB_BYTES:
            raise EOFError("a blob without a size, or larger than any")
        start = stream.read(min(size, _BLOB_START_BYTES))
        yield _field(start, _BLOB_RAW_SIZE) or 0
        stream.seek(size - len(start), 1)


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
