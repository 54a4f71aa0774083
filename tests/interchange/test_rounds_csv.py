"""The table of stops, for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from colivraison.domain import Plan
from colivraison.interchange.rounds_csv import rounds_csv
from colivraison.planning import delivery_costs
from colivraison.texts import Texts


def _rows(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";", strict=True))


def test_the_dialect_is_the_one_french_spreadsheets_open(small_plan: Plan) -> None:
    content = rounds_csv(small_plan, Texts("fr"))
    assert content.startswith(b"\xef\xbb\xbftourn\xc3\xa9e;v\xc3\xa9hicule;jour;ordre;lieu;")
    assert content.endswith(b"\r\n")
    assert content.count(b"\r\n") == content.count(b"\n") == 6  # a header and five stops


def test_each_stop_is_a_row_with_its_work(small_plan: Plan) -> None:
    rows = _rows(rounds_csv(small_plan, Texts("fr")))
    assert [row["ordre"] for row in rows] == ["1", "2", "3", "4", "retour"]
    second, third = rows[1], rows[2]
    assert second["tournée"] == "V1-thursday"
    assert second["véhicule"] == "Kangoo d'Émilie"
    assert second["jour"] == "jeudi 26 novembre 2026"
    assert (second["arrivée"], second["départ"]) == ("08:17", "08:26")
    assert second["à charger"] == (
        "GAEC d'Œuf-Joli pour Marché d'Aubrac : 1 caisse, 7,5 kg (+4 °C max.)".replace(
            " kg", "\u00a0kg"
        )
        .replace(" °", "\u00a0°")
        .replace(" :", "\u00a0:")
    )
    assert second["à livrer"] == ""
    assert "Ferme des Aulnes" in third["à livrer"]
    assert "GAEC d'Œuf-Joli" in third["à livrer"]
    # 48 kg from farm A and 7.5 kg from farm B
    assert second["charge au départ (kg)"] == "55,5"
    assert second["charge au départ (caisses)"] == "7"
    # neighbours of the matrix are 8 km apart; from Q home are three steps
    assert [row["km depuis l’arrêt précédent"] for row in rows] == ["0", "8", "8", "8", "24"]


def test_what_is_loaded_and_left_can_be_added_up(small_plan: Plan) -> None:
    rows = _rows(rounds_csv(small_plan, Texts("fr")))
    # o1 + o3 at farm A, o2 at farm B; o1 + o2 at P, o3 at Q: 7 crates and 55,5 kg both ways.
    assert [row["caisses chargées"] for row in rows] == ["6", "1", "", "", ""]
    assert [row["kg chargés"] for row in rows] == ["48", "7,5", "", "", ""]
    assert [row["caisses livrées"] for row in rows] == ["", "", "5", "2", ""]
    assert [row["kg livrés"] for row in rows] == ["", "", "39,5", "16", ""]


def test_what_a_stop_delivers_is_told_with_its_cost(small_plan: Plan) -> None:
    case = small_plan.case
    values = {"o1": 10_000, "o2": 2_500, "o3": 0}
    orders = tuple(replace(one, value_cents=values.get(one.id, 0)) for one in case.orders)
    plan = replace(small_plan, case=replace(case, orders=orders))
    rows = _rows(rounds_csv(plan, Texts("fr")))
    found = delivery_costs(plan).drops
    told = [row["coût de livraison estimé (€)"] for row in rows]
    cents = [drop.cost.total_cents(labour=True) for drop in found]
    assert [round(100 * float(cell.replace(",", "."))) for cell in told if cell] == cents
    assert [bool(cell) for cell in told] == [False, False, True, True, False]
    # o1 and o2 at P; of o3, at Q, nobody has said the value.
    assert [row["valeur livrée (€)"] for row in rows] == ["", "", "125", "", ""]
    assert rows[2]["coût sur valeur (%)"] == f"{cents[0] / 125:.1f}".replace(".", ",")
    assert rows[3]["coût sur valeur (%)"] == ""


def test_times_after_midnight_count_on_so_that_a_sheet_can_calculate(night_plan: Plan) -> None:
    rows = _rows(rounds_csv(night_plan, Texts("fr")))
    assert {row["jour"] for row in rows} == {"jeudi 26 novembre 2026"}
    assert [(row["arrivée"], row["départ"]) for row in rows[1:3]] == [
        ("23:47", "23:56"),
        ("24:06", "24:13"),
    ]


def test_english_headers_exist(small_plan: Plan) -> None:
    assert "km from the stop before" in _rows(rounds_csv(small_plan, Texts("en")))[0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_name_becomes_a_formula(
    plan_with_stop_called: Callable[[str], Plan], start: str
) -> None:
    name = f'{start}HYPERLINK("http://evil";"x")'
    rows = _rows(rounds_csv(plan_with_stop_called(name), Texts("fr")))
    assert rows[2]["lieu"] == f"'{name}"
    for row in rows:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_separators_quotes_and_line_breaks_in_a_name_stay_in_their_cell(
    plan_with_stop_called: Callable[[str], Plan],
) -> None:
    name = 'Halle; "du\r\nbourg"'
    assert _rows(rounds_csv(plan_with_stop_called(name), Texts("fr")))[2]["lieu"] == name
