"""A server in this process, on the demonstration territory, with work of a test's choice."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from colivraison.api import ApiSettings, create_app
from colivraison.api.examples import example_case
from colivraison.demo import demo_extract
from colivraison.interchange import case_to_json
from colivraison.roads import RoadNetwork
from colivraison.texts import Texts

Serve = Callable[..., Any]


@pytest.fixture(scope="session")
def roads() -> Path:
    return Path(demo_extract())


@pytest.fixture(scope="session")
def tiny_case(roads: Path) -> dict[str, Any]:
    case = example_case(RoadNetwork.load(roads), Texts("fr"))
    assert case is not None
    # As it goes over the wire.
    document: dict[str, Any] = json.loads(json.dumps(case_to_json(case)))
    return document


@pytest.fixture(scope="session", autouse=True)
def _children_find_tiny_work() -> Iterator[None]:
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
        yield


@pytest.fixture(scope="session")
def serve_at(roads: Path) -> Serve:
    """Return a context manager: a client of a server whose state lies in a folder."""

    @contextmanager
    def serving(home: Path, work: str = "quick", **changes: Any) -> Iterator[TestClient]:
        settings = ApiSettings(roads=roads, home=home, work=f"tiny_work:{work}", **changes)
        with TestClient(
            create_app(settings), base_url="http://127.0.0.1:8000", raise_server_exceptions=False
        ) as client:
            yield client

    return serving


@pytest.fixture
def serve(serve_at: Serve, tmp_path: Path) -> Serve:
    """Return the same for the folder ``tmp_path/home``."""
    return partial(serve_at, tmp_path / "home")


@pytest.fixture(scope="session")
def until() -> Callable[[TestClient, str, str], dict[str, Any]]:
    """Return a function that waits until a plan has a status, and returns it."""

    def wait(client: Any, href: str, status: str) -> dict[str, Any]:
        for _ in range(600):
            state: dict[str, Any] = client.get(href).json()
            if state["status"] == status:
                return state
            assert state["status"] in {"queued", "running"}, state
            time.sleep(0.1)
        raise AssertionError(f"never {status}: {state}")

    return wait


@pytest.fixture(scope="session")
def answering(serve_at: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a server that plans for real and is asked about its plans."""
    with serve_at(tmp_path_factory.mktemp("home"), "whole") as client:
        yield client


@pytest.fixture(scope="session")
def planned(
    answering: TestClient, until: Callable[..., dict[str, Any]], tiny_case: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return where its plan of the tiny case is, and that plan."""
    accepted = answering.post("/v1/plans", json={"case": tiny_case, "iterations": 20})
    href = accepted.json()["href"]
    return href, until(answering, href, "succeeded")["plan"]
