"""What the tests of the room ask for.

Problems are written with ``Build`` (``tests/support/pdptw_build.py``) and solved by trying
everything (``pdptw_exhaustive.py``); tiny problems with answers worked by hand stand in
``rich_cases.py``, random ones in ``rich_problems.py``, for the tests of every back end.
"""

from __future__ import annotations

import pytest
from pdptw_build import Build
from pdptw_exhaustive import best_key


@pytest.fixture(scope="session")
def build():
    return Build


@pytest.fixture(scope="session")
def exhaustive():
    """Return the least objective key of a tiny problem."""
    return best_key
