"""Text files as tables: encodings, lines, CSV, JSONL; whole or not at all."""

from __future__ import annotations

import codecs
import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tables import LINE, MAX_FILE, SUFFIXES, Table, TableError, parse_tables, read_tables

TEXT = "您好，商品已经发出。\n请把订单号发给我，我马上为您查询物流。\n感谢您的耐心等待！"
TRADITIONAL = "您好，商品已經發出。\n請把訂單號發給我，我馬上為您查詢物流。\n感謝您的耐心等待！"
CONTROL = "".join(map(chr, (*range(9), *range(14, 32), 11, 12, 127)))
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters=CONTROL))
CELLS = ANY_TEXT.filter(lambda cell: not cell or cell.strip())


def one(suffix: str, data: bytes) -> Table:
    (table,) = parse_tables("文件" + suffix, suffix, data)
    return table


def told(suffix: str, data: bytes, code: str) -> str:
    """What the person reads of a file that can not be read."""
    with pytest.raises(TableError) as caught:
        parse_tables("文件" + suffix, suffix, data)
    assert caught.value.code == code
    said = str(caught.value)
    assert said.startswith(f"文件{suffix}：")
    assert said.endswith(f"［{code}］")
    return said


# ---- encodings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        ("", "utf-8", "UTF-8"),
        ("\ufeff", "utf-8", "UTF-8"),
        ("\ufeff", "utf-16-le", "UTF-16"),
        ("\ufeff", "utf-16-be", "UTF-16"),
        ("\ufeff", "utf-32-le", "UTF-32"),
        ("\ufeff", "utf-32-be", "UTF-32"),
        ("", "gb18030", "GB18030"),
        ("", "gbk", "GB18030"),
    ],
)
@pytest.mark.parametrize("text", [TEXT, TRADITIONAL, "回复\n好的，马上发"])
def test_encodings(mark: str, codec: str, name: str, text: str) -> None:
    table = one(".txt", (mark + text).encode(codec))
    assert [row.cells[LINE] for row in table.rows] == text.split("\n")
    assert table.encoding == name


def test_big5() -> None:
    table = one(".txt", TRADITIONAL.encode("big5"))
    assert [row.cells[LINE] for row in table.rows] == TRADITIONAL.split("\n")
    assert table.encoding == "Big5"


def test_gb18030_holds_what_gbk_lacks() -> None:
    text = TEXT + "😊𠮷"
    assert one(".txt", text.encode("gb18030")).rows[-1].cells[LINE].endswith("！😊𠮷")


def test_broken_utf8_is_not_taken_for_another_encoding() -> None:
    whole = (TEXT * 20).encode()
    cut = whole[: len(whole) - 1]
    assert "第 41 行有损坏的 UTF-8 字符" in told(".txt", cut, "table.encoding")


def test_utf16_without_its_mark() -> None:
    assert "看不出是什么编码" in told(".txt", TEXT.encode("utf-16-le"), "table.encoding")


def test_broken_utf16() -> None:
    cut = codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")[:-1]
    assert "第 3 行有损坏的 UTF-16 字符" in told(".txt", cut, "table.encoding")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        "好\x00的".encode(),
        "好\x1b[2J".encode(),
    ],
    ids=["picture", "nul", "escape"],
)
def test_what_is_no_text(data: bytes) -> None:
    assert "不像文字文件" in told(".txt", data, "table.damaged")


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(SUFFIXES))
def test_no_bytes_raise_anything_else(data: bytes, suffix: str) -> None:
    try:
        tables = parse_tables("文件", suffix, data)
    except TableError as error:
        assert error.code in str(error)
    else:
        assert all(table.rows or table.top for table in tables)


# ---- lines -----------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.lists(ANY_TEXT.map(lambda line: line.replace("\r", " ").replace("\n", " "))))
def test_every_line_that_is_not_blank_is_a_row_with_its_number(lines: list[str]) -> None:
    wanted = [(n, line) for n, line in enumerate(lines, 1) if line.strip()]
    for end in ("\n", "\r\n", "\r"):
        data = codecs.BOM_UTF8 + end.join(lines).encode()
        if not wanted:
            told(".md", data, "table.empty")
            continue
        table = one(".md", data)
        assert [(row.number, row.cells[LINE]) for row in table.rows] == wanted
        assert all(row.line == row.number for row in table.rows)


# ---- CSV -------------------------------------------------------------------------------------

HEADINGS = ["编号", "回复", "备注"]
ROWS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6)


@settings(deadline=None)
@given(
    ROWS,
    st.sampled_from([("utf-8-sig", ","), ("utf-8", ","), ("utf-16", "\t"), ("utf-8-sig", ";")]),
    st.sampled_from(["\r\n", "\n"]),
)
def test_csv_comes_back_as_it_was_written(
    rows: list[list[str]], how: tuple[str, str], end: str
) -> None:
    """With quotes, separators and line breaks inside the cells."""
    codec, delimiter = how
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([HEADINGS, *rows])
    table = one(".csv", file.getvalue().encode(codec))
    wanted = [dict(zip(HEADINGS, row, strict=True)) for row in rows if any(row)]
    found = [row.cells for row in table.rows]
    assert found == [{k: v for k, v in row.items() if v} for row in wanted]
    assert table.top is not None
    assert dict(table.top.cells) == {h: h for h in HEADINGS}
    numbers = [n for n, row in enumerate(rows, 2) if any(row)]
    assert [row.number for row in table.rows] == numbers


