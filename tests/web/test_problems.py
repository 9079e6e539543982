"""Every wrong request gets application/problem+json that says in Chinese what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.inprocess import JSON, Shop, opened, problem, short
from tests.web.small_book import write_book

PATH = "/v1/suggestions"
SURROGATE = "单独的代理码位"


def send(shop: Shop, body: str | bytes, path: str = PATH) -> Any:
    return shop.client.post(path, content=body, headers=JSON)


@pytest.mark.parametrize(
    ("body", "code", "field", "says"),
    [
        ({"message": ""}, "message_empty", "message", "请填写"),
        ({"message": " \n\t\u3000"}, "message_empty", "message", "请填写"),
        ({"messages": ["", " "]}, "message_empty", "messages", "请填写"),
        ({"message": "长" * 2001}, "text_too_long", "message", "2001 个字符，最多 2000 个"),
        ({"message": "长" * 10_000}, "text_too_long", "message", "请缩短"),
        ({"message": "长" * 10_001}, "invalid_request", "message", "最多 10000 个字符"),
        ({"messages": ["好", "长" * 3000]}, "text_too_long", "messages.1", "请缩短"),
        ({"message": "好", "mesage": "好"}, "invalid_request", "mesage", "检查拼写"),
        ({"message": 5}, "invalid_request", "message", "应为文字"),
        ({"message": ["好"]}, "invalid_request", "message", "应为文字"),
        ({"message": {"a": 1}}, "invalid_request", "message", "应为文字"),
        ({"message": True}, "invalid_request", "message", "应为文字"),
        ({"message": None}, "invalid_request", "body", "请填且只填一个"),
        ({}, "invalid_request", "body", "请填且只填一个"),
        ({"message": "好", "messages": ["好"]}, "invalid_request", "body", "请填且只填一个"),
        ({"messages": []}, "invalid_request", "messages", "至少要有 1 项"),
        ({"messages": ["好"] * 51}, "invalid_request", "messages", "最多 50 项"),
        ({"messages": "好"}, "invalid_request", "messages", "应为列表"),
        ({"messages": ["好", 5]}, "invalid_request", "messages.1", "应为文字"),
        ({"message": "好", "limit": "3"}, "invalid_request", "limit", "应为整数"),
        ({"message": "好", "limit": 0}, "invalid_request", "limit", "不能小于 1"),
        ({"message": "好", "limit": 11}, "invalid_request", "limit", "不能大于 10"),
        ({"message": "好", "limit": 2.5}, "invalid_request", "limit", "应为整数"),
        ({"message": "好", "limit": True}, "invalid_request", "limit", "应为整数"),
        ({"message": "好", "limit": None}, "invalid_request", "limit", "应为整数"),
        ({"message": "好", "limit": 10**40}, "invalid_request", "limit", "不能大于 10"),
        ({"message": "好", "platform": "amazon"}, "invalid_request", "platform", "'taobao'、"),
        ({"message": "好", "platform": "Taobao"}, "invalid_request", "platform", "可用的值"),
        ({"message": "好", "stage": "售前"}, "invalid_request", "stage", "'presale'"),
        ({"message": "好", "order": "lost"}, "invalid_request", "order", "'unpaid'"),
        ({"message": "好", "channel": None}, "invalid_request", "channel", "'chat'、'phone'"),
        ({"message": "好", "turn": "second"}, "invalid_request", "turn", "'first'、'later'"),
        ({"message": "好", "busy": "maybe"}, "invalid_request", "busy", "true 或 false"),
        ({"message": "好", "variables": []}, "invalid_request", "variables", "应为对象"),
        ({"message": "好", "variables": {"a": 1}}, "invalid_request", "variables.a", "应为文字"),
        (
            {"message": "好", "variables": {f"v{i}": "" for i in range(51)}},
            "invalid_request", "variables", "最多 50 项",
        ),
        ({"message": "好", "conversation_id": 5}, "invalid_request", "conversation_id", "应为文字"),
        ({"message": "好", "shop": "s" * 201}, "invalid_request", "shop", "最多 200 个字符"),
        ("好", "invalid_request", "body", "应为 JSON 对象"),
        (5, "invalid_request", "body", "应为 JSON 对象"),
        ([{"message": "好"}], "invalid_request", "body", "应为 JSON 对象"),
        (None, "invalid_request", "body", "应为 JSON 对象"),
    ],
)  # fmt: skip
def test_wrong_values(small_shop: Shop, body: Any, code: str, field: str, says: str) -> None:
    found = problem(send(small_shop, json.dumps(body)), 422, code, field)
    assert says in found["detail"]
    assert says in found["errors"][0]["message"]


def test_an_unknown_shop(small_shop: Shop) -> None:
    answer = send(small_shop, json.dumps({"message": "好", "shop": "别家"}))
    found = problem(answer, 404, "shop_unknown", "shop")
    assert "“别家”" in found["detail"]
    assert "“default”" in found["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (rb'{"message": "\ud800"}', "message"),
        (rb'{"message": "\udc00\ud800 hello"}', "message"),
        (b'{"message": "\xed\xa0\x80"}', "message"),  # the same as raw bytes
        (rb'{"messages": ["a", "\ud800"]}', "messages.1"),
        (rb'{"message": "a", "shop": "\ud800"}', "shop"),
        (rb'{"message": "a", "platform": "\ud800"}', "platform"),
        (rb'{"message": "a", "conversation_id": "\ud800"}', "conversation_id"),
        (rb'{"message": "a", "variables": {"a": "\ud800"}}', "variables.a"),
    ],
    ids=short,
)
def test_lone_surrogates(small_shop: Shop, body: bytes, field: str) -> None:
    found = problem(send(small_shop, body), 422, "invalid_request", field)
    assert SURROGATE in found["detail"]


@pytest.mark.parametrize(
    "body",
    [rb'{"message": "a", "\ud800": 1}', rb'{"message": "a", "variables": {"\ud800": "a"}}'],
    ids=short,
)
def test_lone_surrogates_in_names(small_shop: Shop, body: bytes) -> None:
    answer = send(small_shop, body)
    field = answer.json()["errors"][0]["field"]
    assert SURROGATE in problem(answer, 422, "invalid_request", field)["detail"]


def test_whole_surrogate_pairs_are_one_character(small_shop: Shop) -> None:
    assert send(small_shop, rb'{"message": "\ud83d\ude00"}').status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b'{"message": "a"',
        b"{'message': 'a'}",
        b'{"message": "a",}',
        b"message=a",
        b"\x00",
        b'{"message": "\x00"}',  # a control character must be written \u0000
        b'{"message": "\xff"}',
        b'{"message": "\xb7\xa2\xbb\xf5"}',  # GBK
        b"[" * 100_000,
        b'{"message": "a", "limit": ' + b"9" * 5000 + b"}",
    ],
    ids=short,
)
def test_no_json(small_shop: Shop, body: bytes) -> None:
    assert "UTF-8" in problem(send(small_shop, body), 400, "json_invalid")["detail"]


def test_an_empty_body(small_shop: Shop) -> None:
    found = problem(send(small_shop, b""), 422, "invalid_request", "body")
    assert "请发送 JSON 对象" in found["detail"]


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "json", None])
def test_wrong_content_type(small_shop: Shop, media: str | None) -> None:
    headers = {} if media is None else {"content-type": media}
    answer = small_shop.client.post(PATH, content=b'{"message": "a"}', headers=headers)
    found = problem(answer, 422, "invalid_request", "body")
    assert "application/json" in found["detail"]


def test_several_fields_are_named_at_once(small_shop: Shop) -> None:
    answer = send(small_shop, json.dumps({"message": 5, "limit": 0, "stage": "x"}))
    assert {e["field"] for e in answer.json()["errors"]} == {"message", "limit", "stage"}
    assert "limit" in answer.json()["detail"]


def test_thousands_of_wrong_fields_get_a_short_answer(small_shop: Shop) -> None:
    answer = send(small_shop, json.dumps({"message": "a", **{f"x{i}": i for i in range(9000)}}))
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 20
    assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    "path", ["/nope", "/v1", "/v1/suggestion", "/v2", "/static/nope.js", "/static/../api.py"]
)
def test_unknown_paths(small_shop: Shop, path: str) -> None:
    found = problem(small_shop.client.get(path.replace("..", "%2e%2e")), 404, "not_found")
    assert "/docs" in found["detail"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", PATH, "POST"),
        ("PUT", PATH, "POST"),
        ("DELETE", "/v1/feedback", "POST"),
        ("POST", "/v1/entries", "GET"),
        ("PATCH", "/healthz", "GET"),
    ],
)
def test_wrong_method(small_shop: Shop, method: str, path: str, allowed: str) -> None:
    answer = small_shop.client.request(method, path)
    assert method in problem(answer, 405, "method_not_allowed")["detail"]
    assert answer.headers["allow"] == allowed


@pytest.fixture(scope="module")
def strict_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Takes bodies of 2048 bytes and messages of 10 characters."""
    folder = tmp_path_factory.mktemp("strict")
    book = write_book(folder / "book")
    with opened(folder, phrasebook=book, max_body=2048, max_message=10) as started:
        yield started


