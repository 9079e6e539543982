"""Which texts of a file are replies, and what is said about it."""

from __future__ import annotations

import pytest

from app.checking.replies import Source, sources
from app.tables import TableError, parse_tables


def taken(
    text: str, *columns: str, suffix: str = ".csv", codec: str = "utf-8"
) -> tuple[list[tuple[int, str, str]], str]:
    """(row, heading, text) of every reply, and the note."""
    name = "话术" + suffix
    found = sources(name, parse_tables(name, suffix, text.encode(codec)), columns)
    (source,) = found
    return [(r.row, r.heading, r.text) for r in source.replies], source.note


@pytest.mark.parametrize(
    "heading",
    [
        "回复", "回复内容", "标准回复", "客服回复", "快捷短语", "话术", "售后话术", "答案", "回答",
        "回覆", "回复（必填）", " 回 复 ", "回复1", "应答语", "Reply", "ANSWER", "reply_text",
    ],
)  # fmt: skip
def test_usual_headings_go_before_those_of_contents(heading: str) -> None:
    found, note = taken(f"编号,问题,内容,{heading}\n1,怎么发货,问发货,马上发")
    plain = " ".join(heading.split())
    assert found == [(2, plain, "马上发")]
    assert note == f"话术.csv：检查“{plain}”。"


@pytest.mark.parametrize("heading", ["内容", "正文", "文本", "消息内容", "content", "Text", "body"])
def test_contents(heading: str) -> None:
    found, _ = taken(f"回复时间,回复人,{heading}\n昨天,小店,马上发")
    assert found == [(2, heading, "马上发")]


def test_all_replies_of_a_row() -> None:
    found, note = taken("问题,回复1,回复2,备注\n发货,马上发,,无\n退货,可以,请申请,无")
    assert found == [(2, "回复1", "马上发"), (3, "回复1", "可以"), (3, "回复2", "请申请")]
    assert note == "话术.csv：检查“回复1”、“回复2”。"


def test_without_a_usual_heading_all_text_is_taken_and_the_first_row_too() -> None:
    found, note = taken("怎么发货,马上为您安排发货请您放心等待,7\n能退吗,可以的,8")
    assert [text for _, _, text in found] == [
        "怎么发货", "马上为您安排发货请您放心等待", "能退吗", "可以的",
    ]  # fmt: skip
    assert found[0][0] == 1
    assert "“怎么发货”、“马上为您安排发货请您放…”" in note
    assert "含第一行" in note
    assert "--column" in note
    found, _ = taken("a,b\nhello,world")
    assert len(found) == 4


def test_named_columns() -> None:
    text = "问题,回复,备注\n发货,马上发,慢"
    assert taken(text, "备注")[0] == [(2, "备注", "慢")]
    assert taken(text, "备注", "问题")[0] == [(2, "备注", "慢"), (2, "问题", "发货")]
    assert taken("Reply,备注\n好,慢", "ＲＥＰＬＹ")[0] == [(2, "Reply", "好")]
    assert taken("好\n的", "回复", suffix=".txt")[0] == [(1, "", "好"), (2, "", "的")]


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(TableError) as caught:
        taken("问题,回复\n发货,马上发", "话术")
    assert caught.value.code == "table.column"
    assert "没有“话术”这一列。有的列是“问题”、“回复”。" in str(caught.value)
    with pytest.raises(TableError, match="没有“备注”这一列"):
        taken("问题,回复\n发货,马上发", "回复", "备注")


def test_a_title_above_the_headings_keeps_its_place() -> None:
    found, _ = taken("甲店,,\n场景,说法,次数\n发货,马上发,3")
    assert [(row, text) for row, _, text in found] == [
        (1, "甲店"), (2, "场景"), (2, "说法"), (3, "发货"), (3, "马上发"),
    ]  # fmt: skip


def test_jsonl_by_its_keys() -> None:
    text = '{"id": 7, "reply": "好", "seen": 1}\n\n{"reply": ["一", "二"]}'
    found, note = taken(text, suffix=".jsonl")
    assert found == [(1, "reply", "好"), (3, "reply", "一\n二")]
    assert note == "话术.jsonl：检查“reply”。"


def test_the_encoding_is_told_when_it_is_not_utf8() -> None:
    text = "您好，商品已经发出。\n请把订单号发给我。"
    assert taken(text, suffix=".txt")[1] == ""
    assert taken(text, suffix=".txt", codec="gb18030")[1] == "话术.txt：按 GB18030 编码读取。"
    assert "按 UTF-16 编码读取。" in taken("\ufeff回复\n" + text, codec="utf-16-le")[1]


@pytest.mark.parametrize(
    ("line", "column", "text"),
    [
        ("- 您好", 3, "您好"),
        ("  * > 您好", 7, "您好"),
        ("12. 您好", 5, "您好"),
        ("### 您好", 5, "您好"),
        ("-您好", 1, "-您好"),
        ("1.5米", 1, "1.5米"),
        ("**您好**", 1, "**您好**"),
    ],
)
def test_markdown(line: str, column: int, text: str) -> None:
    source: Source
    (source,) = sources("a.MD", parse_tables("a.MD", ".MD", f"\n{line}\n- \n".encode()), ())
    (reply,) = source.replies
    assert (reply.line, reply.column, reply.text) == (2, column, text)
    (source,) = sources("a.txt", parse_tables("a.txt", ".txt", line.encode()), ())
    assert [r.text for r in source.replies] == [line]
