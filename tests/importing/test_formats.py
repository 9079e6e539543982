"""Each format of other tools, from its headings to entries; --format overrules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bookshelf import load_book
from app.engine.source import read_book
from app.importing import ImportFailed, Item, Place, Reading, read_file, write_book
from app.importing.rows import split
from app.importing.splice import with_asks
from app.importing.yaml_text import entry_text, scalar
from tests.commands.conftest import Huashu

QA = "分类,标准问,相似问,答案\n物流,几天发货,多久发|啥时候发,两天内发。\n"
CASES = (
    ("qa", "a.csv", QA, [("几天发货", ["几天发货", "多久发", "啥时候发"], "两天内发。")]),
    ("qa", "a.csv", '问题,相似问法1,相似问法2,回复\n退货,能退吗,"a；b",可以。\n',
     [("退货", ["退货", "能退吗", "a", "b"], "可以。")]),
    ("qa", "a.csv", "标准问,相似问,答案\n退货,能退吗,可以。\n退货,怎么退,\n",
     [("退货", ["退货", "能退吗", "怎么退"], "可以。")]),
    ("qa", "a.csv", '问题,答案\n"退,货","可以。\n请申请。"\n',
     [("退,货", ["退,货"], "可以。\n请申请。")]),
    ("chatwoot", "a.json", '[{"id": 1, "short_code": "发货", "content": "两天内发。"}]',
     [("发货", ["发货"], "两天内发。")]),
    ("chatwoot", "a.json", '{"payload": [{"short_code": "ship", "content": "hi"}]}',
     [("ship", [], "hi")]),
    ("chatwoot", "a.csv", "short_code,content\nwhen to ship,两天内。\n",
     [("when to ship", [], "两天内。")]),
    ("qianniu", "a.csv", "分组,快捷编码,快捷短语,内容\n售后,fh,几时发货,两天内。\n",
     [("几时发货", ["几时发货"], "两天内。")]),
    ("qianniu", "a.csv", "分组,快捷短语,内容\n售后,发货,两天内。\n",
     [("发货", ["发货"], "两天内。")]),
    ("dialogue", "a.txt", "买家：在吗\n买家：几天发货\n客服：两天。\n第二行\n买家: 好\n",
     [("在吗，几天发货", ["在吗，几天发货"], "两天。\n第二行")]),
    ("jsonl", "a.jsonl", '{"id": "a", "asks": ["b"], "reply": "c"}', [("b", ["b"], "c")]),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "text", "wanted"), CASES)
def test_a_format_is_known_by_its_headings(
    tmp_path: Path, kind: str, name: str, text: str, wanted: list[object]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read_file(tmp_path / name)
    assert found.format == kind
    assert not found.errors
    assert [(i.title, list(i.asks), i.reply) for i in found.items] == wanted
    write_book(found, tmp_path / "book")
    if any(item.asks for item in found.items):
        assert len(load_book(tmp_path / "book").entries) == len(wanted)


def test_stage_category_and_ids(huashu: Huashu, tmp_path: Path) -> None:
    rows = "分类,问题,答案\n售后,怎么退货,可以退。\n物流,几天发货,两天。\n"
    (tmp_path / "faq.csv").write_text(rows, encoding="utf-8")
    assert huashu("import", "faq.csv", "--to", "mine").status == 0
    first, second = load_book(tmp_path / "mine").entries
    assert (first.id, first.stage) == ("import.zen_me_tui_huo", "aftersale")
    assert (second.stage, second.source) == ("any", "faq.csv 第 3 行；分类：物流")
    assert huashu("lint", "mine").status == 0


def test_the_format_option_overrules(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("标题,内容\n发货,两天内。\n", encoding="utf-8")
    assert "import.heading-missing" in huashu("import", "a.csv", "--to", "mine").refused()
    ended = huashu("import", "a.csv", "--to", "mine", "--format", "qianniu")
    assert "1 个条目" in ended.out
    assert "qa、jsonl" in huashu("import", "a.csv", "--to", "b", "--format", "excel").refused()


def test_a_preview_writes_nothing(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(QA, encoding="utf-8-sig")
    ended = huashu("import", "a.csv", "--to", "mine", "--dry-run")
    assert "问答表格，1 个条目，3 条问法" in ended.out
    assert "回复：两天内发。" in ended.out
    assert not (tmp_path / "mine").exists()
    found = huashu("import", "a.csv", "--to", "mine", "--dry-run", "--json").json()
    assert (found["format"], found["entries"], found["asks"], found["written"]) == (
        "qa",
        1,
        3,
        False,
    )
    assert "二选一" in huashu("import", "a.csv").refused()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "[" * 99_999, '{"a": 1}', '"a"', '["\\ud800"]', "[1]", '[{"content": "a"}]'],
)
def test_json_that_holds_no_canned_responses(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    try:
        found = read_file(tmp_path / "a.json")
    except ImportFailed as error:
        assert "请" in str(error)
    else:
        assert found.errors


def test_a_text_in_which_nobody_speaks(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("你好\n再见\n", encoding="utf-8")
    with pytest.raises(ImportFailed, match=r"import\.dialogue"):
        read_file(tmp_path / "a.txt")


def test_what_is_amiss_in_a_dialogue(tmp_path: Path) -> None:
    lines = "开头\n客服：您好\n买家：\n客服：在的\n买家：几天发货\n客服：两天。\n买家：好"
    (tmp_path / "a.txt").write_text(lines, encoding="utf-8")
    found = {(f.place.row, f.code) for f in read_file(tmp_path / "a.txt").findings}
    assert found >= {
        (1, "import.speaker-missing"), (2, "import.unasked"), (3, "import.turn-empty"),
        (7, "import.unanswered"),
    }  # fmt: skip


def test_separators() -> None:
    assert split("a|b；c") == ["a", "b；c"]
    assert split("a；b;c") == ["a", "b;c"]
    assert split("a;b\n\n") == ["a;b"]


TEXTS = st.text(
    st.characters(exclude_categories=("Cs",)) | st.sampled_from("：:#-[]{}'\"|>\\ \n\t@&*!%,？"),
    max_size=30,
)


@given(TEXTS)
def test_a_scalar_reads_as_its_text(text: str) -> None:
    found, problems = read_book({"a.yaml": f"out_of_scope:\n  - {scalar(text)}\n"})
    assert found.out_of_scope == (text,)
    assert [p.rule_id for p in problems] == ["book.empty"]


@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3), TEXTS.filter(str.strip))
def test_an_entry_reads_as_it_was(asks: list[str], reply: str) -> None:
    item = Item(Place("", 1), "a", "b", tuple(asks), reply.strip())
    book, problems = read_book({"a.yaml": f"entries:\n{entry_text(item, '出处')}"})
    assert problems == ()
    assert [a.text for a in book.entries[0].asks] == asks


BLOCK = """\
entries:
- id: a # 编号
  title: t
  asks:
  - b  # 第一条

  # 后面
  reply: c
- id: d
  title: t
  asks: [e, 'f']
  reply: g
"""


@given(TEXTS.filter(str.strip), TEXTS.filter(str.strip))
def test_asks_are_added_and_nothing_else_changes(one: str, other: str) -> None:
    for newline in ("\n", "\r\n"):
        text = BLOCK.replace("\n", newline)
        after = with_asks(text, {"a": [one], "d": [other]})
        book, problems = read_book({"a.yaml": after})
        assert problems == ()
        assert [[a.text for a in e.asks] for e in book.entries] == [["b", one], ["e", "f", other]]
        assert (
            after.replace(f"  - {scalar(one)}{newline}", "", 1).replace(f", {scalar(other)}]", "]")
            == text
        )


def test_reading_counts_findings(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(QA, encoding="utf-8")
    found: Reading = read_file(tmp_path / "a.csv", asks=2)
    assert [len(i.asks) for i in found.items] == [2]
    assert json.dumps([str(f) for f in found.findings]) == "[]"
