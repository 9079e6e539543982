"""/openapi.json: valid, complete, and true about what the service answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.inprocess import PROBLEM, Shop

ROUTES = {
    ("post", "/v1/suggestions"),
    ("post", "/v1/rewrites"),
    ("post", "/v1/check"),
    ("post", "/v2/check"),
    ("get", "/v2/languages"),
    ("post", "/v1/feedback"),
    ("get", "/v1/entries"),
    ("get", "/v1/entries/{entry_id}"),
    ("get", "/v1/unanswered"),
    ("get", "/v1/stats"),
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/metrics"),
}


@pytest.fixture(scope="module")
def described(small_shop: Shop) -> dict[str, Any]:
    answer = small_shop.client.get("/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def references(value: Any) -> Iterator[str]:
    """Every $ref below a value."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_the_frame(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["info"].keys() >= {"title", "version", "description"}
    assert {(m, p) for m, p, _ in operations(described)} >= ROUTES
    assert "/" not in described["paths"]


def test_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    found = set(references(described))
    assert found
    for reference in found:
        target: Any = described
        assert reference.startswith("#/")
        for step in reference[2:].split("/"):
            target = target[step]
        assert target.keys() & {"type", "properties", "anyOf"}


def test_every_schema_is_used(described: dict[str, Any]) -> None:
    used = {reference.rsplit("/", 1)[1] for reference in references(described)}
    assert set(described["components"]["schemas"]) == used


# The address says it all.
WITHOUT_BODY = {"/v1/incoming/{conversation_id}/answered", "/v1/proposals"}


def test_operations(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(set(names)) == len(names)
    for method, path, operation in operations(described):
        assert operation["summary"]
        assert any(code.startswith("2") for code in operation["responses"])
        has_body = method == "post" and path not in WITHOUT_BODY
        assert ("requestBody" in operation) == has_body
        given = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert given == set(re.findall(r"{(\w+)}", path))


def test_problems_are_described_as_they_are(described: dict[str, Any], small_shop: Shop) -> None:
    for _, path, operation in operations(described):
        if path.startswith("/v1/"):
            assert [c for c in operation["responses"] if c[0] in "45"] == []
            content = operation["responses"]["default"]["content"]
            assert list(content) == [PROBLEM]
    schema = described["paths"]["/v1/check"]["post"]["responses"]["default"]["content"][PROBLEM]
    properties = schema["schema"]["properties"]
    real = small_shop.client.post("/v1/check", json={}).json()
    assert real.keys() == properties.keys()
    assert real["errors"][0].keys() == properties["errors"]["items"]["properties"].keys()


def test_answers_have_the_fields_that_are_described(
    described: dict[str, Any], small_shop: Shop
) -> None:
    schemas = described["components"]["schemas"]
    answer = small_shop.suggest("怎么还不发货")
    assert answer.keys() == schemas["SuggestionsOut"]["properties"].keys()
    first = answer["suggestions"][0]
    assert first.keys() == schemas["SuggestionOut"]["properties"].keys()
    assert first["proof"].keys() == schemas["ProofOut"]["properties"].keys()
    [part] = answer["parts"]
    assert part.keys() == schemas["PartOut"]["properties"].keys()
