"""Files made to hurt, and files that programs damaged."""

import datetime as dt
import errno
import io
import os
import random
import zipfile

import openpyxl
import pytest
from forbidden import forbid

from colivraison.errors import InputError
from colivraison.interchange import read_case, read_case_bytes, write_template
from colivraison.texts import LANGUAGES, Texts

TODAY = dt.date(2026, 11, 18)


def codes_of(name, data):
    with pytest.raises(InputError) as caught:
        read_case_bytes(name, data, gazetteer=None, today=TODAY)
    for language in LANGUAGES:
        for fault in caught.value.faults:
            assert all(Texts(language).fault(fault))
    return [fault.code for fault in caught.value.faults]


def zip_of(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        # deeper than any parser's stack
        ("x.json", b"[" * 200_000, "json_too_deep"),
        ("x.json", b'{"a": ' * 100_000, "json_too_deep"),
        ("x.json", b'{"case_version": NaN}', "json_no_number"),
        ("x.json", b'{"case_version": 1, "case_version": 1}', "json_key_twice"),
        # more digits than Python converts
        ("x.json", b'{"case_version": ' + b"9" * 5000 + b"}", "json_no_number"),
        ("x.json", b"\xff\xfe{", "json_not_utf8"),
        ("x.json", b"", "bad_json"),
        ("x.json", b"[]", "not_object"),
        ("x.json", b"{}", "missing_key"),
        ("x.json", b'{"case_version": 1e999}', "unsupported_case_version"),
        ("x.json", b" " * (20 * 1024 * 1024 + 1), "file_too_large"),
        ("x.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
        ("x.xlsx", b"PK\x03\x04 nothing", "unreadable_file"),
        ("x.xlsx", b"", "unreadable_file"),
        ("x.html", b"<html>", "unreadable_file"),
        ("x.csv", b"identifiant;nom\n", "lone_table"),
        # an .odt or .docx
        ("x.xlsx", zip_of({"content.xml": b"<a/>"}), "unreadable_file"),
        ("x.xlsx", zip_of({"xl/workbook.xml": b"<a/>"}), "unreadable_file"),
        # 100 MB of nothing
        ("x.xlsx", zip_of({"xl/workbook.xml": b" " * 100_000_000}), "file_too_large"),
        ("x.zip", b"PK\x03\x04 nothing", "unreadable_file"),
        ("x.zip", b"", "unreadable_file"),
        ("x.zip", zip_of({"lieux.csv": b" " * 100_000_000}), "file_too_large"),
        ("x.zip", zip_of({f"{i}.csv": b"" for i in range(2001)}), "file_too_large"),
    ],
)
def test_a_hostile_file_is_refused_in_one_sentence(name, data, code):
    assert codes_of(name, data) == [code]


def test_a_zip_of_something_else_lacks_every_table():
    assert codes_of("x.zip", zip_of({"photo.jpg": b"\xff\xd8"})) == ["missing_table"] * 4


def test_names_in_a_zip_are_never_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ("../lieux.csv", "/lieux.csv", "C:\\lieux.csv")
    found = codes_of(
        "x.zip", zip_of(dict.fromkeys(names, b"identifiant;nom;lieu\nh;H;47,6 ; -2\n"))
    )
    # All three are the table of places, and none of them went to the disk.
    assert "table_twice" in found
    assert list(tmp_path.iterdir()) == []
    assert not (tmp_path.parent / "lieux.csv").exists()


@pytest.mark.parametrize("seed", range(12))
def test_a_zip_with_damaged_bytes_is_refused_and_never_a_crash(tmp_path, seed):
    paths = write_template(tmp_path / "t")
    data = bytearray(zip_of({path.name: path.read_bytes() for path in paths[:5]}))
    chance = random.Random(seed)
    for _ in range(10):
        data[chance.randrange(len(data))] ^= 0xFF
    assert codes_of("x.zip", bytes(data))


def test_a_locked_zip_is_refused():
    data = bytearray(zip_of({"lieux.csv": b"identifiant;nom\n"}))
    # Bit 0 of the flags, in the entry of the central directory, says "encrypted".
    data[data.index(b"PK\1\2") + 8] |= 1
    assert codes_of("x.zip", bytes(data)) == ["unreadable_file"]


def workbook(tmp_path):
    path = write_template(tmp_path / "t")[-1]
    return openpyxl.load_workbook(path)


