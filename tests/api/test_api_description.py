"""The description of the API is complete, in both languages, and its example plans."""

from __future__ import annotations

import re

import jsonschema
import pytest

from colivraison.api.errors import KINDS
from colivraison.texts import LANGUAGES, Texts


@pytest.fixture(scope="module")
def client(serve_at, tmp_path_factory):
    with serve_at(tmp_path_factory.mktemp("home")) as client:
        yield client


def test_every_refusal_has_its_sentences() -> None:
    for language in LANGUAGES:
        keys = Texts(language).keys()
        for kind in KINDS.values():
            assert {f"problem.{kind.code}.title", f"problem.{kind.code}.detail"} <= keys


def test_both_languages_say_the_same_things() -> None:
    prefixes = ("api.", "page.", "problem.", "status.")
    french, english = (
        {k for k in frozenset(Texts(lang).keys()) if k.startswith(prefixes)} for lang in LANGUAGES
    )
    assert french == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_description_is_whole_and_in_the_language_asked_for(client, language) -> None:
    document = client.get("/openapi.json", headers={"Accept-Language": language}).json()
    assert set(document["paths"]) == {
        "/v1/plans",
        "/v1/plans/{plan_id}",
        "/v1/plans/{plan_id}/cancel",
        "/v1/plans/{plan_id}/map",
        "/v1/plans/{plan_id}/files/{name}",
        "/v1/plans/{plan_id}/insertions",
        "/v1/plans/{plan_id}/orders/{order_id}/explanation",
        "/v1/plans/{plan_id}/replanned",
        "/v1/plans/{plan_id}/retimed",
        "/v1/plans/{plan_id}/comparison",
        "/v1/plans/{plan_id}/costs",
        "/v1/plans/{plan_id}/preparation",
        "/v1/plans/{plan_id}/baseline",
        "/v1/case.schema.json",
        "/healthz",
    }
    texts = Texts(language)
    assert document["paths"]["/v1/plans"]["get"]["summary"] == texts("api.list_plans.summary")
    for reference in re.findall(r"#/components/schemas/(\w+)", str(document)):
        assert reference in document["components"]["schemas"]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            assert "403" in operation["responses"] or method == "get"
            assert "ValidationError" not in str(operation)


def test_a_case_is_described_by_the_published_schema(client, tiny_case) -> None:
    answer = client.get("/v1/case.schema.json")
    assert answer.headers["content-type"] == "application/schema+json"
    jsonschema.Draft202012Validator.check_schema(answer.json())
    jsonschema.validate(tiny_case, answer.json())


def test_answers_keep_to_their_description(client, until, tiny_case) -> None:
    document = client.get("/openapi.json").json()

    def holds(answer, model: str) -> None:
        jsonschema.validate(answer.json(), {"$ref": f"#/components/schemas/{model}", **document})

    accepted = client.post("/v1/plans", json={"case": tiny_case})
    holds(accepted, "PlanOut")
    until(client, accepted.json()["href"], "succeeded")
    holds(client.get(accepted.json()["href"]), "PlanOut")
    holds(client.get("/v1/plans"), "PlanList")
    holds(client.get("/healthz"), "Health")
    holds(client.post("/v1/plans", json={"seed": -1}), "Problem")


def test_the_start_page_is_plain_and_asks_nobody_else(client) -> None:
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="fr">' in page.text
    assert "Préparer les tournées de la semaine" in page.text
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "en"}).text
    for path in ("/", "/docs"):
        text = client.get(path).text
        assert "://" not in text
        for address in re.findall(r'(?:src|href)="(?!data:)([^"]+)"', text):
            assert client.get("/" + address).status_code == 200
