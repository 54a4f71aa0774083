"""Why an order is in no round, in the words of the trade."""

from __future__ import annotations

import pytest

from colivraison.pdptw import ReasonKind
from colivraison.planning.left_out import _CODES
from colivraison.texts import LANGUAGES, Texts


@pytest.mark.parametrize("kind", ReasonKind)
def test_every_reason_of_the_solver_has_its_sentence(kind: ReasonKind) -> None:
    for language in LANGUAGES:
        assert Texts(language)(f"unserved.{_CODES[kind]}")
