"""Bytes of a text file -> text: UTF-8, UTF-16 with a mark, GB18030, Big5."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from app.tables.errors import TableDamaged, TableEncoding

_MARKS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF32_LE, "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
# What a spreadsheet on a Chinese Windows writes when nobody asks it for UTF-8.
_OLDER = {"gb18030": "GB18030", "big5hkscs": "Big5"}
_SAMPLE = 256 * 1024
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SAVE_AS = "用原来的软件打开，另存为 UTF-8 编码。"


def decode(name: str, data: bytes) -> tuple[str, str]:
    """(text without a byte order mark, name of its encoding). Raises TableError.

    A file of UTF-8 with a few broken bytes is refused with the line: taken for GB18030 it would
    become other characters without anybody noticing.
    """
    text, encoding = _decoded(name, data)
    found = _CONTROL.search(text)
    if found is not None:
        line = text.count("\n", 0, found.start()) + 1
        raise TableDamaged(
            name, f"第 {line} 行有控制字符，不像文字文件。请检查是不是选错了文件，或{_SAVE_AS}"
        )
    return text, encoding


def _decoded(name: str, data: bytes) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(name, data, encoding).removeprefix("\ufeff"), encoding
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        if _mostly_utf8(data):
            return _strict(name, data, "UTF-8"), "UTF-8"
    for codec in _likely(data):
        try:
            return data.decode(codec), _OLDER[codec]
        except UnicodeDecodeError:
            continue
    raise TableEncoding(name, f"看不出是什么编码（不是 UTF-8、UTF-16、GB18030）。请{_SAVE_AS}")


def _strict(name: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "ignore")
        line = before.count("\n") + 1
        raise TableEncoding(
            name, f"第 {line} 行有损坏的 {encoding} 字符。请换一份完好的文件，或{_SAVE_AS}"
        ) from error


def _mostly_utf8(data: bytes) -> bool:
    """Whether broken UTF-8 is more likely than another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(character > "\x7f" for character in text) - broken
    return whole > 4 * broken


def _likely(data: bytes) -> list[str]:
    """The older encodings, the likeliest first."""
    end = data.rfind(b"\n", 0, _SAMPLE) + 1 if len(data) > _SAMPLE else 0
    best = from_bytes(data[: end or _SAMPLE], cp_isolation=list(_OLDER), threshold=0.9).best()
    return sorted(_OLDER, key=lambda codec: best is None or codec != best.encoding)
