"""What comes in wrong is refused in plain words, all faults at once, and nothing is kept."""

from __future__ import annotations

import copy
import json

import pytest

BOUNDARY = "multipart/form-data; boundary=x"


@pytest.fixture(scope="module")
def client(serve_at, tmp_path_factory):
    with serve_at(tmp_path_factory.mktemp("home")) as client:
        yield client


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"] == "/problems/" + code.replace("_", "-")
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize(
    "body",
    [
        b"",  # nothing
        b"{",  # cut off
        b"[]",  # not an object
        b'{"case": NaN}',  # Python reads it, JSON has no such thing
        b'{"case": {"territory": "\\ud800"}}',  # half a character
        b"[" * 100_000,  # deeper than a parser goes
        b"\xff\xfe\x00",  # no text
    ],
)
def test_a_body_that_is_no_json_object_is_malformed(client, body: bytes) -> None:
    answer = client.post("/v1/plans", content=body, headers={"Content-Type": "application/json"})
    problem(answer, 400, "malformed_body")


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("multipart/form-data", b"--x--"),  # no boundary
        (BOUNDARY, b"nonsense"),  # not a form
    ],
)
def test_a_broken_form_is_malformed(client, media: str, body: bytes) -> None:
    answer = client.post("/v1/plans", content=body, headers={"Content-Type": media})
    problem(answer, 400, "malformed_body")


def test_another_media_type_is_not_supported(client) -> None:
    for headers in ({"Content-Type": "text/csv"}, {}):
        answer = client.post("/v1/plans", content=b"a;b", headers=headers)
        problem(answer, 415, "unsupported_media")


def test_unknown_addresses_and_plans_are_not_found(client) -> None:
    problem(client.get("/nowhere"), 404, "not_found")
    problem(client.get("/assets/..%2Fapp.py"), 404, "not_found")
    for plan_id in ("6f1c2f0e-1c1f-4d7e-9d7e-000000000000", "..%2F..%2Fetc", "x"):
        for path in ("", "/map", "/files/plan.json"):
            assert client.get(f"/v1/plans/{plan_id}{path}").status_code == 404
        assert client.post(f"/v1/plans/{plan_id}/cancel").status_code == 404
        assert client.delete(f"/v1/plans/{plan_id}").status_code == 404


def test_a_wrong_method_names_the_right_ones(client) -> None:
    answer = client.put("/v1/plans", json={})
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


def test_a_body_too_large_is_refused_however_it_comes(serve) -> None:
    with serve(body_bytes_max=1_000_000) as client:
        json_type = {"Content-Type": "application/json"}
        answer = client.post("/v1/plans", content=b"x" * 1_000_001, headers=json_type)
        assert "1" in problem(answer, 413, "body_too_large")["detail"]
        # A length that lies: what counts is what comes.
        lying = {**json_type, "Content-Length": "12"}
        answer = client.post("/v1/plans", content=b"x" * 1_000_001, headers=lying)
        problem(answer, 413, "body_too_large")
        form = client.post(
            "/v1/plans", files={"file": ("a.xlsx", b"x" * 1_000_001)}, data={"seed": "1"}
        )
        problem(form, 413, "body_too_large")


def test_every_fault_of_options_and_case_comes_at_once(client, tiny_case) -> None:
    case = copy.deepcopy(tiny_case)
    case["orders"][0]["site_id"] = "atlantis"
    case["orders"][1]["crates"] = -3
    before = client.get("/v1/plans").json()
    body = {"case": case, "time_limit_s": 601, "seed": "1", "threads": 0, "speed": 3}
    answer = client.post("/v1/plans", json=body)
    found = problem(answer, 422, "bad_case")
    places = {(error["code"], error.get("pointer")) for error in found["errors"]}
    assert {
        ("bad_time_limit_s", "/time_limit_s"),
        ("bad_seed", "/seed"),
        ("bad_threads", "/threads"),
        ("unknown_option", "/speed"),
    } <= places
    in_case = {pointer for _, pointer in places if pointer.startswith("/case/orders/")}
    assert len(in_case) == 2
    assert str(len(found["errors"])) in found["detail"]
    assert all(error["cause"] and error["action"] for error in found["errors"])
    assert client.get("/v1/plans").json() == before


