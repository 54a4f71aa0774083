"""One order beside a case: in words as in a table, or as JSON, with every fault at once."""

from __future__ import annotations

from dataclasses import replace

import drawn
import pytest

from colivraison.domain import TemperatureClass, Weekday
from colivraison.errors import InputError
from colivraison.interchange import order_in_json, order_in_words

COLUMNS = {"producer": "--producer", "site": "--site", "crates": "--crates", "kg": "--kg"}
WORDS = {"producer": "ferme b", "site": "Point S", "crates": "4", "kg": "30,5"}
JSON = {"id": "n", "producer_id": "B", "site_id": "S", "crates": 4, "mass_g": 30_500}


def codes(error: pytest.ExceptionInfo[InputError]) -> list[tuple[str, str]]:
    return sorted(
        (fault.code, fault.where.column or fault.where.pointer) for fault in error.value.faults
    )


def test_names_mean_what_they_mean_in_a_table() -> None:
    words = {**WORDS, "days": "jeudi, vendredi", "temperature": "+4", "value": "12,50"}
    found = order_in_words(drawn.small_case(), words, COLUMNS)
    expected = drawn.order("c5", "B", "S", 4, mass_g=30_500)
    assert found == replace(
        expected,
        days=frozenset({Weekday.THURSDAY, Weekday.FRIDAY}),
        temperature=TemperatureClass.PLUS_4,
        value_cents=1_250,
    )


def test_a_new_order_gets_an_id_that_is_free() -> None:
    case = drawn.small_case()
    taken = tuple(replace(order, id=f"c{k}") for k, order in enumerate(case.orders, start=5))
    assert order_in_words(replace(case, orders=taken), WORDS, COLUMNS).id == "c9"
    assert order_in_words(case, {**WORDS, "id": "mine"}, COLUMNS).id == "mine"


def test_goods_are_written_as_the_case_writes_them() -> None:
    case = drawn.small_case()
    orders = (replace(case.orders[0], goods="Bio"), *case.orders[1:])
    words = {**WORDS, "goods": "bio"}
    assert order_in_words(replace(case, orders=orders), words, COLUMNS).goods == "Bio"


def test_every_fault_in_words_names_its_column() -> None:
    with pytest.raises(InputError) as refused:
        order_in_words(drawn.small_case(), {"producer": "Zoé", "crates": "-1"}, COLUMNS)
    assert codes(refused) == [
        ("empty_cell", "--site"),
        ("negative_number", "--crates"),
        ("unknown_producer", "--producer"),
    ]


def test_json_is_an_entry_of_a_case() -> None:
    found = order_in_json(drawn.small_case(), JSON, "/order")
    assert found == drawn.order("n", "B", "S", 4, mass_g=30_500)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], [("not_object", "/order")]),
        (
            {**JSON, "site_id": "Point S", "crates": -1, "colour": 1},  # ids, no names
            [
                ("negative_number", "/order/crates"),
                ("unknown_key", "/order/colour"),
                ("unknown_site", "/order/site_id"),
            ],
        ),
        ({**JSON, "site_id": "B"}, [("order_to_own_farm", "/order/site_id")]),
    ],
)
def test_every_fault_in_json_names_its_pointer(
    document: object, expected: list[tuple[str, str]]
) -> None:
    with pytest.raises(InputError) as refused:
        order_in_json(drawn.small_case(), document, "/order")
    assert codes(refused) == expected
