"""Proposals over HTTP: looked for in a process of their own, accepted into the served book."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.inprocess import WAIT_SECONDS, Shop, opened, problem
from tests.web.small_book import write_book

NEW = "宝贝几时出库给我"
FAR = "有没有实体店面"
LOOK_SECONDS = 120


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book, watch=True) as started:
        yield started


def teach(shop: Shop) -> None:
    """An agent sends the entry that was not offered first; a question comes thrice in vain."""
    answer = shop.suggest(NEW)
    assert answer["decision"] != "answer"
    shop.journal(answer["id"])
    body = {"suggestion_id": answer["id"], "entry_id": "shipping.rush", "outcome": "sent"}
    assert shop.client.post("/v1/feedback", json=body).status_code == 201
    for _ in range(3):
        shop.journal(shop.suggest(FAR)["id"])


def looked(shop: Shop) -> dict[str, dict[str, Any]]:
    """The open proposals by kind, after a look that was watched to its end."""
    begun = shop.client.post("/v1/proposals")
    assert begun.status_code == 202, begun.text
    until = time.monotonic() + LOOK_SECONDS
    while time.monotonic() < until:
        found = shop.client.get("/v1/proposals").json()
        if found["looking"] is None:
            assert found["problem"] is None, found
            return {one["kind"]: one for one in found["proposals"]}
        assert found["looking"]["doing"]
        time.sleep(0.2)
    raise AssertionError("the look does not end")


def test_from_traffic_to_a_live_answer(shop: Shop, tmp_path: Path) -> None:
    assert shop.client.get("/v1/proposals").json() == {
        "shop": "default", "looking": None, "problem": None, "proposals": [],
    }  # fmt: skip
    teach(shop)
    found = looked(shop)
    ask, new = found["ask"], found["entry"]
    assert [line["text"] for line in ask["lines"]] == [NEW]
    assert "--- a/entries.yaml" in ask["diff"]
    before = shop.ready()["phrasebook"]["version"]

    done = shop.client.post(f"/v1/proposals/{ask['id']}/accept", json={})
    assert done.status_code == 200, done.text
    assert done.json() == {"id": ask["id"], "files": ["entries.yaml"], "texts": [NEW]}
    shop.wait_for_book("good", not_version=before)
    answer = shop.suggest(NEW)
    assert answer["decision"] == "answer"
    assert answer["suggestions"][0]["entry_id"] == "shipping.rush"

    again = shop.client.post(f"/v1/proposals/{ask['id']}/accept", json={})
    problem(again, 409, "proposal_decided")
    bare = shop.client.post(f"/v1/proposals/{new['id']}/accept", json={})
    problem(bare, 422, "proposal_incomplete")
    breaks = {"reply": "您加微信聊。"}
    text = shop.client.post(f"/v1/proposals/{new['id']}/accept", json=breaks)
    assert "加微信" in problem(text, 409, "proposal_breaks")["detail"]
    assert not (tmp_path / "book" / "learned_entries.yaml").exists()


def test_rejected_with_a_reason_and_remembered(shop: Shop) -> None:
    teach(shop)
    ask = looked(shop)["ask"]
    path = f"/v1/proposals/{ask['id']}"
    empty = shop.client.post(f"{path}/reject", json={"reason": " "})
    problem(empty, 422, "proposal_incomplete")
    done = shop.client.post(f"{path}/reject", json={"reason": "不是这个意思"})
    assert done.json() == {"id": ask["id"], "state": "rejected", "reason": "不是这个意思"}
    assert list(looked(shop)) == ["entry"]
    decided = shop.client.get("/v1/proposals", params={"decided": True}).json()["proposals"]
    assert [(one["id"], one["reason"]) for one in decided] == [(ask["id"], "不是这个意思")]
    problem(shop.client.post(f"{path}/accept", json={}), 409, "proposal_decided")


def test_refusals(shop: Shop) -> None:
    client = shop.client
    problem(client.post("/v1/proposals/none/accept", json={}), 404, "proposal_unknown")
    answer = client.post("/v1/proposals/none/reject", json={"reason": "不对"})
    problem(answer, 404, "proposal_unknown")
    answer = client.post("/v1/proposals/none/reject", json={})
    problem(answer, 422, "invalid_request", "reason")
    problem(client.get("/v1/proposals?shop=away"), 404, "shop_unknown", "shop")


def test_a_book_that_can_not_be_read_is_told(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "book" / "entries.yaml").write_text("entries: [\n", encoding="utf-8")
    assert shop.client.post("/v1/proposals").status_code == 202
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        found = shop.client.get("/v1/proposals").json()
        if found["looking"] is None:
            break
        time.sleep(0.2)
    assert "entries.yaml:2:1" in found["problem"]
