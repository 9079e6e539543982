"""What /readyz tells of a book with errors: the cause before what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.inprocess import opened
from tests.web.small_book import write_book

LAST = """\
entries:
  - id: wrap.gift
    title: 礼品包装
    source: 测试
    asks: [可以包装成礼物吗]
    near_misses: [{text: 包装破了怎么办, entry: wrap.broken}]
    reply: 可以的，下单时备注就好。
  - id: wrap.broken
    title: 包装破损
    source: 测试
    asks: [外包装是坏的]
    reply: 请您拍照发来。
"""
FIRST = """\
entries:
  - id: card.gift
    title: 贺卡
    source: 测试
    asks: [能写贺卡吗]
    near_misses: [{text: 盒子烂了, entry: wrap.broken}]
    reply: 可以的，内容请发来。
"""


@pytest.mark.parametrize(
    ("wrong", "rules"),
    [
        # The trainer's file is named first, though another comes before it by name.
        ("id: wrap.torn", ["near_miss.entry_unknown"] * 2),
        ("idd: wrap.broken", ["schema.missing_key", "schema.unknown_key"]),
    ],
)
def test_the_cause_is_told_before_what_follows(
    tmp_path: Path, wrong: str, rules: list[str]
) -> None:
    """An entry's id vanishes, and an entry of an earlier file names it."""
    book = write_book(tmp_path / "book")
    (book / "a.yaml").write_text(FIRST, encoding="utf-8")
    (book / "wrap.yaml").write_text(LAST, encoding="utf-8")
    with opened(tmp_path, phrasebook=book, watch=True) as shop:
        (book / "wrap.yaml").write_text(LAST.replace("id: wrap.broken", wrong), encoding="utf-8")
        told = shop.wait_for_book("broken")
    assert [one["rule"] for one in told["findings"]][:2] == rules
    places = [one["place"].split(":")[0] for one in told["findings"]]
    assert places == ["wrap.yaml"] * (len(places) - 1) + ["a.yaml"]
    assert told["problem"].index("wrap.yaml:") < told["problem"].index("a.yaml:")
