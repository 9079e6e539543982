"""Text in which parts are markup, and the offsets that LanguageTool's clients count.

Clients that edit HTML or Markdown send their text in pieces: text to be checked, and markup that is
not, which may stand for something else (`<br>` for a line break). What is checked is the plain
text; offsets go back into everything that was sent, in UTF-16 code units, as JavaScript and Java
count: an emoji or 𠮷 is two.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.engine.model import Span

# Half of a character of two units: typed text may hold one, JSON and UTF-8 may not.
_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of what was sent; `plain` is what it says, which for markup is mostly nothing."""

    sent: str
    plain: str
    markup: bool = False


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """`plain` is what the text says, `sent` is everything, markup included.

    `starts[i]` and `ends[i]` are where the plain text's code point i begins and ends in `sent`;
    `wide` are the code points of `sent` that take two UTF-16 units.
    """

    plain: str
    sent: str
    starts: Sequence[int]
    ends: Sequence[int]
    wide: Sequence[int]

    def place(self, start: int, end: int) -> Span:
        """Where `plain[start:end]`, which must not be empty, stands in `sent`."""
        return self.starts[start], self.ends[end - 1]

    def units(self, place: int) -> int:
        """UTF-16 units before a code point of `sent`."""
        return place + bisect_left(self.wide, place)


def annotated(pieces: Iterable[Piece]) -> AnnotatedText:
    """The pieces put together; markup of no length says nothing.

    Lone surrogates become U+FFFD, which is as long.
    """
    plain: list[str] = []
    sent: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for piece in pieces:
        length = len(piece.sent)
        said = _LONE.sub("\ufffd", piece.plain) if length else ""
        plain.append(said)
        sent.append(_LONE.sub("\ufffd", piece.sent))
        if piece.markup:
            starts += [at] * len(said)
            ends += [at + length] * len(said)
        else:
            starts += range(at, at + length)
            ends += range(at + 1, at + length + 1)
        at += length
    everything = "".join(sent)
    wide = [i for i, character in enumerate(everything) if character > "\uffff"]
    return AnnotatedText("".join(plain), everything, starts, ends, wide)


def utf16(text: str) -> int:
    """How many UTF-16 units a text takes."""
    return len(text) + sum(character > "\uffff" for character in text)