def bytes_of(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_an_entity_bomb_in_a_workbook_is_never_expanded(tmp_path):
    original = zipfile.ZipFile(io.BytesIO(bytes_of(workbook(tmp_path))))
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'
    members = {name: original.read(name) for name in original.namelist()}
    members["xl/workbook.xml"] = bomb + members["xl/workbook.xml"].split(b"?>")[-1]
    assert codes_of("x.xlsx", zip_of(members)) == ["unreadable_file"]


def test_a_formula_that_nobody_computed_is_a_fault(tmp_path):
    book = workbook(tmp_path)
    book["commandes"]["D3"] = "=1+1"
    with pytest.raises(InputError) as caught:
        read_case_bytes("x.xlsx", bytes_of(book), gazetteer=None, today=TODAY)
    found = [(f.code, f.where.sheet, f.where.row, f.where.column) for f in caught.value.faults]
    assert ("formula_without_value", "commandes", 3, "D") in found


def test_a_hidden_sheet_is_not_read(tmp_path):
    book = workbook(tmp_path)
    book["commandes"].sheet_state = "hidden"
    assert "missing_table" in codes_of("x.xlsx", bytes_of(book))


def test_a_lone_cell_at_the_far_end_of_a_sheet_does_no_harm(tmp_path):
    book = workbook(tmp_path)
    book["commandes"]["XFD60000"] = "x"
    assert codes_of("x.xlsx", bytes_of(book)) == ["empty_case", "empty_case"]


def test_a_table_of_too_many_rows_is_refused(tmp_path):
    line = "identifiant;nom\n" + "f;F\n" * 20_100
    (tmp_path / "producteurs.csv").write_text(line, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_case(tmp_path, gazetteer=None, today=TODAY)
    assert [f.code for f in caught.value.faults if f.where.sheet == "producers"] == [
        "too_many_rows"
    ]


@pytest.mark.parametrize(
    "data", [b"identifiant\0;nom\n", b"x" * (1024 * 1024 + 1), b'"' + b"a" * 200_000]
)
def test_a_csv_that_is_no_csv_is_refused(tmp_path, data):
    (tmp_path / "producteurs.csv").write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_case(tmp_path, gazetteer=None, today=TODAY)
    assert "unreadable_file" in [f.code for f in caught.value.faults]


def test_the_path_of_a_file_is_never_shown():
    with pytest.raises(InputError) as caught:
        read_case_bytes("/chez/lea/C:\\x\\cas.json", b"{", gazetteer=None, today=TODAY)
    assert caught.value.faults[0].where.file == "cas.json"


@pytest.mark.parametrize("seed", range(12))
def test_a_workbook_with_damaged_bytes_is_refused_and_never_a_crash(tmp_path, seed):
    data = bytearray(bytes_of(workbook(tmp_path)))
    chance = random.Random(seed)
    for _ in range(10):
        data[chance.randrange(len(data))] ^= 0xFF
    # Whatever the damage hits, some fault comes out: the template itself is no whole case.
    assert codes_of("x.xlsx", bytes(data))


def test_a_stray_cell_far_below_is_told_instead_of_a_million_lines_read(tmp_path):
    book = workbook(tmp_path)
    book.worksheets[0].cell(row=1_048_576, column=1, value="x")
    assert "too_many_rows" in codes_of("x.xlsx", bytes_of(book))


@pytest.mark.parametrize("name", ["n" * 300, "loop", "closed/x"])
def test_a_case_the_system_refuses_to_look_up_is_told_with_its_reason(tmp_path, monkeypatch, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "closed").mkdir()
    forbid(monkeypatch, tmp_path / "closed")
    with pytest.raises(InputError) as caught:
        read_case(tmp_path / name, gazetteer=None, today=TODAY)
    (fault,) = caught.value.faults
    assert fault.code == "file_refused"
    for language in LANGUAGES:
        texts = Texts(language)
        assert texts.system(str(fault.details["why"])) in texts.fault(fault)[0]
    # And not in the system's own English.
    assert str(fault.details["why"]) not in Texts("fr").fault(fault)[0]


def test_a_folder_that_may_not_be_listed_is_told_with_its_reason(tmp_path, monkeypatch):
    def listdir(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(os, "listdir", listdir)
    with pytest.raises(InputError, match="file_refused"):
        read_case(tmp_path, gazetteer=None, today=TODAY)


@pytest.mark.parametrize("name", ["n" * 300, "loop", "closed/x"])
def test_a_template_where_the_system_refuses_to_look_is_a_coded_fault(tmp_path, monkeypatch, name):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "closed").mkdir()
    forbid(monkeypatch, tmp_path / "closed")
    with pytest.raises(InputError, match="unwritable_folder"):
        write_template(tmp_path / name)
