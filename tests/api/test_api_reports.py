"""What a plan costs, what is to be packed for it, what everyone would drive alone."""

from __future__ import annotations

import pytest
from asked import UNKNOWN_PLAN, answered, faults

from colivraison.texts import LANGUAGES


@pytest.fixture(scope="module")
def client(answering):
    return answering


def in_language(language: str) -> dict[str, str]:
    return {"Accept-Language": language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_costs_are_told_and_add_up(client, planned, language) -> None:
    href, plan = planned
    answer = client.get(f"{href}/costs", headers=in_language(language))
    told = answered(client, answer, "CostsOut")
    assert (told["labour"], told["broken_rules"], told["limit_percent"]) == (True, 0, 20)
    cost_cents = told["total"]["cost_cents"]
    assert cost_cents == sum(one["cost_cents"] for one in plan["rounds"])
    drops = [drop for one in told["rounds"] for drop in one["drops"]]
    assert [drop["site_id"] for drop in drops] == ["p1", "p2"]
    for parts in (told["rounds"], drops, told["members"]):
        assert sum(part["cost_cents"] for part in parts) == cost_cents
    # The two farms bring goods to the point, one of them to the market.
    assert [set(drop["by_producer"]) for drop in drops] == [{"f1", "f2"}, {"f1"}]
    counted = {"fr": "véhicule et travail comptés", "en": "vehicle and labour counted"}
    assert counted[language] in told["sentences"][0]


def test_without_labour_the_vehicle_counts_alone(client, planned) -> None:
    href, _ = planned
    with_labour = client.get(f"{href}/costs").json()["total"]
    told = answered(client, client.get(f"{href}/costs?labour=false"), "CostsOut")
    assert told["labour"] is False
    assert told["total"]["cost_cents"] == told["total"]["vehicle_cents"]
    assert told["total"]["vehicle_cents"] == with_labour["vehicle_cents"]
    assert with_labour["cost_cents"] == with_labour["vehicle_cents"] + with_labour["labour_cents"]
    wrong = client.get(f"{href}/costs?labour=peut-être")
    assert [code for code, _ in faults(wrong)] == ["bad_parameter"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_reads_what_to_prepare(client, planned, language) -> None:
    href, plan = planned
    answer = client.get(f"{href}/preparation", headers=in_language(language))
    told = answered(client, answer, "PreparationOut")
    assert (told["broken_rules"], told["sentences"]) == (0, [])
    assert [one["producer_id"] for one in told["producers"]] == ["f1", "f2"]
    first, second = told["producers"]
    (day,) = second["days"]
    (loading,) = day["loadings"]
    stop = plan["rounds"][0]["stops"][1]
    # Loading begins when the van has been set up, five minutes after it came.
    assert (loading["site_id"], loading["ready_s"]) == ("f2", stop["start_s"] + 300)
    assert loading["ready"].startswith("2026-04-09T07:")
    assert [goods["order_ids"] for goods in loading["goods"]] == [["c3"]]
    # What is delivered last goes in first: the market, then the point.
    packed = first["days"][0]["loadings"][0]["goods"]
    assert [goods["site_id"] for goods in packed] == ["p2", "p1"]
    words = {"fr": "caisses", "en": "crates"}
    assert words[language] in " ".join(second["sentences"])


@pytest.mark.parametrize("wanted", ["f2", "le bois-haut"])
def test_one_producer_reads_its_own(client, planned, wanted) -> None:
    href, plan = planned
    names = {one["id"]: one["name"] for one in plan["case"]["producers"]}
    asked = wanted if wanted in names else names["f2"].lower()
    told = client.get(f"{href}/preparation", params={"producer": asked}).json()
    assert [one["producer_id"] for one in told["producers"]] == ["f2"]
    assert names["f2"] in told["producers"][0]["sentences"][0]


def test_a_producer_that_there_is_not_is_refused_with_those_there_are(client, planned) -> None:
    refused = client.get(f"{planned[0]}/preparation", params={"producer": "f9"})
    assert faults(refused) == [("no_such_producer", None)]
    assert "f1, f2" in refused.json()["errors"][0]["action"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyone_alone_stands_beside_the_plan(client, planned, language) -> None:
    href, plan = planned
    answer = client.get(f"{href}/baseline", headers=in_language(language))
    told = answered(client, answer, "BaselineOut")
    alone = {one["producer_id"]: one["rounds"] for one in plan["alone"]}
    assert [one["producer_id"] for one in told["members"]] == list(alone)
    for member in told["members"]:
        rounds = alone[member["producer_id"]]
        assert member["alone"]["cost_cents"] == sum(one["cost_cents"] for one in rounds)
        assert member["declared"] is None
    # The second farm has no van: one is lent to it, and none of its own drives in the plan.
    assert [one["assumed_van"] for one in told["members"]] == [False, True]
    assert [one["together"]["rounds"] for one in told["members"]] == [1, 0]
    assert told["together"]["cost_cents"] == sum(one["cost_cents"] for one in plan["rounds"])
    assert told["sentences"]


@pytest.mark.parametrize("question", ["costs", "preparation", "baseline"])
def test_what_is_no_finished_plan_has_no_figures(serve, tiny_case, question) -> None:
    with serve("endless") as client:
        assert client.get(f"{UNKNOWN_PLAN}/{question}").status_code == 404
        href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        assert client.get(f"{href}/{question}").status_code == 409
        client.post(f"{href}/cancel")
