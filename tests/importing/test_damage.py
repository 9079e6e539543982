"""One file with every kind of damage: each is told with row and code, nothing is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from tests.commands.conftest import Huashu

HEADINGS = ("编号", "标准问", "相似问", "答案", "回复", "阶段", "颜色")
MANY = "；".join(f"说法{'零一二三四五六七八九'[n % 10]}{n}" for n in range(201))
FINE = "好的，马上为您处理。"
# 编号, 标准问, 相似问, 答案; then the codes that the row has to give.
ROWS: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
    (("a1", "怎么退货", "能退货吗|可以退吗|可以退吗", FINE), ("import.ask-duplicate",)),
    (("a2", "怎么退货", "", "另一个答案。"), ("import.answer-differs",)),
    (("", "怎么退货", "", ""), ("import.row-duplicate",)),
    (("", "", "退货怎么弄", ""), ("import.merged-cells",)),
    (("", "", "", FINE), ("import.question-empty",)),
    (("", "几天发货", "", ""), ("import.answer-empty",)),
    (("", "=A1&B1", "", FINE), ("import.formula",)),
    (("", "发什么快递", "", "#REF!"), ("import.cell-error",)),
    (("", "订单号多少", "", "1.2E+15"), ("import.scientific",)),
    (("", "活动哪天结束", "", "2026-11-22"), ("import.date",)),
    (("", "多少钱", "", "199"), ("import.number",)),
    (("", "有货吗", "", "TRUE"), ("import.boolean",)),
    (("", "包邮吗", "", "同上"), ("import.same-as",)),
    (("", "送赠品吗", "", "待补充"), ("import.placeholder",)),
    (("", "能开发票吗", "", "可以锟斤拷的"), ("import.encoding",)),
    (("", "怎么付款", "", "<p>支付宝</p>"), ("import.html",)),
    (("", "怎么下单", "", "**点击购买**就行"), ("import.markdown",)),
    (("", "尺码怎么选", "", "看这里[图片:尺码.png]"), ("import.picture",)),
    (("", "在不在", "", "在的/:^_^"), ("import.face",)),
    (("", "谁来处理", "", "{{contact.name}}您好"), ("import.braces",)),
    (("", "怎么称呼", "", "{买家昵称}您好"), ("import.variable",)),
    (("", "哪里看物流", "", "看 https://a.example/b"), ("import.link",)),
    (("", "怎\u200b么换货", "", FINE), ("import.invisible",)),
    (("", "换\u0007货流程", "", FINE), ("import.control",)),
    (("", "长" * 201, "", FINE), ("import.too-long",)),
    (("", "质保多久", "", "一" * 255), ("import.truncated",)),
    (("", "退货寄到哪", "", "电话13800138000"), ("import.personal",)),
    (("", "？？？", "", FINE), ("import.ask-meaningless",)),
    (("", "有优惠吗", "", "有优惠吗"), ("import.answer-is-question",)),
    (("a 30", "怎么改地址", "", FINE), ("import.id-shape",)),
    (("a1", "怎么取消订单", "", FINE), ("import.id-duplicate",)),
    (("", "什么材质", "怎么付款", FINE), ("import.ask-elsewhere",)),
    (("", "颜色有哪些", MANY, FINE),
     ("import.asks-many",)),
    (("", "会不会掉色", "长" * 201, FINE), ("import.too-long",)),
    (("", "可以自提吗", "", FINE, "", "夏季"), ("import.stage-unknown",)),
    (HEADINGS, ("import.heading-repeated",)),
)  # fmt: skip
TOP = ("import.heading-unknown", "import.heading-twice")


def write(path: Path) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("问答")
        for number, row in enumerate([HEADINGS, *(cells for cells, _ in ROWS)]):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, column, cell)
        sheet.write_string(1, 6, "红")
        notes = book.add_worksheet("说明")
        notes.write_string(0, 0, "这张表怎么用")


def test_every_damage_is_told_with_row_and_code_and_nothing_is_written(
    huashu: Huashu, tmp_path: Path
) -> None:
    write(tmp_path / "faq.xlsx")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    ended = huashu("import", "faq.xlsx", "--to", "mine", "--json")
    assert ended.status == 2
    told = {(f["row"], f["code"]) for f in json.loads(ended.out)["findings"]}
    wanted = {(number, code) for number, (_, codes) in enumerate(ROWS, 2) for code in codes} | {
        (1, code) for code in (*TOP, "import.sheet-skipped")
    }
    assert not wanted - told
    in_rows = {code for row, code in wanted if row > 1}
    assert len(in_rows) >= 30
    assert len({min(row for row, other in wanted if other == code) for code in in_rows}) >= 30
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    for where in ("--to", "--into"):
        said = huashu("import", "faq.xlsx", where, "mine" if where == "--to" else "book").refused()
        assert "没有写入任何内容" in said
        assert "第 3 行：问题和" in said
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}


def test_the_same_rows_without_damage_are_taken(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "faq.csv").write_text("标准问,答案\n怎么退货,好的。\n", encoding="gb18030")
    ended = huashu("import", "faq.csv", "--to", "mine")
    assert (ended.status, ended.err) == (0, "")
    assert "1 个条目，1 条问法" in ended.out
