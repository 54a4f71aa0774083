"""`colivraison compare` as a person runs it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


def edited(out: Path, tmp_path: Path, change: Callable[[dict], None], name: str) -> Path:
    document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    change(document)
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def another_way_round(plan: dict) -> None:
    """The market before the shop, or the other way round."""
    stops = plan["rounds"][0]["stops"]
    stops[2], stops[3] = stops[3], stops[2]


def another_week(plan: dict) -> None:
    plan["case"]["week_start"] = plan["horizon_start"] = "2026-11-30"


def test_a_plan_beside_itself(planned: tuple[Path, dict[str, object]], run: Run) -> None:
    plan = planned[0] / "plan.json"
    done = run("compare", plan, plan)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Rien ne change" in done.stdout
    assert "Ce qui" not in done.stdout


def test_what_a_change_by_hand_does(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned
    path = edited(out, tmp_path, another_way_round, "essai.json")
    assert run("retime", path, "--out", tmp_path / "apres.json").returncode == 0
    done = run("compare", out / "plan.json", tmp_path / "apres.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Des 4 livraison(s) du premier plan" in done.stdout
    assert "Ferme A" in done.stdout
    english = run("compare", out / "plan.json", tmp_path / "apres.json", "--lang", "en")
    assert "Of the 4 drop(s)" in english.stdout
    told = json.loads(run("compare", out / "plan.json", tmp_path / "apres.json", "--json").stdout)
    assert told["status"] == "done"
    assert not told["unchanged"]
    assert told["drops"]["count"] == 4
    assert told["drops"]["other_vehicle"] == 0
    assert told["difference"]["cost_cents"] == (
        told["after"]["cost_cents"] - told["before"]["cost_cents"]
    )
    assert {one["order_id"] for one in told["orders"]} == {"a1", "a2", "b1", "b2"}
    # The shop's drops come later by what the market's come earlier, or the other way round.
    later = {one["order_id"]: one["later_s"] for one in told["orders"]}
    assert later["a1"] * later["a2"] < 0


def test_a_plan_that_does_not_hold_is_told(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path
) -> None:
    out, _ = planned

    def late(plan: dict) -> None:
        for stop in plan["rounds"][0]["stops"]:
            for key in ("arrival_s", "start_s", "departure_s"):
                stop[key] += 5 * 3600

    path = edited(out, tmp_path, late, "tard.json")
    done = run("compare", out / "plan.json", path, "--json")
    assert done.returncode == 0
    assert "tard.json" in done.stderr
    told = json.loads(done.stdout)
    assert (told["violations_before"], told["violations_after"] > 0) == (0, True)
    shown = run("compare", out / "plan.json", path).stdout
    assert "4 commande(s) qui bougent" in shown
    assert "Passages qui changent, par lieu et par jour" in shown


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_plans_of_two_weeks_are_refused(
    planned: tuple[Path, dict[str, object]], run: Run, tmp_path: Path, options: list[str]
) -> None:
    out, _ = planned
    path = edited(out, tmp_path, another_week, "autre.json")
    done = run("compare", out / "plan.json", path, *options)
    assert done.returncode == 2
    assert "lundi 30 novembre 2026" in done.stderr
    assert "plans_of_other_weeks" in done.stderr
    # A verb that never writes has no need to say that it did not.
    assert "écrit" not in done.stderr
