"""The whole way: message(s) -> suggestions.

normalise -> take bursts apart -> rank -> guards -> decision -> render greeting, body, closing ->
policy findings over the rendered text -> answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from app.engine.burst import segments
from app.engine.compiled import checker_of, rewriter_of
from app.engine.compose import Composer, Piece, Setting, setting
from app.engine.encode import Encoder, NoEncoder
from app.engine.errors import EncoderChanged, EncoderError
from app.engine.guard import Guarded, Guards
from app.engine.head import Memory
from app.engine.model import Context, Decision, Finding, Phrasebook, Script, Thresholds
from app.engine.mood import MoodReader
from app.engine.normalize import Normalized, normalize
from app.engine.rank import Ranker
from app.engine.recent import Recent
from app.engine.suggestion import Answer, Deadline, Part, Suggestion

COURTESY = ("chat.presence", "chat.thanks")  # answered by the greeting when a real ask follows
UNKNOWN = "help.unknown"
MAX_MESSAGES = 20
KEEP = 5  # candidates of an ask that may become suggestions
KEEP_ALL = 10  # under `explain`, however unlikely
SHORT = 9  # characters up to which an ask of a burst may lean on the one before
REMEMBERED = 2048  # answers: many customers write the same words


class _Depth(NamedTuple):
    """How many candidates of an ask are looked at, see Ranker.rank."""

    keep: int
    floor: float


_ALL = _Depth(KEEP_ALL, 0.0)


@dataclass(frozen=True, slots=True)
class _Ask:
    """One ask of the customer with its guarded candidates, best first."""

    message: str
    found: tuple[Guarded, ...]
    decision: Decision

    @property
    def entry_id(self) -> str | None:
        return self.found[0].candidate.entry.id if self.found else None

    @property
    def confidence(self) -> float:
        return self.found[0].candidate.confidence if self.found else 0.0


class Suggester:
    """A phrasebook ready to answer. Building it encodes the asks; answering takes milliseconds.

    An encoder in another process may fail at any time. So for such a one the book is fitted a
    second time, for characters alone; an answer comes from the one or the other, never from both.

    `memory` keeps what fitting learns, so that the next start need not fit again. `before` is what
    answered until now, with the same encoder: what did not change need not be made anew.

    Attributes:
        problem: why the book could not be fitted with the encoder's vectors; None when it is.
    """

    def __init__(
        self,
        book: Phrasebook,
        encoder: Encoder,
        memory: Memory | None = None,
        before: Suggester | None = None,
    ) -> None:
        self.book = book
        self.encoder = encoder
        self._memory = memory
        self.policies, self.rewriter = checker_of(book), rewriter_of(book)
        self.problem: str | None = None
        self._by_characters: Ranker | None = None
        self._ranker: Ranker = self._fitted(before._ranker if before else None)
        self._guards: Guards = Guards(book, before._guards if before else None)
        self._moods = MoodReader(book.moods)
        self._usual = _Depth(KEEP, book.thresholds.choose / 2)
        self._composer = Composer(book, self.policies)
        self._answers: Recent[Answer] = Recent(REMEMBERED)

    def _fitted(self, before: Ranker | None) -> Ranker:
        if not self.encoder.remote:
            if before:
                return before.fitted_to(self.book, self.encoder, self._memory)
            return Ranker(self.book, self.encoder, self._memory)
        self._by_characters = Ranker(self.book, NoEncoder(), self._memory)
        try:
            return Ranker(self.book, self.encoder, self._memory)
        except EncoderError as error:
            self.problem = str(error)
            return self._by_characters

    def refit(self) -> None:
        """Fits the book with vectors, after the encoder had failed. Raises EncoderError."""
        self._ranker = Ranker(self.book, self.encoder, self._memory)
        self.problem = None

    def suggest(
        self, messages: Sequence[str], context: Context, *, limit: int = 3, explain: bool = False
    ) -> Answer:
        """Answers one or several messages of one customer.

        `limit` bounds the suggestions (1 to 10) and changes nothing else. Under decision `none`
        the list is empty unless `explain` is true. Never raises on any text.
        """
        texts = tuple(messages[-MAX_MESSAGES:])
        if self.encoder.remote:  # what it answers while it fails is not worth remembering
            return self._answer(texts, context, limit, explain)
        key = (texts, context.key(), limit, explain)
        return self._answers.get(key, lambda: self._answer(texts, context, limit, explain))

    def remembered(
        self, messages: Sequence[str], context: Context, *, limit: int = 3, explain: bool = False
    ) -> Answer | None:
        """What `suggest` answered to the same lately; None when it has to find out."""
        key = (tuple(messages[-MAX_MESSAGES:]), context.key(), limit, explain)
        return self._answers.look(key)

    def ahead(self, messages: Sequence[str]) -> None:
        """Prepares for many messages at once, which is quicker for whoever will ask them all."""
        texts = (text for message in messages for text in _readings(message))
        with suppress(EncoderError):  # who answers finds out, and matches by characters
            self._ranker.ahead([normalize(text) for text in texts])

    def reply(self, entry_id: str, context: Context, message: str = "") -> Suggestion | None:
        """The reply of an entry that somebody chose, whatever was asked; its confidence is 0.

        `message`, where there is one, decides the script. None when there is no such entry, or
        when a policy of severity error forbids what it would say.
        """
        return self._composer.fixed(entry_id, setting(context, _script([message])))

    def _answer(
        self, texts: tuple[str, ...], context: Context, limit: int, explain: bool
    ) -> Answer:
        mood = self._moods.mood(texts)
        if mood != context.mood:
            context = replace(context, mood=mood)
        asks = self._ranked(texts, _ALL if explain else self._usual)
        decision = _overall(asks)
        to = setting(context, _script(texts))
        made, withheld = self._made(asks, decision, to, limit, explain)
        if decision != "none" and not made:
            decision = "none"
        fallback = None
        if decision == "none":
            fallback = self._composer.fixed(UNKNOWN, to)
        return Answer(
            decision=decision,
            suggestions=tuple(made),
            parts=tuple(Part(a.message, a.decision, a.entry_id, a.confidence) for a in asks),
            mood=mood,
            deadline=self._deadline(made, decision),
            fallback=fallback,
            withheld=withheld,
        )

    def _made(
        self,
        asks: Sequence[_Ask],
        decision: Decision,
        to: Setting,
        limit: int,
        explain: bool,
    ) -> tuple[list[Suggestion], Mapping[str, tuple[Finding, ...]]]:
        if decision == "none" and not explain:
            return [], {}
        choose = self.book.thresholds.choose
        # Alternatives are worth an agent's glance only when they have a real chance.
        floor = choose / 2 if decision == "choose" else choose
        pieces = [Piece(a.message, a.found, a.decision) for a in asks]
        return self._composer.suggestions(pieces, to, limit=limit, floor=0.0 if explain else floor)

    def _ranked(self, texts: tuple[str, ...], depth: _Depth) -> list[_Ask]:
        """The asks, by characters alone when the encoder fails on any of them."""
        try:
            return self._asks(texts, self._ranker, depth)
        except EncoderError as error:
            if not self._by_characters:
                raise
            if isinstance(error, EncoderChanged):
                self._ranker, self.problem = self._by_characters, str(error)
            return self._asks(texts, self._by_characters, depth)

    def _asks(self, texts: tuple[str, ...], ranker: Ranker, depth: _Depth) -> list[_Ask]:
        """The asks of a burst: courtesies dropped before a real ask, repeats once."""
        readings = [_readings(text) for text in texts]
        # All at once: one request to an encoder that is far away.
        judged = iter(self._judge([r for several in readings for r in several], ranker, depth))
        asks = [a for several in readings for a in _settled(list(islice(judged, len(several))))]
        asks = self._carried(asks, ranker, depth)
        if len(texts) > 1 and not any(a.decision == "answer" for a in asks):
            whole = self._judge(["，".join(texts)], ranker, depth)[0]
            if whole.confidence > max((a.confidence for a in asks), default=0.0):
                asks = [whole]
        real = [a for a in asks if a.entry_id not in COURTESY or a.decision == "none"]
        if any(a.decision != "none" for a in real):
            asks = real
        seen: set[str | None] = set()
        unique = []
        for ask in asks:
            key = ask.entry_id if ask.decision == "answer" else ask.message
            if key not in seen:
                seen.add(key)
                unique.append(ask)
        return unique

    def _carried(self, asks: list[_Ask], ranker: Ranker, depth: _Depth) -> list[_Ask]:
        """Short asks read together with a sure one before: 想换大一码, 运费怎么算.

        What both say together counts when it is surely something that neither says alone.
        """
        after = [
            i
            for i in range(1, len(asks))
            if asks[i - 1].decision == "answer" and asks[i - 1].entry_id not in COURTESY
            if 0 < len(normalize(asks[i].message).core) <= SHORT
        ]
        together = [f"{asks[i - 1].message}，{asks[i].message}" for i in after]
        found = list(asks)
        for i, both in zip(after, self._judge(together, ranker, depth), strict=True):
            apart = asks[i - 1].entry_id, asks[i].entry_id
            if both.decision == "answer" and both.entry_id not in apart:
                found[i] = replace(both, message=asks[i].message)
        return found

    def _judge(self, texts: Sequence[str], ranker: Ranker, depth: _Depth) -> list[_Ask]:
        if not texts:
            return []
        forms: list[Normalized] = [normalize(t) for t in texts]
        ranked = ranker.rank(forms, depth.keep, depth.floor)
        asks = []
        for text, form, candidates in zip(texts, forms, ranked, strict=True):
            found = tuple(self._guards.apply(form, candidates))
            asks.append(_Ask(text, found, _decide(found, self.book.thresholds)))
        return asks

    def _deadline(self, made: Sequence[Suggestion], decision: Decision) -> Deadline | None:
        entry_id = made[0].entry_id if made and decision != "none" else UNKNOWN
        return self._composer.deadline(entry_id)


def _readings(text: str) -> list[str]:
    """A message as a whole, and its pieces when it has several."""
    pieces = segments(text)
    return [text, *pieces] if len(pieces) > 1 else [text]


def _settled(readings: Sequence[_Ask]) -> list[_Ask]:
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


def _decide(found: Sequence[Guarded], limits: Thresholds) -> Decision:
    best = found[0].candidate.confidence if found else 0.0
    if best >= limits.answer:
        return "answer"
    return "choose" if best >= limits.choose else "none"


def _overall(asks: Sequence[_Ask]) -> Decision:
    """Sure when every ask that means something to the book is sure."""
    decisions = {a.decision for a in asks}
    if "choose" in decisions:
        return "choose"
    return "answer" if "answer" in decisions else "none"


def _script(texts: Sequence[str]) -> Script:
    return "hant" if any(normalize(t).script == "hant" for t in texts) else "hans"
