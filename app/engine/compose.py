"""Suggestions put together: greeting, one or several bodies, closing, findings, proof."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from rapidfuzz.distance import Indel

from app.engine.customer_asks import CustomerAsk
from app.engine.errors import TemplateError
from app.engine.guard import Guarded
from app.engine.model import Context, Entry, Finding, Phrasebook, Script, Span
from app.engine.normalize import fold_chars, to_traditional
from app.engine.policy import PolicyChecker
from app.engine.recent import Recent
from app.engine.render import Rendered, choose_phrase, phrase_text, reply_of
from app.engine.suggestion import Deadline, Proof, Suggestion

FIRST_REPLY = "sla.first_reply"
REMEMBERED = 2048  # texts: the same few entries answer most messages of a day


@dataclass(frozen=True, slots=True)
class _Text:
    """Greeting, body and closing of a suggestion with what is known of them."""

    parts: tuple[str, str, str]
    filled: tuple[str, ...]
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    forbidden: bool


@dataclass(frozen=True, slots=True)
class Setting:
    """For whom texts are made. `key` is equal where the same entries say the same."""

    context: Context
    script: Script
    key: Hashable


def setting(context: Context, script: Script) -> Setting:
    """A context and a script of the reply as one."""
    return Setting(context, script, (context.key(), script))


class Composer:
    """Makes suggestions out of ranked entries."""

    def __init__(self, book: Phrasebook, policies: PolicyChecker) -> None:
        self._book = book
        self._policies = policies
        self._texts: Recent[_Text | None] = Recent(REMEMBERED)
        self._deadlines: dict[str, Deadline | None] = {}

    def suggestions(
        self,
        asks: Sequence[CustomerAsk],
        to: Setting,
        *,
        limit: int,
        floor: float,
    ) -> tuple[list[Suggestion], Mapping[str, tuple[Finding, ...]]]:
        """Up to `limit` suggestions, best first, and what a policy error withheld.

        Several sure asks give one composed reply first. The rest are the single candidates of
        every ask, each entry once, in order of confidence; after the first suggestion only those
        of confidence `floor` or more.
        """
        withheld: dict[str, tuple[Finding, ...]] = {}
        made: list[Suggestion] = []
        sure = [a for a in asks if a.decision == "answer"]
        if len(sure) > 1:
            composed = self._compose([(a.message, a.found[0]) for a in sure], to, withheld)
            made += [composed] if composed else []
        ranked = sorted(
            ((a.message, g) for a in asks for g in a.found),
            key=lambda pair: -pair[1].candidate.confidence,
        )
        seen: set[str] = set()
        for message, guarded in ranked:
            if len(made) >= limit or (made and guarded.candidate.confidence < floor):
                break
            entry = guarded.candidate.entry
            if entry.id not in seen:
                seen.add(entry.id)
                one = self._compose([(message, guarded)], to, withheld)
                made += [one] if one else []
        return made, withheld

    def fixed(self, entry_id: str, to: Setting) -> Suggestion | None:
        """The reply of one entry without any match, such as help.unknown."""
        entry = self._book.entry(entry_id)
        if entry is None:
            return None
        proof = Proof(ask="", spans=(), scores={})
        return self._build([entry], 0.0, proof, to, {})

    def deadline(self, entry_id: str) -> Deadline | None:
        """The limit of the first procedure with seconds that applies to this entry."""
        if entry_id not in self._deadlines:
            self._deadlines[entry_id] = self._deadline(entry_id)
        return self._deadlines[entry_id]

    def _deadline(self, entry_id: str) -> Deadline | None:
        general = None
        for procedure in self._book.procedures:
            if procedure.seconds is None:
                continue
            if procedure.id == FIRST_REPLY:
                general = Deadline(procedure.id, procedure.seconds)
            elif any(g != "*" and fnmatchcase(entry_id, g) for g in procedure.entries):
                return Deadline(procedure.id, procedure.seconds)
        return general

    def _compose(
        self,
        asks: Sequence[tuple[str, Guarded]],
        to: Setting,
        withheld: dict[str, tuple[Finding, ...]],
    ) -> Suggestion | None:
        message, first = asks[0]
        candidate = first.candidate
        proof = Proof(
            ask=candidate.ask,
            spans=shared_spans(message, candidate.ask),
            scores={
                "similarity": round(candidate.similarity, 4),
                "probability": round(candidate.probability, 4),
                "margin": round(candidate.margin, 4),
                "silence": round(candidate.silence, 4),
            },
            guards=first.notes,
            read_as=candidate.read_as,
            synonyms=candidate.synonyms,
        )
        entries = [g.candidate.entry for _, g in asks]
        confidence = min(g.candidate.confidence for _, g in asks)
        return self._build(entries, confidence, proof, to, withheld)

    def _build(
        self,
        entries: Sequence[Entry],
        confidence: float,
        proof: Proof,
        to: Setting,
        withheld: dict[str, tuple[Finding, ...]],
    ) -> Suggestion | None:
        ids = tuple([e.id for e in entries])
        made = self._texts.get((ids, to.key), lambda: self._text(entries, to.context, to.script))
        if made is None:
            return None
        if made.forbidden:
            withheld["+".join(ids)] = made.findings
            return None
        greeting, body, closing = made.parts
        return Suggestion(
            entry_id=entries[0].id,
            title=" + ".join(e.title for e in entries),
            confidence=round(confidence, 4),
            text=greeting + body + closing,
            greeting=greeting,
            body=body,
            closing=closing,
            script=to.script,
            proof=proof,
            filled=made.filled,
            missing=made.missing,
            findings=made.findings,
            handoff=next((e.handoff for e in entries if e.handoff), None),
            source="；".join(dict.fromkeys(e.source for e in entries if e.source)),
            entries=ids,
        )

    def _text(self, entries: Sequence[Entry], context: Context, script: Script) -> _Text | None:
        """What the entries say in this context; None when a template fails."""
        first, last = entries[0], entries[-1]
        if context.stage is None and first.stage != "any":
            context = replace(context, stage=first.stage)
        try:
            greeting = self._greeting(first, context)
            bodies = [reply_of(e, self._book, context) for e in entries]
            closing = self._closing(last, context)
        except TemplateError:
            return None
        parts = [greeting.text, "\n".join(b.text for b in bodies), closing.text]
        if script == "hant":
            parts = [to_traditional(p) for p in parts]
        rendered = [greeting, *bodies, closing]
        findings = self._policies.check(
            "".join(parts),
            platform=context.platform,
            stage=context.stage,
            entry_id=first.id,
            today=context.today,
        )
        return _Text(
            parts=(parts[0], parts[1], parts[2]),
            filled=_union(r.filled for r in rendered),
            missing=_union(r.missing for r in rendered),
            findings=findings,
            forbidden=any(f.severity == "error" for f in findings),
        )

    def _greeting(self, entry: Entry, context: Context) -> Rendered:
        if context.turn == "later":
            return Rendered("", (), ())
        phrase = choose_phrase(self._book.greetings, entry.greeting, context, entry.id)
        return phrase_text(phrase, self._book, context, entry.id)

    def _closing(self, entry: Entry, context: Context) -> Rendered:
        phrase = choose_phrase(self._book.closings, entry.closing, context, entry.id)
        return phrase_text(phrase, self._book, context, entry.id)


def shared_spans(message: str, ask: str) -> tuple[Span, ...]:
    """Where the message has wording of the ask: spans of the message, two characters or more.

    Single characters count when either text is that short. Script, case and width are ignored.
    """
    left, right = _comparable(message[:500]), _comparable(ask)
    least = 1 if min(len(left), len(right)) <= 3 else 2
    return tuple(
        (block.src_start, block.src_end)
        for block in Indel.opcodes(left, right)
        if block.tag == "equal" and block.src_end - block.src_start >= least
    )


@lru_cache(maxsize=8192)
def _comparable(text: str) -> str:
    return fold_chars(text)


def _union(groups: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for group in groups for name in group))
