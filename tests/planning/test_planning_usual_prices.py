"""Prices that nobody has given are told with year and source until somebody writes them down."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import drawn
import pytest

from colivraison.domain import USUAL_PRICES, Case, Price
from colivraison.interchange import case_to_json, parse_case_json, plan_to_json, read_case
from colivraison.interchange.case_write import write_case_folder
from colivraison.interchange.plan_reading import plan_from_json
from colivraison.planning import Stopping, check_plan, plan_week, usual_price_warnings
from colivraison.planning.fingerprint import case_digest
from colivraison.roads import RoadNetwork
from colivraison.texts import LANGUAGES, Texts

TODAY = dt.date(2026, 11, 18)
BOTH = frozenset(Price)
# Of the drawn case, computed before there were usual prices, energies and a limit.
DIGEST_OF_BEFORE = "d97b7366f1cbe4877b299a86619f43c011cc5ac14236092babf0c6539b146e8c"


def unpriced(case: Case, prices: frozenset[Price] = BOTH) -> Case:
    return replace(case, vehicles=tuple(replace(v, usual_prices=prices) for v in case.vehicles))


@pytest.mark.parametrize(
    ("prices", "codes"),
    [
        (frozenset(), []),
        (frozenset({Price.PER_KM}), ["usual_cents_per_km"]),
        (frozenset({Price.PER_HOUR}), ["usual_cents_per_hour"]),
        (BOTH, ["usual_cents_per_km", "usual_cents_per_hour"]),
    ],
)
def test_a_plan_says_which_usual_prices_it_counts(
    small_case: Case, drawn_network: RoadNetwork, prices: frozenset[Price], codes: list[str]
) -> None:
    plan = plan_week(unpriced(small_case, prices), drawn_network, stopping=Stopping(iterations=20))
    assert [w.code for w in plan.warnings if w.code.startswith("usual")] == codes
    # The reminder survives the file, and so does what has been confirmed.
    again = plan_from_json(json.loads(json.dumps(plan_to_json(plan))))
    assert (again.case, again.warnings) == (plan.case, plan.warnings)
    assert check_plan(again) == ()


def test_the_reminder_has_price_source_year_and_vehicle(small_case: Case) -> None:
    km, hour = usual_price_warnings(unpriced(small_case))
    french = Texts("fr")
    assert "0,50\u00a0€" in french.warning(km)
    assert "12,00\u00a0€" in french.warning(hour)
    for language in LANGUAGES:
        for warning in (km, hour):
            told = Texts(language).warning(warning)
            assert all(word in told for word in ("FNAB", "2023", "van-A"))
    # The usual hour of 2023 lies below the minimum wage of 2026.
    assert "SMIC" in french.warning(hour)


def test_many_vehicles_are_not_all_named(small_case: Case) -> None:
    vans = [replace(drawn.van(f"v{n}"), usual_prices=BOTH) for n in range(7)]
    (km, _) = usual_price_warnings(replace(small_case, vehicles=tuple(vans)))
    assert km.value == "v0, v1, v2, v3, v4…"


def test_what_is_left_empty_is_usual_and_what_is_written_is_confirmed(small_case: Case) -> None:
    document = case_to_json(unpriced(small_case))
    assert not {"cents_per_km", "cents_per_hour"} & document["vehicles"][0].keys()
    read = parse_case_json(document, gazetteer=None, today=TODAY)
    assert read.vehicles[0].usual_prices == BOTH
    document["vehicles"][0]["cents_per_km"] = USUAL_PRICES[Price.PER_KM].cents
    read = parse_case_json(document, gazetteer=None, today=TODAY)
    assert read.vehicles[0].usual_prices == {Price.PER_HOUR}
    assert read.vehicles[0].cents_per_km == small_case.vehicles[0].cents_per_km


def test_the_same_holds_for_tables(small_case: Case, tmp_path: object) -> None:
    case = unpriced(small_case, frozenset({Price.PER_HOUR}))
    write_case_folder(case, tmp_path)
    assert read_case(tmp_path, gazetteer=None, today=TODAY).case == case


def test_a_case_with_prices_keeps_the_fingerprint_it_had(small_case: Case) -> None:
    assert case_digest(small_case) != case_digest(unpriced(small_case))
    assert case_digest(small_case) == DIGEST_OF_BEFORE
