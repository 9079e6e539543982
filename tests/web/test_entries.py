"""GET /v1/entries: what trainers wrote, searched and paged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.inprocess import Shop, problem, short

FIELDS = {
    "id", "title", "stage", "source", "asks", "near_misses", "reply", "variants", "handoff",
}  # fmt: skip


def entries(shop: Shop, **query: str | int) -> dict[str, Any]:
    answer = shop.client.get("/v1/entries", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [e["id"] for e in found["entries"]]


def test_the_whole_book_in_its_order(small_shop: Shop) -> None:
    found = entries(small_shop)
    assert found["total"] == 4
    assert ids(found) == ["shipping.rush", "shipping.number", "invoice.get", "help.unknown"]
    first = found["entries"][0]
    assert first.keys() >= FIELDS
    assert first["asks"] == ["怎么还不发货", "什么时候发货", "催一下发货", "快点发货吧"]
    assert (first["title"], first["stage"], first["source"]) == ("催发货", "aftersale", "测试")
    assert (first["variants"], first["handoff"], first["near_misses"]) == (2, "warehouse", [])
    assert "{{ shop.dispatch_window }}" in first["reply"]


@pytest.mark.parametrize(
    ("q", "wanted"),
    [
        ("催发货", ["shipping.rush"]),  # title
        ("shipping", ["shipping.rush", "shipping.number"]),  # id
        ("运单号", ["shipping.number"]),  # an ask
        ("運單號", ["shipping.number"]),  # the same in traditional characters
        ("开发票", ["invoice.get"]),
        ("没有这样的话", []),
        ("", ["shipping.rush", "shipping.number", "invoice.get", "help.unknown"]),
    ],
)
def test_search(small_shop: Shop, q: str, wanted: list[str]) -> None:
    found = entries(small_shop, q=q)
    assert ids(found) == wanted
    assert found["total"] == len(wanted)


def test_stage_holds_entries_of_any_stage_too(small_shop: Shop) -> None:
    assert ids(entries(small_shop, stage="presale")) == ["invoice.get", "help.unknown"]
    assert len(ids(entries(small_shop, stage="aftersale"))) == 4


def test_pages_make_up_the_whole(shop: Shop) -> None:
    whole = entries(shop, limit=500)
    assert whole["total"] == len(whole["entries"]) == shop.ready()["phrasebook"]["entries"]
    pages: list[str] = []
    while len(pages) < whole["total"]:
        page = entries(shop, limit=7, offset=len(pages))
        assert page["total"] == whole["total"]
        assert 1 <= len(page["entries"]) <= 7
        pages += ids(page)
    assert pages == ids(whole)
    assert len(set(pages)) == len(pages)
    assert entries(shop, offset=whole["total"])["entries"] == []


def test_one_entry(small_shop: Shop) -> None:
    answer = small_shop.client.get("/v1/entries/invoice.get")
    assert answer.status_code == 200
    assert answer.json() == entries(small_shop, q="invoice.get")["entries"][0]


@pytest.mark.parametrize(
    "name", ["nope", "%20", "a%2Fb", "%E5%8F%91", "%ff", "x" * 3000], ids=short
)
def test_an_unknown_entry(small_shop: Shop, name: str) -> None:
    answer = small_shop.client.get(f"/v1/entries/{name}")
    code = "not_found" if name == "a%2Fb" else "entry_unknown"
    body = problem(answer, 404, code)
    assert len(body["detail"]) < 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("limit=ten", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("offset=-1", "offset"),
        ("stage=never", "stage"),
        ("q=" + "a" * 101, "q"),
    ],
    ids=short,
)
def test_wrong_queries(small_shop: Shop, query: str, field: str) -> None:
    problem(small_shop.client.get(f"/v1/entries?{query}"), 422, "invalid_request", field)


def test_wrong_limit_of_unanswered(small_shop: Shop) -> None:
    problem(small_shop.client.get("/v1/unanswered?limit=0"), 422, "invalid_request", "limit")