def body_of(size: int) -> bytes:
    body = b'{"message": "fa huo"}'
    return body + b" " * (size - len(body))


def chunks_of(size: int) -> Iterator[bytes]:
    """Without Content-Length: the size is not known before the body is read."""
    body = body_of(size)
    for start in range(0, size, 500):
        yield body[start : start + 500]


@pytest.mark.parametrize("path", [PATH, "/v1/check", "/v1/rewrites", "/v1/feedback"])
def test_a_body_over_the_limit(strict_shop: Shop, path: str) -> None:
    answer = send(strict_shop, body_of(2049), path)
    assert "2048 字节" in problem(answer, 413, "body_too_large")["detail"]


def test_a_chunked_body_over_the_limit(strict_shop: Shop) -> None:
    answer = strict_shop.client.post(PATH, content=chunks_of(50_000), headers=JSON)
    problem(answer, 413, "body_too_large")


def test_a_body_of_just_the_limit(strict_shop: Shop) -> None:
    assert send(strict_shop, body_of(2048)).status_code == 200
    answer = strict_shop.client.post(PATH, content=chunks_of(2048), headers=JSON)
    assert answer.status_code == 200


def test_the_longest_message_is_a_setting(strict_shop: Shop) -> None:
    assert send(strict_shop, json.dumps({"message": "好" * 10})).status_code == 200
    found = problem(
        send(strict_shop, json.dumps({"message": "好" * 11})), 422, "text_too_long", "message"
    )
    assert "最多 10 个" in found["detail"]


def test_wrong_requests_leave_nothing_in_the_journal(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        for body in (b"{", b'{"message": ""}', b'{"message": 5}', b'{"message": "a", "shop": "b"}'):
            send(shop, body)
        kept = shop.suggest("怎么还不发货")["id"]
        shop.journal(kept)
        assert [row["id"] for row in shop.rows("SELECT id FROM suggestions")] == [kept]