def test_csv_rows_know_their_number_and_their_line() -> None:
    table = one(".csv", '\n回复,备注\n"一\n二",甲\n\n三,\n'.encode())
    assert table.headings == ("回复", "备注")
    assert [(r.number, r.line, r.cells) for r in table.rows] == [
        (3, 3, {"回复": "一\n二", "备注": "甲"}),
        (5, 6, {"回复": "三"}),
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("回复,,回复\n一,二,三", ("回复", "第 2 列", "回复（第 3 列）")),
        ("回复,备注,,\n一,二,,", ("回复", "备注")),
        ("第 2 列,,回复\n一,二,三", ("第 2 列", "第 2 列（第 2 列）", "回复")),
        ("本店话术,,\n场景,回复,备注\n发货,马上发,", ("场景", "回复", "备注")),
        ("本店话术\n场景,回复\n发货,马上发\n退货,可以退", ("场景", "回复")),
        ('" 回\n复 ",备注\n一,二', ("回 复", "备注")),
    ],
)
def test_headings_differ_from_each_other(text: str, headings: tuple[str, ...]) -> None:
    assert one(".csv", text.encode()).headings == headings


def test_a_single_column_may_hold_commas_without_quotes() -> None:
    table = one(".csv", "回复\n您好,请稍等\n好的\n抱歉,没货,了".encode())
    assert [r.cells["回复"] for r in table.rows] == ["您好,请稍等", "好的", "抱歉,没货,了"]


def test_a_reply_that_falls_apart_is_told() -> None:
    said = told(".csv", "场景,回复\n发货,您好,马上发\n退货,可以退\n".encode(), "table.damaged")
    assert "第 2 行的格数比标题多（标题有 2 格）" in said
    assert "英文双引号" in said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('回复,备注\n一,二\n"三,四\n五,六', 3),
        ('回复,备注\n"一"二,三', 2),
        ('回复\n"' + "长" * 140_000 + '"', 2),
    ],
    ids=["open", "after", "long"],
)
def test_quotes_that_do_not_pair(text: str, line: int) -> None:
    assert f"第 {line} 行起引号不成对" in told(".csv", text.encode(), "table.damaged")


def test_tsv() -> None:
    table = one(".tsv", "场景\t回复\n发货\t您好，今天发,好吗".encode())
    assert table.rows[0].cells == {"场景": "发货", "回复": "您好，今天发,好吗"}


# ---- JSONL -----------------------------------------------------------------------------------

VALUES = st.one_of(CELLS, st.integers(), st.none(), st.lists(CELLS.filter(bool), min_size=1))


@settings(deadline=None)
@given(st.lists(st.dictionaries(CELLS.filter(bool), VALUES, max_size=4), min_size=1, max_size=5))
def test_jsonl_comes_back_as_it_was_written(rows: list[dict[str, object]]) -> None:
    def cell(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, list):
            return "\n".join(value)
        return value if isinstance(value, str) else str(value)

    wanted = [{k: cell(v) for k, v in row.items() if cell(v).strip()} for row in rows]
    for ascii_only in (True, False):
        lines = [json.dumps(row, ensure_ascii=ascii_only) for row in rows]
        data = "\n".join(lines).replace("\x85", "\\u0085").encode()
        if not any(wanted):
            told(".jsonl", data, "table.empty")
            continue
        assert [dict(r.cells) for r in one(".jsonl", data).rows] == wanted


def test_every_wrong_line_of_jsonl_is_named() -> None:
    lines = ['{"reply": "好"}', "{", "", "[]", '"好"', '{"a": "\\ud800"}', "[" * 100_000]
    said = told(".jsonl", "\n".join(lines).encode(), "table.damaged")
    assert [line for line in said.split("\n") if line.startswith("第")] == [
        "第 2 行不是合法的 JSON。",
        '第 4 行不是 JSON 对象。例如应为 {"reply": "您好"}。',
        '第 5 行不是 JSON 对象。例如应为 {"reply": "您好"}。',
        "第 6 行含有不完整的字符（单独的代理码位）。",
        "第 7 行不是合法的 JSON。［table.damaged］",
    ]


# ---- files -----------------------------------------------------------------------------------


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "big.txt").touch()
    with (tmp_path / "big.txt").open("r+b") as file:
        file.truncate(MAX_FILE + 1)
    (tmp_path / "empty.csv").write_bytes(b"\xef\xbb\xbf \r\n")
    (tmp_path / "a.docx").write_bytes(b"PK")
    for name, code in (
        ("nowhere.csv", "table.missing"),
        ("", "table.unreadable"),
        ("empty.csv/x.csv", "table.unreadable"),
        ("n" * 300 + ".csv", "table.unreadable"),
        ("big.txt", "table.too-large"),
        ("empty.csv", "table.empty"),
        ("a.docx", "table.format"),
    ):
        with pytest.raises(TableError) as caught:
            read_tables(tmp_path / name)
        assert caught.value.code == code
        assert str(tmp_path / name) in str(caught.value)
        assert "。" in str(caught.value)


def test_too_many_rows() -> None:
    assert "1048576 行" in told(".txt", "好\n".encode() * 1_048_578, "table.too-large")


def test_the_suffix_may_be_in_capitals(tmp_path: Path) -> None:
    (tmp_path / "A.CSV").write_bytes("回复\n好".encode())
    assert read_tables(tmp_path / "A.CSV")[0].rows[0].cells == {"回复": "好"}
