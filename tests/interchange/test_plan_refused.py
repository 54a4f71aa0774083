"""Documents that are no plan: every fault, with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from colivraison.domain import Plan
from colivraison.errors import Fault, InputError
from colivraison.interchange.plan_json import plan_text, plan_to_json
from colivraison.interchange.plan_reading import plan_from_json, read_plan
from colivraison.texts import LANGUAGES, Texts

_ROUND = "/rounds/0"
_STOP = f"{_ROUND}/stops/0"
_NEEDED = [
    "/plan_version",
    "/horizon_start",
    "/fingerprint",
    "/fingerprint/case",
    "/fingerprint/territory",
    "/fingerprint/code",
    "/seed",
    "/rounds",
    "/unserved",
    "/case",
    "/matrix",
    *(f"{_ROUND}/{key}" for key in ("id", "vehicle_id", "day", "stops", "cost_cents")),
    *(f"{_ROUND}/{key}" for key in ("distance_m", "duration_s")),
    *(f"{_STOP}/{key}" for key in ("site_id", "arrival_s", "start_s", "departure_s")),
    *(f"{_STOP}/{key}" for key in ("load_g", "load_crates", "shipments")),
    *(f"{_STOP}/shipments/0/{key}" for key in ("id", "action", "order_ids")),
    "/unserved/0/order_id",
    "/unserved/0/code",
    *(f"/matrix/{key}" for key in ("ids", "profile", "durations_s", "distances_m")),
    "/matrix/others/car/durations_s",
    *(f"/alone/0/{key}" for key in ("producer_id", "vehicles", "rounds", "unserved")),
    "/alone/0/vehicles/0/shifts",
    "/co_delivery/payment_cents",
    "/co_delivery/order_ids",
    "/new_site/site",
    "/new_site/site/lat",
    "/new_site/round",
    "/new_site/orders/0/mass_g",
    "/warnings/0/code",
]


def _parent(document: Any, pointer: str) -> tuple[Any, str | int]:
    *steps, last = pointer.removeprefix("/").split("/")
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    return document, int(last) if isinstance(document, list) else last


def _faults(document: Any) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        plan_from_json(document)
    faults = list(caught.value.faults)
    for language in LANGUAGES:
        for fault in faults:
            assert all(Texts(language).fault(fault))  # a cause and an action in every language
    return faults


@pytest.mark.parametrize("pointer", _NEEDED)
def test_a_missing_key_is_named_by_its_pointer(small_plan: Plan, pointer: str) -> None:
    document = copy.deepcopy(plan_to_json(small_plan))
    parent, key = _parent(document, pointer)
    del parent[key]
    found = [(f.code, f.where.pointer) for f in _faults(document)]
    assert ("plan_missing_key", pointer) in found


_WRONG: list[tuple[str, Any, str, str]] = [
    # pointer, new value, code, pointer of the fault
    ("/plan_version", 2, "plan_version", "/plan_version"),
    ("/plan_version", True, "plan_version", "/plan_version"),
    ("/horizon_start", "2026-11-30", "plan_horizon", "/horizon_start"),
    ("/horizon_start", "hier", "plan_bad_value", "/horizon_start"),
    ("/horizon_start", 0, "plan_bad_value", "/horizon_start"),
    ("/seed", "1", "plan_bad_value", "/seed"),
    ("/seed", 1.0, "plan_bad_value", "/seed"),
    ("/time_limit_s", 3, "plan_stopping_rule", ""),
    ("/iterations", None, "plan_stopping_rule", ""),
    ("/colour", "red", "plan_unknown_key", "/colour"),
    (f"{_ROUND}/vehicle_id", "V9", "plan_unknown_id", f"{_ROUND}/vehicle_id"),
    # a van lent for one producer's comparison is unknown to the shared rounds
    (f"{_ROUND}/vehicle_id", "lent-B", "plan_unknown_id", f"{_ROUND}/vehicle_id"),
    (f"{_ROUND}/stops", [], "plan_bad_value", f"{_ROUND}/stops"),
    (f"{_ROUND}/legs/0", "_p~iF", "plan_bad_value", f"{_ROUND}/legs/0"),
    (f"{_STOP}/arrival_s", "8:00", "plan_bad_value", f"{_STOP}/arrival_s"),
    (f"{_STOP}/arrival_s", 10**12, "plan_bad_value", f"{_STOP}/arrival_s"),
    (f"{_STOP}/site_id", "Z", "plan_unknown_id", f"{_STOP}/site_id"),
    # the suggested place is known to the suggestion only
    (f"{_STOP}/site_id", "new-1", "plan_unknown_id", f"{_STOP}/site_id"),
    (f"{_STOP}/shipments/0/action", "drop", "plan_bad_value", f"{_STOP}/shipments/0/action"),
    (
        f"{_STOP}/shipments/0/order_ids/0",
        "o9",
        "plan_unknown_id",
        f"{_STOP}/shipments/0/order_ids/0",
    ),
    ("/unserved/0/code", "no_idea", "plan_bad_value", "/unserved/0/code"),
    ("/unserved/0/order_id", "o9", "plan_unknown_id", "/unserved/0/order_id"),
    ("/alone/0/producer_id", "P", "plan_unknown_id", "/alone/0/producer_id"),
    (
        "/alone/0/vehicles/0/start_site_id",
        "Z",
        "plan_unknown_id",
        "/alone/0/vehicles/0/start_site_id",
    ),
    ("/alone/0/vehicles/0/shifts/0/closes_s", 0, "plan_bad_value", "/alone/0/vehicles/0/shifts/0"),
    ("/co_delivery/carrier_id", "Q", "plan_unknown_id", "/co_delivery/carrier_id"),
    ("/co_delivery/site_ids/0", "Z", "plan_unknown_id", "/co_delivery/site_ids/0"),
    ("/new_site/round_id", "r9", "plan_unknown_id", "/new_site/round_id"),
    ("/new_site/site/lat", 91, "plan_bad_value", "/new_site/site/lat"),
    ("/new_site/site/id", "P", "plan_duplicate_id", "/new_site/site/id"),
    ("/new_site/orders/0/id", "o1", "plan_duplicate_id", "/new_site/orders"),
    ("/matrix/ids/1", "A", "plan_duplicate_id", "/matrix/ids"),
    ("/matrix/ids/1", "Z", "plan_not_in_matrix", f"{_ROUND}/stops/1/site_id"),
    ("/matrix/profile", "bike", "plan_not_in_matrix", f"{_ROUND}/vehicle_id"),
    ("/matrix/durations_s/0/0", -2, "plan_bad_value", "/matrix/durations_s/0/0"),
    ("/matrix/durations_s/0", [0, 1], "plan_matrix_shape", "/matrix/durations_s"),
    ("/matrix/others/car/distances_m", [], "plan_matrix_shape", "/matrix/others/car/distances_m"),
]


@pytest.mark.parametrize(("pointer", "value", "code", "where"), _WRONG)
def test_an_unusable_value_is_named_by_its_pointer(
    small_plan: Plan, pointer: str, value: Any, code: str, where: str
) -> None:
    document = copy.deepcopy(plan_to_json(small_plan))
    parent, key = _parent(document, pointer)
    parent[key] = value
    assert (code, where) in [(f.code, f.where.pointer) for f in _faults(document)]


def test_two_rounds_of_one_id_are_refused(small_plan: Plan) -> None:
    document = plan_to_json(small_plan)
    document["rounds"] *= 2
    assert [(f.code, f.value) for f in _faults(document)] == [("plan_duplicate_id", "V1-thursday")]


def test_all_faults_come_at_once(small_plan: Plan) -> None:
    document = plan_to_json(small_plan)
    del document["seed"]
    document["rounds"][0]["cost_cents"] = "12"
    document["extra"] = 1
    assert {f.code for f in _faults(document)} == {
        "plan_missing_key",
        "plan_bad_value",
        "plan_unknown_key",
    }


@pytest.mark.parametrize("document", [None, [], "plan", 3, True])
def test_json_that_is_no_object_is_refused(document: Any) -> None:
    assert [f.code for f in _faults(document)] == ["plan_not_object"]


def _cut(text: str) -> bytes:
    return text[: len(text) // 2].encode()


@pytest.mark.parametrize(
    "spoil",
    [
        _cut,  # half a file
        lambda _: b"",  # an empty one
        lambda _: b"\xff\xfe\x00",  # no UTF-8
        lambda text: text.replace('"seed": 1', '"seed": NaN').encode(),  # no JSON number
        lambda text: text.replace('"seed": 1', '"seed": 1, "seed": 2').encode(),  # which one?
        lambda _: b"[" * 200_000,  # deeper than any reader goes
        lambda text: text.replace('"seed": 1', '"seed": ' + "9" * 5000).encode(),
    ],
)
def test_a_file_that_is_no_json_is_refused(
    small_plan: Plan, tmp_path: Path, spoil: Callable[[str], bytes]
) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(spoil(plan_text(small_plan)))
    with pytest.raises(InputError) as caught:
        read_plan(path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.where.file) == ("plan_not_json", "plan.json")
    assert all(Texts().fault(fault))


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "absent.json", "missing_file"), (tmp_path, "plan_unreadable")):
        with pytest.raises(InputError) as caught:
            read_plan(path)
        (fault,) = caught.value.faults
        assert fault.code == code
        assert all(Texts().fault(fault))
    assert "c’est un dossier" in Texts().fault(fault)[0]


def test_faults_of_the_embedded_case_point_into_the_plan(small_plan: Plan) -> None:
    document = json.loads(json.dumps(plan_to_json(small_plan)))
    document["case"]["orders"][0]["site_id"] = "nowhere"
    faults = _faults(document)
    assert any(f.where.pointer.startswith("/case/orders/0") for f in faults)
