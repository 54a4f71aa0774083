"""A territory and a case on disk, and the command as a person runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import drawn
import pytest

from colivraison.interchange import case_to_json

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn.draw(tmp_path_factory.mktemp("drawn") / "drawn.osm")


@pytest.fixture
def case_file(tmp_path: Path) -> Path:
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case_to_json(drawn.small_case())), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def command() -> list[str]:
    return [sys.executable, "-m", "colivraison.cli"]


@pytest.fixture
def run(command: list[str], tmp_path: Path) -> Run:
    def call(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *map(str, arguments)],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1"},
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def planned(
    extract: Path, command: list[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("planned")
    case = folder / "case.json"
    case.write_text(json.dumps(case_to_json(drawn.small_case())), encoding="utf-8")
    done = subprocess.run(
        [
            *command, "plan", str(case), "--roads", str(extract), "--out", str(folder / "out"),
            "--iterations", "50", "--json",
        ],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return folder / "out", json.loads(done.stdout)
