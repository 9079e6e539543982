"""Which other origins' pages may call the API: none, or those that the setting lists."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.inprocess import Shop, opened
from tests.web.small_book import write_book

ALLOWED = ("https://shop.example", "http://localhost:5173")
PREFLIGHT = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
}


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("cors")
    origins = " , ".join(ALLOWED) + ","
    with opened(folder, phrasebook=write_book(folder / "book"), cors_origins=origins) as started:
        yield started


@pytest.mark.parametrize("origin", ALLOWED)
def test_an_allowed_origin(open_shop: Shop, origin: str) -> None:
    asked = open_shop.client.options("/v1/suggestions", headers={"origin": origin, **PREFLIGHT})
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == origin
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "content-type" in asked.headers["access-control-allow-headers"].lower()
    answer = open_shop.client.post(
        "/v1/suggestions", json={"message": "怎么还不发货"}, headers={"origin": origin}
    )
    assert answer.headers["access-control-allow-origin"] == origin
    assert "origin" in answer.headers["vary"].lower()
    assert "access-control-allow-credentials" not in answer.headers


def test_problems_can_be_read_too(open_shop: Shop) -> None:
    """Without the header a page would see a network error instead of what was wrong."""
    headers = {"origin": ALLOWED[0]}
    for answer in (
        open_shop.client.post("/v1/suggestions", json={}, headers=headers),
        open_shop.client.post("/v1/suggestions", content=b"x" * 300_000, headers=headers),
        open_shop.client.get("/nope", headers=headers),
    ):
        assert answer.status_code in (422, 413, 404)
        assert answer.headers["access-control-allow-origin"] == ALLOWED[0]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://shop.example.evil.example", "http://shop.example", "null"],
)
def test_any_other_origin(open_shop: Shop, origin: str) -> None:
    asked = open_shop.client.options("/v1/suggestions", headers={"origin": origin, **PREFLIGHT})
    assert asked.status_code == 400
    answer = open_shop.client.get("/healthz", headers={"origin": origin})
    for headers in (asked.headers, answer.headers):
        assert "access-control-allow-origin" not in headers


def test_methods_that_the_api_does_not_have(open_shop: Shop) -> None:
    headers = {"origin": ALLOWED[0], "access-control-request-method": "DELETE"}
    assert open_shop.client.options("/v1/suggestions", headers=headers).status_code == 400


@pytest.mark.parametrize("origin", ALLOWED)
def test_off_unless_set(small_shop: Shop, origin: str) -> None:
    asked = small_shop.client.options("/v1/suggestions", headers={"origin": origin, **PREFLIGHT})
    assert asked.status_code == 405
    answer = small_shop.client.get("/healthz", headers={"origin": origin})
    assert not any(name.startswith("access-control") for name in (*asked.headers, *answer.headers))
