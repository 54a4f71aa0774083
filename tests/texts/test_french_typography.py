"""French sentences are set as the Imprimerie nationale sets them, in every catalogue alike."""

from __future__ import annotations

import re

import pytest
from typography import RULES

from colivraison.texts.catalogue import sentences

# What a person types: a command line, on a line of its own in an example or named in a sentence.
_COMMAND = re.compile(r"^ +colivraison .*$|--[a-z-]+", re.MULTILINE)


@pytest.mark.parametrize("rule", RULES)
def test_french_sentences_keep_to_the_typography(rule: str) -> None:
    at_fault = [
        key for key, text in sentences("fr").items() if RULES[rule].search(_COMMAND.sub("", text))
    ]
    assert at_fault == []


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("an apostrophe is not typographic", "l'ordre", "l’ordre"),
        ("no wide no-break space before a colon", "il manque : a", "il manque\u00a0: a"),
        ("no wide no-break space before a colon", "il manque: a", "voir http://a.fr:80/"),
        ("no narrow no-break space before ; ! ?", "a ; b", "a\u202f; b"),
        ("no wide no-break space inside « »", "« a »", "«\u00a0a\u00a0»"),
        ("a unit may part from its number", "12 km", "12\u00a0km"),
    ],
)
def test_the_rules_tell_wrong_from_right(rule: str, wrong: str, right: str) -> None:
    assert RULES[rule].search(wrong)
    assert not RULES[rule].search(right)
