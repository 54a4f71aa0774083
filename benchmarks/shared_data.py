"""Where the data lie that benchmarks read."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["data_folder"]


def data_folder(part: str) -> Path:
    """Return a folder of ``COLIVRAISON_DATA``, or of ``../shared/data`` where that is not set.

    Raises
    ------
    SystemExit
        When it is absent: that is a failure, not an empty cell.
    """
    default = Path(__file__).parents[1].parent / "shared" / "data"
    folder = Path(os.environ.get("COLIVRAISON_DATA", default)) / part
    if not folder.is_dir():
        raise SystemExit(f"{folder} is absent: the benchmark needs what lies there")
    return folder
