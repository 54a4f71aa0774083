"""Plans wait, run in a child process, and end in exactly one way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from colivraison.api import ApiSettings, create_app
from colivraison.roads import RoadNetwork


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def child_pid(home: Path, plan_id: str) -> int:
    return int((home / "aside" / plan_id / "pid").read_text())


def test_a_plan_is_accepted_computed_and_read(serve, until, tiny_case) -> None:
    with serve("quick") as client:
        answer = client.post("/v1/plans", json={"case": tiny_case, "seed": 7})
        assert answer.status_code == 202
        assert answer.headers["location"] == answer.json()["href"]
        assert answer.headers["retry-after"] == "1"
        done = until(client, answer.headers["location"], "succeeded")
        assert done["plan"] == {"seed": 7}
        assert done["progress_share"] == 1.0
        assert done["options"] == {
            "time_limit_s": 10.0,
            "iterations": None,
            "seed": 7,
            "threads": 1,
        }
        files = [client.get(href) for href in done["file_hrefs"]]
        assert [f.text for f in files] == ['{"seed": 7}', "case.json"]
        assert files[1].headers["content-type"] == "text/csv; charset=utf-8"
        assert files[1].headers["content-disposition"] == 'attachment; filename="rounds.csv"'
        page = client.get(done["map_href"], headers={"Accept-Language": "en"})
        assert page.text == "<p>en</p>"
        assert page.headers["content-language"] == "en"
        assert "sandbox allow-scripts" in page.headers["content-security-policy"]
        assert client.get(done["map_href"]).text == "<p>fr</p>"
        assert client.get(done["href"] + "/files/record.json").status_code == 404
        assert client.get(done["href"] + "/files/..%2F..%2Frecord.json").status_code == 404
        assert client.post(done["href"] + "/cancel").status_code == 409


def test_progress_is_seen_and_a_running_plan_is_cancelled(
    serve, until, tiny_case, tmp_path
) -> None:
    with serve("endless") as client:
        href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        state = until(client, href, "running")
        while state["stage"] is None:
            state = until(client, href, "running")
        assert (state["stage"], state["progress_share"], state["best_cost_cents"]) == (
            "rounds",
            0.25,
            4200,
        )
        early = client.get(href + "/map")
        assert (early.status_code, early.json()["code"]) == (409, "plan_not_ready")
        pid = child_pid(tmp_path / "home", state["id"])
        assert alive(pid)
        assert client.post(href + "/cancel").json()["status"] == "cancelled"
        assert not alive(pid)
        assert client.get(href).json()["status"] == "cancelled"
        # Asking again changes nothing and is no error.
        assert client.post(href + "/cancel").json()["status"] == "cancelled"
        assert list((tmp_path / "home" / "aside").iterdir()) == []


def test_one_runs_the_rest_wait_and_one_too_many_is_refused(serve, until, tiny_case) -> None:
    with serve("endless", waiting_max=2) as client:

        def ask() -> object:
            return client.post("/v1/plans", json={"case": tiny_case})

        first = ask().json()
        until(client, first["href"], "running")
        second, third = ask().json(), ask().json()
        assert client.get(third["href"]).json()["queue_position"] == 2
        refused = ask()
        assert (refused.status_code, refused.json()["code"]) == (429, "queue_full")
        assert int(refused.headers["retry-after"]) > 0
        listed = client.get("/v1/plans").json()["plans"]
        assert [p["id"] for p in listed] == [third["id"], second["id"], first["id"]]
        assert len(client.get("/v1/plans?limit=1").json()["plans"]) == 1
        # Cancelling one that waits gives its place away and starts nothing.
        assert client.post(second["href"] + "/cancel").json()["status"] == "cancelled"
        assert client.get(third["href"]).json()["queue_position"] == 1
        assert client.get("/healthz").json() | {"version": ""} == {
            "status": "ok",
            "version": "",
            "running": 1,
            "waiting": 1,
        }


def test_erasing_a_running_plan_stops_it_and_leaves_nothing(
    serve, until, tiny_case, tmp_path
) -> None:
    with serve("endless") as client:
        plan = client.post("/v1/plans", json={"case": tiny_case}).json()
        until(client, plan["href"], "running")
        answer = client.delete(plan["href"])
        assert (answer.status_code, answer.content) == (204, b"")
        assert client.get(plan["href"]).status_code == 404
        assert client.delete(plan["href"]).status_code == 404
        left = [p for p in (tmp_path / "home").rglob("*") if plan["id"] in str(p)]
        assert left == []


@pytest.mark.parametrize("work", ["crash", "bug", "exits"])
def test_a_child_that_dies_fails_its_plan_and_nothing_else(serve, until, tiny_case, work) -> None:
    with serve(work) as client:
        for _ in range(2):
            href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
            state = until(client, href, "failed")
            assert [fault["code"] for fault in state["faults"]] == ["planning_failed"]
            assert "secret" not in client.get(href).text


def test_what_the_child_refuses_is_told_in_the_reader_s_language(serve, until, tiny_case) -> None:
    with serve("refuse") as client:
        href = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        (fault,) = until(client, href, "failed")["faults"]
        assert (fault["code"], fault["row"], fault["value"]) == ("unknown_site", 3, "là-bas")
        english = client.get(href, headers={"Accept-Language": "en-GB, fr;q=0.5"}).json()
        assert english["status_text"] == "The computation failed"
        assert english["faults"][0]["cause"] != fault["cause"]


def test_stopping_the_server_ends_the_child_and_keeps_who_waits(
    serve, until, tiny_case, tmp_path
) -> None:
    with serve("endless") as client:
        running = client.post("/v1/plans", json={"case": tiny_case}).json()
        waiting = client.post("/v1/plans", json={"case": tiny_case}).json()
        state = until(client, running["href"], "running")
        while state["stage"] is None:
            state = until(client, running["href"], "running")
        pid = child_pid(tmp_path / "home", running["id"])
    assert not alive(pid)
    with serve("quick") as client:
        until(client, waiting["href"], "succeeded")
        state = client.get(running["href"]).json()
        assert state["status"] == "failed"
        assert [fault["code"] for fault in state["faults"]] == ["interrupted"]


def test_the_oldest_finished_plans_go_when_few_may_stay(serve, until, tiny_case) -> None:
    with serve("quick", stored_max=2) as client:
        hrefs = []
        for _ in range(4):
            hrefs.append(client.post("/v1/plans", json={"case": tiny_case}).json()["href"])
            until(client, hrefs[-1], "succeeded")
        assert [client.get(href).status_code for href in hrefs] == [404, 404, 200, 200]


def test_a_plan_is_accepted_even_where_the_oldest_cannot_be_erased(
    serve, until, tiny_case, tmp_path, monkeypatch, caplog
) -> None:
    with serve("quick", stored_max=1) as client:
        first = client.post("/v1/plans", json={"case": tiny_case}).json()["href"]
        until(client, first, "succeeded")
        # A file where the folder for erasing belongs: the system refuses, whoever asks.
        aside = tmp_path / "home" / "aside"
        doomed = aside / f"{first.rpartition('/')[2]}.erased"
        (doomed / "in the way").mkdir(parents=True)
        answer = client.post("/v1/plans", json={"case": tiny_case})
        assert answer.status_code == 202
        assert "beyond the newest 1 stay" in caplog.text
        until(client, answer.json()["href"], "succeeded")
        assert client.get(first).json()["status"] == "succeeded"


def test_one_damaged_plan_stops_neither_start_nor_list_nor_keys(
    serve, until, tiny_case, tmp_path
) -> None:
    def ask(client, key):
        body = {"case": tiny_case}
        return client.post("/v1/plans", json=body, headers={"Idempotency-Key": key})

    with serve("quick") as client:
        bad, good = ask(client, "bad").json(), ask(client, "good").json()
        for plan in (bad, good):
            until(client, plan["href"], "succeeded")
        (tmp_path / "home" / "plans" / bad["id"] / "record.json").write_bytes(b"{")
        assert [p["id"] for p in client.get("/v1/plans").json()["plans"]] == [good["id"]]
        again = ask(client, "bad")
        assert again.status_code == 202
        assert again.json()["id"] != bad["id"]
        until(client, again.json()["href"], "succeeded")
        (tmp_path / "home" / "plans" / again.json()["id"] / "record.json").write_bytes(b"{")
    with serve("quick") as client:
        # A key outlives the server as long as its plan is kept.
        assert ask(client, "good").json()["id"] == good["id"]
        assert [p["id"] for p in client.get("/v1/plans").json()["plans"]] == [good["id"]]
        # A plan damaged while the server runs can still be erased.
        (tmp_path / "home" / "plans" / good["id"] / "record.json").write_bytes(b"{")
        assert client.delete(good["href"]).status_code == 204
    assert not (tmp_path / "home" / "plans" / good["id"]).exists()


def test_roads_read_already_are_not_read_again(roads, tmp_path) -> None:
    # No such extract: a server that read it would not start.
    settings = ApiSettings(roads=tmp_path / "absent.osm.pbf", home=tmp_path / "home")
    app = create_app(settings, network=RoadNetwork.load(roads))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        assert client.get("/healthz").json()["status"] == "ok"


def test_the_child_belongs_to_its_parent(serve, until, tiny_case, tmp_path) -> None:
    with serve("endless") as client:
        plan = client.post("/v1/plans", json={"case": tiny_case}).json()
        state = until(client, plan["href"], "running")
        while state["stage"] is None:
            state = until(client, plan["href"], "running")
        pid = child_pid(tmp_path / "home", plan["id"])
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        assert parent == os.getpid()
