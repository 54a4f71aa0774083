"""What a file is, judged by its bytes, and the limits it must keep before anybody opens it."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum

from colivraison.interchange.refused import Refused

__all__ = ["MOST_BYTES", "FileKind", "kind_of", "require_sound_zip", "text_of"]

MOST_BYTES = 20 * 1024 * 1024
MOST_EXPANDED_BYTES = 200 * 1024 * 1024
# Sheets of styled empty rows shrink about 100 times; a bomb shrinks 1000 times.
MOST_RATIO = 200
# Below this a high ratio does no harm.
HARMLESS_BYTES = 10 * 1024 * 1024
MOST_MEMBERS = 2000
MOST_LINE_LENGTH = 1024 * 1024


class FileKind(StrEnum):
    """What a file of a case can be."""

    CSV = "csv"
    WORKBOOK = "xlsx"
    JSON = "json"


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
        return FileKind.WORKBOOK
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("old_workbook")
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if name.lower().endswith(".json") or start in (b"{", b"["):
        return FileKind.JSON
    if start == b"<" or name.lower().endswith((".xlsx", ".ods", ".pdf")):
        raise Refused("unreadable_file")
    return FileKind.CSV


def require_sound_zip(data: bytes) -> None:
    """Check a workbook's container before anything in it is expanded.

    Raises
    ------
    Refused
        ``file_too_large`` or ``unreadable_file``.
    """
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
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names or any(member.flag_bits & 1 for member in members):
        raise Refused("unreadable_file")


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
