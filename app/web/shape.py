"""Engine results in the shapes of the API."""

from __future__ import annotations

from app.engine.folding import to_traditional
from app.engine.model import Edit, Entry, Finding, Phrasebook
from app.engine.suggestion import Answer, Suggestion
from app.web import schemas as s


def finding(found: Finding) -> s.FindingOut:
    """One finding."""
    return s.FindingOut(
        rule_id=found.rule_id,
        severity=found.severity,
        start=found.start,
        end=found.end,
        text=found.text,
        message=found.message,
        replacements=list(found.replacements),
        source=found.source,
        link=found.link,
    )


def edit(made: Edit) -> s.EditOut:
    """One edit of a rewrite."""
    return s.EditOut(
        start=made.start,
        end=made.end,
        text=made.text,
        replacement=made.replacement,
        rule_id=made.rule_id,
        message=made.message,
        source=made.source,
    )


def suggestion(made: Suggestion, book: Phrasebook) -> s.SuggestionOut:
    """One suggestion from this book."""
    return s.SuggestionOut(
        entry_id=made.entry_id,
        title=made.title,
        confidence=made.confidence,
        text=made.text,
        greeting=made.greeting,
        body=made.body,
        closing=made.closing,
        script=made.script,
        proof=s.ProofOut(
            ask=made.proof.ask,
            spans=list(made.proof.spans),
            scores=dict(made.proof.scores),
            guards=list(made.proof.guards),
            read_as=made.proof.read_as,
            synonyms=list(made.proof.synonyms),
        ),
        variables=s.VariablesOut(
            filled=list(made.filled), missing=list(made.missing), titles=_titles(made, book)
        ),
        findings=[finding(f) for f in made.findings],
        handoff=made.handoff,
        source=made.source,
        entries=list(made.entries),
    )


def _titles(made: Suggestion, book: Phrasebook) -> dict[str, str]:
    """What the missing ones are called, written as in the blanks of the text."""
    titled = {name: variable.title for name, variable in book.variables.items()}
    titled |= {f"shop.{name}": fact.title for name, fact in book.facts.items()}
    found = {name: titled[name] for name in made.missing if name in titled}
    if made.script == "hant":
        return {name: to_traditional(title) for name, title in found.items()}
    return found


def numbered(rest: bytes, request_id: str, took_ms: float) -> bytes:
    """JSON of `answer` with what only this request has: its id and the time that it took."""
    return b'{"id":"%s","took_ms":%s,%s' % (request_id.encode(), repr(took_ms).encode(), rest[1:])


def answer(made: Answer, book: Phrasebook) -> bytes:
    """JSON of the whole answer to POST /v1/suggestions but `id` and `took_ms`."""
    whole = s.SuggestionsOut(
        id="",
        decision=made.decision,
        suggestions=[suggestion(x, book) for x in made.suggestions],
        parts=[
            s.PartOut(
                message=p.message,
                decision=p.decision,
                entry_id=p.entry_id,
                confidence=round(p.confidence, 4),
            )
            for p in made.parts
        ],
        fallback=suggestion(made.fallback, book) if made.fallback else None,
        mood=made.mood,
        deadline=s.DeadlineOut(rule=made.deadline.rule, seconds=made.deadline.seconds)
        if made.deadline
        else None,
        withheld={k: [finding(f) for f in v] for k, v in made.withheld.items()},
        phrasebook=s.PhrasebookOut(version=book.version),
        took_ms=0.0,
    )
    return whole.model_dump_json(exclude={"id", "took_ms"}).encode()


def entry(found: Entry) -> s.EntryOut:
    """One entry of the book."""
    return s.EntryOut(
        id=found.id,
        title=found.title,
        stage=found.stage,
        source=found.source,
        asks=[a.text for a in found.asks],
        near_misses=[m.text for m in found.near_misses],
        reply=found.reply,
        variants=len(found.variants),
        handoff=found.handoff,
    )
