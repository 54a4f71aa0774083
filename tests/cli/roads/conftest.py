"""A built territory, places on it, and services of OpenStreetMap on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import osm_servers
import pytest
from roads_calls import HEADER, Run, called, line


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("COLIVRAISON_CACHE", str(folder))
    return folder


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    return called


@pytest.fixture(scope="module")
def built(
    extract: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, object]]:
    path = tmp_path_factory.mktemp("built") / "drawn.roads"
    done = called("roads", "build", extract, "--out", path, "--json")
    assert done.returncode == 0, done.stderr
    return path, json.loads(done.stdout)


@pytest.fixture
def roads(built: tuple[Path, dict[str, object]]) -> Path:
    return built[0]


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text(HEADER + line("ferme", 1) + line("halle", 4) + line("école", 9))
    return path


@pytest.fixture
def servers(extract: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[osm_servers.OsmServers]:
    """Let the services of OpenStreetMap answer on this machine, from the drawn map."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with osm_servers.running(osm_servers.OsmServers(extract.read_text("utf-8"))) as started:
        for name in ("nominatim", "overpass", "extracts"):
            variable = "EXTRACT_SERVER" if name == "extracts" else name.upper()
            monkeypatch.setenv(f"COLIVRAISON_{variable}", f"{started.url}/{name}")
        yield started
