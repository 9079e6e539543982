"""import → lint → eval: other people's files become a book, and the book is measured."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.bookshelf import load_book
from app.engine.model import Context
from app.engine.render import render
from app.evaluation import CasesError, read_cases
from tests.commands.conftest import Huashu

ROWS: list[dict[str, Any]] = [
    {
        "id": "发货",
        "asks": ["怎么还不发货", "什么时候发货", "催一下发货", "快点发货吧"],
        "title": "催发货",
        "reply": "马上发。",
    },
    {"id": "invoice", "asks": ["可以开发票吗", "能开票吗", "怎么开发票"], "reply": "可以的。"},
    {"id": "size-guide.1", "asks": [" 尺码怎么选 ", "尺码怎么选", "", "我穿多大码", "选哪个尺码"]},
]
CASES: list[dict[str, Any]] = [
    {"message": "怎么还不发货", "expected": ["发货"]},
    {"message": "什么时候发货", "expected": ["发货", "invoice"]},
    {"messages": ["能开票吗", "尺码怎么选"], "expected": ["invoice", "size-guide.1"]},
]


def write(path: Path, rows: list[Any]) -> Path:
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_whole_way(huashu: Huashu, tmp_path: Path) -> None:
    ended = huashu("import", write(tmp_path / "faq.jsonl", ROWS), "--to", "new/mine")
    assert ended.status == 0
    assert "3 个条目，10 条问法" in ended.out
    assert huashu("lint", "new/mine").status == 0
    assert huashu("ids", "--phrasebook", "new/mine").out.split() == [r["id"] for r in ROWS]
    book = load_book(tmp_path / "new" / "mine")
    assert book.name == "mine"
    assert [e.title for e in book.entries] == ["催发货", "可以开发票吗", "尺码怎么选"]
    assert [a.text for a in book.entries[2].asks] == ["尺码怎么选", "我穿多大码", "选哪个尺码"]

    found = huashu(
        "eval", write(tmp_path / "cases.jsonl", CASES), "--phrasebook", "new/mine", "--json"
    ).json()
    assert (found["cases"], found["in_scope"], found["bursts"]) == (3, 3, 1)
    assert (found["top1"], found["top3"], found["all_parts"]) == (1, 1, 1)
    assert found["confusions"] == []


def test_eval_for_people(huashu: Huashu, tmp_path: Path) -> None:
    wrong = {"message": "怎么还不发货", "expected": ["invoice.get"]}
    silent = {"message": "今天天气怎么样", "expected": []}
    ended = huashu("eval", write(tmp_path / "cases.jsonl", [wrong, "", silent]))
    assert ended.status == 0
    assert "用例 2，其中应作答 1" in ended.out
    assert "首选正确 top-1  0.000" in ended.out
    assert "不该答时没有作答  1.000" in ended.out
    assert "invoice.get → shipping.rush  1  怎么还不发货" in ended.out


def test_asks_may_be_limited(huashu: Huashu, tmp_path: Path) -> None:
    file = write(tmp_path / "faq.jsonl", ROWS)
    ended = huashu("import", file, "--to", "few", "--asks", "2")
    assert "3 个条目，6 条问法" in ended.out
    assert [len(e.asks) for e in load_book(tmp_path / "few").entries] == [2, 2, 2]


BAD_LINES = (
    ("{", "不是合法的 JSON"),
    ("[" * 100_000, "不是合法的 JSON"),
    ("[]", "缺少 id"),
    ('{"asks": ["a"]}', "缺少 id"),
    ('{"id": " ", "asks": ["a"]}', "缺少 id"),
    ('{"id": 5, "asks": ["a"]}', "缺少 id"),
    ('{"id": "a"}', "asks 应为"),
    ('{"id": "a", "asks": "a"}', "asks 应为"),
    ('{"id": "a", "asks": []}', "asks 应为"),
    ('{"id": "a", "asks": ["a", 5]}', "asks 应为"),
    ('{"id": "a", "asks": [" "]}', "asks 里都是空白"),
    ('{"id": "invoice", "asks": ["a"]}', "与第 2 行重复"),
    ('{"id": " invoice ", "asks": ["a"]}', "与第 2 行重复"),
    ('{"id": "b", "asks": ["a"], "reply": ["b"]}', "应为文字"),
    ('{"id": "c", "asks": ["a"], "title": 5}', "应为文字"),
    ('{"id": "d", "asks": ["a", "\\ud800"]}', "不完整的字符"),
    ('{"id": "e", "asks": ["a"], "reply": "\\udc00"}', "不完整的字符"),
)


def test_bad_lines_are_named_by_number_and_nothing_is_written(
    huashu: Huashu, tmp_path: Path
) -> None:
    file = write(tmp_path / "faq.jsonl", [*ROWS[:2], "", *(line for line, _ in BAD_LINES)])
    told = huashu("import", file, "--to", "new/mine").refused()
    assert f"有 {len(BAD_LINES)} 行不能导入，没有写入任何内容" in told
    named = told.splitlines()[1:]
    assert len(named) == len(BAD_LINES)
    for number, ((_, reason), line) in enumerate(zip(BAD_LINES, named, strict=True), 4):
        assert line.startswith(f"第 {number} 行：")
        assert reason in line
    assert not (tmp_path / "new").exists()


FOREIGN = (
    "价格{{ shop.price }}元",
    "{% for x in y %}",
    "{#注释#}你好",
    "{%- raw -%}{{ a }}{% endraw %}",
    "}}%}#}{",
    "{{{a}}}",
    "{'{'}{{ '{' }}",
)


def test_braces_of_foreign_replies_stay_text(huashu: Huashu, tmp_path: Path) -> None:
    rows = [
        {"id": f"a{i}", "asks": [f"甲乙丙{c}", f"丁戊{c}", f"己庚辛{c}"], "reply": reply}
        for i, (c, reply) in enumerate(zip("天地玄黄宇宙洪", FOREIGN, strict=True))
    ]
    assert huashu("import", write(tmp_path / "faq.jsonl", rows), "--to", "mine").status == 0
    assert huashu("lint", "mine").status == 0
    book = load_book(tmp_path / "mine")
    context = Context(today=date(2026, 1, 1))
    assert tuple(render(e.reply, book, context).text for e in book.entries) == FOREIGN
    told = huashu("suggest", "甲乙丙天", "--phrasebook", "mine", "--json").json()
    assert told["suggestions"][0]["text"] == FOREIGN[0]


def test_line_breaks_that_json_does_not_count(huashu: Huashu, tmp_path: Path) -> None:
    """U+2028, U+0085 and such may stand in a JSON text as they are."""
    ask = "发货\u2028了吗\u0085呢\x7f"
    row = {"id": "a", "asks": [ask, "b", "c"], "reply": "好\u2029的"}
    assert huashu("import", write(tmp_path / "faq.jsonl", [row]), "--to", "mine").status == 0
    cases = write(tmp_path / "cases.jsonl", [{"message": ask, "expected": ["a"]}])
    found = huashu("eval", cases, "--phrasebook", "mine", "--json").json()
    assert (found["cases"], found["top1"]) == (1, 1)


def test_windows_files(huashu: Huashu, tmp_path: Path) -> None:
    text = "\ufeff" + "\r\n".join(json.dumps(r) for r in ROWS)
    (tmp_path / "faq.jsonl").write_text(text, encoding="utf-8", newline="")
    assert "3 个条目" in huashu("import", "faq.jsonl", "--to", "mine").out


def test_import_refuses_to_overwrite(huashu: Huashu, tmp_path: Path) -> None:
    file = write(tmp_path / "faq.jsonl", ROWS)
    before = (tmp_path / "book" / "entries.yaml").read_bytes()
    for taken in ("book", "faq.jsonl"):
        assert "不为空" in huashu("import", file, "--to", taken).refused()
    assert (tmp_path / "book" / "entries.yaml").read_bytes() == before
    assert not list(tmp_path.rglob(".import-*"))


def test_import_into_an_empty_folder(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    file = write(tmp_path / "faq.jsonl", ROWS)
    assert huashu("import", file, "--to", "mine").status == 0
    assert {p.name for p in (tmp_path / "mine").iterdir()} == {"book.yaml", "entries.yaml"}


@pytest.mark.parametrize("to", ["faq.jsonl/mine", "n" * 300, "/proc/nowhere/mine"])
def test_import_where_nothing_can_be_written(huashu: Huashu, tmp_path: Path, to: str) -> None:
    told = huashu("import", write(tmp_path / "faq.jsonl", ROWS), "--to", to).refused()
    assert f"“{to}”" in told


@pytest.mark.parametrize("content", [None, "", "\n\n", b"\xb7\xa2"], ids=repr)
def test_import_of_no_file(huashu: Huashu, tmp_path: Path, content: str | bytes | None) -> None:
    if content is not None:
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "faq.jsonl").write_bytes(raw)
    assert "请" in huashu("import", "faq.jsonl", "--to", "mine").refused()
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[" * 100_000,
        "5",
        '"a"',
        "[]",
        '{"message": "a"}',
        '{"expected": []}',
        '{"message": "a", "expected": "shipping.rush"}',
        '{"message": 5, "expected": []}',
        '{"messages": 5, "expected": []}',
        '{"messages": "怎么还不发货", "expected": []}',
        '{"messages": [], "expected": []}',
        '{"messages": {"a": 1}, "expected": []}',
        '{"message": "a", "expected": [5]}',
    ],
    ids=lambda line: line[:40],
)
def test_eval_names_the_wrong_line(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "cases.jsonl", [CASES[0], "", line])
    with pytest.raises(CasesError, match=r"cases\.jsonl:3 应为一行 JSON，例如"):
        read_cases(path)


def test_eval_of_wrong_files(huashu: Huashu, tmp_path: Path) -> None:
    wrong = write(tmp_path / "wrong.jsonl", [CASES[0], "{"])
    assert "wrong.jsonl:2 应为一行 JSON" in huashu("eval", wrong).refused()
    empty = write(tmp_path / "empty.jsonl", [""])
    for path, says in ((tmp_path / "nowhere.jsonl", "读不了文件"), (empty, "没有用例")):
        with pytest.raises(CasesError, match=says):
            read_cases(path)
