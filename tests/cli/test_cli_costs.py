"""`colivraison costs` as a person runs it, on a plan with dear drops and orders without a value."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import drawn
import pytest

from colivraison.interchange import case_to_json, write_plan
from colivraison.planning import Stopping, plan_week
from colivraison.roads import RoadNetwork

Run = Callable[..., subprocess.CompletedProcess[str]]

VALUES = {"a1": 40_000, "a2": 900, "b1": 40_000, "b2": 0}


def planned(extract: Path, out: Path, values: dict[str, int]) -> Path:
    case = drawn.small_case()
    orders = tuple(replace(one, value_cents=values[one.id]) for one in case.orders)
    plan = plan_week(
        replace(case, orders=orders), RoadNetwork.load(extract), stopping=Stopping(iterations=50)
    )
    write_plan(plan, out)
    return out


@pytest.fixture
def plan_file(extract: Path, tmp_path: Path) -> Path:
    return planned(extract, tmp_path / "plan.json", VALUES)


def test_costs_are_told_per_round_stop_and_producer_and_add_up(plan_file: Path, run: Run) -> None:
    done = run("costs", plan_file, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert (told["status"], told["limit_percent"], told["labour"]) == ("done", 20, True)
    cost_cents = told["total"]["cost_cents"]
    drops = [drop for one in told["rounds"] for drop in one["drops"]]
    for parts in (told["rounds"], drops, told["members"]):
        assert sum(part["cost_cents"] for part in parts) == cost_cents
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    assert cost_cents == sum(one["cost_cents"] for one in plan["rounds"])
    verdicts = {drop["site_id"]: drop["verdict"] for drop in drops}
    # At M, goods for 9 EUR and some of which nobody said the value.
    assert verdicts == {"S": "within", "M": "unknown"}
    assert told["total"]["without_value"] == ["b2"]


def test_what_is_above_the_limit_is_said_with_what_would_mend_it(
    extract: Path, tmp_path: Path, run: Run
) -> None:
    plan_file = planned(extract, tmp_path / "plan.json", {**VALUES, "b2": 1_000})
    done = run("costs", plan_file)
    assert (done.returncode, done.stderr) == (0, "")
    assert "✗ «\u00a0Point M\u00a0» (tournée 1)" in done.stdout
    assert "ce serait 20\u00a0% ou moins" in done.stdout
    assert "véhicule et travail comptés" in done.stdout
    drops = {
        drop["site_id"]: drop
        for drop in json.loads(run("costs", plan_file, "--json").stdout)["rounds"][0]["drops"]
    }
    dear = drops["M"]
    assert dear["verdict"] == "above"
    # The least value with which it is a fifth or less: a cent less is not enough.
    assert 100 * dear["cost_cents"] <= 20 * dear["enough_value_cents"]
    assert 100 * dear["cost_cents"] > 20 * (dear["enough_value_cents"] - 1)


def test_the_report_of_a_plan_names_what_is_above_the_limit(
    extract: Path, tmp_path: Path, run: Run
) -> None:
    case = drawn.small_case()
    values = {**VALUES, "b2": 1_000}
    orders = tuple(replace(one, value_cents=values[one.id]) for one in case.orders)
    document = json.dumps(case_to_json(replace(case, orders=orders)))
    (tmp_path / "case.json").write_text(document, encoding="utf-8")
    ask = ("plan", tmp_path / "case.json", "--roads", extract, "--iterations", "20")
    told = json.loads(run(*ask, "--out", tmp_path / "out", "--json").stdout)["delivery_costs"]
    assert [drop["site_id"] for drop in told["drops_above"]] == ["M"]
    assert (told["rounds_above"], told["members_above"]) == ([], [])
    assert told["total"]["value_cents"] == sum(values.values())
    done = run(*ask, "--out", tmp_path / "out")
    assert "plus de 20\u00a0% de la valeur livrée\u00a0: «\u00a0Point M\u00a0»" in done.stdout


def test_without_labour_only_the_vehicle_counts(plan_file: Path, run: Run) -> None:
    with_labour = json.loads(run("costs", plan_file, "--json").stdout)["total"]
    without = json.loads(run("costs", plan_file, "--without-labour", "--json").stdout)["total"]
    assert without["cost_cents"] == without["vehicle_cents"] == with_labour["vehicle_cents"]
    assert with_labour["cost_cents"] == with_labour["vehicle_cents"] + with_labour["labour_cents"]
    assert "véhicule seul, sans le travail" in run("costs", plan_file, "--without-labour").stdout


def test_orders_without_any_value_are_no_worthless_orders(
    extract: Path, tmp_path: Path, run: Run
) -> None:
    plan_file = planned(extract, tmp_path / "plan.json", dict.fromkeys(VALUES, 0))
    done = run("costs", plan_file)
    assert done.returncode == 0
    assert "Aucune commande ne dit sa valeur" in done.stdout
    assert "✗" not in done.stdout


def test_prices_that_nobody_has_confirmed_are_told_with_source_and_year(
    extract: Path, tmp_path: Path, run: Run
) -> None:
    case = json.loads(json.dumps(case_to_json(drawn.small_case())))
    del case["vehicles"][0]["cents_per_hour"]
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    done = run(
        *("plan", tmp_path / "case.json", "--roads", extract),
        *("--out", tmp_path / "out", "--iterations", "20"),
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("FNAB, 2023") == 1
    assert "Émissions comptées\u00a0: 285\u00a0g de CO₂e par km" in done.stdout
    told = run("costs", tmp_path / "out" / "plan.json", "--json")
    (warning,) = json.loads(told.stdout)["warnings"]
    assert (warning["code"], warning["value"]) == ("usual_cents_per_hour", "van-A")
    assert warning["sentence"] in told.stderr


def test_a_plan_that_does_not_hold_is_told_and_fails(plan_file: Path, run: Run) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    plan["rounds"][0]["distance_m"] += 50_000
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    done = run("costs", plan_file, "--json")
    assert done.returncode == 1
    told = json.loads(done.stdout)
    assert told["status"] == "failed"
    assert told["broken_rules"] >= 1
    assert "colivraison check" in done.stderr


def test_a_plan_that_cannot_be_read_is_bad_input(tmp_path: Path, run: Run) -> None:
    done = run("costs", tmp_path / "plan.json", "--json")
    assert done.returncode == 2
    assert json.loads(done.stdout)["faults"][0]["code"] == "missing_file"
    assert "Rien n’a été écrit" not in done.stderr
