"""Messages in their comparable forms."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.engine.normalize import (
    fold_chars,
    normalize,
    printable,
    script_of,
    simplify_char,
    to_traditional,
)

ANY = st.text(alphabet=st.characters(exclude_categories=()), max_size=60)
CHAT = st.text(
    alphabet="您你好在吗亲請问0１7天,，。!?？～~啊呢哦 \n光碟軟體😀[]数字x/:086"
    "\u200b\u202e\x00\ud800甚么http",
    max_size=40,
)


@pytest.mark.parametrize(
    ("message", "core"),
    [
        ("ＡＢＣ１２", "abc0"),
        ("什麼時候發貨", "什么时候发货"),
        ("甚么时候发货", "什么时候发货"),
        ("你好，请问什么时候发货呀？", "什么时候发货"),
        ("亲 在吗  包邮吗", "包邮吗"),
        ("在吗", "在吗"),
        ("您好", "您好"),
        ("包邮吗😀😀", "包邮吗"),
        ("包邮吗[微笑]/:086", "包邮吗"),
        ("看https://a.cn/x?id=1这个", "看链接这个"),
        ("https://a.cn/x?id=1 这个有货吗", "这个有货吗"),
        ("这个有货吗 www.a.cn/1", "这个有货吗"),
        ("https://a.cn/1这个有货吗", "这个有货吗"),
        (" https://a.cn/x?id=1 ", "链接"),
        ("[图片]什么时候发货[OK]", "什么时候发货"),
        ("[图片][视频]", ""),
        ("[退款]怎么弄", "退款怎么弄"),
        ('发什么快递<img src="x.png">&nbsp;', "发什么快递"),
        ("小于<3天吗>4", "小于0天吗0"),
        ("不好意思打扰一下，我想咨询一下发什么快递，麻烦了", "发什么快递"),
        ("1. 发什么快递", "发什么快递"),
        ("1.5米的有吗", "0米的有吗"),
        ("怎么还没到，在线等，急！", "怎么还没到"),
        ("收到，急", "收到急"),
        ("谢谢", "谢谢"),
        ("退[数字x]元", "退0元"),
        ("订单<单号>", "订单0"),
        ("1,299.00元", "0元"),
        ("急急急急急", "急急"),
        ("包\u200b邮\u202e吗\ufeff", "包邮吗"),
        ("包\x00邮", "包邮"),
        ("啊啊", "啊啊"),
        ("~!@#", ""),
        ("\ud800", ""),
        ("", ""),
    ],
    ids=ascii,
)
def test_core(message: str, core: str) -> None:
    assert normalize(message).core == core


def test_fold_reads_as_a_sentence() -> None:
    assert normalize("你好，請問　什麼時候到貨？？").fold == "你好,请问 什么时候到货??"


def test_raw_is_what_came_in() -> None:
    assert normalize(" 包邮\u200b ").raw == " 包邮\u200b "


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("什麼時候發貨", "hant"),
        ("什么时候发货", "hans"),
        ("包邮", "hans"),
        ("hello", "hans"),
        ("", "hans"),
        ("我想买一件后面印着發字的衣服送给朋友可以吗谢谢", "hans"),
    ],
)
def test_script(text: str, script: str) -> None:
    assert script_of(text) == script == normalize(text).script


def test_traditional_wording_is_taiwans() -> None:
    assert to_traditional("发货时间与视频") == "發貨時間與影片"


@pytest.mark.parametrize(
    ("char", "folded"),
    [("Ａ", "a"), ("貨", "货"), ("﷽", "﷽"), ("\udfff", " "), ("😀", "😀")],
    ids=ascii,
)
def test_one_character_stays_one(char: str, folded: str) -> None:
    assert simplify_char(char) == folded


def test_printable_drops_what_does_not_show() -> None:
    assert printable("a\u200bb\u202ec\ud800d\ue000e\x00f\u2028g") == "abcde f g"


@given(st.one_of(ANY, CHAT))
@example("光、碟")
@example("啊你好 怎么退货")
@example("好,好,好")
@example("0;0")
@example("İ")
def test_core_is_settled_and_nothing_raises(message: str) -> None:
    form = normalize(message)
    assert normalize(form.core).core == form.core
    assert all(c.isalnum() for c in form.core)
    assert form.raw == message
    form.core.encode("utf-8")
    form.fold.encode("utf-8")


@given(ANY)
def test_folding_keeps_length(text: str) -> None:
    assert len(fold_chars(text)) == len(text)
    assert fold_chars(fold_chars(text)) == fold_chars(text)


@given(CHAT)
def test_invisible_characters_change_nothing(text: str) -> None:
    assert normalize("\u200b".join(text)).core == normalize(text).core


def test_a_very_long_message() -> None:
    assert normalize("退" * 10_000).core == "退退"
    assert len(normalize("退货" * 5_000).core) == 10_000
