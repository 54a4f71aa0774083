"""Questions about a plan that is there: where one order more fits, and why one is where it is."""

from __future__ import annotations

import pytest
from asked import UNKNOWN_PLAN, answered, faults


@pytest.fixture(scope="module")
def client(answering):
    return answering


@pytest.fixture
def order(planned) -> dict:
    """One more of an order that is served already."""
    return {**planned[1]["case"]["orders"][0], "id": "encore", "crates": 1}


def test_one_order_more_is_placed_in_words_and_figures(client, planned, order) -> None:
    href, plan = planned
    answer = client.post(f"{href}/insertions", json={"order": order, "count": 3})
    told = answered(client, answer, "InsertionsOut")
    assert (told["order"], told["code"], told["why"]) == ("encore", None, None)
    assert 0 < len(told["places"]) <= 3
    best = told["places"][0]
    assert best["added_cents"] == min(one["added_cents"] for one in told["places"])
    assert "livraison vers" in best["sentences"][0]
    english = client.post(
        f"{href}/insertions", json={"order": order}, headers={"Accept-Language": "en"}
    )
    assert "delivered about" in english.json()["places"][0]["sentences"][0]
    # The plan is what it was.
    assert client.get(href).json()["plan"] == plan


def test_where_there_is_no_place_the_answer_says_why(client, planned, order) -> None:
    href, _ = planned
    answer = client.post(f"{href}/insertions", json={"order": {**order, "temperature": "-18"}})
    told = answered(client, answer, "InsertionsOut")
    assert (told["places"], told["code"]) == ([], "no_vehicle_temperature")
    assert told["why"] == "Aucun véhicule ne tient cette température."


def test_an_order_is_explained(client, planned) -> None:
    href, plan = planned
    order_id = plan["case"]["orders"][0]["id"]
    answer = client.get(f"{href}/orders/{order_id}/explanation")
    told = answered(client, answer, "ExplanationOut")
    assert (told["order"], told["served"]) == (order_id, True)
    assert told["details"]["costs_cents"] >= 0
    assert told["sentences"][0].startswith("Livrée ")


def test_every_fault_of_a_question_is_told_with_its_place(client, planned, order) -> None:
    href, _ = planned
    ask = f"{href}/insertions"
    served = planned[1]["case"]["orders"][0]
    assert faults(client.post(ask, json={})) == [("which_order_asked", "/order_id")]
    both = {"order_id": "x", "order": order}
    assert faults(client.post(ask, json=both)) == [("which_order_asked", "/order_id")]
    odd = {"order_id": "x", "count": 0, "more": 1}
    assert faults(client.post(ask, json=odd)) == [
        ("bad_parameter", "/count"),
        ("bad_parameter", "/more"),
    ]
    assert faults(client.post(ask, json={"order_id": "x"})) == [("no_such_order", "/order_id")]
    assert [code for code, _ in faults(client.post(ask, json={"order_id": served["id"]}))] == [
        "order_is_served"
    ]
    wrong = {**order, "crates": -1, "site_id": "nowhere", "colour": "red"}
    assert set(faults(client.post(ask, json={"order": wrong}))) == {
        ("negative_number", "/order/crates"),
        ("unknown_site", "/order/site_id"),
        ("unknown_key", "/order/colour"),
    }
    assert faults(client.get(f"{href}/orders/rien/explanation")) == [("no_such_order", None)]


def test_a_question_about_no_plan_or_in_no_json_is_refused(client, planned, order) -> None:
    href, _ = planned
    assert client.post(f"{UNKNOWN_PLAN}/insertions", json={"order": order}).status_code == 404
    assert client.get(f"{UNKNOWN_PLAN}/orders/c1/explanation").status_code == 404
    ask = f"{href}/insertions"
    assert client.post(ask, content=b"a;b", headers={"Content-Type": "text/csv"}).status_code == 415
    broken = client.post(ask, content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 400
    size = 100_000_000
    big = client.post(
        ask, content=b"", headers={"Content-Type": "application/json", "Content-Length": str(size)}
    )
    assert big.status_code == 413


def test_a_plan_that_is_not_there_yet_cannot_be_asked(serve, tiny_case, order) -> None:
    with serve("endless") as client:
        href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        assert client.post(f"{href}/insertions", json={"order": order}).status_code == 409
        assert client.get(f"{href}/orders/c1/explanation").status_code == 409
        client.post(f"{href}/cancel")
