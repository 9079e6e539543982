"""Merging into a book: likeness adds asks, replies are never overwritten, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bookshelf import load_book, read_book_in
from tests.commands.conftest import Huashu

ENTRIES = """\
# 条目
entries:
  - id: return.how
    title: 退货
    asks:   # 客户的说法
      - 怎么退货
      - "退货流程是什么"   # 引号留着
      - 东西不想要了可以退吗
      - 买错了能退掉吗
    near_misses: [退货运费谁出]
    reply: 可以退货。

  - id: shipping.when
    title: 发货
    asks: [什么时候发货, 几天能发货, 多久可以发出, 今天能发货吗]
    reply: 两天内发货。
policies:
  - id: policy.away
    title: 站外
    severity: error
    message: 不能引导到站外。
    source: 测试
    words: [加微信]
    specs: [{text: 加微信聊, hit: 加微信}]
out_of_scope: [今天天气怎么样, 你喜欢吃什么, 讲个笑话]
"""


def rows(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "faq.csv"
    path.write_text("\n".join(["标准问,相似问,答案", *lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "entries.yaml").write_text(ENTRIES, encoding="utf-8")
    return folder


def test_likeness_adds_asks_and_changes_no_other_character(
    huashu: Huashu, tmp_path: Path, shop: Path
) -> None:
    file = rows(
        tmp_path,
        "怎么退货呀,退货在哪里申请|退货运费谁出,可以退货。",
        "几天能发货,拍了几天寄,三天内发货。",
        "可以开发票吗,有发票不,可以开。",
    )
    ended = huashu("import", file, "--into", "shop")
    assert ended.status == 0, ended.err
    assert "并入 return.how：退货在哪里申请（第 2 行）" in ended.out
    assert "新增 1，并入 2，已有 0，没有导入 0；并入的问法 2 条。" in ended.out
    assert "第 3 行：条目“shipping.when”已有另一种回复" in ended.err
    assert "“退货运费谁出”是条目“return.how”的反例" in ended.err
    assert (shop / "entries.yaml").read_text("utf-8") == ENTRIES.replace(
        "      - 买错了能退掉吗\n", "      - 买错了能退掉吗\n      - 退货在哪里申请\n"
    ).replace("今天能发货吗]", "今天能发货吗, 拍了几天寄]")
    added = load_book(shop).entries[-1]
    assert (added.title, added.source, added.mark.file) == (
        "可以开发票吗", "faq.csv 第 4 行", "faq.yaml",
    )  # fmt: skip

    after = {p: p.read_bytes() for p in shop.iterdir()}
    again = huashu("import", file, "--into", "shop")
    assert "新增 0，并入 0，已有 3" in again.out
    assert {p: p.read_bytes() for p in shop.iterdir()} == after


def test_a_wording_very_near_to_one_entry_is_merged(
    huashu: Huashu, tmp_path: Path, shop: Path
) -> None:
    ended = huashu("import", rows(tmp_path, "退货的流程是什么样,,可以退货。"), "--into", "shop")
    assert "并入 return.how：退货的流程是什么样" in ended.out


def test_asks_of_two_entries_are_left_to_the_trainer(
    huashu: Huashu, tmp_path: Path, shop: Path
) -> None:
    file = rows(tmp_path, "怎么退货,什么时候发货,都行。")
    ended = huashu("import", file, "--into", "shop")
    assert "import.split" in ended.err
    assert "没有导入 1" in ended.out
    assert (shop / "entries.yaml").read_text("utf-8") == ENTRIES


def test_a_preview_and_line_ends(huashu: Huashu, tmp_path: Path, shop: Path) -> None:
    raw = ("\ufeff" + ENTRIES.replace("\n", "\r\n")).encode()
    (shop / "entries.yaml").write_bytes(raw)
    file = rows(tmp_path, "怎么退货,在哪退货,可以退货。")
    ended = huashu("import", file, "--into", "shop", "--dry-run")
    assert "会改动的文件：entries.yaml" in ended.out
    assert (shop / "entries.yaml").read_bytes() == raw
    found = huashu("import", file, "--into", "shop", "--json").json()
    assert [(o["kind"], o["entry_id"], o["asks"]) for o in found["outcomes"]] == [
        ("merged", "return.how", ["在哪退货"])
    ]
    after = (shop / "entries.yaml").read_bytes()
    assert after == raw.replace(
        "买错了能退掉吗\r\n".encode(), "买错了能退掉吗\r\n      - 在哪退货\r\n".encode()
    )


def test_a_reply_that_the_book_forbids_names_its_row_and_nothing_is_written(
    huashu: Huashu, tmp_path: Path, shop: Path
) -> None:
    file = rows(tmp_path, "怎么退货,在哪退货,可以退货。", "有优惠吗,,加微信领。")
    told = huashu("import", file, "--into", "shop").refused()
    assert "第 3 行：" in told
    assert "template.policy" in told
    assert [p.name for p in shop.iterdir()] == ["entries.yaml"]
    assert (shop / "entries.yaml").read_text("utf-8") == ENTRIES


def test_a_list_that_can_not_take_more(huashu: Huashu, tmp_path: Path, shop: Path) -> None:
    text = ENTRIES.replace("asks:   # 客户的说法\n", "asks:\n      - >-\n        能退吗\n").replace(
        "      - 买错了能退掉吗\n", "      - >-\n        买错了\n"
    )
    (shop / "entries.yaml").write_text(text, encoding="utf-8")
    file = rows(tmp_path, "怎么退货,在哪退货,可以退货。")
    assert "没有写入任何内容" in huashu("import", file, "--into", "shop").refused()
    assert (shop / "entries.yaml").read_text("utf-8") == text


def test_a_book_that_is_none(huashu: Huashu, tmp_path: Path) -> None:
    file = rows(tmp_path, "怎么退货,,可以退货。")
    assert "找不到" in huashu("import", file, "--into", "nowhere").refused()


def test_into_the_book_without_asks(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    text = "entries:\n  - {id: help.unknown, title: 未收录, reply: 我核实一下。}\n"
    (tmp_path / "few" / "a.yaml").write_text(text, encoding="utf-8")
    file = rows(tmp_path, "怎么退货,,可以退货。")
    assert "新增 1" in huashu("import", file, "--into", "few").out
    assert len(read_book_in(tmp_path / "few").entries) == 2
