"""Finds and masks personal data, numbers, e-mail and postal addresses.

Pure and linear in the length of the text. Numbers are recognised by their form and, where there
is one, by their check digit; what is left over from 12 digits on counts as an order number, so
that a mistyped or unknown number is masked all the same. Addresses: app/engine/addresses.py.

Sources: GB 11643-1999 and ISO 7064 MOD 11-2 (ID card), ISO/IEC 7812-1 (bank card, Luhn),
YD/T 1065 numbering (mobile 1[3-9] with 11 digits; area codes 10, 2x, 3xx–9xx), RFC 5321 (e-mail).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.engine.addresses import find_addresses

Kind = Literal["mobile", "landline", "id_card", "bank_card", "email", "address", "order_number"]
LABELS: dict[Kind, str] = {
    "mobile": "〔手机号〕",
    "landline": "〔电话〕",
    "id_card": "〔身份证号〕",
    "bank_card": "〔银行卡号〕",
    "email": "〔邮箱〕",
    "address": "〔地址〕",
    "order_number": "〔订单号〕",
}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One place in a text: code points `start` to before `end`."""

    kind: Kind
    start: int
    end: int


def find(text: str) -> tuple[PersonalData, ...]:
    """Every place with personal data, in order, without overlaps. Never raises."""
    plain = _plain(text)
    found: list[PersonalData] = []
    taken = bytearray(len(plain))
    for kind, spans in _recognised(plain):
        for start, end in spans:
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(PersonalData(kind, start, end))
    return tuple(sorted(found, key=lambda place: place.start))


def mask(text: str) -> str:
    """The text with a label such as 〔手机号〕 in place of each find. Never raises."""
    parts: list[str] = []
    done = 0
    for place in find(text):
        parts += (text[done : place.start], LABELS[place.kind])
        done = place.end
    return "".join((*parts, text[done:]))


def _recognised(plain: str) -> Iterator[tuple[Kind, Iterator[tuple[int, int]]]]:
    """The kinds with their spans; the surest first, since a place is taken only once."""
    if "@" in plain:
        yield "email", _spans(_EMAIL, plain)
    if _DIGITS.search(plain):
        for kind, pattern, check in _NUMBERS:
            yield kind, _spans(pattern, plain, check)
    yield "address", find_addresses(plain)


def _spans(
    pattern: re.Pattern[str], plain: str, check: Callable[[str], bool] | None = None
) -> Iterator[tuple[int, int]]:
    # The patterns look ahead: each start is tried, also inside a number that fails its check.
    for match in pattern.finditer(plain):
        if check is None or check(match[1]):
            yield match.span(1)


# Full-width ASCII, and the dashes and spaces between digits: one code point each, so that
# offsets stay what they are in the text.
class _Ascii(dict[int, int]):
    """A `str.translate` table; whatever it does not hold stays, and is looked up once."""

    def __missing__(self, point: int) -> int:
        self[point] = point
        return point


_ASCII = _Ascii({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)})
_ASCII.update(dict.fromkeys(map(ord, "‐‑‒–—−"), ord("-")))
_ASCII.update(dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t"), ord(" ")))
_OTHER_DIGIT = re.compile(r"(?![0-9])\d")


def _plain(text: str) -> str:
    """The text with the same length and ASCII digits, letters, dashes and spaces."""
    if text.isascii():
        return text.replace("\t", " ")
    return _OTHER_DIGIT.sub(lambda m: str(unicodedata.decimal(m[0])), text.translate(_ASCII))


def _is_id_card(number: str) -> bool:
    digits = _bare(number)
    month, day = int(digits[10:12]), int(digits[12:14])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(digit) * (2 ** (17 - i) % 11) for i, digit in enumerate(digits[:17]))
    return "10X98765432"[total % 11] == digits[17].upper()


def _is_bank_card(number: str) -> bool:
    total = 0
    for i, digit in enumerate(reversed(_bare(number))):
        value = int(digit) * (1 + i % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _bare(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


_DIGITS = re.compile(r"[0-9]{4}")
# Lookbehind: only the first character of a run begins an address; possessive: no way back.
_LOCAL = r"A-Za-z0-9._%+\-"
_EMAIL = re.compile(
    rf"(?<![{_LOCAL}])(?=([{_LOCAL}]++@(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}[A-Za-z]{{2,24}}))"
)
_GAP = "[ -]{0,2}"
_PREFIX = rf"(?:\(?(?:\+|00)?86\)?{_GAP})?"
_AREA = rf"(?:\(?(?:\+|00)86\)?{_GAP}\(?0?|\(?0)(?:10|2[0-9]|[3-9][0-9]{{2}})\)?"
_EXTENSION = r"(?:(?:转|ext\.?| ?-)[0-9]{1,5})?"


def _number(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9])(?=({pattern})(?![0-9]))")


_ORDER = re.compile(
    r"(?:订单|訂單|运单|運單|快递单|快遞單|物流单)(?:编号|編號|号码|號碼|号|號)?"
    r"(?:是|为|為)?[: ]{0,2}([0-9]{8,24})(?![0-9])"
)
_NUMBERS: tuple[tuple[Kind, re.Pattern[str], Callable[[str], bool] | None], ...] = (
    ("id_card", _number(r"[1-9][0-9]{5}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx]"), _is_id_card),
    # What the text itself calls an order is no card, also where Luhn's sum happens to come out.
    ("order_number", _ORDER, None),
    ("bank_card", _number(r"[1-9][0-9]{15,18}"), _is_bank_card),
    ("bank_card", _number(r"[1-9][0-9]{5}[ -][0-9]{10,13}"), _is_bank_card),
    ("bank_card", _number(r"[1-9][0-9]{3}(?:[ -][0-9]{4}){3}[ -]?[0-9]{2,3}"), _is_bank_card),
    ("bank_card", _number(r"[1-9][0-9]{3}(?:[ -][0-9]{4}){3}"), _is_bank_card),
    ("mobile", _number(rf"{_PREFIX}1{_GAP}[3-9]{_GAP}[0-9](?:{_GAP}[0-9]){{8}}"), None),
    ("landline", _number(rf"{_AREA}{_GAP}[1-9][0-9]{{2,3}}[ -]?[0-9]{{4}}{_EXTENSION}"), None),
    # Pinduoduo's order numbers are a date, a hyphen and 15 digits.
    ("order_number", _number(r"[0-9]{6}-[0-9]{15}"), None),
    ("order_number", _number(r"[0-9]{4}(?:[ -][0-9]{4}){3}(?:[ -]?[0-9]{2,3})?"), None),
    ("order_number", _number(r"[0-9]{12,}+"), None),
)
