"""The notebooks run as they stand, and show what their sentences promise."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from typography import RULES

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.name for path in FOLDER.glob("*.ipynb"))
ONE, COLLECTIVE, COORDINATOR = NAMES

Facts = dict[str, Any]


def read(name: str) -> nbformat.NotebookNode:
    return nbformat.read(FOLDER / name, as_version=4)


def told(name: str) -> str:
    """Return everything a notebook says between its cells of code."""
    return "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")


@pytest.fixture(scope="module")
def own_jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the kernel away from what the user has set up."""
    folder = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            patch.setenv(name, str(folder / name.lower()))
        yield


@pytest.fixture
def run(own_jupyter: None) -> Callable[[str, str], Facts]:
    """Return a function that runs a notebook in a kernel of its own, and then asks it something."""

    def answer(name: str, facts: str) -> Facts:
        notebook = read(name)
        last = f"import json, sys\nprint(json.dumps(dict(python=sys.executable, {facts})))"
        notebook.cells.append(nbformat.v4.new_code_cell(last))
        # No test depends on the time a cell takes: this ends only what hangs.
        client = NotebookClient(
            notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}
        )
        client.execute()
        told_on_stderr = [
            output.text
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if output.get("name") == "stderr"
        ]
        assert told_on_stderr == []
        found: Facts = json.loads(notebook.cells[-1].outputs[0].text)
        assert found["python"] == sys.executable
        shown = [
            output.data
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if output.output_type == "execute_result"
        ]
        return found | {"shown": shown}

    return answer


def frames(facts: Facts) -> list[str]:
    """Return the maps that a notebook shows."""
    return [data["text/html"] for data in facts["shown"] if "<iframe" in data.get("text/html", "")]


def test_the_week_of_a_grower(run: Callable[[str, str], Facts]) -> None:
    facts = run(
        ONE,
        """
        crates=sum(order.crates for order in cas.orders),
        mass_g=sum(order.mass_g for order in cas.orders),
        drops=len(couts.drops),
        violations=len(check_plan(plan)),
        unserved=len(plan.unserved),
        rounds=[[str(one.day), one.stops[-1].departure_s] for one in plan.rounds],
        too_dear=sorted(one.site_id for one in trop_cheres),
        value_cents={one.site_id: one.cost.value_cents for one in couts.drops},
        total_cents=couts.total.total_cents(labour=True),
        rounds_cents=sum(one.cost_cents for one in plan.rounds),
        packed=sum(day.crates for day in a_preparer.days),
        added_cents=[one.added_cents for one in places],
        """,
    )
    assert (facts["crates"], facts["mass_g"], facts["drops"]) == (26, 210_000, 7)
    assert "26\u00a0caisses, 210\u00a0kg, pour 7\u00a0livraisons" in told(ONE)
    assert (facts["violations"], facts["unserved"], facts["packed"]) == (0, 0, 26)
    # Thursday: home before noon, and home again in the evening.
    (morning, morning_s), (evening, evening_s) = facts["rounds"]
    assert morning == evening == "2026-11-26"
    assert morning_s < (3 * 24 + 12) * 3_600 < evening_s
    # The grocer with 38 euros, and the Ruche behind everything else.
    assert facts["too_dear"] == ["L04", "L07"]
    assert facts["value_cents"]["L04"] == 3_800
    assert facts["total_cents"] == facts["rounds_cents"]
    prices = facts["added_cents"]
    assert (len(prices), prices) == (5, sorted(prices))
    assert prices[0] < 100
    assert len(frames(facts)) == 1


