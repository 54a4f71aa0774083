"""Road shapes as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colivraison.domain import Position
from colivraison.interchange.polyline import decode_polyline, encode_polyline


def test_the_example_of_the_format_s_own_page_comes_out() -> None:
    # Google, "Encoded Polyline Algorithm Format": the worked example.
    line = [
        Position(lat=38.5, lon=-120.2),
        Position(lat=40.7, lon=-120.95),
        Position(lat=43.252, lon=-126.453),
    ]
    assert encode_polyline(line) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"
    assert decode_polyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == tuple(line)


def test_an_empty_line_is_an_empty_text() -> None:
    assert encode_polyline([]) == ""
    assert decode_polyline("") == ()


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=20))
def test_any_line_comes_back_within_half_a_step(line: list[tuple[float, float]]) -> None:
    positions = [Position(lat=lat, lon=lon) for lat, lon in line]
    text = encode_polyline(positions)
    found = decode_polyline(text)
    assert len(found) == len(positions)
    for before, after in zip(positions, found, strict=True):
        # Rounded to 1e-5 degrees: off by half of it, and by what a double cannot say.
        assert abs(before.lat - after.lat) <= 0.5001e-5
        assert abs(before.lon - after.lon) <= 0.5001e-5
    assert encode_polyline(found) == text


@pytest.mark.parametrize(
    "text",
    [
        "_p~iF",  # a latitude alone
        "_p~iF_",  # cut in the middle of a number
        "_p~iF é",  # characters outside the alphabet
        "~~~~~~~~~~~~",  # a number without end
        "_oia]_oia]",  # both 500 degrees: off the earth
    ],
)
def test_a_text_that_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        decode_polyline(text)
