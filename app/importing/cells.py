"""What can be wrong with one cell. Each check is data: a code, a pattern, a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.engine.normalize import normalize
from app.engine.personal_data import LABELS, find
from app.importing.model import Finding, Place, Severity

LONGEST_ASK = 200  # code points
LONGEST_REPLY = 5000

_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3164]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|_x00[01][0-9A-Fa-f]_")
_BREAK = re.compile("\r\n?|\u2028|\u2029")
_ENDS = "。！？…~～.!?；）"
_CUT = (255, 32_767)  # where older programs, and spreadsheets, cut a cell off


@dataclass(frozen=True, slots=True)
class Check:
    """A pattern that is searched in a cell. `message` is the end of “列名”……."""

    code: str
    severity: Severity
    pattern: re.Pattern[str]
    message: str


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\A(?:{pattern})\Z", re.IGNORECASE)


# A cell that is no text: the first that fits is told, and the others are not tried.
NO_TEXT: tuple[Check, ...] = (
    Check("import.formula", "error", re.compile(r"\A[=＝][A-Za-z(+\-\"]"),
          "是公式，不是文字。请在表格里复制、选择性粘贴为“值”。"),
    Check("import.cell-error", "error",
          _whole(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)"),
          "是公式算错的结果。请改成文字。"),
    Check("import.scientific", "error", _whole(r"[+-]?\d(\.\d+)?E[+-]?\d+"),
          "是科学记数的数字，后几位可能已经丢失。请把这一列设成文本，重新填写。"),
    Check("import.date", "error",
          _whole(r"\d{4}([-/.年])\d{1,2}([-/.月])\d{1,2}日?([ T]\d\d:\d\d(:\d\d)?)?"),
          "只有一个日期。请填写文字。"),
    Check("import.number", "error", _whole(r"[+\-¥￥$]?[\d,]+(\.\d+)?%?"),
          "只有一个数字。请填写文字。"),
    Check("import.boolean", "error", _whole("TRUE|FALSE"), "是逻辑值，不是文字。请填写文字。"),
    Check("import.same-as", "error", _whole("同上|同前|见上|如上|同上一条|〃|″"),
          "写的是“同上”。请写出完整的文字。"),
    Check("import.placeholder", "error",
          _whole(r"无|暂无|待补充|待定|待填写|待完善|空|null|none|nan|n/?a|todo|tbd|test|测试|x{2,}"),
          "还没有填写内容。请填写，或删去这一行。"),
)  # fmt: skip

# What is wrong inside a text.
IN_TEXT: tuple[Check, ...] = (
    Check("import.encoding", "error",
          re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯|(?:[ÃÂâåäæçèéï][\u0080-\u00bf™œžŸš€ƒ„…†‡ˆ‰‹]){1,}"
                     r"|[?？]{5,}"),
          "有乱码。请从原来的软件重新导出，编码选 UTF-8。"),
    Check("import.html", "warning",
          re.compile(r"</?(?:p|br|div|span|a|img|b|i|font|li|ul|ol|strong|em|table|tr|td|h\d)\b[^>]*>"
                     r"|&(?:nbsp|amp|lt|gt|quot|#\d+);", re.IGNORECASE),
          "有网页标签，会照原样发给客户。"),
    Check("import.markdown", "warning", re.compile(r"\*\*[^*\n]+\*\*|\]\(https?:|^#{1,6} ", re.M),
          "有 Markdown 记号，会照原样发给客户。"),
    Check("import.picture", "warning",
          re.compile(r"[\[【〔](?:图片|图|视频|语音|文件|卡片)[^\]】〕]{0,60}[\]】〕]"),
          "原来有图片或视频，导入的只有文字。"),
    Check("import.face", "warning", re.compile(r"/:[\w^@~()&'\-.=!*$<>?,:]{2,5}"),
          "有别的软件的表情代码，会照原样发给客户。"),
    Check("import.braces", "warning", re.compile(r"\{[{%#]"),
          "有模板的花括号。导入后是普通文字，不会填入内容。"),
    Check("import.variable", "warning",
          re.compile(r"(?<!\{)\{[A-Za-z_\u4e00-\u9fff][\w.]*\}(?!\})|\$\{\w+\}|%s\b|<[客买顾][^<>]{1,8}>"),
          "有别的软件的变量，会照原样发给客户。"),
    Check("import.link", "warning", re.compile(r"https?://|www\.", re.IGNORECASE),
          "有网址。请确认它属于这家店铺、现在还能打开。"),
    Check("import.invisible", "warning", _INVISIBLE, "有看不见的字符，已去掉。"),
    Check("import.control", "warning", _CONTROL, "有控制字符，已去掉。"),
)  # fmt: skip


def clean(text: str) -> str:
    """The cell without what can not be seen, with plain line breaks and no blanks around."""
    return _BREAK.sub("\n", _INVISIBLE.sub("", _CONTROL.sub("", text))).replace("\xa0", " ").strip()


def cell_findings(raw: str, place: Place, heading: str, longest: int) -> Iterator[Finding]:
    """What is wrong with the text of one cell, told as “heading”……."""
    text = clean(raw)
    for check in NO_TEXT:
        if check.pattern.search(text):
            yield Finding(check.code, check.severity, place, f"“{heading}”{check.message}")
            return
    for check in IN_TEXT:
        if check.pattern.search(raw):
            yield Finding(check.code, check.severity, place, f"“{heading}”{check.message}")
    if len(text) > longest:
        said = f"“{heading}”有 {len(text)} 个字，超过 {longest} 个。请缩短，或分成几条。"
        yield Finding("import.too-long", "error", place, said)
    elif len(raw) in _CUT and text[-1:] not in _ENDS:
        said = f"“{heading}”正好 {len(raw)} 个字，可能被别的软件截断。请核对结尾。"
        yield Finding("import.truncated", "warning", place, said)
    kinds = dict.fromkeys(LABELS[found.kind] for found in find(text[:LONGEST_REPLY]))
    if kinds:
        said = f"“{heading}”像是有{'、'.join(kinds)}。请确认不是客户的个人信息。"
        yield Finding("import.personal", "warning", place, said)


def wording_findings(ask: str, place: Place, heading: str) -> Iterator[Finding]:
    """What is wrong with one wording of a question."""
    if len(ask) <= LONGEST_ASK and not normalize(ask).core.strip():
        said = f"“{heading}”的“{ask}”里没有可以匹配的文字。请写出客户会说的话。"
        yield Finding("import.ask-meaningless", "error", place, said)
