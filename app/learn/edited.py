"""What agents change in suggestions again and again: words that they put in place of others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from app.engine.model import Context
from app.engine.suggest import Suggester
from app.learn.given import MOST
from app.learn.heard import Heard, may_be_sent
from app.learn.words import Piece, word_changes

SHORTEST, LONGEST = 2, 24  # code points of what is replaced
_PUNCTUATION = " \t\n，。！？；：、,.!?;:~～…"


@dataclass(slots=True)
class Replaced:
    """One wording of the book that agents replaced by another; `entries` are those it stood in."""

    old: str
    new: str
    count: int = 0
    entries: Counter[str] = field(default_factory=Counter)
    samples: list[str] = field(default_factory=list)


def replaced(engine: Suggester, heard: Iterable[Heard], *, today: date) -> list[Replaced]:
    """The replacements, the most frequent first. Each edited suggestion counts once for each.

    The journal does not hold what was suggested: the suggestion is made anew, by the book of now.
    """
    found: dict[tuple[str, str], Replaced] = {}
    for one in heard:
        for reaction in one.reactions:
            entry = reaction.entry_id or next(iter(one.offered), None)
            if reaction.outcome != "edited" or not reaction.text or entry is None:
                continue
            body = _body(engine, one, entry, today)
            for old, new in _pairs(body, reaction.text) if body else ():
                pair = found.setdefault((old, new), Replaced(old, new))
                pair.count += 1
                pair.entries[entry] += 1
                if reaction.text not in pair.samples and len(pair.samples) < 3:
                    pair.samples.append(reaction.text)
    return sorted(found.values(), key=lambda pair: -pair.count)


def _body(engine: Suggester, one: Heard, entry: str, today: date) -> str | None:
    context = Context(today=today, platform=one.platform, stage=one.stage, channel=one.channel)
    answer = engine.suggest(one.messages, context, limit=MOST, explain=True)
    return next((s.body for s in answer.suggestions if s.entries == (entry,)), None)


def _pairs(body: str, sent: str) -> Iterator[tuple[str, str]]:
    """What was replaced inside the body; what was only added or left out is no replacement."""
    pieces = word_changes(body, sent)
    if not any(piece.kind == "same" for piece in pieces):
        return  # written anew
    seen = set()
    for old, new in pairwise(pieces):
        pair = _trimmed(old, new)
        if pair and pair not in seen:
            seen.add(pair)
            yield pair


def _trimmed(old: Piece, new: Piece) -> tuple[str, str] | None:
    if old.kind != "gone" or new.kind != "new":
        return None
    was, now = old.text.strip(_PUNCTUATION), new.text.strip(_PUNCTUATION)
    fits = SHORTEST <= len(was) <= LONGEST and SHORTEST <= len(now) <= LONGEST
    one_clause = not any(mark in was + now for mark in _PUNCTUATION)
    plain = may_be_sent(now) and not any(c.isdigit() for c in was + now)
    return (was, now) if fits and one_clause and plain else None
