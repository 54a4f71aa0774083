"""Every sentence exists in both languages with the same values; numbers read as people write."""

from __future__ import annotations

import datetime as dt
import errno
import os
import string

import pytest

from colivraison.domain import UnservedCode
from colivraison.errors import Fault, Where
from colivraison.planning import Lift, Part, Rule, Stage, ViolationCode
from colivraison.texts import LANGUAGES, Texts, negotiate
from colivraison.texts.catalogue import sentences

FRENCH, ENGLISH = Texts("fr"), Texts("en")


def test_both_languages_hold_the_same_keys() -> None:
    assert FRENCH.keys() == ENGLISH.keys()


def test_no_sentence_is_empty() -> None:
    assert [k for lang in LANGUAGES for k, text in sentences(lang).items() if not text] == []


def test_a_sentence_takes_the_same_values_in_both_languages() -> None:
    def values(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    french, english = sentences("fr"), sentences("en")
    assert [key for key in french if values(french[key]) != values(english[key])] == []


@pytest.mark.parametrize(
    "key",
    [
        *(f"unserved.{code}" for code in UnservedCode),
        *(f"violation.{code}" for code in ViolationCode),
        *(f"part.{part}" for part in Part),
        *(f"stage.{stage}" for stage in Stage),
        *(f"explain.rule.{rule}" for rule in Rule),
        *(f"explain.if.{lift}" for lift in Lift),
    ],
)
def test_every_code_has_its_sentence(key: str) -> None:
    assert key in sentences("fr")


def test_numbers_are_written_the_french_way() -> None:
    assert FRENCH.euros(123_456) == "1\u202f234,56\u00a0€"
    assert FRENCH.km(12_345) == "12,3\u00a0km"
    assert FRENCH.kg(12_500) == "12,5\u00a0kg"
    assert FRENCH.kg(12_000) == "12\u00a0kg"
    assert FRENCH.date(dt.date(2026, 11, 26)) == "jeudi 26 novembre"
    assert FRENCH.clock(dt.datetime(2026, 11, 26, 8, 5, tzinfo=dt.UTC)) == "8\u202fh\u202f05"


def test_numbers_are_written_the_english_way() -> None:
    assert ENGLISH.euros(123_456) == "€1,234.56"
    assert ENGLISH.date(dt.date(2026, 11, 26)) == "Thursday, 26 November"
    assert ENGLISH.clock(dt.datetime(2026, 11, 26, 8, 5, tzinfo=dt.UTC)) == "08:05"


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (26, "0\u202fh\u202f15", "00:15"),
        (25, "0\u202fh\u202f15 (+1\u00a0jour)", "00:15 (+1\u00a0day)"),
        (24, "0\u202fh\u202f15 (+2\u00a0jours)", "00:15 (+2\u00a0days)"),
        (27, "0\u202fh\u202f15 (−1\u00a0jour)", "00:15 (−1\u00a0day)"),
    ],
)
def test_a_time_of_another_day_says_so(day: int, french: str, english: str) -> None:
    moment = dt.datetime(2026, 11, 26, 0, 15, tzinfo=dt.UTC)
    for texts, expected in ((FRENCH, french), (ENGLISH, english)):
        assert texts.clock(moment, dt.date(2026, 11, day)) == expected


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0\u202fmin"),
        (1, "1\u202fmin"),  # rounded up
        (3600, "1\u202fh\u202f00"),
        (7_300, "2\u202fh\u202f02"),
    ],
)
def test_durations_are_rounded_up_to_the_minute(seconds: int, text: str) -> None:
    assert FRENCH.duration(seconds) == text


def test_a_fault_has_a_cause_and_an_action() -> None:
    cause, action = FRENCH.fault(Fault(code="unknown_site", value="Bourg"))
    assert "«\u00a0Bourg\u00a0»" in cause
    assert action


def test_what_the_system_says_is_said_in_the_language_of_the_reader() -> None:
    why = os.strerror(errno.ENOENT)
    fault = Fault(code="file_refused", value="a", details={"why": why})
    assert "introuvable" in " ".join(FRENCH.fault(fault))
    # What we have no words for is passed on.
    odd = Fault(code="file_refused", value="a", details={"why": "Level 3 halted"})
    assert "Level 3 halted" in " ".join(FRENCH.fault(odd))


@pytest.mark.parametrize(
    ("where", "place"),
    [
        (Where(sheet="sites", pointer="/sites/0"), "lieux"),
        (Where(file="cas.xlsx", sheet="sites", row=2), "cas.xlsx · lieux · ligne 2"),
        (Where(file="cas.json", sheet="sites", pointer="/sites/0"), "cas.json · lieux · /sites/0"),
        (Where(pointer="/week_start"), "/week_start"),
    ],
)
def test_a_place_in_json_is_told_only_to_whoever_wrote_json(where: Where, place: str) -> None:
    assert FRENCH.place(where) == place


def test_an_unknown_key_is_an_error_not_a_blank() -> None:
    with pytest.raises(KeyError):
        FRENCH("no.such.key")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="'de'"):
        Texts("de")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fr"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("fr-FR, en;q=0.8", "fr"),
        ("de, en;q=0.5, fr;q=0.1", "en"),
        ("en;q=0", "fr"),  # explicitly not wanted
        ("de", "fr"),
        ("en;q=abc", "fr"),  # not a weight
    ],
)
def test_the_language_follows_the_header(header: str, language: str) -> None:
    assert negotiate(header) == language
