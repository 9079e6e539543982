"""Messages damaged the way buyers damage them, each kind alone, with a fixed seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from functools import cache

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

# Characters that look alike and are mistaken in handwriting input; own list.
_SHAPES = (
    "己已 未末 土士 日曰 人入 天夫 大太 买卖 货贷 拔拨 折拆 侯候 退追 还坏 换唤 收牧 快块 递遂 "
    "间问 请清 情晴 特持 待侍 按桉 地他 址扯 订钉 单箪 颜额 色包 尺只 码妈 发友 票漂 开井 运远 "
    "费贵 送关 到倒 时村 候喉 什任 么公 取职 消梢 坏怀 了子 没投 有友 用甩 能熊 可呵 以似 给结"
)
_COMMON = (
    "的一是不了在人有我他这中大来上个国和也子时到说要就出会可你对生能而那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部"
    "其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身"
    "果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建"
    "务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉"
    "格望觉术领共确传师观清今切院让识候带导争运货退换款票费付钱买单快递邮寄收码址改催查件包"
)


@cache
def _by_sound() -> dict[str, str]:
    groups: dict[str, str] = defaultdict(str)
    for char in dict.fromkeys(_COMMON):
        groups[lazy_pinyin(char, style=Style.NORMAL)[0]] += char
    return dict(groups)


@cache
def _by_shape() -> dict[str, str]:
    pairs = [(pair[0], pair[1]) for pair in _SHAPES.split() if len(pair) == 2]
    return dict(pairs) | {b: a for a, b in pairs}


def _chinese(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if "一" <= c <= "鿿"]


def homophone(text: str, rng: random.Random) -> str:
    """One character replaced by another of the same sound."""
    places = _chinese(text)
    rng.shuffle(places)
    for i in places:
        sound = lazy_pinyin(text[i], style=Style.NORMAL)[0]
        others = [c for c in _by_sound().get(sound, "") if c != text[i]]
        if others:
            return text[:i] + rng.choice(others) + text[i + 1 :]
    return text


def typo(text: str, rng: random.Random) -> str:
    """One character replaced by one that looks like it; two neighbours swapped otherwise."""
    places = [i for i in _chinese(text) if text[i] in _by_shape()]
    if places:
        i = rng.choice(places)
        return text[:i] + _by_shape()[text[i]] + text[i + 1 :]
    if len(text) > 2:
        i = rng.randrange(len(text) - 1)
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text


def traditional(text: str, rng: random.Random) -> str:
    """The whole message in traditional script with Taiwan wording."""
    return str(_s2twp().convert(text))


@cache
def _s2twp() -> OpenCC:
    return OpenCC("s2twp")


def pinyin(text: str, rng: random.Random) -> str:
    """Two neighbouring characters typed as pinyin."""
    places = [i for i in _chinese(text) if i + 1 in set(_chinese(text))]
    if not places:
        return text
    i = rng.choice(places)
    return text[:i] + "".join(lazy_pinyin(text[i : i + 2], style=Style.NORMAL)) + text[i + 2 :]


def dropped(text: str, rng: random.Random) -> str:
    """One character left out."""
    if len(text) < 3:
        return text
    i = rng.randrange(len(text))
    return text[:i] + text[i + 1 :]


def particles(text: str, rng: random.Random) -> str:
    """Particles and stickers round the message."""
    before = rng.choice(["亲，", "你好", "在吗，", ""])
    return before + text + rng.choice(["呀", "哦哦哦", "～～", "[微笑]", "😂😂"])


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "homophone": homophone,
    "typo": typo,
    "traditional": traditional,
    "pinyin": pinyin,
    "dropped": dropped,
    "particles": particles,
}
