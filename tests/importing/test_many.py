"""Anything in the cells, and ten thousand rows at once."""

from __future__ import annotations

from itertools import islice, product
from pathlib import Path
from tempfile import TemporaryDirectory

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from app.bookshelf import read_book_in
from app.importing import ImportFailed, Reading, read_file, write_book
from app.importing.rows import read_rows
from app.tables import Row, Table

HEADINGS = ("编号", "标题", "标准问", "相似问", "答案", "分类")
CELL = st.text(
    st.characters(exclude_categories=("Cs",))
    | st.sampled_from("退货怎么发{%}|；=\n\ufeff\u200b ?"),
    max_size=12,
)


@given(st.lists(st.lists(CELL, min_size=6, max_size=6), max_size=6))
def test_whatever_the_cells_hold(rows: list[list[str]]) -> None:
    cells = [
        Row(n, n, {h: c for h, c in zip(HEADINGS, row, strict=True) if c.strip()})
        for n, row in enumerate(rows, 2)
    ]
    table = Table("", HEADINGS, None, tuple(cells))
    kind, items, findings = read_rows([table], None, lambda done, total: None)
    assert kind == "qa"
    told = {f.place.row for f in findings}
    kept = {i.place.row for i in items}
    for row in cells:  # nothing is lost in silence
        assert not row.cells or row.number in told | kept
    if items and not any(f.severity == "error" for f in findings):
        with TemporaryDirectory() as folder:
            try:
                write_book(Reading("a.csv", kind, items, findings), Path(folder) / "book")
            except ImportFailed as error:
                raise AssertionError(str(error)) from error
            book = read_book_in(Path(folder) / "book")
            assert [tuple(a.text for a in e.asks) for e in book.entries] == [i.asks for i in items]


def test_ten_thousand_rows_of_a_workbook(tmp_path: Path) -> None:
    whats = ("退货", "换货", "发货", "退款", "发票", "快递", "优惠", "尺码", "地址", "订单")
    hows = (
        "怎么",
        "几天",
        "在哪里",
        "为什么",
        "多少钱",
        "什么时候",
        "找谁",
        "如何",
        "哪天",
        "用什么",
    )
    does = ("申请", "查询", "修改", "取消", "确认", "提交", "到账", "寄出", "核实", "打印")
    goods = ("上衣", "裤子", "鞋子", "水杯", "台灯", "键盘", "耳机", "茶叶", "牛奶", "面霜")
    questions = ["".join(parts) for parts in islice(product(hows, whats, does, goods), 10_000)]
    with xlsxwriter.Workbook(str(tmp_path / "faq.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("标准问", "答案"))
        for number, question in enumerate(questions, 1):
            sheet.write_row(number, 0, (question, f"关于{question}，马上为您处理。"))
    seen: list[tuple[int, int]] = []
    found = read_file(tmp_path / "faq.xlsx", progress=lambda *at: seen.append(at))
    assert not found.findings
    assert write_book(found, tmp_path / "book") == (10_000, 10_000)
    assert seen[-1] == (10_000, 10_000)
