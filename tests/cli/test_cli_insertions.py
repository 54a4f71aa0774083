"""Places for one order more, from the command line: told, refused, and put into the plan."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import drawn
import pytest

from colivraison.domain import MinimumUnit, OrderMinimum
from colivraison.interchange import case_to_json

Run = Callable[..., subprocess.CompletedProcess[str]]
# By name, as a person says it.
NEW = ("--producer", "ferme b", "--site", "Point S", "--crates", "4", "--kg", "30,5")


@pytest.fixture
def plan_file(planned: tuple[Path, dict[str, object]]) -> Path:
    return planned[0] / "plan.json"


def test_the_best_places_are_told_in_french_and_nothing_is_written(
    plan_file: Path, run: Run, tmp_path: Path
) -> None:
    done = run("suggest-insertions", plan_file, *NEW, "--days", "jeudi")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1. jeudi 26 novembre, tournée 1 (van-A)\u00a0: +\u202f0,53\u00a0€" in done.stdout
    assert "+\u202f0,0\u00a0km" in done.stdout
    assert "où le véhicule s’arrête déjà" in done.stdout
    assert "Chargée et livrée avec\u00a0: b1" not in done.stdout  # b1 may go on any day
    assert not list(tmp_path.iterdir())


def test_an_order_alike_rides_along_and_json_holds_the_figures(plan_file: Path, run: Run) -> None:
    done = run("suggest-insertions", plan_file, *NEW, "--json")
    told = json.loads(done.stdout)
    assert (told["status"], told["order"], told["code"]) == ("done", "c5", None)
    best = told["places"][0]
    assert (best["rides_with"], best["new_round"], best["added_m"]) == (["b1"], False, 0)
    assert best["added_s"] == 160
    assert [one["added_cents"] for one in told["places"]] == sorted(
        one["added_cents"] for one in told["places"]
    )
    assert best["moved"]


def test_a_place_is_applied_and_the_plan_passes_the_check(
    plan_file: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "new.json"
    done = run("suggest-insertions", plan_file, *NEW, "--id", "neuf", "--apply", "1", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "La commande neuf est placée" in done.stdout
    assert run("check", out).returncode == 0
    # It is served now.
    again = run("suggest-insertions", out, "--order", "neuf")
    assert again.returncode == 2
    assert "order_is_served" in again.stderr


def test_company_that_becomes_enough_is_told_with_the_order(
    extract: Path, run: Run, tmp_path: Path
) -> None:
    base = drawn.small_case()
    rule = OrderMinimum(producer_id="A", unit=MinimumUnit.CRATES, amount=9)
    case = replace(base, orders=(drawn.order("a1", "A", "S", 5),), minimums=(rule,))
    (tmp_path / "case.json").write_text(json.dumps(case_to_json(case)), encoding="utf-8")
    out = tmp_path / "out"
    planned = run(
        *("plan", tmp_path / "case.json", "--roads", extract, "--iterations", "20", "--out", out)
    )
    assert planned.returncode == 0, planned.stderr
    more = ("--producer", "A", "--site", "S", "--crates", "9", "--kg", "10", "--apply", "1")
    done = run("suggest-insertions", out / "plan.json", *more)
    assert done.returncode == 0, done.stderr
    assert "Ont trouvé place aussi" in done.stdout
    told = json.loads(run("suggest-insertions", out / "plan.json", *more, "--json").stdout)
    assert (told["company"], told["violations"]) == (["a1"], [])
    alone = ("--producer", "B", "--site", "S", "--crates", "1", "--kg", "10", "--apply", "1")
    told = json.loads(run("suggest-insertions", out / "plan.json", *alone, "--json").stdout)
    assert told["company"] == []


def test_an_order_that_is_left_out_is_told_why(plan_file: Path, run: Run, tmp_path: Path) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    order = dict(plan["case"]["orders"][0], id="froid", temperature="-18")
    plan["case"]["orders"].append(order)
    plan["unserved"].append({"order_id": "froid", "code": "no_vehicle_temperature"})
    edited = tmp_path / "plan.json"
    edited.write_text(json.dumps(plan), encoding="utf-8")
    done = run("suggest-insertions", edited, "--order", "froid")
    assert done.returncode == 0
    assert "Aucun véhicule ne tient cette température" in done.stdout
    refused = run("suggest-insertions", edited, "--order", "froid", "--apply", "1", "--json")
    assert [one["code"] for one in json.loads(refused.stdout)["faults"]] == ["no_such_insertion"]
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ((), ["which_order"]),
        (("--order", "a1", *NEW, "--out", "x.json"), ["which_order", "out_without_apply"]),
        (("--order", "rien"), ["no_such_order"]),
        (("--order", "a1"), ["order_is_served"]),
        # Everything that is wrong with a new one at once.
        (
            ("--producer", "Personne", "--site", "Point S", "--crates", "-2", "--days", "lunnedi"),
            ["bad_day", "negative_number", "unknown_producer"],
        ),
        (("--site", "Point S", "--crates", "1"), ["empty_cell"]),
        ((*NEW, "--apply", "1", "--out", "x.txt"), ["output_ending"]),
    ],
)
def test_what_is_not_plain_is_refused(
    plan_file: Path, run: Run, arguments: tuple[str, ...], codes: list[str], tmp_path: Path
) -> None:
    done = run("suggest-insertions", plan_file, *arguments, "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert sorted(one["code"] for one in told["faults"]) == sorted(codes)
    assert not list(tmp_path.iterdir())


# --- explain


def test_an_order_in_a_round_is_explained_with_what_it_costs(plan_file: Path, run: Run) -> None:
    done = run("explain", plan_file, "b1")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Livrée jeudi 26 novembre vers 8\u202fh\u202f" in done.stdout
    assert "Sans elle, cette tournée coûterait" in done.stdout
    assert "Aucune autre tournée ni aucun véhicule libre" in done.stdout


def test_an_order_that_is_left_out_is_explained_by_van_and_by_rule(
    plan_file: Path, run: Run, tmp_path: Path
) -> None:
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    plan["case"]["orders"].append(dict(plan["case"]["orders"][0], id="froid", temperature="-18"))
    plan["unserved"].append({"order_id": "froid", "code": "no_vehicle_temperature"})
    edited = tmp_path / "plan.json"
    edited.write_text(json.dumps(plan), encoding="utf-8")
    done = run("explain", edited, "froid")
    assert done.returncode == 0
    assert "Non servie\u00a0: Aucun véhicule ne tient cette température." in done.stdout
    assert "van-A (jeudi 26 novembre)\u00a0: ne tient pas la température" in done.stdout
    assert "si van-A tenait la température demandée (surgelé −18\u00a0°C)" in done.stdout
    told = json.loads(run("explain", edited, "froid", "--json", "--lang", "en").stdout)
    (one,) = told["what_ifs"]
    assert (one["lift"], one["vehicle"]) == ("temperature", "van-A")
    assert one["added_cents"] == one["place"]["added_cents"] > 0
    assert one["sentence"].startswith("if van-A kept frozen −18")
    assert told["obstructions"] == [
        {"vehicle": "van-A", "day": "2026-11-26", "round": "1", "rules": ["temperature"]}
    ]


def test_an_order_that_there_is_not_is_refused(plan_file: Path, run: Run) -> None:
    done = run("explain", plan_file, "rien", "--json")
    assert done.returncode == 2
    assert [one["code"] for one in json.loads(done.stdout)["faults"]] == ["no_such_order"]