def test_a_request_without_a_case_says_so(client) -> None:
    for answer in (
        client.post("/v1/plans", json={}),
        client.post("/v1/plans", data={"file": "x"}, files={"other": ("a", b"")}),
    ):
        codes = [error["code"] for error in problem(answer, 422, "bad_case")["errors"]]
        assert "missing_case" in codes


def test_time_and_iterations_exclude_each_other(client, tiny_case) -> None:
    answer = client.post("/v1/plans", json={"case": tiny_case, "time_limit_s": 1, "iterations": 1})
    (error,) = problem(answer, 422, "bad_case")["errors"]
    assert (error["code"], error["pointer"]) == ("two_stopping_rules", "/iterations")


def test_a_farm_in_the_sea_is_refused_at_the_door(client, tiny_case) -> None:
    case = copy.deepcopy(tiny_case)
    case["producers"][0]["lat"], case["producers"][0]["lon"] = 0.0, 0.0
    answer = client.post("/v1/plans", json={"case": case})
    codes = [error["code"] for error in problem(answer, 422, "bad_case")["errors"]]
    assert codes == ["far_from_road"]


def test_a_file_is_taken_as_a_form(client, until, tiny_case) -> None:
    answer = client.post(
        "/v1/plans",
        files={"file": ("C:\\semaine\\cas.json", json.dumps(tiny_case).encode())},
        data={"iterations": "5", "seed": "", "threads": "1"},
    )
    assert answer.status_code == 202, answer.text
    assert answer.json()["options"]["iterations"] == 5
    until(client, answer.json()["href"], "succeeded")
    # The tiny work writes the name the file was given under: its last part only.
    assert client.get(answer.json()["href"] + "/files/rounds.csv").text == "cas.json"


def test_the_same_key_and_request_make_one_plan(client, tiny_case) -> None:
    def ask(key: str, seed: int):
        return client.post(
            "/v1/plans", json={"case": tiny_case, "seed": seed}, headers={"Idempotency-Key": key}
        )

    first, again = ask("a", 1), ask("a", 1)
    assert again.status_code == 202
    assert again.json()["id"] == first.json()["id"]
    problem(ask("a", 2), 422, "key_reused")
    assert ask("b", 1).json()["id"] != first.json()["id"]
    problem(ask("x" * 256, 1), 422, "bad_parameters")


def test_a_limit_out_of_bounds_is_refused(client) -> None:
    for limit in ("0", "201", "many"):
        body = problem(client.get(f"/v1/plans?limit={limit}"), 422, "bad_parameters")
        assert body["errors"][0]["column"] == "limit"


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("", "fr", "Page introuvable"),
        ("de, en;q=0.8", "en", "Page not found"),
        ("fr-FR", "fr", "Page introuvable"),
        ("de", "fr", "Page introuvable"),  # French where nothing matches
    ],
)
def test_answers_come_in_the_language_asked_for(client, accepted, language, title) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Accept-Language"
    assert answer.json()["title"] == title


def test_every_answer_carries_the_security_headers(client, monkeypatch) -> None:
    service = client.app.state.service
    monkeypatch.setattr(service, "newest", lambda limit: 1 / 0)
    for path in (
        "/",
        "/docs",
        "/openapi.json",
        "/healthz",
        "/nowhere",
        "/v1/plans",
        "/assets/start.js",
    ):
        answer = client.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


def test_an_unexpected_error_says_nothing_of_itself(client, monkeypatch) -> None:
    def fail(limit: int) -> None:
        raise RuntimeError("secret-of-the-house")

    monkeypatch.setattr(client.app.state.service, "newest", fail)
    answer = client.get("/v1/plans")
    problem(answer, 500, "internal")
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example", 400),  # a name that an attacker makes point here
        ("127.0.0.1.evil.example", 400),
        ("[::1", 400),
        ("192.168.1.4", 400),
    ],
)
def test_only_names_of_this_machine_are_answered(client, host: str, status: int) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_a_page_of_another_site_changes_nothing(client, tiny_case) -> None:
    def ask(origin: str):
        return client.post("/v1/plans", json={"case": tiny_case}, headers={"Origin": origin})

    before = client.get("/v1/plans").json()
    for origin in ("https://evil.example", "null", "http://127.0.0.1:9000", "http://[x"):
        problem(ask(origin), 403, "cross_site_refused")
    assert client.get("/v1/plans").json() == before
    assert ask("http://127.0.0.1:8000").status_code == 202
