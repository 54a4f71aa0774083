"""Everything wrong with a benchmark file or a file of routes is told at once, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from benchmark_files import LI_LIM, SARTORI, write

from colivraison.errors import Fault, InputError
from colivraison.interchange.benchmarks import (
    read_benchmark,
    read_solution,
    reading,
    solution,
)
from colivraison.pdptw import Objective
from colivraison.texts import LANGUAGES, Texts
from colivraison.texts.catalogue import sentences


def li_lim(row: int, cells: str) -> str:
    """Return the file with another line; blanks part its cells."""
    lines = LI_LIM.splitlines()
    lines[row - 1] = cells
    return "\n".join(lines)


def sartori(before: str, after: str) -> str:
    assert before in SARTORI
    return SARTORI.replace(before, after, 1)


def faults_of(path: Path, read: Callable[[Path], object] | None = None) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        (read or (lambda one: read_benchmark(one, Objective.DISTANCE)))(path)
    return caught.value.faults


def short(fault: Fault) -> tuple[str, int | None, str]:
    """Return code, line and column."""
    return fault.code, fault.where.row, fault.where.column


# What is wrong, and every fault that is told: nothing else.  Lines count from 1; in LI_LIM the
# depot stands in line 2 and node 1 in line 3, in SARTORI in lines 12 and 13, its matrix from 16 on.
CASES = {
    "nothing": (" \n\n", [("benchmark_empty", None, "")]),
    "a zero byte": ("25 200 1\n\0", [("benchmark_binary", None, "")]),
    "a table": ("id;x;y\n1;2;3\n", [("benchmark_unknown_format", 1, "")]),
    "more lines than nodes": (
        "2 10 1\n" + "\n" * 100_001,
        [("benchmark_too_many_lines", None, "")],
    ),
    "a line without end": ("NAME: a\n" + "1 " * 500_001, [("benchmark_line_too_long", 2, "")]),
    "routes": ('{"routes": []}', [("benchmark_unknown_format", 1, "")]),
    # Li & Lim
    "a first line too short": (li_lim(1, "2 10"), [("benchmark_columns", 1, "")]),
    "vehicles in words": (li_lim(1, "2x 10 1"), [("benchmark_not_whole", 1, "1")]),
    "fewer than no vehicles": (li_lim(1, "-2 10 1"), [("benchmark_negative", 1, "1")]),
    "a capacity below 0": (li_lim(1, "2 -10 1"), [("benchmark_negative", 1, "2")]),
    "a speed in words": (li_lim(1, "2 10 fast"), [("benchmark_not_number", 1, "3")]),
    "no node": ("2 10 1\n", [("benchmark_no_depot", None, "")]),
    "a line too long": (
        li_lim(3, "1 3 4 6 0 50 2 0 2 7"),
        # Its partner stands alone through no fault of its own: not told.
        [("benchmark_columns", 3, "")],
    ),
    "cells that are none": (
        li_lim(3, "1 x 4,5 6.5 0 5_0 nan 0 2"),
        [
            ("benchmark_not_number", 3, "2"),
            ("benchmark_not_number", 3, "3"),
            ("benchmark_not_whole", 3, "4"),
            ("benchmark_not_whole", 3, "6"),
            ("benchmark_not_whole", 3, "7"),
        ],
    ),
    "places that are infinitely far": (
        li_lim(3, "1 inf 1e400 6 0 50 2 0 2"),
        [("benchmark_not_number", 3, "2"), ("benchmark_number_too_large", 3, "3")],
    ),
    "a number with too many digits": (
        li_lim(3, f"1 3 4 {'6' * 5000} 0 50 2 0 2"),
        [("benchmark_number_too_large", 3, "4")],
    ),
    "a number that is told twice": (
        li_lim(4, "1 6 8 -6 0 60 1 1 0"),
        # Node 1 then has no node 2 to go to, and 2 of line 5 is one too few.
        [
            ("benchmark_node_order", 4, "1"),
            ("benchmark_node_order", 5, "1"),
            ("benchmark_unknown_partner", 3, "9"),
            ("benchmark_pair_broken", 4, "8"),
        ],
    ),
    "a node left out": (
        "\n".join(line for line in LI_LIM.splitlines() if not line.startswith("2\t6")),
        [("benchmark_node_order", 4, "1"), ("benchmark_unknown_partner", 3, "9")],
    ),
    "times below 0": (
        li_lim(3, "1 3 4 6 -1 50 -2 0 2"),
        [("benchmark_negative_time", 3, "5"), ("benchmark_negative_time", 3, "7")],
    ),
    "a window reversed": (
        li_lim(3, "1 3 4 6 50 40 2 0 2"),
        [("benchmark_window_reversed", 3, "6")],
    ),
    "a depot that never opens": (
        li_lim(2, "0 0 0 0 101 100 0 0 0"),
        [("benchmark_window_reversed", 2, "6")],
    ),
    "a service that ends after the day": (
        li_lim(3, "1 3 4 6 40 50 61 0 2"),
        [("benchmark_after_horizon", 3, "5")],
    ),
    "a day too long": (
        li_lim(2, "0 0 0 0 0 1000000001 0 0 0"),
        [("benchmark_number_too_large", 2, "6")],
    ),
    "a node without partner": (
        li_lim(5, "3 0 10 5 20 40 3 0 0"),
        [("benchmark_no_partner", 5, ""), ("benchmark_pair_broken", 6, "8")],
    ),
    "a node with two partners": (
        li_lim(5, "3 0 10 5 20 40 3 2 4"),
        [("benchmark_two_partners", 5, "")],
    ),
    "a partner that is not there": (
        li_lim(5, "3 0 10 5 20 40 3 0 9"),
        [("benchmark_unknown_partner", 5, "9"), ("benchmark_pair_broken", 6, "8")],
    ),
    "a partner of its own": (
        li_lim(5, "3 0 10 5 20 40 3 0 3"),
        [("benchmark_pair_broken", 5, "9"), ("benchmark_pair_broken", 6, "8")],
    ),
    "a pair with the depot": (
        li_lim(2, "0 0 0 0 0 100 0 0 2"),
        [("benchmark_depot_in_pair", 2, "9")],
    ),
    "a load that becomes another": (
        li_lim(4, "2 6 8 -5 0 60 1 1 0"),
        [("benchmark_demand_mismatch", 4, "4")],
    ),
    "a pickup that unloads": (
        li_lim(3, "1 3 4 -6 0 50 2 0 2"),
        [("benchmark_negative_load", 3, "4")],
    ),
    "several faults": (
        LI_LIM.replace("2\t10\t1", "2\tten\t1").replace("5\t20\t40", "5\t50\t40"),
        [("benchmark_not_whole", 1, "2"), ("benchmark_window_reversed", 5, "6")],
    ),
    # Sartori & Buriol
    "no nodes": (
        # The lines of nodes are then in the header, where nobody looks for them.
        sartori("NODES\n", ""),
        [("benchmark_section_missing", None, "")],
    ),
    "no edges": (
        SARTORI.split("EDGES")[0],
        [("benchmark_section_missing", None, "")],
    ),
    "no header": (
        SARTORI[SARTORI.index("NODES") :],
        [("benchmark_key_missing", None, "")] * 3,
    ),
    "a size in words": (sartori("SIZE: 3", "SIZE: three"), [("benchmark_not_whole", 5, "")]),
    "a capacity that is negative": (
        sartori("CAPACITY: 4", "CAPACITY: -4"),
        [("benchmark_negative", 10, "")],
    ),
    "a size that differs": (
        # Believed for the matrix, too: two rows, of two numbers each.
        sartori("SIZE: 3", "SIZE: 2"),
        [
            ("benchmark_size_differs", 5, ""),
            ("benchmark_matrix_rows", 15, ""),
            ("benchmark_columns", 16, ""),
            ("benchmark_columns", 17, ""),
            ("benchmark_columns", 18, ""),
        ],
    ),
    "a matrix with a row too few": (
        sartori("4 9 0\n", ""),
        [("benchmark_matrix_rows", 15, "")],
    ),
    "a matrix with a row too many": (
        sartori("4 9 0\n", "4 9 0\n4 9 0\n"),
        [("benchmark_matrix_rows", 15, "")],
    ),
    "a matrix that is not square": (sartori("6 0 2", "6 0"), [("benchmark_columns", 17, "")]),
    "words in a matrix": (
        sartori("6 0 2", "6 zero 2.5"),
        [("benchmark_matrix_not_whole", 17, "2")],
    ),
    "a sign inside a number": (
        sartori("6 0 2", "6 0 2-3"),
        [("benchmark_matrix_not_whole", 17, "3")],
    ),
    "large numbers in a matrix": (
        sartori("6 0 2", "2000000000 0 123456789012345678901234567890"),
        [("benchmark_matrix_too_large", 17, "1")],
    ),
    "negative legs": (
        sartori("6 0 2", "-6 0 -2"),
        [("benchmark_matrix_negative", 17, "1")],
    ),
    "a diagonal that is not 0": (
        sartori("6 0 2", "6 1 2"),
        [("benchmark_matrix_diagonal", 17, "2")],
    ),
    "nodes as in the other format": (
        sartori("1 48.1 0.2 4 10 20 5 0 2", "1 48.1 0.2 4 20 10 5 0 7"),
        [
            ("benchmark_window_reversed", 13, "6"),
            ("benchmark_unknown_partner", 13, "9"),
            ("benchmark_pair_broken", 14, "8"),
        ],
    ),
}

# What stands in a file of routes.
ROUTES = {
    "nothing": ("", [("benchmark_empty", None, "")]),
    "half a document": ('{"routes": [[1, 2]', [("routes_not_json", None, "")]),
    "a document too deep": ("[" * 100_000, [("routes_not_json", None, "")]),
    "no routes": ('{"vehicles": 3}', [("routes_missing", None, "")]),
    "a bare list": ("[[1, 2]]", [("routes_missing", None, "")]),
    "lines of something else": ("Vehicles 10\nCost 828.94\n", [("routes_missing", None, "")]),
    "routes that are none": ('{"routes": 7}', [("routes_not_list", None, "/routes")]),
    "several": (
        '{"routes": [[1, "2"], 3, [true, 4.0], [1]]}',
        [
            ("benchmark_not_whole", None, "/routes/0/1"),
            ("routes_not_list", None, "/routes/1"),
            ("benchmark_not_whole", None, "/routes/2/0"),
            ("benchmark_not_whole", None, "/routes/2/1"),
        ],
    ),
    "lines with words": (
        "Route 1 : 1 2\n\nRoute 2 : 3 x 99999999999\n",
        [("benchmark_not_whole", 3, ""), ("benchmark_number_too_large", 3, "")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_file_is_refused_with_all_its_faults(tmp_path: Path, name: str) -> None:
    text, expected = CASES[name]
    path = write(tmp_path / "wrong.txt", text)
    faults = faults_of(path)
    assert sorted(map(short, faults), key=str) == sorted(expected, key=str)
    assert {fault.where.file for fault in faults} == {"wrong.txt"}
    assert_told(faults)


@pytest.mark.parametrize("name", ROUTES)
def test_wrong_routes_are_refused_with_all_their_faults(tmp_path: Path, name: str) -> None:
    text, expected = ROUTES[name]
    faults = faults_of(write(tmp_path / "wrong.json", text), read_solution)
    told = [(one.code, one.where.row, one.where.pointer or one.where.column) for one in faults]
    assert told == expected
    assert_told(faults)


def assert_told(faults: tuple[Fault, ...]) -> None:
    for language in LANGUAGES:
        for fault in faults:
            assert all(Texts(language).fault(fault))


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    for path, code in (
        (tmp_path / "absent.txt", "file_not_found"),
        (tmp_path / "zero\0byte.txt", "file_not_found"),
        (tmp_path, "file_refused"),
    ):
        for read in (None, read_solution):
            faults = faults_of(path, read)
            assert [fault.code for fault in faults] == [code]
            assert_told(faults)


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "large.txt", LI_LIM)
    for module, read in ((reading, None), (solution, read_solution)):
        monkeypatch.setattr(module, "_MOST_BYTES", len(LI_LIM) - 1)
        faults = faults_of(path, read)
        assert [fault.code for fault in faults] == ["benchmark_too_large"]
        assert_told(faults)


def test_too_many_nodes_are_refused_before_their_matrix_is_made(tmp_path: Path) -> None:
    depot = "0 0 0 0 0 9 0 0 0\n"
    for text in (f"1 1 1\n{depot * 6_001}", sartori("SIZE: 3", "SIZE: 6001")):
        faults = faults_of(write(tmp_path / "many.txt", text))
        assert [fault.code for fault in faults] == ["benchmark_too_many_nodes"]
        assert_told(faults)


def test_every_code_of_these_files_has_a_wrong_example() -> None:
    cases = (*CASES.values(), *ROUTES.values())
    seen = {code for _, told in cases for code, *_ in told}
    # These have their tests below, and in tests/cli/test_cli_pdptw.py.
    seen |= {"benchmark_too_large", "benchmark_too_many_nodes", "benchmark_not_countable"}
    codes = {
        key.split(".")[1]
        for key in sentences("fr")
        if key.startswith(("fault.benchmark_", "fault.routes_"))
    }
    assert codes == seen
