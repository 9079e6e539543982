"""POST /v1/suggestions: every field, and what each part of a request changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.inprocess import Shop, short

RUSH = "怎么还不发货"
FIELDS = {
    "id", "decision", "suggestions", "parts", "fallback", "mood", "deadline", "case", "withheld",
    "phrasebook", "took_ms",
}  # fmt: skip
SUGGESTION_FIELDS = {
    "entry_id", "title", "confidence", "text", "greeting", "body", "closing", "script", "proof",
    "variables", "findings", "handoff", "source",
}  # fmt: skip
BURST = ["在吗", RUSH, "可以开专票吗"]


def best(answer: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = answer["suggestions"][0]
    return first


def test_a_sure_answer_of_the_shipped_book(shop: Shop) -> None:
    answer = shop.suggest(RUSH)
    assert answer.keys() >= FIELDS
    assert answer["decision"] == "answer"
    assert answer["mood"] == "calm"
    assert answer["deadline"] == {"rule": "sla.first_reply", "seconds": 15}
    assert answer["case"] is None
    assert answer["fallback"] is None
    assert answer["phrasebook"]["version"] == shop.ready()["phrasebook"]["version"]
    assert answer["took_ms"] > 0
    [part] = answer["parts"]
    assert (part["message"], part["decision"], part["entry_id"]) == (
        RUSH,
        "answer",
        best(answer)["entry_id"],
    )
    first = best(answer)
    assert first.keys() >= SUGGESTION_FIELDS
    assert first["entry_id"] == "shipping.rush"
    assert first["text"] == first["greeting"] + first["body"] + first["closing"]
    assert 0.8 <= first["confidence"] <= 1
    assert first["script"] == "hans"
    assert first["handoff"] == "warehouse"
    assert first["source"]
    assert first["proof"].keys() >= {"ask", "spans", "scores", "guards"}
    assert [RUSH[a:b] for a, b in first["proof"]["spans"]] == [RUSH]


def test_traditional_in_traditional_out(shop: Shop) -> None:
    first = best(shop.suggest("怎麼還不發貨"))
    assert (first["entry_id"], first["script"]) == ("shipping.rush", "hant")
    assert "發" in first["text"]
    assert "发" not in first["text"]


def test_nothing_fits(shop: Shop) -> None:
    answer = shop.suggest("今天天气怎么样")
    assert (answer["decision"], answer["suggestions"]) == ("none", [])
    assert answer["fallback"]["entry_id"] == "help.unknown"
    assert answer["fallback"]["text"]


def test_explain_shows_what_came_nearest(shop: Shop) -> None:
    plain, explained = (shop.suggest("今天天气怎么样", explain=e) for e in (False, True))
    assert plain["suggestions"] == []
    assert explained["suggestions"]
    assert explained["decision"] == plain["decision"] == "none"
    assert explained["fallback"] == plain["fallback"]


@pytest.mark.parametrize("message", ["😀", "😀👍🏽🙏", "？？？", "👨‍👩‍👧"])
def test_without_words_there_is_a_fallback(shop: Shop, message: str) -> None:
    answer = shop.suggest(message)
    assert (answer["decision"], answer["suggestions"]) == ("none", [])
    assert answer["fallback"]["entry_id"] == "help.unknown"


@pytest.mark.parametrize(
    "message", [f"\x00{RUSH}\x00", f"\u202e{RUSH}\u202c", f"\u200f{RUSH}"], ids=short
)
def test_control_and_direction_characters_never_reach_a_reply(shop: Shop, message: str) -> None:
    answer = shop.suggest(message, variables={"order_no": message, "customer_name": message})
    for found in answer["suggestions"] or [answer["fallback"]]:
        assert not set(found["text"]) & {"\x00", "\u202e", "\u202c", "\u200f"}


@pytest.mark.parametrize("message", [RUSH, "包邮吗", BURST, "退货运费谁出，多久退款"])
def test_limit_changes_nothing_but_the_number(shop: Shop, message: str | list[str]) -> None:
    whole = shop.suggest(message, limit=10)
    for limit in range(1, 10):
        answer = shop.suggest(message, limit=limit)
        assert answer["suggestions"] == whole["suggestions"][:limit]
        for key in ("decision", "parts", "mood", "deadline", "fallback"):
            assert answer[key] == whole[key]


def test_three_is_the_usual_limit(shop: Shop) -> None:
    answer = shop.suggest("今天天气怎么样", explain=True)
    assert len(answer["suggestions"]) == 3
    assert len(shop.suggest("今天天气怎么样", explain=True, limit=10)["suggestions"]) > 3


def test_a_burst_is_one_reply(shop: Shop) -> None:
    answer = shop.suggest(BURST)
    first = best(answer)
    assert [p["entry_id"] for p in answer["parts"]] == ["shipping.rush", "invoice.title"]
    assert first["entries"] == ["shipping.rush", "invoice.title"]
    assert first["text"].count("您好") == 1
    assert len(first["body"].split("\n")) == 2


def test_an_upset_customer(shop: Shop) -> None:
    answer = shop.suggest("我要投诉你们，太差了")
    assert answer["mood"] == "upset"
    assert answer["deadline"]["rule"] == "sla.complaint"
    assert best(answer)["handoff"] == "supervisor"


@pytest.mark.parametrize(
    ("context", "greeting", "body"),
    [
        ({}, "您好。", "两天内发出。"),
        ({"platform": "taobao"}, "亲，您好。", "两天内发出。"),
        ({"platform": "tmall"}, "亲，您好。", "两天内发出。"),
        ({"platform": "jd"}, "您好。", "两天内发出。"),
        ({"platform": "pdd"}, "您好。", "两天内发出。"),
        ({"platform": None, "stage": None, "order": None}, "您好。", "两天内发出。"),
        ({"stage": "presale"}, "您好。", "下单后很快发出。"),
        ({"stage": "insale"}, "您好。", "两天内发出。"),
        ({"order": "shipped"}, "您好。", "包裹已经在路上了。"),
        ({"order": "unpaid"}, "您好。", "两天内发出。"),
        ({"channel": "phone"}, "您好，这里是小店。", "两天内发出。"),
        ({"channel": "phone", "busy": True}, "您好，这里是小店。", "两天内发出。"),
        ({"busy": True}, "抱歉让您久等。", "两天内发出。"),
        ({"turn": "later"}, "", "两天内发出。"),
        ({"turn": "first"}, "您好。", "两天内发出。"),
        ({"variables": {"order_no": "A-7"}}, "您好。", "订单A-7，两天内发出。"),
        ({"variables": {"nobody_knows": "A-7"}}, "您好。", "两天内发出。"),
    ],
)
def test_context(small_shop: Shop, context: dict[str, Any], greeting: str, body: str) -> None:
    first = best(small_shop.suggest(RUSH, **context))
    assert (first["entry_id"], first["greeting"], first["body"]) == (
        "shipping.rush",
        greeting,
        body,
    )
    assert first["closing"] == "祝您生活愉快。"


def test_a_missing_variable_is_a_blank_and_named(small_shop: Shop) -> None:
    first = best(small_shop.suggest("快递单号是多少"))
    assert first["body"] == "您的订单号是【订单号】。"
    assert first["variables"] == {
        "filled": [],
        "missing": ["order_no"],
        "titles": {"order_no": "订单号"},
    }
    first = best(small_shop.suggest("快递单号是多少", variables={"order_no": "A-7"}))
    assert first["body"] == "您的订单号是A-7。"
    assert first["variables"] == {"filled": ["order_no"], "missing": [], "titles": {}}


def test_a_variable_is_never_a_template(small_shop: Shop) -> None:
    value = "{{ shop.dispatch_window }}{% raw %}"
    first = best(small_shop.suggest("快递单号是多少", variables={"order_no": value}))
    assert first["body"] == f"您的订单号是{value}。"


def test_nobody_is_greeted_twice(small_shop: Shop) -> None:
    name = "会话-1"
    assert best(small_shop.suggest(RUSH, conversation_id=name))["greeting"] == "您好。"
    assert best(small_shop.suggest("可以开发票吗", conversation_id=name))["greeting"] == ""
    assert (
        best(small_shop.suggest("可以开发票吗", conversation_id="会话-2"))["greeting"] == "您好。"
    )


def test_a_repeated_first_message_still_greets(small_shop: Shop) -> None:
    """A plugin asks again when the page is loaded again: the answer must be the same."""
    name = "会话-3"
    first, again = (best(small_shop.suggest(RUSH, conversation_id=name)) for _ in range(2))
    assert first["greeting"] == again["greeting"] == "您好。"
    assert best(small_shop.suggest("可以开发票吗", conversation_id=name))["greeting"] == ""
    assert best(small_shop.suggest(RUSH, conversation_id=name))["greeting"] == "您好。"


def test_without_conversation_every_message_is_the_first(small_shop: Shop) -> None:
    greetings = [best(small_shop.suggest(m))["greeting"] for m in (RUSH, "可以开发票吗")]
    assert greetings == ["您好。", "您好。"]
    assert best(small_shop.suggest(RUSH, conversation_id=""))["greeting"] == "您好。"


def test_turn_overrides_the_conversation(small_shop: Shop) -> None:
    name = "会话-4"
    assert best(small_shop.suggest(RUSH, conversation_id=name, turn="later"))["greeting"] == ""
    small_shop.suggest(RUSH, conversation_id=name)
    answer = small_shop.suggest("可以开发票吗", conversation_id=name, turn="first")
    assert best(answer)["greeting"] == "您好。"


def test_blank_lines_of_a_burst_do_not_matter(small_shop: Shop) -> None:
    answer = small_shop.suggest(["", RUSH, "  "])
    assert best(answer)["entry_id"] == "shipping.rush"
    assert answer["decision"] == "answer"


def test_the_longest_allowed_message(small_shop: Shop) -> None:
    answer = small_shop.suggest(RUSH + "啊" * (2000 - len(RUSH)))
    assert answer["decision"] in ("answer", "choose", "none")


def test_fifty_messages(small_shop: Shop) -> None:
    answer = small_shop.suggest([RUSH] * 50)
    assert [p["entry_id"] for p in answer["parts"]] == ["shipping.rush"]


def test_a_blank_is_called_what_stands_in_the_text(small_shop: Shop) -> None:
    first = small_shop.suggest("物流單號多少")["suggestions"][0]
    assert first["script"] == "hant"
    assert first["variables"]["titles"] == {"order_no": "訂單號"}
    assert "【訂單號】" in first["text"]
