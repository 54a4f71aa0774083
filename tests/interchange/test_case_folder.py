"""What else lies in a folder of tables: the template's workbook, copies, forgotten exports."""

import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from colivraison.errors import InputError
from colivraison.interchange import read_case, read_case_bytes, write_template
from colivraison.texts import Texts

TODAY = dt.date(2026, 11, 18)

FILLED = {
    "producteurs": ["f1", "Ferme du Lac", None, "47,65", "-2,09"],
    "lieux": ["halle", "Halle du bourg", "marché", None, "47,66", "-2,10"],
    "vehicules": ["v1", None, "f1", None, None, None, 600, 80],
    "commandes": ["c1", "f1", "halle", 6, 48],
}


def filled_workbook(folder):
    (path,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    for sheet, row in FILLED.items():
        book[sheet].append(row)
    book.save(path)
    return path


def fill_tables(folder):
    for table, row in FILLED.items():
        with (folder / f"{table}.csv").open("a", encoding="utf-8") as stream:
            stream.write(";".join("" if cell is None else str(cell) for cell in row) + "\r\n")


@pytest.fixture
def template(tmp_path):
    write_template(tmp_path / "modele")
    return tmp_path / "modele"


def test_who_filled_in_the_workbook_is_told_to_give_it_in_place_of_its_folder(template):
    path = filled_workbook(template)
    with pytest.raises(InputError) as caught:
        read_case(template, gazetteer=None, today=TODAY)
    (fault,) = caught.value.faults
    assert (fault.code, fault.value) == ("workbook_in_folder", "modele.xlsx")
    assert Texts("fr").fault(fault)[1].endswith(str(path))
    assert len(read_case(path, gazetteer=None, today=TODAY).case.orders) == 1


def test_a_zipped_template_with_a_filled_workbook_says_the_same(template):
    filled_workbook(template)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in template.iterdir():
            archive.write(path, f"modele/{path.name}")
    with pytest.raises(InputError) as caught:
        read_case_bytes("modele.zip", stream.getvalue(), gazetteer=None, today=TODAY)
    assert [fault.code for fault in caught.value.faults] == ["workbook_in_folder"]


def test_an_untouched_template_is_an_empty_case_and_no_more(template):
    with pytest.raises(InputError) as caught:
        read_case(template, gazetteer=None, today=TODAY)
    assert {fault.code for fault in caught.value.faults} == {"empty_case"}


def test_the_empty_workbook_beside_filled_tables_is_not_worth_a_word(template):
    fill_tables(template)
    reading = read_case(template, gazetteer=None, today=TODAY)
    assert [warning.code for warning in reading.warnings] == ["week_assumed"]


def test_a_file_that_is_not_read_is_named(template):
    fill_tables(template)
    filled_workbook(template)
    copy = (template / "commandes.csv").read_bytes()
    (template / "Commandes (1).csv").write_bytes(copy)
    (template / "export.ods").write_bytes(b"PK")
    for harmless in ("~$modele.xlsx", ".~lock.lieux.csv#", "lisez-moi.txt", "photo.jpg"):
        (template / harmless).write_bytes(b"x")
    reading = read_case(template, gazetteer=None, today=TODAY)
    assert [w.value for w in reading.warnings if w.code == "file_ignored"] == [
        "Commandes (1).csv",
        "export.ods",
        "modele.xlsx",
    ]
    assert len(reading.case.orders) == 1


def test_the_assumed_week_is_said_in_words(template):
    fill_tables(template)
    (warning,) = read_case(template, gazetteer=None, today=TODAY).warnings
    assert "la semaine du lundi 23 novembre 2026 a été prise" in Texts("fr").warning(warning)
    assert "the week of Monday, 23 November 2026 was taken" in Texts("en").warning(warning)
