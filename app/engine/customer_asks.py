"""What a customer asks: messages taken apart, each ask with its guarded candidates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import NamedTuple

from app.engine.burst import asks_or_begs, clauses, hurries, segments
from app.engine.guard import Guarded, Guards
from app.engine.model import Decision, Thresholds
from app.engine.normalize import Normalized, normalize
from app.engine.rank import Ranker

COURTESY = ("chat.presence", "chat.thanks")  # answered by the greeting when a real ask follows
HALF = 6  # content characters up to which a message may be half a sentence
SHORT = 9  # characters up to which an ask of a burst may lean on the one before


class Depth(NamedTuple):
    """How many candidates of an ask are looked at, see Ranker.rank."""

    keep: int
    floor: float


@dataclass(frozen=True, slots=True)
class CustomerAsk:
    """One ask of the customer with its guarded candidates, best first."""

    message: str
    found: tuple[Guarded, ...]
    decision: Decision

    @property
    def entry_id(self) -> str | None:
        """The entry that answers best; None when there is none."""
        return self.found[0].candidate.entry.id if self.found else None

    @property
    def confidence(self) -> float:
        """Of that entry; 0 without one."""
        return self.found[0].candidate.confidence if self.found else 0.0


_Judge = Callable[[Sequence[str]], list[CustomerAsk]]


class AskReader:
    """Reads messages as asks. The ranker and how deep it looks are given with each call."""

    def __init__(self, guards: Guards, thresholds: Thresholds) -> None:
        self._guards = guards
        self._thresholds = thresholds

    def read(self, texts: Sequence[str], ranker: Ranker, depth: Depth) -> list[CustomerAsk]:
        """The asks of a burst: courtesies dropped before a real ask, repeats once."""
        judge = partial(self._judge, ranker, depth)
        read = [readings(text) for text in texts]
        # All at once: one request to an encoder that is far away.
        judged = iter(judge([r for several in read for r in several]))
        asks = [a for several in read for a in _settled(list(islice(judged, len(several))))]
        asks = [b for a in asks for b in _within(a, judge)]
        asks = _carried(_joined(asks, judge), judge)
        if len(texts) > 1 and not any(a.decision == "answer" for a in asks):
            whole = judge(["，".join(texts)])[0]
            if whole.confidence > max((a.confidence for a in asks), default=0.0):
                asks = [whole]
        return _once(_weighty(asks))

    def _judge(self, ranker: Ranker, depth: Depth, texts: Sequence[str]) -> list[CustomerAsk]:
        if not texts:
            return []
        forms: list[Normalized] = [normalize(t) for t in texts]
        ranked = ranker.rank(forms, depth.keep, depth.floor)
        asks = []
        for text, form, candidates in zip(texts, forms, ranked, strict=True):
            found = tuple(self._guards.apply(form, candidates))
            asks.append(CustomerAsk(text, found, _decide(found, self._thresholds)))
        return asks


def readings(text: str) -> list[str]:
    """A message as a whole, and its pieces when it has several."""
    pieces = segments(text)
    return [text, *pieces] if len(pieces) > 1 else [text]


def _settled(readings: Sequence[CustomerAsk]) -> list[CustomerAsk]:
    """One message as one ask, or as several when its pieces each have a sure answer.

    One sure piece speaks for the whole when the whole means nothing or, less surely, the same.
    """
    whole, *parts = readings
    sure = [p for p in parts if p.decision == "answer"]
    real = {p.entry_id for p in sure if p.entry_id not in COURTESY}
    agrees = whole.decision == "none" or whole.entry_id in real
    if len(real) >= 2 or (real and agrees and whole.decision != "answer"):
        return sure
    return [whole]


def _within(ask: CustomerAsk, judge: _Judge) -> list[CustomerAsk]:
    """What a message surely asks by its clauses.

    Several questions that commas divide (运费谁出，发什么快递), or one between courtesies
    (好的谢谢，麻烦改下地址，感谢). What a guard kept the whole from is not asked by a part either.
    """
    parts = clauses(ask.message)
    several = [part for part in parts if asks_or_begs(part)]
    if len(several) > 1:
        real = _real(ask, several, judge)
        if len({r.entry_id for r in real}) > 1:
            return real
    if ask.entry_id not in COURTESY or parts in ((), (ask.message,)):
        return [ask]
    return _real(ask, parts, judge) or [ask]


def _real(ask: CustomerAsk, parts: Sequence[str], judge: _Judge) -> list[CustomerAsk]:
    """Those of the parts that surely ask something other than courtesies want."""
    kept_from = {g.candidate.entry.id for g in ask.found if g.notes}
    sure = [j for j in judge(parts) if j.decision == "answer"]
    return [j for j in sure if j.entry_id not in {*COURTESY, *kept_from}]


def _joined(asks: list[CustomerAsk], judge: _Judge) -> list[CustomerAsk]:
    """Halves of a sentence that came one after the other as one ask: 怎么还, 不发货."""
    found = asks[:1]
    for ask in asks[1:]:
        both = (found[-1], ask)
        sure = {a.entry_id for a in both if a.decision == "answer"}
        if len(sure) < 2 and all(0 < len(normalize(a.message).core) <= HALF for a in both):
            whole = judge([both[0].message + ask.message])[0]
            surer = whole.confidence > max(a.confidence for a in both)
            if whole.decision == "answer" and surer and sure <= {whole.entry_id}:
                found[-1] = whole
                continue
        found.append(ask)
    return found


def _carried(asks: list[CustomerAsk], judge: _Judge) -> list[CustomerAsk]:
    """Short asks read together with a sure one before: 想换大一码, 运费怎么算.

    What both say together counts when it is surely something that neither says alone.
    """
    after = [
        i
        for i in range(1, len(asks))
        if asks[i - 1].decision == "answer" and asks[i - 1].entry_id not in COURTESY
        if 0 < len(normalize(asks[i].message).core) <= SHORT
    ]
    together = judge([f"{asks[i - 1].message}，{asks[i].message}" for i in after])
    found = list(asks)
    for i, both in zip(after, together, strict=True):
        apart = asks[i - 1].entry_id, asks[i].entry_id
        if both.decision == "answer" and both.entry_id not in apart:
            found[i] = replace(both, message=asks[i].message)
    return found


def _weighty(asks: list[CustomerAsk]) -> list[CustomerAsk]:
    """Without courtesies and haste (在吗, 快点) where something else is asked."""
    real = [a for a in asks if a.entry_id not in COURTESY or a.decision == "none"]
    if any(a.decision != "none" for a in real):
        asks = real
    calm = [a for a in asks if not hurries(normalize(a.message).core)]
    return calm if any(a.decision == "answer" for a in calm) else asks


def _once(asks: Sequence[CustomerAsk]) -> list[CustomerAsk]:
    """Without repeats: sure ones of the same entry, others of the same words."""
    first: dict[str | None, CustomerAsk] = {}
    for ask in asks:
        first.setdefault(ask.entry_id if ask.decision == "answer" else ask.message, ask)
    return list(first.values())


def _decide(found: Sequence[Guarded], limits: Thresholds) -> Decision:
    best = found[0].candidate.confidence if found else 0.0
    if best >= limits.answer:
        return "answer"
    return "choose" if best >= limits.choose else "none"


def overall(asks: Sequence[CustomerAsk]) -> Decision:
    """Sure when every ask that means something to the book is sure."""
    decisions = {a.decision for a in asks}
    if "choose" in decisions:
        return "choose"
    return "answer" if "answer" in decisions else "none"
