"""The quick way of POST /v1/suggestions answers what FastAPI's own way answers."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from app.web.schemas import SuggestionsOut
from tests.web.inprocess import JSON, Shop

PATH = "/v1/suggestions"
# Whatever has a parameter in its type goes FastAPI's own way.
SLOW = {"content-type": "application/json; charset=utf-8"}
EVERYTHING = {
    "messages": ["在吗", "怎么还不发货", "可以开专票吗"],
    "platform": "jd",
    "stage": "aftersale",
    "order": "shipped",
    "channel": "phone",
    "turn": "later",
    "variables": {"order_no": "20240101"},
    "limit": 5,
    "conversation_id": "c1",
    "busy": True,
    "callback": True,
    "explain": True,
}
GOOD = {
    "least": '{"message": "怎么还不发货"}'.encode(),
    "everything": json.dumps(EVERYTHING).encode(),
    "escaped": json.dumps({"message": "怎麼還不發貨😀"}).encode(),
    "twice": '{"message": "a", "message": "怎么还不发货"}'.encode(),
    "nulls": '{"message": "怎么还不发货", "messages": null, "platform": null}'.encode(),
    "loose flag": '{"message": "怎么还不发货", "busy": "true"}'.encode(),
    "nothing fits": '{"message": "今天天气怎么样"}'.encode(),
    "with a mark": b'\xef\xbb\xbf{"message": "ok"}',
    "utf-16": '{"message": "怎么还不发货"}'.encode("utf-16"),
}
WRONG = {
    "empty": b"",
    "no json": b"{",
    "no object": b"[]",
    "a text": b'"message"',
    "nothing": b"{}",
    "unknown field": b'{"message": "ok", "mesage": "ok"}',
    "both": b'{"message": "ok", "messages": ["ok"]}',
    "no text": b'{"message": 1}',
    "blank": b'{"message": "  "}',
    "too long": json.dumps({"message": "长" * 3000}).encode(),
    "half a character": b'{"message": "\\ud800"}',
    "broken bytes": b'{"message": "\xff"}',
    "limit": b'{"message": "ok", "limit": 11}',
    "limit as fraction": b'{"message": "ok", "limit": 3.0}',
    "limit as flag": b'{"message": "ok", "limit": true}',
    "no number": b'{"message": "ok", "limit": NaN}',
    "platform": b'{"message": "ok", "platform": "ebay"}',
    "unknown shop": b'{"message": "ok", "shop": "nowhere"}',
    "deep": b'{"message": ' + b"[" * 2000 + b"]" * 2000 + b"}",
}


def asked(shop: Shop, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
    answer = shop.client.post(PATH, content=body, headers=headers)
    told = answer.json()
    for own in ("id", "took_ms"):
        told.pop(own, None)
    return answer.status_code, told


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_good_requests_get_the_same_answer_both_ways(shop: Shop, body: bytes) -> None:
    quick = asked(shop, body, JSON)
    assert quick[0] == 200
    assert quick == asked(shop, body, SLOW)


@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
def test_wrong_requests_are_told_the_same_both_ways(shop: Shop, body: bytes) -> None:
    quick = asked(shop, body, JSON)
    assert quick[0] in (400, 404, 422)
    assert quick == asked(shop, body, SLOW)


def test_a_body_may_come_in_pieces(shop: Shop) -> None:
    body = GOOD["least"]
    pieces = [
        {"type": "http.request", "body": body[:9], "more_body": True},
        {"type": "http.request", "body": body[9:], "more_body": False},
    ]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append(dict(message))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    asyncio.run(shop.client.app(scope, receive, send))
    assert sent[0]["status"] == 200
    told = json.loads(b"".join(m.get("body", b"") for m in sent))
    assert told["suggestions"][0]["entry_id"] == "shipping.rush"


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_answers_have_the_documented_shape(shop: Shop, body: bytes) -> None:
    text = shop.client.post(PATH, content=body, headers=JSON).text
    read = SuggestionsOut.model_validate_json(text, strict=True)
    assert json.loads(read.model_dump_json()) == json.loads(text)
