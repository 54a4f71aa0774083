"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real extracts and benchmark instances, or skip saying why."""
    folder = Path(
        os.environ.get("COLIVRAISON_DATA", Path(__file__).parents[1].parent / "shared" / "data")
    )
    if folder.is_dir():
        return folder
    message = (
        f"the shared data folder {folder} is absent: real extracts and benchmark instances "
        "are not part of the project (set COLIVRAISON_DATA to where they lie)"
    )
    if os.environ.get("COLIVRAISON_REQUIRE_DATA") == "1":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep built territories in a folder of the run: one for all workers, none of the user's."""
    base = tmp_path_factory.getbasetemp()
    # Workers of xdist have a folder each, below that of the run.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    folder.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLIVRAISON_CACHE", str(folder))
        yield folder
