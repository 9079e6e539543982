"""What the YAML parser says, in the words of those who write phrasebooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_USUAL_HINT = "常见原因：缩进不齐、用了制表符、文字里有英文冒号而没有加双引号。"
# What libyaml and PyYAML say, as far as trainers come upon it -> what that means, what to do.
_SYNTAX: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed": (
        "这里不该有英文冒号，或者缩进、上一行的冒号不对",
        "文字里有英文冒号加空格时，请把整句加英文双引号；"
        "再看上一行的冒号是不是写成了中文冒号，缩进对不对齐。",
    ),
    "character that cannot start any token": (
        "这里不能用制表符或这个符号开头",
        "请用空格缩进；以 @、%、` 开头的文字加英文双引号。",
    ),
    "tab character": ("缩进里有制表符", "请改用空格缩进。"),
    "did not find expected key": (
        "这一行和上面对不齐，或者上一行的引号、括号没有成对",
        "请和同一层的键对齐；再看上一行的引号、括号，以 {{ 开头的回复要加英文双引号。",
    ),
    "expected <block end>": (
        "这一行和上面对不齐，或者上一行的引号、括号没有成对",
        "请和同一层的键对齐；再看上一行的引号、括号，以 {{ 开头的回复要加英文双引号。",
    ),
    "expected '-' indicator": (
        "这一行的缩进和同一层对不齐",
        "请让同一层的键、每项的“- ”上下对齐。",
    ),
    "block sequence entries are not allowed": (
        "列表不能从这里开始",
        "“- ”请另起一行，写在键的下面。",
    ),
    "expected ',' or ']'": ("方括号没有配对，或少了逗号", "请检查 [ ] 和各项之间的英文逗号。"),
    "expected ',' or '}'": (
        "花括号没有配对，或少了逗号",
        "请检查 { } 和各项之间的英文逗号；以 {{ 开头的回复要加英文双引号。",
    ),
    "did not find expected node content": (
        "括号里少了内容，或者多了一个逗号",
        "请检查括号有没有成对、逗号有没有多。",
    ),
    "unexpected end of stream": ("引号没有结束", "请在这段文字的末尾补上同样的引号。"),
    "document separator": ("引号没有结束", "请在这段文字的末尾补上同样的引号。"),
    "could not find expected ':'": ("这一行少了英文冒号", "请写成“键: 值”，冒号后面有一个空格。"),
    "expected <document start>": (
        "这一行的缩进比上面少，或者前面已经写完了",
        "请检查这一行的缩进，并删去多余的符号。",
    ),
    "expected comment or line break": (
        "> 和 | 后面不能直接写字",
        "请另起一行，缩进着写。",
    ),
    "expected whitespace or line break": (
        "以 ! 开头的文字要加引号",
        "请把这段文字加英文双引号。",
    ),
    "unknown escape character": (
        "双引号里的反斜杠后面不能是这个字",
        "请把 \\ 写成 \\\\，或改用英文单引号。",
    ),
    "undefined alias": ("以 * 开头的文字要加引号", "请把这段文字加英文双引号。"),
    "undefined tag": ("以 ! 开头的文字要加引号", "请把这段文字加英文双引号。"),
    "constructor for the tag": ("以 ! 开头的文字要加引号", "请把这段文字加英文双引号。"),
    "while scanning an alias": ("以 * 开头的文字要加引号", "请把这段文字加英文双引号。"),
    "alphabetic or numeric character": (
        "以 * 或 & 开头的文字要加引号",
        "请把这段文字加英文双引号。",
    ),
    "control characters are not allowed": ("这里有控制字符", "请删去它。"),
    "special characters are not allowed": ("这里有控制字符", "请删去它。"),
}


def in_words(detail: str) -> tuple[str, str]:
    """What libyaml said as (what is wrong, what to do) for people who do not know it."""
    for part, told in _SYNTAX.items():
        if part in detail:
            return told
    return detail, _USUAL_HINT


# How trainers put the choices in Chinese -> what stands in the files.
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "presale": ("售前",),
    "insale": ("售中",),
    "aftersale": ("售后",),
    "any": ("不限", "任意", "所有", "全部"),
    "taobao": ("淘宝",),
    "tmall": ("天猫",),
    "jd": ("京东",),
    "pdd": ("拼多多",),
    "unpaid": ("未付款", "待付款"),
    "paid": ("已付款", "待发货"),
    "shipped": ("已发货", "待收货"),
    "received": ("已签收", "已收货"),
    "chat": ("聊天", "在线"),
    "phone": ("电话",),
    "calm": ("平静",),
    "urgent": ("着急",),
    "upset": ("不满", "生气"),
    "first": ("第一条", "第一句"),
    "later": ("后面的", "后续"),
    "true": ("是", "yes", "on"),
    "false": ("否", "no", "off"),
    "error": ("错误",),
    "warning": ("警告",),
    "suggestion": ("建议",),
    "sentence": ("整句", "句子"),
    "word": ("词", "词语"),
    "clause": ("分句",),
}


def meant_choice(text: str, options: Sequence[str]) -> str:
    """The option that a text is the Chinese for, or that it differs from in case only; or ""."""
    plain = text.strip().lower()
    for option in options:
        if plain == option or plain in _CHOICES.get(option, ()):
            return option
    return ""
