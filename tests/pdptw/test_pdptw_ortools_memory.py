"""What searches of OR-Tools' routing library leave behind, and how short they can be."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from rich_cases import RICH_CASES

from colivraison.pdptw import BACKENDS, Stopping
from colivraison.pdptw.backends import ortools_search
from colivraison.pdptw.backends.ortools_model import RoutingModel


def _models() -> list[RoutingModel]:
    gc.collect()
    return [one for one in gc.get_objects() if isinstance(one, RoutingModel)]


@pytest.mark.parametrize("name", ["judged", "plain"])
def test_a_search_leaves_no_model_in_memory(name: str) -> None:
    # With breaks the evaluator sits inside the search, and a draft is made by a second model.
    breaks = name == "judged"
    case = next(c for c in RICH_CASES if any(v.breaks for v in c.problem.vehicles) == breaks)
    # Other tests of the same process may have left some behind in tracebacks.
    before = _models()
    BACKENDS["ortools"](case.problem, Stopping(iterations=20), seed=1)
    assert len(_models()) == len(before)


def test_a_small_problem_is_not_searched_again_once_the_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    searches = []
    search = ortools_search.search

    def counted(*given: Any, **named: Any) -> Any:
        searches.append(named["deadline_s"])
        return search(*given, **named)

    monkeypatch.setattr(ortools_search, "search", counted)
    BACKENDS["ortools"](RICH_CASES[0].problem, Stopping(time_limit_s=0.0), seed=1)
    assert len(searches) == 1
