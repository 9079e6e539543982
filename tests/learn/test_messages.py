"""Messages to replay, from text and from JSONL: whatever a file holds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.learn.messages import Asked, MessagesError, counted, from_jsonl, from_lines


def test_lines() -> None:
    assert from_lines("\n 包邮吗 \r\n\n有货吗\n包邮吗\n") == [
        Asked(("包邮吗",), count=2),
        Asked(("有货吗",)),
    ]
    assert from_lines(" \n\n") == []


def test_jsonl() -> None:
    text = (
        '{"message": "包邮吗", "platform": "jd", "stage": "presale", "channel": "phone"}\n\n'
        '{"messages": ["在吗", "有货吗"], "expected": ["stock.availability"], "stage": null}\r\n'
        '{"message": "包\u2028邮吗"}'
    )
    assert from_jsonl(text, "a.jsonl") == [
        Asked(("包邮吗",), "jd", "presale", "phone"),
        Asked(("在吗", "有货吗")),
        Asked(("包\u2028邮吗",)),
    ]


@pytest.mark.parametrize(
    "row",
    ["{", "[" * 100_000, "5", "[]", "{}", '{"message": 5}', '{"message": null}', '{"messages": []}',
     '{"messages": "包邮吗"}', '{"messages": ["a", 5]}', '{"message": ["a"]}'],
)  # fmt: skip
def test_a_bad_line_is_named(row: str) -> None:
    with pytest.raises(MessagesError, match=r"^a\.jsonl:3 应为一行 JSON，例如 \{"):
        from_jsonl(f'{{"message": "a"}}\n\n{row}\n', "a.jsonl")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"message": "a", "platform": "amazon"}', "platform 写的是“amazon”，可用的值：taobao、"),
        ('{"message": "a", "stage": 5}', "stage 写的是“5”"),
        ('{"message": "a", "channel": ["chat"]}', "channel 写的是"),
    ],
)
def test_a_wrong_setting_is_named(row: str, said: str) -> None:
    with pytest.raises(MessagesError, match=said):
        from_jsonl(row, "a.jsonl")


def test_halves_of_characters_become_whole() -> None:
    (asked,) = from_jsonl('{"message": "a\\ud83d\\ude00\\ud800"}', "a.jsonl")
    assert asked.messages == ("a😀\ufffd",)


def test_counted_adds_up_what_was_counted_before() -> None:
    a, b = Asked(("a",), count=3), Asked(("a",), platform="jd")
    assert counted([a, b, a]) == [Asked(("a",), count=6), b]


@given(st.lists(st.text(max_size=10), min_size=1, max_size=4))
def test_any_messages_come_through(texts: list[str]) -> None:
    (asked,) = from_jsonl(json.dumps({"messages": texts}), "a.jsonl")
    assert [t.replace("\ufffd", "") for t in asked.messages] == [
        t.encode("utf-8", "ignore").decode().replace("\ufffd", "") for t in texts
    ]
