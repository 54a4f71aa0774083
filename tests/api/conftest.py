"""A server in this process, on the demonstration territory, with work of a test's choice."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@pytest.fixture
def children_find_tiny_work(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))


@pytest.fixture
def serve(roads: Path, tmp_path: Path, children_find_tiny_work: None) -> Serve:
    """Return a context manager: a client of a server whose state lies in ``tmp_path/home``."""

    @contextmanager
    def serving(work: str = "quick", **changes: Any) -> Iterator[TestClient]:
        settings = ApiSettings(
            roads=roads, home=tmp_path / "home", work=f"tiny_work:{work}", **changes
        )
        with TestClient(
            create_app(settings), base_url="http://127.0.0.1:8000", raise_server_exceptions=False
        ) as client:
            yield client

    return serving


@pytest.fixture
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
