"""The table of minimum orders: as people write it, and each fault of it."""

import pytest
from case_tables import SOUND, TODAY, faults_of, folder_of

from colivraison.interchange import read_case


def test_minimums_are_read_as_people_write_them(tmp_path):
    lines = [
        "producteur;lieu;minimum",
        "Ferme du lac;;150 €",
        "l'étang;halle;1,5 kg",
        "f2;;6 caisses",
    ]
    tables = SOUND | {"minimums_de_commande.csv": lines}
    case = read_case(folder_of(tmp_path, tables), gazetteer=None, today=TODAY).case
    assert [(m.producer_id, m.site_id, m.unit.value, m.amount) for m in case.minimums] == [
        ("f1", "", "cents", 15_000),
        ("f2", "halle", "g", 1_500),
        ("f2", "", "crates", 6),
    ]


MINIMUMS = [
    (["f1;halle;150"], "bad_minimum", "minimum"),
    (["f1;halle;0 €"], "bad_minimum", "minimum"),
    (["f1;halle;beaucoup de caisses"], "bad_number", "minimum"),
    (["f1;halle;1,5 caisses"], "not_whole", "minimum"),
    (["f1;halle;"], "empty_cell", "minimum"),
    (["personne;halle;150 €"], "unknown_producer", "producteur"),
    (["f1;nulle part;150 €"], "unknown_site", "lieu"),
    (["f1;;150 €", "Ferme du lac;;6 caisses"], "minimum_twice", "producteur"),
]


@pytest.mark.parametrize(("lines", "code", "column"), MINIMUMS, ids=[row[0][0] for row in MINIMUMS])
def test_a_minimum_that_says_nothing_is_a_fault(tmp_path, lines, code, column):
    tables = SOUND | {"minimums_de_commande.csv": ["producteur;lieu;minimum", *lines]}
    found = faults_of(folder_of(tmp_path, tables))
    assert [(f.code, f.where.row, f.where.column) for f in found] == [
        (code, 1 + len(lines), column)
    ]
