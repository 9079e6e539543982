"""The whole way: message(s) -> suggestions.

normalise -> take bursts apart -> rank -> guards -> decision -> render greeting, body, closing ->
policy findings over the rendered text -> answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from app.engine.compiled import checker_of, rewriter_of
from app.engine.compose import Composer, Setting, setting
from app.engine.customer_asks import AskReader, CustomerAsk, Depth, overall, readings
from app.engine.encode import Encoder, NoEncoder
from app.engine.errors import EncoderChanged, EncoderError
from app.engine.guard import Guards
from app.engine.head import Memory
from app.engine.model import Context, Decision, Finding, Phrasebook, Script
from app.engine.mood import MoodReader
from app.engine.normalize import normalize
from app.engine.rank import Ranker
from app.engine.recent import Recent
from app.engine.suggestion import Answer, Deadline, Part, Suggestion

UNKNOWN = "help.unknown"
MAX_MESSAGES = 20
KEEP = 5  # candidates of an ask that may become suggestions
ALL = Depth(10, 0.0)  # under `explain`, however unlikely
REMEMBERED = 2048  # answers: many customers write the same words


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
        self._reader = AskReader(self._guards, book.thresholds)
        self._usual = Depth(KEEP, book.thresholds.choose / 2)
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
        key = _key(messages, context, limit, explain)
        return self._answers.get(key, lambda: self._answer(texts, context, limit, explain))

    def remembered(
        self, messages: Sequence[str], context: Context, *, limit: int = 3, explain: bool = False
    ) -> Answer | None:
        """What `suggest` answered to the same lately; None when it has to find out."""
        return self._answers.look(_key(messages, context, limit, explain))

    def ahead(self, messages: Sequence[str]) -> None:
        """Prepares for many messages at once, which is quicker for whoever will ask them all."""
        texts = (text for message in messages for text in readings(message))
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
        asks = self._ranked(texts, ALL if explain else self._usual)
        decision = overall(asks)
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
        asks: Sequence[CustomerAsk],
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
        return self._composer.suggestions(asks, to, limit=limit, floor=0.0 if explain else floor)

    def _ranked(self, texts: tuple[str, ...], depth: Depth) -> list[CustomerAsk]:
        """The asks, by characters alone when the encoder fails on any of them."""
        try:
            return self._reader.read(texts, self._ranker, depth)
        except EncoderError as error:
            if not self._by_characters:
                raise
            if isinstance(error, EncoderChanged):
                self._ranker, self.problem = self._by_characters, str(error)
            return self._reader.read(texts, self._by_characters, depth)

    def _deadline(self, made: Sequence[Suggestion], decision: Decision) -> Deadline | None:
        entry_id = made[0].entry_id if made and decision != "none" else UNKNOWN
        return self._composer.deadline(entry_id)


def _key(messages: Sequence[str], context: Context, limit: int, explain: bool) -> Hashable:
    """Equal for what has the same answer."""
    return tuple(messages[-MAX_MESSAGES:]), context.key(), limit, explain


def _script(texts: Sequence[str]) -> Script:
    return "hant" if any(normalize(t).script == "hant" for t in texts) else "hans"
