"""What a file is, judged by its bytes, and the limits it must keep before anybody opens it."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from enum import StrEnum

from colivraison.interchange.refused import Refused

__all__ = [
    "FILES_LEFT_ASIDE",
    "MOST_BYTES",
    "FileKind",
    "kind_of",
    "require_sound_zip",
    "text_of",
    "zip_files",
]

MOST_BYTES = 20 * 1024 * 1024
MOST_EXPANDED_BYTES = 200 * 1024 * 1024
# Sheets of styled empty rows shrink about 100 times; a bomb shrinks 1000 times.
MOST_RATIO = 200
# Below this a high ratio does no harm.
HARMLESS_BYTES = 10 * 1024 * 1024
MOST_MEMBERS = 2000
# What a folder of a case may hold.
FILES_IN_A_FOLDER = (".csv", ".txt", ".tsv", ".json")
# What people may take for a part of it, though it is not read there.
FILES_LEFT_ASIDE = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
MOST_LINE_LENGTH = 1024 * 1024


class FileKind(StrEnum):
    """What a file of a case can be."""

    CSV = "csv"
    WORKBOOK = "xlsx"
    JSON = "json"
    ZIP = "zip"


def kind_of(name: str, data: bytes) -> FileKind:
    """Return what a file is.

    Parameters
    ----------
    name
        Its name; only the ending counts, and only where the bytes leave a doubt.

    Raises
    ------
    Refused
        ``file_too_large``, ``old_workbook`` (.xls, or locked with a password) or
        ``unreadable_file``.
    """
    if len(data) > MOST_BYTES:
        raise Refused("file_too_large", most_mb=MOST_BYTES // 1024**2)
    if data.startswith(b"PK"):
        return FileKind.ZIP if name.lower().endswith(".zip") else FileKind.WORKBOOK
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("old_workbook")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if name.lower().endswith(".json") or start in (b"{", b"["):
        return FileKind.JSON
    if start == b"<" or name.lower().endswith((".xlsx", ".ods", ".pdf", ".zip")):
        raise Refused("unreadable_file")
    return FileKind.CSV


def require_sound_zip(data: bytes) -> None:
    """Check a workbook's container before anything in it is expanded.

    Raises
    ------
    Refused
        ``file_too_large`` or ``unreadable_file``.
    """
    if "xl/workbook.xml" not in {member.filename for member in _sound_members(data)}:
        raise Refused("unreadable_file")


def zip_files(data: bytes) -> list[tuple[str, bytes]]:
    """Return the tables, documents and workbooks of a zipped folder with their bare names.

    Files stand at the top or in one folder; what lies deeper, begins with a dot or is in the
    ``__MACOSX`` folder of a Mac is left aside. Nothing is written to disk.

    Raises
    ------
    Refused
        ``file_too_large`` or ``unreadable_file``.
    """
    members = _sound_members(data)
    found: list[tuple[str, bytes]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in members:
                # Windows' own zip folders part with a backslash. A name is never used as a path.
                *folders, name = member.filename.replace("\\", "/").split("/")
                if len(folders) > 1 or "__MACOSX" in folders or name.startswith("."):
                    continue
                if name.lower().endswith(FILES_IN_A_FOLDER + FILES_LEFT_ASIDE):
                    found.append((name, archive.read(member)))
    except (
        *(zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, OSError, EOFError),
        *(RuntimeError, lzma.LZMAError),
    ) as error:
        raise Refused("unreadable_file") from error
    return found


def _sound_members(data: bytes) -> list[zipfile.ZipInfo]:
    """Return what a container holds, none of it expanded yet, within the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise Refused("unreadable_file") from error
    # A member that lies about its size is cut at the size it states, so these sums are limits.
    expanded = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or expanded > MOST_EXPANDED_BYTES
        or (expanded > HARMLESS_BYTES and expanded > MOST_RATIO * max(packed, 1))
    ):
        raise Refused("file_too_large", most_mb=MOST_BYTES // 1024**2)
    if any(member.flag_bits & 1 for member in members):
        raise Refused("unreadable_file")
    return members


def text_of(data: bytes) -> str:
    """Return the text of a CSV file: UTF-8 (with its mark or without), else Windows-1252.

    Raises
    ------
    Refused
        ``unreadable_file``: zero bytes, or lines of an absurd length.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        break
    else:
        raise Refused("unreadable_file")
    if "\0" in text or max(map(len, text.splitlines()), default=0) > MOST_LINE_LENGTH:
        raise Refused("unreadable_file")
    return text
