"""Whatever is sent: never a 500, always JSON, and a problem for everything that is refused."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.inprocess import JSON, PROBLEM, Shop

PATHS = ("/v1/suggestions", "/v1/rewrites", "/v1/check", "/v1/feedback")
# Texts with NUL, lone surrogates, direction marks and emoji, and now and then real words.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=40),
    st.sampled_from(
        ["怎么还不发货", "包邮吗", "{{ shop.x }}", "{% for %}", "\x00", "\u202e好", "😀"]
    ),
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        *("message", "messages", "shop", "platform", "stage", "order", "channel", "turn"),
        *("variables", "limit", "conversation_id", "busy", "explain", "draft", "text"),
        *("entry_id", "suggestion_id", "outcome"),
    ]
)
RIGHT: dict[str, st.SearchStrategy[Any]] = {
    "variables": st.dictionaries(st.sampled_from(["order_no", "x"]) | TEXTS, TEXTS, max_size=3),
    "platform": st.sampled_from(["taobao", "tmall", "jd", "pdd", None]),
    "stage": st.sampled_from(["presale", "insale", "aftersale", None]),
    "limit": st.integers(1, 10),
    "conversation_id": TEXTS,
    "explain": st.booleans(),
    "busy": st.booleans(),
}


def check(shop: Shop, path: str, body: bytes) -> None:
    answer = shop.client.post(path, content=body, headers=JSON)
    assert answer.status_code in (200, 400, 404, 422), answer.text
    assert "Traceback" not in answer.text
    found = answer.json()
    if answer.status_code != 200:
        assert answer.headers["content-type"] == PROBLEM
        assert {"type", "title", "status", "code", "detail"} <= found.keys()


# No unknown suggestion ids here: each would wait its second of grace.
@settings(max_examples=250, deadline=None)
@given(path=st.sampled_from(PATHS[:3]), body=st.dictionaries(NAMES | TEXTS, VALUES, max_size=5))
def test_any_object(small_shop: Shop, path: str, body: dict[str, Any]) -> None:
    check(small_shop, path, json.dumps(body).encode())


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(PATHS), body=VALUES.filter(lambda v: not isinstance(v, dict)))
def test_any_other_json(small_shop: Shop, path: str, body: Any) -> None:
    check(small_shop, path, json.dumps(body).encode())


@settings(max_examples=150, deadline=None)
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=60))
def test_any_bytes(small_shop: Shop, path: str, body: bytes) -> None:
    check(small_shop, path, body)


@settings(max_examples=200, deadline=None)
@given(body=st.fixed_dictionaries({"message": TEXTS}, optional=RIGHT))
def test_nearly_right_suggestions(small_shop: Shop, body: dict[str, Any]) -> None:
    check(small_shop, "/v1/suggestions", json.dumps(body).encode())


@settings(max_examples=60, deadline=None)
@given(messages=st.lists(TEXTS, min_size=1, max_size=4))
def test_any_messages_to_the_shipped_book(shop: Shop, messages: list[str]) -> None:
    check(shop, "/v1/suggestions", json.dumps({"messages": messages, "explain": True}).encode())


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, path=st.sampled_from([("/v1/rewrites", "draft"), ("/v1/check", "text")]))
def test_any_draft_to_the_shipped_book(shop: Shop, text: str, path: tuple[str, str]) -> None:
    check(shop, path[0], json.dumps({path[1]: text}).encode())


@settings(max_examples=80, deadline=None)
@given(query=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_any_search(small_shop: Shop, query: str) -> None:
    answer = small_shop.client.get("/v1/entries", params={"q": query})
    assert answer.status_code == 200
    assert answer.json()["total"] == len(answer.json()["entries"])
