"""GET /v1/phrasebook, POST /v1/entries/{id}/reply, and the search by meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.desk_book import BOOK, write_desk_book
from tests.web.inprocess import Shop, opened, problem


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("replies")
    with opened(folder, phrasebook=write_desk_book(folder / "book")) as started:
        yield started


def test_the_phrasebook_tells_variables_and_limits(shop: Shop) -> None:
    found = shop.client.get("/v1/phrasebook").json()
    assert (found["name"], found["shop"], found["entries"]) == ("试用话术", "default", 4)
    assert found["variables"][0] == {"id": "tracking_no", "title": "快递单号", "example": "SF123"}
    assert found["limits"] == {
        "first_reply": 15,
        "at_once": [{"customers": 2, "seconds": 60}, {"customers": 3, "seconds": 300}],
    }


def test_a_book_without_limits(tmp_path: Path) -> None:
    book = write_desk_book(tmp_path / "book")
    without = re.sub(r"^procedures:.*?(?=^entries:)", "", BOOK, flags=re.M | re.S)
    (book / "book.yaml").write_text(without, "utf-8")
    with opened(tmp_path, phrasebook=book) as started:
        found = started.client.get("/v1/phrasebook").json()
        assert found["limits"] == {"first_reply": None, "at_once": []}


def test_the_phrasebook_of_an_unknown_shop(shop: Shop) -> None:
    problem(shop.client.get("/v1/phrasebook?shop=nope"), 404, "shop_unknown", "shop")


def test_the_reply_of_an_entry_is_filled_for_its_conversation(shop: Shop) -> None:
    body = {"platform": "jd", "turn": "later", "variables": {"tracking_no": "SF1"}}
    made = shop.client.post("/v1/entries/shipping.status/reply", json=body).json()
    assert made["text"] == "京东订单的单号是SF1。祝您愉快。"
    assert made["variables"]["filled"] == ["tracking_no"]
    assert made["variables"]["missing"] == []
    assert made["confidence"] == 0.0


def test_the_script_of_the_message_counts(shop: Shop) -> None:
    body = {"message": "請問發票怎麼開"}
    made = shop.client.post("/v1/entries/invoice.get/reply", json=body).json()
    assert made["script"] == "hant"
    assert "訂單" in made["text"]


def test_the_reply_of_an_unknown_entry(shop: Shop) -> None:
    problem(shop.client.post("/v1/entries/nope/reply", json={}), 404, "entry_unknown")


def test_a_reply_that_breaks_a_policy_of_the_platform_is_withheld(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("withheld")
    book = write_desk_book(folder / "book")
    policy = """
policies:
  - id: policy.number
    title: 不报单号
    severity: error
    message: 不能在聊天里报单号。
    source: 测试
    words: [X9]
    replacements: [请看订单页]
    specs:
      - {text: 单号X9, hit: X9}
      - {text: 请看订单页}
"""
    (book / "book.yaml").write_text(BOOK + policy, "utf-8")
    with opened(folder, phrasebook=book) as started:
        body = {"variables": {"tracking_no": "X9"}}
        answer = started.client.post("/v1/entries/shipping.status/reply", json=body)
        problem(answer, 422, "reply_withheld")


def test_search_puts_what_holds_the_words_before_what_means_the_same(shop: Shop) -> None:
    def ids(**query: str) -> list[str]:
        answer = shop.client.get("/v1/entries", params=query).json()
        return [e["id"] for e in answer["entries"]]

    assert ids(q="帮忙催催我的货") == []
    assert ids(q="帮忙催催我的货", similar="true")[0] == "shipping.rush"
    assert ids(q="发票", similar="true")[0] == "invoice.get"
    assert ids(q="", similar="true") == ids(q="")
