"""A plan goes into its document and comes back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from colivraison.domain import PLAN_VERSION, Driver, Plan, TravelMatrix
from colivraison.errors import InputError
from colivraison.interchange.plan_json import plan_text, plan_to_json, write_plan
from colivraison.interchange.plan_reading import plan_from_json, read_plan
from colivraison.interchange.plan_schema import plan_json_schema
from colivraison.interchange.rounds_csv import rounds_csv
from colivraison.interchange.sheets import sheet_html
from colivraison.texts import Texts


def test_a_plan_comes_back_as_it_was(small_plan: Plan) -> None:
    # Every coordinate of its legs is a multiple of 1e-5 degrees, so they come back exactly too.
    assert plan_from_json(plan_to_json(small_plan)) == small_plan


def test_a_plan_comes_back_from_its_file(small_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write_plan(small_plan, path)
    assert read_plan(path) == small_plan
    assert path.read_text(encoding="utf-8") == plan_text(small_plan)


def test_the_text_is_the_document(small_plan: Plan) -> None:
    assert json.loads(plan_text(small_plan)) == plan_to_json(small_plan)


def test_a_plan_read_and_written_again_is_the_same_text(hostile_plan: Plan) -> None:
    text = plan_text(hostile_plan)
    assert plan_text(plan_from_json(json.loads(text))) == text


def test_a_plan_computed_under_a_time_limit_says_so(small_plan: Plan) -> None:
    timed = dataclasses.replace(small_plan, iterations=None, time_limit_s=2.5)
    document = plan_to_json(timed)
    assert document["time_limit_s"] == 2.5
    assert "iterations" not in document
    assert plan_from_json(document) == timed


def test_a_plan_without_rounds_nor_suggestions_comes_back(small_plan: Plan) -> None:
    bare = dataclasses.replace(
        small_plan,
        rounds=(),
        alone=(),
        co_delivery=None,
        new_site=None,
        warnings=(),
        matrix=TravelMatrix(ids=("A", "B"), by_profile={}),
    )
    assert plan_from_json(plan_to_json(bare)) == bare


@pytest.mark.parametrize("part", ["site", "farm", "producer", "vehicle", "heavy order"])
def test_a_case_built_in_code_comes_back_even_where_no_person_would_write_it(
    small_plan: Plan, part: str
) -> None:
    # A person who leaves a name empty means the id; in a finished plan "" stands as it stands.
    case, replace = small_plan.case, dataclasses.replace
    (first, *others) = case.producers
    changed = {
        "site": replace(case, sites=(replace(case.sites[0], name=""), *case.sites[1:])),
        "farm": replace(
            case, producers=(replace(first, farm=replace(first.farm, name="")), *others)
        ),
        "producer": replace(case, producers=(replace(first, name=""), *others)),
        "vehicle": replace(case, vehicles=(replace(case.vehicles[0], name=""),)),
        "heavy order": replace(
            case, orders=(replace(case.orders[0], mass_g=10**9), *case.orders[1:])
        ),
    }
    plan = replace(small_plan, case=changed[part])
    assert plan_from_json(json.loads(plan_text(plan))) == plan


def test_a_plan_for_nobody_comes_back(small_plan: Plan) -> None:
    empty = dataclasses.replace(small_plan.case, producers=(), vehicles=(), orders=())
    bare = dataclasses.replace(
        small_plan,
        case=empty,
        rounds=(),
        unserved=(),
        alone=(),
        co_delivery=None,
        new_site=None,
        matrix=TravelMatrix(ids=("P", "Q"), by_profile={}),
    )
    assert plan_from_json(plan_to_json(bare)) == bare


def driven(plan: Plan) -> Plan:
    """The plan with a driver."""
    shifts = plan.case.vehicles[0].shifts
    lea = Driver(id="lea", name="Léa <b>Martin</b>", shifts=shifts)
    return dataclasses.replace(
        plan,
        case=dataclasses.replace(plan.case, drivers=(lea,)),
        rounds=tuple(dataclasses.replace(one, driver_id="lea") for one in plan.rounds),
    )


def test_who_drives_comes_back_and_is_told(small_plan: Plan) -> None:
    plan = driven(small_plan)
    document = plan_to_json(plan)
    assert [one["driver_id"] for one in document["rounds"]] == ["lea"] * len(plan.rounds)
    jsonschema.validate(document, plan_json_schema())
    assert plan_from_json(document) == plan
    # Nobody else may be named; where every van has its own driver, nobody is.
    document["rounds"][0]["driver_id"] = "noe"
    with pytest.raises(InputError) as caught:
        plan_from_json(document)
    assert [(f.code, f.where.pointer) for f in caught.value.faults] == [
        ("plan_unknown_id", "/rounds/0/driver_id")
    ]
    assert all("driver_id" not in one for one in plan_to_json(small_plan)["rounds"])


def test_the_sheet_and_the_table_say_who_drives(small_plan: Plan) -> None:
    plan, texts = driven(small_plan), Texts("fr")
    sheet = sheet_html(plan, plan.rounds[0], texts)
    assert "Au volant\u00a0: <b>Léa &lt;b&gt;Martin&lt;/b&gt;</b>" in sheet
    # Else there is a line to write on.
    assert "Au volant\u00a0: <i></i>" in sheet_html(small_plan, small_plan.rounds[0], texts)
    header, first, *_ = rounds_csv(plan, texts).decode("utf-8-sig").splitlines()
    assert header.split(";")[:3] == ["tournée", "véhicule", "conducteur"]
    assert first.split(";")[2] == "Léa <b>Martin</b>"


def test_a_plan_written_before_emissions_were_told_is_read(small_plan: Plan) -> None:
    told = tuple(dataclasses.replace(one, gco2e=1_234) for one in small_plan.rounds)
    document = plan_to_json(dataclasses.replace(small_plan, rounds=told))
    assert plan_from_json(document).rounds == told
    jsonschema.Draft202012Validator(plan_json_schema()).validate(json.loads(json.dumps(document)))
    for one in document["rounds"]:
        assert one.pop("gco2e") == 1_234
    assert all(one.gco2e is None for one in plan_from_json(document).rounds)


def test_the_shape_is_the_agreed_one(small_plan: Plan) -> None:
    document = plan_to_json(small_plan)
    assert document["plan_version"] == 1
    assert document["horizon_start"] == "2026-11-23"
    stop = document["rounds"][0]["stops"][2]
    # Thursday 8:36 is three days, 8 hours and 36 minutes after Monday's midnight.
    assert stop["arrival_s"] == 3 * 86_400 + 8 * 3600 + 36 * 60
    assert stop["shipments"][0] == {"id": "s1", "action": "delivery", "order_ids": ["o1"]}
    assert document["unserved"] == [{"order_id": "o4", "code": "no_room_left"}]
    assert document["matrix"]["profile"] == "van"
    assert document["matrix"]["durations_s"][0] == [0, 600, 1200, 1800, 2400]
    assert list(document["matrix"]["others"]) == ["car"]


def test_the_published_schema_accepts_what_is_written(small_plan: Plan) -> None:
    schema = plan_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["plan_version"]["const"] == PLAN_VERSION
    jsonschema.validate(plan_to_json(small_plan), schema)


def test_the_published_schema_refuses_two_stopping_rules(small_plan: Plan) -> None:
    document = plan_to_json(small_plan) | {"time_limit_s": 10}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, plan_json_schema())


def test_a_wrong_plan_is_read_for_the_checker_to_report(small_plan: Plan) -> None:
    document = plan_to_json(small_plan)
    stops = document["rounds"][0]["stops"]
    stops[2]["arrival_s"] += 20 * 3600  # long after closing time
    stops[1]["load_crates"] = 1000  # far above the van's 80
    stops[0], stops[3] = stops[3], stops[0]  # delivered before it is loaded
    del stops[4]  # and never home
    plan = plan_from_json(document)
    assert [stop.site_id for stop in plan.rounds[0].stops] == ["Q", "B", "P", "A"]
    assert plan.rounds[0].stops[1].load_crates == 1000


def test_half_a_character_in_a_name_is_refused(small_plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    text = json.dumps(plan_to_json(small_plan) | {"attribution": "\ud800"})
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="plan_not_json"):
        read_plan(path)
