"""Every reason that reading, merging and turn restrictions can count is told in words."""

from __future__ import annotations

import ast
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from colivraison.cli.console import Terminal
from colivraison.cli.roads_report import _counts
from colivraison.roads.graph import restrictions
from colivraison.roads.graph.restrictions import DROP_REASONS
from colivraison.roads.reading import extract, merge, turn_relations
from colivraison.roads.reading.raw import RESTRICTION_REASONS, WAY_REASONS, ReadReport
from colivraison.roads.rules import restriction
from colivraison.texts import LANGUAGES, Texts

AT_JUNCTIONS = ("restrictions_applied", *(f"restrictions_{why}" for why in DROP_REASONS))
EVERYTHING = {
    "read": asdict(
        ReadReport(
            ways_read=1,
            ways_dropped=dict.fromkeys(WAY_REASONS, 1),
            restrictions_read=1,
            restrictions_dropped=dict.fromkeys(RESTRICTION_REASONS, 1),
            conditions_skipped={"maxspeed:conditional": 1, "seasonal": 1},
            points_dropped=1,
            duplicate_ids=1,
        )
    ),
    "restrictions": dict.fromkeys(AT_JUNCTIONS, 1),
}


def codes_in(module: ModuleType) -> set[str]:
    """Return the reasons a module writes down: ``dropped["x"]``, ``dropped.append("x")``..."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("dropped"):
            found.append(node.slice)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.endswith("dropped.append") or called == "_UnusableError":
                found += node.args
        elif isinstance(node, ast.FunctionDef) and node.name == "_wrong":
            found += [
                one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value
            ]
    # Of ``"a" if x else "b"`` both.
    return {
        one.value
        for expression in found
        for one in (
            [expression.body, expression.orelse]
            if isinstance(expression, ast.IfExp)
            else [expression]
        )
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
    }


def test_every_reason_the_code_counts_is_in_the_lists() -> None:
    assert codes_in(extract) | codes_in(merge) == set(WAY_REASONS)
    # ``no_from`` and ``no_to`` are put together from the role.
    counted = codes_in(turn_relations) | codes_in(restriction) | {"no_from", "no_to"}
    assert counted == set(RESTRICTION_REASONS)
    assert codes_in(restrictions) == set(DROP_REASONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_told_in_words(language: str) -> None:
    terminal = Terminal(texts=Texts(language))
    text = " ".join(f"{label} {value}" for label, value in _counts(EVERYTHING, terminal))
    for code in (*WAY_REASONS, *RESTRICTION_REASONS, *AT_JUNCTIONS):
        assert terminal.texts(f"cli.roads.reason.{code}") in text
    # Codes have a ``_``; only a tag of the map stands for itself.
    assert "_" not in text
    assert "maxspeed:conditional" in text
    assert "version (" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_of_another_version_is_called_one(language: str) -> None:
    report = {"read": {"ways_dropped": {"flying": 2}}}
    ((_, value),) = _counts(report, Terminal(texts=Texts(language)))
    assert "(flying)" in value
    assert "version" in value


def test_a_count_without_a_name_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        list(_counts({"flying": 2}, Terminal(texts=Texts("fr"))))
