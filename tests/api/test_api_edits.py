"""A plan whose stops somebody drags about: timed anew at every move, compared, never stored."""

from __future__ import annotations

import copy
import json

import pytest
from asked import UNKNOWN_PLAN, answered, faults

from colivraison.api.finished import FinishedPlans
from colivraison.interchange import plan_from_json, plan_to_json
from colivraison.planning import check_plan, retime
from colivraison.texts import LANGUAGES


@pytest.fixture(scope="module")
def client(answering):
    return answering


@pytest.fixture
def rounds(planned) -> list[dict]:
    """The rounds of the plan, to be changed."""
    return copy.deepcopy(planned[1]["rounds"])


def bare(rounds: list[dict]) -> list[dict]:
    """What a page needs to send: van, day and order, none of what follows from them."""
    return [
        {
            "id": one["id"],
            "vehicle_id": one["vehicle_id"],
            "day": one["day"],
            "stops": [
                {"site_id": stop["site_id"], "shipments": copy.deepcopy(stop["shipments"])}
                for stop in one["stops"]
            ],
        }
        for one in rounds
    ]


def without_lines(one: dict) -> dict:
    return {key: value for key, value in one.items() if key != "legs"}


def swapped(rounds: list[dict]) -> list[dict]:
    """The two delivery points the other way round: longer, and every rule is kept."""
    stops = rounds[0]["stops"]
    assert [stop["site_id"] for stop in stops] == ["f1", "f2", "p1", "p2", "f1"]
    stops[2], stops[3] = stops[3], stops[2]
    return rounds


# --- timed anew


def test_rounds_that_nobody_changed_come_back_as_they_are(client, planned, rounds) -> None:
    href, plan = planned
    answer = client.post(f"{href}/retimed", json={"rounds": bare(rounds)})
    told = answered(client, answer, "RetimedOut")
    # Times, loads, costs; and the lines on the map, which are not sent again, hold as well.
    assert told["rounds"] == [without_lines(one) for one in plan["rounds"]]
    assert told["without_lines"] == []
    assert (told["unserved"], told["violations"], told["plan"]) == ([], [], None)
    assert told["cost_cents"] == told["cost_cents_before"] > 0
    assert told["sentences"][1] == "Toutes les règles sont respectées."


def test_another_order_of_stops_is_timed_and_nothing_is_stored(client, planned, rounds) -> None:
    href, plan = planned
    wanted = bare(swapped(rounds))
    told = answered(client, client.post(f"{href}/retimed", json={"rounds": wanted}), "RetimedOut")
    edited = copy.deepcopy(plan) | {"rounds": rounds}
    # Times that stood there before do not count.
    again = plan_to_json(retime(plan_from_json(edited)).plan)
    assert told["rounds"] == [without_lines(one) for one in again["rounds"]]
    assert told["cost_cents"] > told["cost_cents_before"]
    assert told["violations"] == []
    # The lines of the plan lead along another way.
    assert told["without_lines"] == ["1"]
    assert client.get(href).json()["plan"] == plan


