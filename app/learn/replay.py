"""The same messages answered by two books: which answers change, how, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.engine.model import Context, Decision
from app.engine.suggest import Suggester
from app.learn.given import MOST, Given, given
from app.learn.messages import Asked
from app.learn.reasons import Reasons
from app.learn.warm import warm

Kind = Literal["entry", "vanishes", "appears", "less_sure", "surer", "text"]
KINDS: tuple[Kind, ...] = ("entry", "vanishes", "appears", "less_sure", "surer", "text")
DECISIONS: tuple[Decision, ...] = ("answer", "choose", "none")
BATCH = 64  # messages whose vectors are asked for at once
Pair = tuple[Given, Given]  # before, after
_RANK = {"none": 0, "choose": 1, "answer": 2}


@dataclass(frozen=True, slots=True)
class Sample:
    """One message of a group with both answers. `why` are sentences."""

    asked: Asked
    before: Given
    after: Given
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Messages whose answers changed alike: the kind, and the entries before and after.

    No entries mean silence. `count` counts a message as often as it came, `messages` once.
    """

    kind: Kind
    before: tuple[str, ...]
    after: tuple[str, ...]
    count: int
    messages: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """What a change of the book does to messages; `groups` by kind, the most frequent first.

    `count` and the figures of `decisions` (before, after) and `kinds` count a message as often as
    it came; `messages` counts each wording once.
    """

    messages: int
    count: int
    decisions: Mapping[Decision, tuple[int, int]]
    kinds: Mapping[Kind, int]
    groups: tuple[Group, ...]

    @property
    def changed(self) -> int:
        """How many messages get another answer."""
        return sum(self.kinds.values())


def replay(
    asked: Sequence[Asked],
    before: Suggester,
    after: Suggester,
    *,
    today: date,
    samples: int = 5,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Replay:
    """Answers every message by both books and groups what changed.

    Of each group the first `samples` messages are kept, so give the most telling ones first.
    `progress` is called with (messages done, messages in all).
    """
    pairs: list[Pair] = []
    for start in range(0, len(asked), BATCH):
        batch = asked[start : start + BATCH]
        warm(before.encoder, [one.messages for one in batch])
        if after.encoder is not before.encoder:
            warm(after.encoder, [one.messages for one in batch])
        for one in batch:
            progress(len(pairs), len(asked))
            pairs.append((_given(before, one, today), _given(after, one, today)))
    progress(len(asked), len(asked))
    kinds = [kind_of(*pair) for pair in pairs]
    reasons = Reasons(before.book, after.book)

    def sample(one: Asked, pair: Pair) -> Sample:
        now = after.suggest(one.messages, _context(one, today), limit=MOST, explain=True)
        return Sample(one, *pair, reasons.of(*pair, now))

    groups = _groups(asked, kinds, pairs, sample, samples)
    return Replay(
        messages=len(asked),
        count=sum(one.count for one in asked),
        decisions={
            decision: (_times(asked, pairs, 0, decision), _times(asked, pairs, 1, decision))
            for decision in DECISIONS
        },
        kinds={k: sum(g.count for g in groups if g.kind == k) for k in KINDS},
        groups=groups,
    )


def _given(engine: Suggester, one: Asked, today: date) -> Given:
    context = _context(one, today)
    return given(engine.suggest(one.messages, context, limit=1, explain=True))


def _context(one: Asked, today: date) -> Context:
    return Context(today=today, platform=one.platform, stage=one.stage, channel=one.channel)


def _times(asked: Sequence[Asked], pairs: Sequence[Pair], side: int, decision: Decision) -> int:
    return sum(
        one.count for one, pair in zip(asked, pairs, strict=True) if pair[side].decision == decision
    )


def kind_of(before: Given, after: Given) -> Kind | None:
    """How an answer changed; None when the same would be sent, as surely."""
    if before.decision == after.decision == "none":
        return None if before.text == after.text else "text"
    if before.decision == "none":
        return "appears"
    if after.decision == "none":
        return "vanishes"
    if before.entries != after.entries:
        return "entry"
    if before.decision != after.decision:
        return "surer" if _RANK[after.decision] > _RANK[before.decision] else "less_sure"
    return None if before.text == after.text else "text"


def _groups(
    asked: Sequence[Asked],
    kinds: Sequence[Kind | None],
    pairs: Sequence[Pair],
    sample: Callable[[Asked, Pair], Sample],
    most: int,
) -> tuple[Group, ...]:
    found: dict[tuple[Kind, tuple[str, ...], tuple[str, ...]], list[tuple[Asked, Pair]]] = {}
    for one, kind, pair in zip(asked, kinds, pairs, strict=True):
        if kind:
            found.setdefault((kind, _sent(pair[0]), _sent(pair[1])), []).append((one, pair))
    groups = []
    for (kind, before, after), members in found.items():
        members.sort(key=lambda member: -member[0].count)
        shown = tuple(sample(*member) for member in members[:most])
        count = sum(one.count for one, _ in members)
        groups.append(Group(kind, before, after, count, len(members), shown))
    return tuple(sorted(groups, key=lambda g: (KINDS.index(g.kind), -g.count)))


def _sent(answer: Given) -> tuple[str, ...]:
    return () if answer.decision == "none" else answer.entries
