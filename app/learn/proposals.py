"""Proposals for the book, from what customers wrote and what agents did. A person decides.

- `ask`: wording for an entry, which agents sent for it, or to which it is the nearest;
- `near_miss`: wording for which agents rejected an entry;
- `entry`: the beginnings of a new one, for wording that is near nothing;
- `rewrite`: words of replies that agents replace by others again and again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.engine.model import Context, Phrasebook
from app.engine.normalize import normalize
from app.engine.suggest import Suggester
from app.learn.clusters import MOST, clusters, likeness
from app.learn.edited import replaced
from app.learn.given import Given, given
from app.learn.heard import Heard, Wording, wordings

Kind = Literal["ask", "near_miss", "entry", "rewrite"]
KINDS: tuple[Kind, ...] = ("ask", "near_miss", "entry", "rewrite")
LINES = 12  # most asks of one proposal: more are not read
OFTEN = 2  # messages from which a cluster without any feedback is worth a look
EDITS = 3  # replies in which agents made the same replacement
NEAR = 0.20  # confidence, on average, from which a cluster is near an entry
AGREED = 0.6  # share of a cluster's messages whose nearest entry is the same
SHARES = 0.20  # likeness, on average, to the nearest ask: a small book is sure for want of others
SILENT = 0.60  # likeness to what needs no answer from which a new entry would say nothing


@dataclass(frozen=True, slots=True)
class Line:
    """One wording that would enter the book, and how often it came in which spellings.

    `belongs` is the entry that answers a near miss; "" for none.
    """

    text: str
    count: int
    samples: tuple[str, ...] = ()
    belongs: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One change of the book. `entry_id` is the entry that gains; "" for a new one.

    `reply` is what a new entry would say, as far as agents wrote it, or what a rewrite gives.
    `count` is how many messages (or edited replies) speak for it; `why` is a sentence.
    """

    kind: Kind
    entry_id: str
    title: str
    lines: tuple[Line, ...]
    count: int
    why: str
    reply: str = ""

    @property
    def id(self) -> str:
        """The same for the same change of the same book."""
        texts = (self.kind, self.entry_id, *sorted(line.text for line in self.lines))
        return hashlib.blake2b("\0".join(texts).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Refused:
    """What people did not want: (kind, entry, wording in comparable form)."""

    lines: frozenset[tuple[str, str, str]] = frozenset()

    def has(self, kind: Kind, entry_id: str, core: str) -> bool:
        """Whether this wording was rejected for this entry; for a new entry, for any."""
        return (kind, "" if kind == "entry" else entry_id, core) in self.lines


@dataclass(frozen=True, slots=True)
class _Asked:
    """A wording, what the book makes of it now, and its likeness to the nearest ask and silence."""

    wording: Wording
    now: Given
    similar: float = 0.0
    silent: float = 0.0


def propose(
    engine: Suggester,
    heard: Sequence[Heard],
    refused: Refused = Refused(),
    *,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Proposal, ...]:
    """The proposals that most messages speak for first; nothing that the book has or does already.

    `progress` is called with (wordings done, wordings in all).
    """
    known = _known(engine.book)
    words = [w for w in wordings(heard).values() if w.core not in known and _matters(w)]
    asked = list(_asked(engine, words, today, progress))
    asks: dict[str, list[Wording]] = {}
    misses: dict[str, list[Wording]] = {}
    loose: list[_Asked] = []
    for one in asked:
        entry, wrong = _sent(engine.book, one), _wrong(engine.book, one)
        if entry:
            if not _answered_by(one.now, entry):
                asks.setdefault(entry, []).append(one.wording)
        elif wrong:
            misses.setdefault(wrong, []).append(one.wording)
        elif one.wording.unsure and one.now.decision != "answer":
            loose.append(one)
    found = [
        *_asks(engine.book, asks, refused),
        *_misses(engine.book, misses, refused),
        *_loose(engine, loose, refused),
        *_rewrites(engine, heard, refused, today),
    ]
    return tuple(sorted(found, key=lambda p: (-p.count, p.kind, p.entry_id, p.title)))


def _known(book: Phrasebook) -> set[str]:
    """The wordings of the book, in comparable form."""
    texts = [ask.text for entry in book.entries for ask in entry.asks]
    texts += [miss.text for entry in book.entries for miss in entry.near_misses]
    return {normalize(text).core for text in (*texts, *book.out_of_scope)}


def _matters(wording: Wording) -> bool:
    return bool(wording.sent or wording.rejected or wording.unsure)


def _asked(
    engine: Suggester,
    words: Sequence[Wording],
    today: date,
    progress: Callable[[int, int], None],
) -> Iterator[_Asked]:
    """Each wording with what the book makes of it now."""
    context = Context(today=today)
    for done, wording in enumerate(words):
        progress(done, len(words))
        if done % 64 == 0:
            engine.ahead([w.text for w in words[done : done + 64]])
        answer = engine.suggest((wording.text,), context, limit=1, explain=True)
        scores = answer.suggestions[0].proof.scores if answer.suggestions else {}
        similar = scores.get("similarity", 0.0)
        yield _Asked(wording, given(answer), similar, similar + scores.get("silence", 0.0))
    progress(len(words), len(words))


def _answered_by(now: Given, entry: str) -> bool:
    return now.decision == "answer" and now.entries == (entry,)


def _sent(book: Phrasebook, one: _Asked) -> str | None:
    """The entry that agents sent most, and more often than they rejected it."""
    for entry, times in one.wording.sent.most_common(1):
        if book.entry(entry) and times > one.wording.rejected[entry]:
            return entry
    return None


def _wrong(book: Phrasebook, one: _Asked) -> str | None:
    """The entry that agents rejected and that the book would suggest first again."""
    if one.now.decision == "none" or len(one.now.entries) != 1:
        return None
    first = one.now.entries[0]
    return first if one.wording.rejected[first] and book.entry(first) else None


def _asks(
    book: Phrasebook, found: Mapping[str, list[Wording]], refused: Refused
) -> Iterator[Proposal]:
    for entry, words in found.items():
        lines = _lines("ask", entry, words, refused)
        if lines:
            why = "客服用这个条目回答了这些消息，话术库自己还没有把握。"
            yield Proposal("ask", entry, _title(book, entry), lines, _count(lines), why)


def _misses(
    book: Phrasebook, found: Mapping[str, list[Wording]], refused: Refused
) -> Iterator[Proposal]:
    for entry, words in found.items():
        lines = _lines("near_miss", entry, words, refused)
        if lines:
            why = "话术库用这个条目回答这些消息，客服没有采用。"
            yield Proposal("near_miss", entry, _title(book, entry), lines, _count(lines), why)


def _loose(engine: Suggester, loose: Sequence[_Asked], refused: Refused) -> Iterator[Proposal]:
    """What nobody reacted to: put together by meaning, then held against the entries."""
    most = sorted(loose, key=lambda one: -one.wording.count)[:MOST]
    if not most:
        return
    alike = likeness([one.wording.core for one in most], engine.encoder)
    for members in clusters([one.wording.count for one in most], alike):
        group = [most[i] for i in members]
        if sum(one.wording.count for one in group) < OFTEN:
            continue
        entry = _near(group)
        if entry and engine.book.entry(entry):
            lines = _lines("ask", entry, [one.wording for one in group], refused)
            why = "这些消息没有直接答上，最接近这个条目。"
            if _count(lines) >= OFTEN:
                title = _title(engine.book, entry)
                yield Proposal("ask", entry, title, lines, _count(lines), why)
        else:
            yield from _stub(group, refused)


def _near(group: Sequence[_Asked]) -> str | None:
    """The entry nearest to most messages of a cluster, unless it is far from them."""
    votes: Counter[str] = Counter()
    for one in group:
        votes.update({one.now.entries[0]: one.wording.count} if one.now.entries else {})
    for entry, count in votes.most_common(1):
        mine = [one for one in group if one.now.entries[:1] == (entry,)]
        sure = sum(one.wording.count * one.now.confidence for one in mine)
        similar = sum(one.wording.count * one.similar for one in mine)
        total = sum(one.wording.count for one in group)
        near = sure >= NEAR * count and similar >= SHARES * count
        if count >= AGREED * total and near:
            return entry
    return None


def _stub(group: Sequence[_Asked], refused: Refused) -> Iterator[Proposal]:
    words = [one.wording for one in group if one.silent < SILENT]
    lines = _lines("entry", "", words, refused)
    kept = [w for w in words if w.text in {line.text for line in lines}]
    if _count(lines) < OFTEN:
        return
    replies = Counter(reply for w in kept for reply in w.replies.elements())
    reply = replies.most_common(1)[0][0] if replies else ""
    why = "这些消息没有答上，也没有接近的条目。"
    yield Proposal("entry", "", lines[0].text[:30], lines, _count(lines), why, reply)


def _rewrites(
    engine: Suggester, heard: Iterable[Heard], refused: Refused, today: date
) -> Iterator[Proposal]:
    for pair in replaced(engine, heard, today=today):
        if pair.count < EDITS or refused.has("rewrite", pair.new, normalize(pair.old).core):
            continue
        if engine.rewriter.rewrite(pair.old, platform=None, stage=None).rewritten == pair.new:
            continue
        entries = "、".join(entry for entry, _ in pair.entries.most_common(3))
        why = f"客服把回复里的“{pair.old}”改成“{pair.new}”，见于 {entries}。"
        line = Line(pair.old, pair.count, tuple(pair.samples))
        yield Proposal("rewrite", "", pair.new, (line,), pair.count, why, pair.new)


def _lines(kind: Kind, entry: str, words: Sequence[Wording], refused: Refused) -> tuple[Line, ...]:
    wanted = [w for w in words if not refused.has(kind, entry, w.core)]
    wanted.sort(key=lambda w: -w.count)
    return tuple(Line(w.text, w.count, w.samples) for w in wanted[:LINES])


def _count(lines: Iterable[Line]) -> int:
    return sum(line.count for line in lines)


def _title(book: Phrasebook, entry_id: str) -> str:
    entry = book.entry(entry_id)
    return entry.title if entry else ""
