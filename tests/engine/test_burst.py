"""One message taken apart into asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.burst import MAX_SEGMENTS, MIN_CHARACTERS, segments


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("什么时候发货", ("什么时候发货",)),
        ("什么时候发货？包邮吗？", ("什么时候发货", "包邮吗")),
        ("什么时候发货\n\n发什么快递", ("什么时候发货", "发什么快递")),
        ("有发票吗，几天能到", ("有发票吗", "几天能到")),
        ("我买的杯子，碎了一个", ("我买的杯子，碎了一个",)),
        ("帮我改地址，还有什么时候发货", ("帮我改地址", "什么时候发货")),
        ("帮我改地址顺便问下什么时候发货", ("帮我改地址", "什么时候发货")),
        ("什么时候发货 能不能改地址", ("什么时候发货", "能不能改地址")),
        ("iPhone 15 Pro 有货吗", ("iPhone 15 Pro 有货吗",)),
        ("急！什么时候发货", ("急 什么时候发货",)),
        ("什么时候发货！急", ("什么时候发货 急",)),
        ("急", ("急",)),
        ("！！", ()),
        ("", ()),
    ],
)
def test_pieces(message: str, pieces: tuple[str, ...]) -> None:
    assert segments(message) == pieces


def test_the_last_piece_holds_what_is_too_many() -> None:
    pieces = segments("。".join(f"第{c}个问题" for c in "一二三四五六七八九十"))
    assert len(pieces) == MAX_SEGMENTS
    assert pieces[-1] == "第八个问题 第九个问题 第十个问题"


@given(st.text(alphabet="退货吗呢？。,，、; \n还有另外对了abc\ud800\x00\u202e", max_size=200))
def test_any_text(message: str) -> None:
    pieces = segments(message)
    assert len(pieces) <= MAX_SEGMENTS
    assert all(p == p.strip() and p for p in pieces)
    if len(pieces) > 1:
        assert all(sum(c.isalnum() for c in p) >= MIN_CHARACTERS for p in pieces)
    rest = iter(message)
    assert all(c in rest for p in pieces for c in p if not c.isspace())  # in order, nothing added
