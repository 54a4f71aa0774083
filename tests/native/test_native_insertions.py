"""The native cheapest insertion does what its plain twin does, and refuses what it cannot read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison._native import _core, cheapest_insertions, instruction_set, twin

if TYPE_CHECKING:
    from numpy.typing import NDArray


def places(*values: int) -> NDArray[np.int32]:
    return np.array(values, dtype=np.int32)


LINE = np.array(
    # Places 0, 1, 2 at minutes 0, 10, 20 of one road, place 3 at minute 15.
    [[0, 600, 1200, 900], [600, 0, 600, 300], [1200, 600, 0, 300], [900, 300, 300, 0]],
    dtype=np.int32,
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Any, Any, Any, Any]:
    """Draw an asymmetric matrix with holes, legs and candidates; few values, hence many ties."""
    size = draw(st.integers(1, 9))
    largest = draw(st.sampled_from([2, 100, 2**31 - 1]))
    durations = st.integers(-1, largest)
    matrix = draw(
        st.lists(st.lists(durations, min_size=size, max_size=size), min_size=size, max_size=size)
    )
    place = st.integers(0, size - 1)
    # Up to 40 legs: more than the widest vector holds, and a rest.
    legs = draw(st.lists(st.tuples(place, place), max_size=40))
    candidates = draw(st.lists(place, max_size=20))
    return matrix, [start for start, _ in legs], [end for _, end in legs], candidates


@pytest.mark.parametrize("name", _core.instruction_sets())
@given(question=questions())
def test_every_instruction_set_agrees_with_the_twin(
    name: str, question: tuple[Any, Any, Any, Any]
) -> None:
    arrays = [np.array(part, dtype=np.int32) for part in question]
    detours_s, legs = _core.cheapest_insertions(*arrays, instruction_set=name)
    assert (detours_s.tolist(), legs.tolist()) == twin.cheapest_insertions(*question)


def test_the_place_goes_into_the_leg_it_stands_on() -> None:
    detours_s, legs = cheapest_insertions(LINE, places(0, 1), places(1, 2), places(3))
    # Leg 0 -> 1: 900 + 300 - 600 = 600 s.  Leg 1 -> 2: 300 + 300 - 600 = 0 s.
    assert (detours_s.tolist(), legs.tolist()) == ([0], [1])
    assert (detours_s.dtype, legs.dtype) == (np.dtype(np.int64), np.dtype(np.int32))


def test_the_first_of_equal_legs_is_taken() -> None:
    _, legs = cheapest_insertions(LINE, places(0, 1, 1), places(1, 2, 2), places(3))
    assert legs.tolist() == [1]


def test_unreachable_legs_are_passed_over() -> None:
    matrix = LINE.copy()
    matrix[3, 2] = -1  # from the place, the second leg's end cannot be reached any more
    detours_s, legs = cheapest_insertions(matrix, places(0, 1), places(1, 2), places(3))
    assert (detours_s.tolist(), legs.tolist()) == ([600], [0])


def test_a_place_nobody_reaches_has_no_leg() -> None:
    matrix = LINE.copy()
    matrix[:, 3] = -1
    detours_s, legs = cheapest_insertions(matrix, places(0, 1), places(1, 2), places(3))
    assert (detours_s.tolist(), legs.tolist()) == ([-1], [-1])


def test_a_shortcut_over_the_place_is_a_negative_detour() -> None:
    matrix = np.array([[0, 10, 2], [0, 0, 0], [0, 7, 0]], dtype=np.int32)
    detours_s, legs = cheapest_insertions(matrix, places(0), places(1), places(2))
    # 2 + 7 - 10 = -1 s, told from "no leg" by the leg.
    assert (detours_s.tolist(), legs.tolist()) == ([-1], [0])


def test_the_longest_durations_do_not_wrap() -> None:
    most = 2**31 - 1
    matrix = np.array([[0, 0, most], [0, 0, most], [most, most, 0]], dtype=np.int32)
    detours_s, _ = cheapest_insertions(matrix, places(0), places(1), places(2))
    assert detours_s.tolist() == [2 * most]


def test_no_leg_and_no_candidate_are_answered() -> None:
    detours_s, legs = cheapest_insertions(LINE, places(), places(), places(0, 1))
    assert (detours_s.tolist(), legs.tolist()) == ([-1, -1], [-1, -1])
    detours_s, legs = cheapest_insertions(LINE, places(0), places(1), places())
    assert (detours_s.size, legs.size) == (0, 0)
    empty = np.empty((0, 0), dtype=np.int32)
    detours_s, legs = cheapest_insertions(empty, places(), places(), places())
    assert (detours_s.size, legs.size) == (0, 0)


@pytest.mark.parametrize(
    ("matrix", "start", "end", "candidate", "error"),
    [
        # Seconds as floats would be cut.
        (LINE.astype(np.float64), places(0), places(1), places(3), TypeError),
        # Twice as wide: a copy nobody asked for.
        (LINE.astype(np.int64), places(0), places(1), places(3), TypeError),
        # Column by column: reading it as rows would turn every road around.
        (np.asfortranarray(LINE), places(0), places(1), places(3), TypeError),
        # Every other row.
        (np.tile(LINE, (2, 1))[::2], places(0), places(1), places(3), TypeError),
        # One dimension, three dimensions.
        (LINE.ravel(), places(0), places(1), places(3), TypeError),
        (LINE[None], places(0), places(1), places(3), TypeError),
        # Places as a list, as a table, as 64-bit numbers, with gaps, missing.
        (LINE, [0], places(1), places(3), TypeError),
        (LINE, places(0)[None], places(1), places(3), TypeError),
        (LINE, places(0), places(1).astype(np.int64), places(3), TypeError),
        (LINE, places(0), places(1), places(3, 0, 3)[::2], TypeError),
        (LINE, places(0), places(1), None, TypeError),
        # Three rows of four.
        (LINE[:3], places(0), places(1), places(3), ValueError),
        # Two starts, one end.
        (LINE, places(0, 1), places(1), places(3), ValueError),
        # Outside the matrix, on either side.
        (LINE, places(4), places(1), places(3), ValueError),
        (LINE, places(0), places(-1), places(3), ValueError),
        (LINE, places(0), places(1), places(4), ValueError),
        (LINE, places(0), places(1), places(-(2**31)), ValueError),
        (np.empty((0, 0), dtype=np.int32), places(), places(), places(0), ValueError),
    ],
)
def test_arrays_it_cannot_read_are_refused(
    matrix: Any, start: Any, end: Any, candidate: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        cheapest_insertions(matrix, start, end, candidate)


def test_an_unknown_instruction_set_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown instruction set"):
        _core.cheapest_insertions(LINE, places(0), places(1), places(3), instruction_set="abacus")


def test_read_only_arrays_are_read() -> None:
    matrix = LINE.copy()
    matrix.flags.writeable = False
    _, legs = cheapest_insertions(matrix, places(0, 1), places(1, 2), places(3))
    assert legs.tolist() == [1]


def test_the_widest_instruction_set_of_this_processor_is_used() -> None:
    names = _core.instruction_sets()
    assert names[0] == "baseline"
    assert instruction_set() == names[-1]


def test_several_threads_may_ask_at_once() -> None:
    answers: list[list[int]] = []

    def ask() -> None:
        for _ in range(50):
            _, legs = cheapest_insertions(LINE, places(0, 1), places(1, 2), places(3))
            answers.append(legs.tolist())

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[1]] * 200
