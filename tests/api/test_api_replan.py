"""A plan that people know, and a case that has changed since: planned again with little change."""

from __future__ import annotations

import copy
import json

import pytest
from asked import UNKNOWN_PLAN, answered, faults


@pytest.fixture(scope="module")
def client(answering):
    return answering


@pytest.fixture
def late(tiny_case) -> dict:
    """The case with an order more."""
    case = copy.deepcopy(tiny_case)
    case["orders"].append({**case["orders"][0], "id": "tard", "crates": 1, "mass_g": 8_000})
    return case


def test_a_late_order_joins_the_rounds_that_people_know(client, planned, until, late) -> None:
    href, plan = planned
    body = {"case": late, "iterations": 20, "keep": "rounds"}
    accepted = client.post(f"{href}/replanned", json=body)
    assert accepted.status_code == 202, accepted.text
    told = accepted.json()
    assert (told["known_plan_id"], told["keep"]) == (href.rpartition("/")[2], "rounds")
    assert accepted.headers["location"] == told["href"] != href
    after = until(client, told["href"], "succeeded")["plan"]
    assert after["fingerprint"]["keep"] == "rounds"
    assert [s["site_id"] for s in after["rounds"][0]["stops"]] == [
        s["site_id"] for s in plan["rounds"][0]["stops"]
    ]
    assert '"tard"' in json.dumps(after["rounds"])
    beside = client.get(f"{href}/comparison", params={"with": told["id"]})
    compared = answered(client, beside, "ComparisonOut")
    assert [one["order_id"] for one in compared["added_orders"]] == ["tard"]
    assert compared["drops"]["other_vehicle"] == 0
    # The plan that people know is what it was, and keeps nothing of another.
    known = client.get(href).json()
    assert (known["plan"], known["known_plan_id"], known["keep"]) == (plan, None, None)


def test_the_known_plan_may_be_erased_while_the_new_one_waits(
    serve_at, tmp_path, until, tiny_case, late
) -> None:
    home = tmp_path / "home"
    with serve_at(home, "whole") as client:
        asked = client.post("/v1/plans", json={"case": tiny_case, "iterations": 5}).json()
        until(client, asked["href"], "succeeded")
    # Nothing is done in this server: it waits for the next one.
    with serve_at(home, "endless") as client:
        client.post("/v1/plans", json={"case": tiny_case})
        body = {"case": late, "iterations": 5, "keep": "drivers"}
        again = client.post(f"{asked['href']}/replanned", json=body).json()
        assert again["status"] == "queued"
        assert client.delete(asked["href"]).status_code == 204
    with serve_at(home, "whole") as client:
        after = until(client, again["href"], "succeeded")["plan"]
        assert after["fingerprint"]["keep"] == "drivers"
        assert after["fingerprint"]["known_plan"]


def test_a_case_that_names_no_week_is_of_the_week_planned_again(
    client, planned, until, late
) -> None:
    href, plan = planned
    del late["week_start"]
    accepted = client.post(f"{href}/replanned", json={"case": late, "iterations": 5}).json()
    assert accepted["keep"] == "all"
    after = until(client, accepted["href"], "succeeded")["plan"]
    assert after["horizon_start"] == plan["horizon_start"]


def test_a_key_stands_for_one_known_plan(client, planned, until, late) -> None:
    href, _ = planned
    body = {"case": late, "iterations": 5}
    key = {"Idempotency-Key": "encore"}
    first = client.post(f"{href}/replanned", json=body, headers=key).json()
    assert client.post(f"{href}/replanned", json=body, headers=key).json()["id"] == first["id"]
    # The same without a known plan is another request.
    refused = client.post("/v1/plans", json=body, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    until(client, first["href"], "succeeded")


def test_every_fault_of_planning_again_is_told(client, planned, late) -> None:
    href, _ = planned
    ask = f"{href}/replanned"
    late["orders"][0]["site_id"] = "nowhere"
    wrong = {"case": late, "keep": "everything", "colour": "red", "seed": -1}
    assert set(faults(client.post(ask, json=wrong))) == {
        ("bad_keep", "/keep"),
        ("unknown_option", "/colour"),
        ("bad_seed", "/seed"),
        ("unknown_site", "/case/orders/0/site_id"),
    }
    assert faults(client.post(ask, json={})) == [("missing_case", "/case")]
    # Nothing is known to a plan that is made for the first time.
    assert ("unknown_option", "/keep") in faults(client.post("/v1/plans", json={"keep": "all"}))


def test_a_case_of_another_week_or_of_other_people_is_refused(client, planned, tiny_case) -> None:
    href, _ = planned
    later = {**tiny_case, "week_start": "2026-04-13"}
    refused = client.post(f"{href}/replanned", json={"case": later})
    assert [code for code, _ in faults(refused)] == ["plans_of_other_weeks"]
    text = json.dumps(tiny_case).replace('"f1"', '"g1"').replace('"f2"', '"g2"')
    refused = client.post(f"{href}/replanned", json={"case": json.loads(text)})
    assert [code for code, _ in faults(refused)] == ["plans_of_other_people"]


def test_only_a_finished_plan_can_be_known(serve, tiny_case) -> None:
    with serve("endless") as client:
        assert client.post(f"{UNKNOWN_PLAN}/replanned", json={"case": tiny_case}).status_code == 404
        href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        assert client.post(f"{href}/replanned", json={"case": tiny_case}).status_code == 409
        client.post(f"{href}/cancel")
