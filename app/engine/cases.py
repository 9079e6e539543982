"""Cases of a phrasebook as frozen data: what a customer writes, and what the answer has to be.

Cases never change an answer. They are read with the book, so that they stand beside the entries
that they prove; `app.learn.prove` tries them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.engine.marks import Mark


@dataclass(frozen=True, slots=True)
class Case:
    """These messages of one customer, in this context, are answered so.

    `entries` are the entries that the reply answers, in any order; none where silence is right.
    `decision` is the one that is wanted; `choose` asks for less than `answer`: that the entries
    stand among the suggestions, however sure the first of them is.
    `says` holds alternatives of which the text needs one each. `context` holds fields of
    `Context` as text, `day` the date (None: the day of the test). `known` says why the case does
    not come out yet; "" for one that has to.
    """

    messages: tuple[str, ...]
    mark: Mark
    decision: Literal["answer", "choose", "none"] = "answer"
    entries: tuple[str, ...] = ()
    says: tuple[tuple[str, ...], ...] = ()
    context: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None
    known: str = ""
