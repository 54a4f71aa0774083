"""What every test may ask for."""

from __future__ import annotations

import os
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