def test_the_whole_plan_is_there_where_it_is_asked_for(client, planned, rounds) -> None:
    href, _ = planned
    rounds[0]["day"] = "2026-04-10"
    answer = client.post(f"{href}/retimed?whole=true", json={"rounds": rounds})
    told = answered(client, answer, "RetimedOut")
    plan = plan_from_json(told["plan"])
    assert [without_lines(one) for one in told["plan"]["rounds"]] == told["rounds"]
    assert told["plan"]["rounds"][0]["legs"] == planned[1]["rounds"][0]["legs"] != []
    # Whoever checks the file finds what the answer said.
    assert [(v.code, v.round_id, v.stop, v.amount, v.unit) for v in check_plan(plan)] == [
        (v["code"], v["round"], v["stop"], v["amount"], v["unit"]) for v in told["violations"]
    ]
    # On Friday everything is shut, and the van has no hours.
    assert {v["code"] for v in told["violations"]} == {"closed", "outside_shift"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_broken_rule_is_told_with_its_place_in_words(
    client, planned, rounds, language
) -> None:
    href, _ = planned
    # Delivered before it is loaded; and the last drop is taken out, loading and all.
    stops = rounds[0]["stops"]
    stops[1], stops[2] = stops[2], stops[1]
    del stops[3]
    stops[0]["shipments"] = [one for one in stops[0]["shipments"] if one["id"] != "c2"]
    answer = client.post(
        f"{href}/retimed", json={"rounds": rounds}, headers={"Accept-Language": language}
    )
    assert answer.headers["content-language"] == language
    told = answered(client, answer, "RetimedOut")
    found = {v["code"]: v for v in told["violations"]}
    assert set(found) == {"delivered_before_pickup", "not_delivered", "missing_order"}
    early = found["delivered_before_pickup"]
    assert (early["round"], early["stop"], early["details"]["order"]) == ("1", 1, "c3")
    place, sentence, count = {
        "fr": (
            "tournées partagées · tournée 1 · arrêt 2",
            "la commande «\u00a0c3\u00a0» est livrée avant d’être chargée",
            "3 règle(s) non respectée(s).",
        ),
        "en": (
            "shared rounds · round 1 · stop 2",
            "order “c3” is delivered before it is picked up",
            "3 rule(s) broken.",
        ),
    }[language]
    assert (early["place"], early["sentence"]) == (place, sentence)
    assert told["sentences"][1] == count


def test_a_round_may_go_and_another_van_may_be_meant(client, planned) -> None:
    href, plan = planned
    told = client.post(f"{href}/retimed", json={"rounds": []}).json()
    assert (told["rounds"], told["cost_cents"]) == ([], 0)
    missing = [(v["code"], v["details"]["order"]) for v in told["violations"]]
    assert missing == [("missing_order", order["id"]) for order in plan["case"]["orders"]]


def test_every_fault_of_an_edit_is_told_with_its_place(client, planned, rounds) -> None:
    href, plan = planned
    ask = f"{href}/retimed"
    assert faults(client.post(ask, json={})) == [("plan_missing_key", "/rounds")]
    # A whole plan.json: its rounds are what is asked for, and nothing else is quietly ignored.
    assert set(faults(client.post(ask, json=plan))) == {
        ("plan_unknown_key", f"/{key}") for key in plan if key != "rounds"
    }
    wrong = bare(rounds)
    wrong[0]["vehicle_id"] = "v9"
    wrong[0]["stops"][1]["site_id"] = "nowhere"
    wrong[0]["stops"][2]["shipments"][0]["order_ids"] = ["c9"]
    assert set(faults(client.post(ask, json={"rounds": [*wrong, *bare(rounds)]}))) == {
        ("plan_duplicate_id", "/rounds"),
        ("plan_unknown_id", "/rounds/0/vehicle_id"),
        ("plan_unknown_id", "/rounds/0/stops/1/site_id"),
        ("plan_unknown_id", "/rounds/0/stops/2/shipments/0/order_ids/0"),
    }
    odd = bare(rounds)
    odd[0]["day"] = "jeudi"
    odd[0]["stops"][0]["colour"] = "red"
    del odd[0]["stops"][1]["site_id"]
    assert set(faults(client.post(ask, json={"rounds": odd}))) == {
        ("plan_bad_value", "/rounds/0/day"),
        ("plan_unknown_key", "/rounds/0/stops/0/colour"),
        ("plan_missing_key", "/rounds/0/stops/1/site_id"),
    }
    bent = bare(rounds)
    bent[0]["legs"] = ["\u2603"]
    assert faults(client.post(ask, json={"rounds": bent})) == [
        ("plan_bad_value", "/rounds/0/legs/0")
    ]


# --- side by side


@pytest.fixture(scope="module")
def corrected(client, until, tiny_case) -> tuple[str, dict]:
    """A plan of the same week with one crate more."""
    case = copy.deepcopy(tiny_case)
    case["orders"][0]["crates"] += 1
    accepted = client.post("/v1/plans", json={"case": case, "iterations": 20})
    href = accepted.json()["href"]
    return href, until(client, href, "succeeded")["plan"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_plans_are_compared(client, planned, corrected, language) -> None:
    href, _ = planned
    other = corrected[0].rpartition("/")[2]
    answer = client.get(
        f"{href}/comparison", params={"with": other}, headers={"Accept-Language": language}
    )
    told = answered(client, answer, "ComparisonOut")
    assert (told["unchanged"], told["comparable"]) == (False, False)
    assert (told["violations_before"], told["violations_after"]) == (0, 0)
    changed = [o for o in told["orders"] if o["amounts_before"] != o["amounts_after"]]
    assert [one["order_id"] for one in changed] == ["c1"]
    assert changed[0]["amounts_after"]["crates"] == changed[0]["amounts_before"]["crates"] + 1
    for name, apart in told["difference"].items():
        assert apart == told["after"][name] - told["before"][name]
    assert told["drops"]["count"] == 3
    word = {"fr": "caisse", "en": "crate"}[language]
    assert any(word in line for one in told["lists"] for line in one["lines"])


def test_a_plan_beside_itself_changes_nothing(client, planned) -> None:
    href, plan = planned
    answer = client.get(f"{href}/comparison", params={"with": href.rpartition("/")[2]})
    told = answered(client, answer, "ComparisonOut")
    assert (told["unchanged"], told["lists"], told["sentences"][-1]) == (
        True,
        [],
        "Rien ne change d’un plan à l’autre.",
    )
    # Its file, sent back, is the same plan.
    assert client.post(f"{href}/comparison", json={"plan": plan}).json() == told


def test_an_edit_is_compared_before_anybody_keeps_it(client, planned, rounds) -> None:
    href, plan = planned
    answer = client.post(f"{href}/comparison", json={"rounds": bare(swapped(rounds))})
    told = answered(client, answer, "ComparisonOut")
    later = {one["order_id"]: one["later_s"] for one in told["orders"]}
    # The market's order comes earlier, the two of the point later.
    assert later["c2"] < 0 < min(later["c1"], later["c3"])
    assert told["comparable"]
    # The farm that owns the van pays for the detour.
    (owner,) = (one for one in told["members"] if one["difference"]["cost_cents"])
    assert owner["producer_id"] == "f1"
    assert owner["difference"]["cost_cents"] == told["difference"]["cost_cents"] > 0
    assert "Ferme de" in " ".join(told["sentences"])
    assert client.get(href).json()["plan"] == plan


def test_every_fault_of_a_comparison_is_told(client, planned, rounds) -> None:
    href, plan = planned
    ask = f"{href}/comparison"
    assert faults(client.post(ask, json={})) == [("which_plan_asked", "/plan")]
    both = {"plan": plan, "rounds": rounds}
    assert faults(client.post(ask, json=both)) == [("which_plan_asked", "/plan")]
    assert faults(client.post(ask, json={"plan": 1, "more": 2})) == [
        ("bad_parameter", "/plan"),
        ("bad_parameter", "/more"),
    ]
    assert faults(client.post(ask, json={"rounds": [1]})) == [("plan_bad_value", "/rounds/0")]
    cut = {key: value for key, value in plan.items() if key != "seed"} | {"colour": "red"}
    assert set(faults(client.post(ask, json={"plan": cut}))) == {
        ("plan_missing_key", "/plan/seed"),
        ("plan_unknown_key", "/plan/colour"),
    }
    odd = copy.deepcopy(plan)
    odd["case"]["orders"][0]["crates"] = -1
    assert faults(client.post(ask, json={"plan": odd})) == [
        ("negative_number", "/plan/case/orders/0/crates")
    ]


def test_a_plan_of_other_people_or_another_week_is_not_compared(client, planned) -> None:
    href, plan = planned
    text = json.dumps(plan).replace('"f1"', '"g1"').replace('"f2"', '"g2"')
    strangers = json.loads(text)
    refused = client.post(f"{href}/comparison", json={"plan": strangers})
    assert faults(refused) == [("plans_of_other_people", None)]
    later = copy.deepcopy(plan)
    later["case"]["week_start"] = later["horizon_start"] = "2026-04-13"
    refused = client.post(f"{href}/comparison", json={"plan": later})
    assert faults(refused) == [("plans_of_other_weeks", None)]
    assert "lundi 13 avril 2026" in refused.json()["errors"][0]["cause"]


def test_a_comparison_with_no_plan_is_refused(client, planned) -> None:
    href, _ = planned
    unknown = UNKNOWN_PLAN.rpartition("/")[2]
    assert client.get(f"{href}/comparison", params={"with": unknown}).status_code == 404
    assert client.get(f"{href}/comparison", params={"with": "../x"}).status_code == 404
    assert client.get(f"{href}/comparison").json()["errors"][0]["code"] == "bad_parameter"


# --- what is refused


@pytest.mark.parametrize("question", ["retimed", "comparison"])
def test_an_edit_of_no_plan_or_in_no_json_is_refused(client, planned, question) -> None:
    ask = f"{planned[0]}/{question}"
    assert client.post(f"{UNKNOWN_PLAN}/{question}", json={"rounds": []}).status_code == 404
    assert client.post(ask, content=b"a;b", headers={"Content-Type": "text/csv"}).status_code == 415
    as_json = {"Content-Type": "application/json"}
    for broken in (b"{", b"[]", b'{"rounds": NaN}', b'{"rounds": "\\ud800"}'):
        assert client.post(ask, content=broken, headers=as_json).status_code == 400
    flood = {**as_json, "Content-Length": "100000000"}
    assert client.post(ask, content=b"", headers=flood).status_code == 413
    other_site = {"Origin": "http://elsewhere.example"}
    assert client.post(ask, json={"rounds": []}, headers=other_site).status_code == 403


def test_a_plan_that_is_not_there_yet_is_not_edited(serve, tiny_case) -> None:
    with serve("endless") as client:
        href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        assert client.post(f"{href}/retimed", json={"rounds": []}).status_code == 409
        assert client.post(f"{href}/comparison", json={"rounds": []}).status_code == 409
        assert client.get(f"{href}/comparison", params={"with": "x"}).status_code == 409
        client.post(f"{href}/cancel")


def test_what_is_erased_is_not_answered_from_memory(client, until, tiny_case) -> None:
    accepted = client.post("/v1/plans", json={"case": tiny_case, "iterations": 1})
    href = accepted.json()["href"]
    until(client, href, "succeeded")
    kept = client.app.state.service.finished
    assert client.post(f"{href}/retimed", json={"rounds": []}).status_code == 200
    assert accepted.json()["id"] in kept.in_memory
    assert client.delete(href).status_code == 204
    assert client.post(f"{href}/retimed", json={"rounds": []}).status_code == 404
    assert accepted.json()["id"] not in kept.in_memory


def test_only_so_much_is_kept_in_memory_and_always_the_last(planned, tmp_path) -> None:
    for name in "abc":
        (tmp_path / name).write_text(json.dumps(planned[1]), encoding="utf-8")
    size = (tmp_path / "a").stat().st_size
    plans = FinishedPlans(lambda name: tmp_path / name, kept_bytes=2 * size)
    for name in "abacc":
        plans.plan(name)
    # Three are too much: the one that was asked for longest ago is gone.
    assert plans.in_memory == ("a", "c")
    few = FinishedPlans(lambda name: tmp_path / name, kept_bytes=1)
    first = few.plan("a")
    assert few.plan("a") is first
    few.plan("b")
    assert few.in_memory == ("b",)
