"""A real server in a process of its own: a real plan, and a server that is killed."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
import openpyxl
import pytest

from colivraison.api.examples import example_case
from colivraison.interchange import write_case_folder
from colivraison.roads import RoadNetwork
from colivraison.texts import Texts

SERVER = """
import sys
from pathlib import Path
from colivraison.api import ApiSettings, run_server
from colivraison.texts import Texts
roads, home, port, work = sys.argv[1:]
settings = ApiSettings(roads=Path(roads), home=Path(home), port=int(port), **eval(work))
run_server(settings, texts=Texts("fr"))
"""


@contextmanager
def a_server(roads: Path, home: Path, **settings: object) -> Iterator[tuple[httpx.Client, int]]:
    """Run a server; give a client of it and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", SERVER, str(roads), str(home), str(port), repr(settings)]
    with (
        subprocess.Popen(command) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):
        try:
            for _ in range(600):
                assert process.poll() is None, "the server ended by itself"
                try:
                    client.get("/healthz").raise_for_status()
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            else:
                raise AssertionError("the server never answered")
            yield client, process.pid
        finally:
            process.terminate()
            process.wait(30)


def alive(pid: int) -> bool:
    """Whether a process still runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture(scope="module")
def real(roads, tmp_path_factory):
    """A server with the real planning; nothing is replaced."""
    with a_server(roads, tmp_path_factory.mktemp("home")) as (client, _):
        yield client


@pytest.fixture(scope="module")
def planned(real, until) -> dict:
    """The example of the description, sent as it stands and planned."""
    document = real.get("/openapi.json").json()
    body = document["paths"]["/v1/plans"]["post"]["requestBody"]["content"]
    example = body["application/json"]["examples"]["week"]["value"]
    answer = real.post("/v1/plans", json=example)
    assert answer.status_code == 202, answer.text
    return until(real, answer.headers["location"], "succeeded")


def test_the_example_of_the_description_really_plans(real, planned) -> None:
    plan = planned["plan"]
    assert plan["plan_version"] == 1
    assert plan["unserved"] == []
    assert len(plan["rounds"]) >= 1
    # Three orders of the example, each loaded and unloaded once.
    handled = json.dumps(plan["rounds"])
    assert all(f'"c{number}"' in handled for number in (1, 2, 3))
    names = {href.rpartition("/")[2] for href in planned["file_hrefs"]}
    assert {"plan.json", "rounds.csv"} <= names
    assert {name.rpartition(".")[2] for name in names} == {"json", "csv", "gpx", "html"}
    for href in planned["file_hrefs"]:
        answer = real.get(href)
        assert answer.status_code == 200
        assert answer.content
        if href.endswith(".html"):
            assert "sandbox" in answer.headers["content-security-policy"]
    # The plan in the answer is the file.
    assert real.get(planned["href"] + "/files/plan.json").json() == plan


def test_a_plan_is_edited_and_asked_about_over_the_wire(real, planned) -> None:
    href, plan = planned["href"], planned["plan"]
    (one,) = plan["rounds"]
    stops = one["stops"]
    # The two delivery points the other way round, as a page that lets them be dragged would ask.
    wanted = {**one, "stops": [stops[0], stops[1], stops[3], stops[2], stops[4]]}
    answer = real.post(f"{href}/retimed", json={"rounds": [wanted]})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    (timed,) = told["rounds"]
    assert [s["site_id"] for s in timed["stops"]] == [s["site_id"] for s in wanted["stops"]]
    assert told["violations"] == []
    assert told["cost_cents"] > told["cost_cents_before"] == one["cost_cents"]
    beside = real.post(f"{href}/comparison", json={"rounds": [wanted]}).json()
    apart = told["cost_cents"] - told["cost_cents_before"]
    assert beside["difference"]["cost_cents"] == apart
    assert real.get(f"{href}/costs").json()["total"]["cost_cents"] == one["cost_cents"]
    assert len(real.get(f"{href}/preparation").json()["producers"]) == 2
    assert real.get(f"{href}/baseline").json()["together"]["cost_cents"] == one["cost_cents"]
    assert real.get(href).json()["plan"] == plan


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 20000001", b""),  # announced: not a byte of it is sent
        (
            b"Transfer-Encoding: chunked",
            (b"fffff\r\n" + b"x" * 0xFFFFF + b"\r\n") * 20,
        ),  # never ends
    ],
)
def test_a_flood_is_answered_before_it_is_over(real, framing: bytes, body: bytes) -> None:
    head = b"POST /v1/plans HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    address = (real.base_url.host, real.base_url.port)
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(head + framing + b"\r\n\r\n" + body)
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_a_sender_who_hangs_up_is_no_error_of_the_server(roads, tmp_path, capfd) -> None:
    with a_server(roads, tmp_path / "home") as (client, _):
        address = (client.base_url.host, client.base_url.port)
        with socket.create_connection(address, timeout=30) as connection:
            connection.sendall(
                b"POST /v1/plans HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
            )
        assert client.get("/healthz").status_code == 200
    # The server has ended, so its log is complete; the half request is not in it as a failure.
    said = "".join(capfd.readouterr())
    assert "/healthz" in said
    assert "Traceback" not in said


def test_a_workbook_is_planned(real, roads, tmp_path, until) -> None:
    case = example_case(RoadNetwork.load(roads), Texts("fr"))
    assert case is not None
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for path in write_case_folder(case, tmp_path / "case"):
        sheet = workbook.create_sheet(path.stem)
        for row in csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"):
            sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    answer = real.post(
        "/v1/plans",
        files={"file": ("semaine.xlsx", content.getvalue())},
        data={"iterations": "10", "time_limit_s": ""},
    )
    assert answer.status_code == 202, answer.text
    plan = until(real, answer.headers["location"], "succeeded")["plan"]
    assert plan["unserved"] == []
    assert len(plan["case"]["orders"]) == 3


def test_a_killed_server_leaves_no_orphan_and_nothing_half_written(
    roads, tmp_path, tiny_case, until
) -> None:
    home = tmp_path / "home"
    with a_server(roads, home, work="tiny_work:endless") as (client, server):
        running = client.post("/v1/plans", json={"case": tiny_case}).json()
        waiting = client.post("/v1/plans", json={"case": tiny_case}).json()
        while until(client, running["href"], "running")["stage"] is None:
            time.sleep(0.05)
        child = int((home / "aside" / running["id"] / "pid").read_text())
        assert alive(child)
        os.kill(server, signal.SIGKILL)
        for _ in range(100):
            if not alive(child):
                break
            time.sleep(0.05)
        assert not alive(child)
    with a_server(roads, home, work="tiny_work:quick") as (client, _):
        until(client, waiting["href"], "succeeded")
        state = client.get(running["href"]).json()
        assert state["status"] == "failed"
        assert [fault["code"] for fault in state["faults"]] == ["interrupted"]
        assert not (home / "aside" / running["id"]).exists()
        whole = {"input", "record.json"}
        assert {p.name for p in (home / "plans" / running["id"]).iterdir()} == whole
        assert {p.name for p in (home / "plans" / waiting["id"]).iterdir()} == whole | {"result"}


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def watched(browser, real):
    """A page of a French phone, and what went wrong on it or left this machine."""
    context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 800})
    page = context.new_page()
    wrong: list[str] = []
    own = str(real.base_url).rstrip("/")
    page.on(
        "request",
        lambda r: None if r.url.startswith((own, "data:", "blob:")) else wrong.append(r.url),
    )
    page.on("console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    yield page, own, wrong
    context.close()


@pytest.mark.browser
def test_the_map_opens_under_its_policy(watched, planned) -> None:
    page, own, wrong = watched
    page.goto(own + planned["map_href"], wait_until="load")
    page.wait_for_selector(".leaflet-container")
    page.wait_for_selector(".leaflet-overlay-pane path, .leaflet-overlay-pane canvas")
    # Without an origin of its own, it reads nothing of ours.
    assert page.evaluate("self.origin") == "null"
    assert wrong == []


@pytest.mark.browser
def test_the_description_opens_with_nothing_from_outside(watched) -> None:
    page, own, wrong = watched
    page.goto(own + "/docs", wait_until="load")
    page.wait_for_selector(".opblock")
    page.get_by_text("Demander un plan").first.click()
    page.wait_for_selector(".opblock-body")
    assert wrong == []


@pytest.mark.browser
def test_a_farmer_sends_a_file_and_sees_the_map(watched, tiny_case, tmp_path) -> None:
    page, own, wrong = watched
    file = tmp_path / "semaine.json"
    file.write_text(json.dumps(tiny_case))
    page.goto(own + "/", wait_until="load")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # Three seconds instead of ten: the plan is tiny.
    page.evaluate("document.querySelector('#time option').value = '3'")
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="Calculer").click()
    page.get_by_role("link", name="Voir la carte").wait_for(timeout=60_000)
    assert page.locator("#status").inner_text() == "Plan prêt"
    with page.expect_popup() as popup:
        page.get_by_role("link", name="Voir la carte").click()
    popup.value.wait_for_selector(".leaflet-container")
    page.get_by_role("button", name="Effacer ce plan du serveur").click()
    page.get_by_text("Le plan est effacé.").wait_for()
    assert wrong == []


@pytest.mark.browser
def test_faults_are_shown_as_text(watched, tiny_case, tmp_path) -> None:
    page, own, wrong = watched
    bad = json.loads(json.dumps(tiny_case))
    bad["orders"][0]["site_id"] = "<img src=x onerror=alert(1)>"
    file = tmp_path / "semaine.json"
    file.write_text(json.dumps(bad))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(own + "/", wait_until="load")
    page.set_input_files("#file", str(file))
    page.get_by_role("button", name="Calculer").click()
    page.get_by_text("<img src=x onerror=alert(1)>").first.wait_for()
    # The refusal itself (422) is the one thing the browser's console notes.
    assert all("422" in entry for entry in wrong)