def test_the_week_of_a_collective(run: Callable[[str, str], Facts]) -> None:
    facts = run(
        COLLECTIVE,
        """
        size=[len(cas.producers), len(cas.sites), len(cas.orders), caisses, len(cas.vehicles)],
        tonnes=tonnes,
        violations=[
            len(check_plan(one))
            for one in (plan, plan_panne, plan_glacieres, prudent.plan, libre.plan)
        ],
        unserved=[len(one.unserved) for one in (plan, prudent.plan, libre.plan)],
        comparable=bilan.comparable,
        cents=[bilan.alone.cost_cents, bilan.together.cost_cents],
        distance_m=[bilan.alone.distance_m, bilan.together.distance_m],
        gco2e=[bilan.alone.gco2e, bilan.together.gco2e],
        gains_cents=[one.alone.cost_cents - part[one.producer_id] for one in bilan.members],
        parts_cents=sum(part.values()),
        drivers=sum(1 for one in bilan.members if one.drives.rounds),
        cold=[one.id for one in cas.vehicles if "-18" in one.temperatures],
        left_out=[[one.order_id, one.code] for one in plan_panne.unserved],
        frozen=[one.id for one in cas.orders if one.temperature == "-18"],
        with_boxes=len(plan_glacieres.unserved),
        what_ifs=[one.lift for one in explication.what_ifs],
        drops=prudent.comparison.drops.count,
        other_vehicle=[one.comparison.drops.other_vehicle for one in (prudent, libre)],
        after_cents=[one.comparison.after.cost_cents for one in (prudent, libre)],
        """,
    )
    assert facts["size"] == [12, 9, 64, 230, 5]
    assert facts["tonnes"] == "1,9"
    promised = "12 fermes, 9 points de livraison, 64 livraisons, 230 caisses, 1,9 t, 5 véhicules"
    assert promised in told(COLLECTIVE).replace("\u00a0", " ")
    assert facts["violations"] == [0] * 5
    assert facts["unserved"] == [0] * 3
    assert facts["comparable"]
    # "Nearly half of the cost, more than half of the kilometres".
    alone_cents, together_cents = facts["cents"]
    assert 0.45 < 1 - together_cents / alone_cents < 0.55
    assert facts["distance_m"][1] < facts["distance_m"][0] / 2
    assert facts["gco2e"][1] < facts["gco2e"][0]
    # "Every farm gains; four drive, eight stay at home".
    assert (len(facts["gains_cents"]), facts["drivers"]) == (12, 4)
    assert min(facts["gains_cents"]) > 0
    assert facts["parts_cents"] == together_cents
    assert facts["cold"] == ["V1"]
    assert facts["left_out"] == [[one, "no_vehicle_temperature"] for one in facts["frozen"]]
    assert (len(facts["left_out"]), facts["with_boxes"]) == (5, 0)
    assert "temperature" in facts["what_ifs"]
    # "Planning everything again would save next to nothing, and call for many calls".
    kept, free = facts["other_vehicle"]
    assert facts["drops"] == 63
    assert kept <= 0.15 * 63 < free
    assert facts["after_cents"][0] <= 1.02 * facts["after_cents"][1]
    assert len(frames(facts)) == 1


def test_a_coordinator_changes_a_plan_by_hand(run: Callable[[str, str], Facts]) -> None:
    facts = run(
        COORDINATOR,
        """
        size=[len(cas.producers), len(cas.orders)],
        violations=[len(check_plan(plan)), len(check_plan(nouveau))],
        broken={
            name: [[one.code, one.amount, one.unit] for one in retimed.violations]
            for name, retimed in (
                ("moved", deplace), ("swapped", echange), ("warm", change), ("late", tard),
                ("relay", relais), ("taken_out", retiree),
            )
        },
        last=prendre(deplace.plan, "2").stops[-2].site_id,
        cents=[
            sum(one.cost_cents for one in some.rounds)
            for some in (plan, deplace.plan, relais.plan, retiree.plan, nouveau)
        ],
        places=[[one.round.id, one.added_cents] for one in places],
        after_cents=bilan.after.cost_cents,
        other_vehicle=[one.before.id for one in bilan.orders if one.other_vehicle],
        changed=sorted(one.site_id for one in bilan.sites if any(day.changed for day in one.days)),
        poorer=[one.producer_id for one in bilan.members if one.more_cents],
        """,
    )
    assert facts["size"] == [12, 64]
    assert facts["violations"] == [0, 0]
    broken = facts["broken"]
    assert broken["moved"] == broken["relay"] == []
    assert facts["last"] == "L09"
    plan, moved, relay, taken_out, new = facts["cents"]
    assert plan < moved
    assert plan < relay
    assert plan > taken_out
    # A canteen that has closed, by how many seconds for each delivery.
    assert {(code, unit) for code, _, unit in broken["swapped"]} == {("closed", "s")}
    assert min(amount for _, amount, _ in broken["swapped"]) > 0
    assert {code for code, _, _ in broken["warm"]} == {"wrong_temperature"}
    # In the afternoon: hours after the canteens.
    assert {code for code, _, _ in broken["late"]} == {"closed"}
    assert min(amount for _, amount, _ in broken["late"]) > 4 * 3_600
    assert [code for code, _, _ in broken["taken_out"]] == ["missing_order"]
    # The first place is where it was; the second one is in the morning round of that day.
    (first, _), (second, added_cents), *_ = facts["places"]
    assert (first, second, len(facts["places"])) == ("4", "3", 5)
    assert new == taken_out + added_cents == facts["after_cents"]
    assert facts["other_vehicle"] == ["C056"]
    assert facts["poorer"] == ["F04", "F05"]
    # The others of the round, too, see the van at another time.
    assert {"L04", "L03", "L06", "L09"} <= set(facts["changed"])


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_is_kept_without_what_came_out(name: str) -> None:
    notebook = read(name)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count, cell.metadata) == ([], None, {})
    # As Jupyter and ruff write it: whoever saves it changes what he changed, and no more.
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == nbformat.writes(notebook) + "\n"


@pytest.mark.parametrize("name", [*NAMES, "README.md"])
@pytest.mark.parametrize("rule", RULES)
def test_what_a_notebook_says_keeps_to_the_typography(name: str, rule: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8") if name == "README.md" else told(name)
    plain = re.sub(r"```.*?```|`[^`]*`|^\|---.*$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert [match.group() for match in RULES[rule].finditer(plain)] == []


def test_the_readme_names_every_notebook() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(.*?\.ipynb)`", text, flags=re.MULTILINE) == NAMES
