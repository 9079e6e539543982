"""Engine results in the shapes of the API."""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from app.engine.model import Edit, Entry, Finding, Phrasebook
from app.engine.normalize import to_traditional
from app.engine.suggestion import Answer, Suggestion
from app.web import schemas as s

Plain = dict[str, Any]


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


def suggestion(made: Suggestion, book: Phrasebook) -> Plain:
    """One suggestion from this book, as `SuggestionOut`."""
    proof = made.proof
    return {
        "entry_id": made.entry_id,
        "title": made.title,
        "confidence": made.confidence,
        "text": made.text,
        "greeting": made.greeting,
        "body": made.body,
        "closing": made.closing,
        "script": made.script,
        "proof": {
            "ask": proof.ask,
            "spans": proof.spans,
            "scores": proof.scores,
            "guards": proof.guards,
            "read_as": proof.read_as,
            "synonyms": proof.synonyms,
        },
        "variables": {
            "filled": made.filled,
            "missing": made.missing,
            "titles": _titles(made, book) if made.missing else {},
        },
        "findings": [_finding(f) for f in made.findings],
        "handoff": made.handoff,
        "source": made.source,
        "entries": made.entries,
    }


def _titles(made: Suggestion, book: Phrasebook) -> dict[str, str]:
    """What the missing ones are called, written as in the blanks of the text."""
    titles = {}
    for name in made.missing:
        named = book.variables.get(name) or book.facts.get(name.removeprefix("shop."))
        if named:
            titles[name] = to_traditional(named.title) if made.script == "hant" else named.title
    return titles


def _finding(found: Finding) -> Plain:
    """One finding, as `FindingOut`."""
    return {name: getattr(found, name) for name in s.FindingOut.model_fields}


def numbered(rest: bytes, request_id: str, took_ms: float) -> bytes:
    """JSON of `answer` with what only this request has: its id and the time that it took."""
    return b'{"id":"%s","took_ms":%s,%s' % (request_id.encode(), repr(took_ms).encode(), rest[1:])


def answer(made: Answer, book: Phrasebook) -> bytes:
    """JSON of the whole answer to POST /v1/suggestions but `id` and `took_ms`.

    Of the shape of `SuggestionsOut`, without making one: that takes as long as matching does.
    """
    return to_json(
        {
            "decision": made.decision,
            "suggestions": [suggestion(x, book) for x in made.suggestions],
            "parts": [
                {
                    "message": p.message,
                    "decision": p.decision,
                    "entry_id": p.entry_id,
                    "confidence": round(p.confidence, 4),
                }
                for p in made.parts
            ],
            "fallback": suggestion(made.fallback, book) if made.fallback else None,
            "mood": made.mood,
            "deadline": {"rule": made.deadline.rule, "seconds": made.deadline.seconds}
            if made.deadline
            else None,
            "case": None,
            "withheld": {k: [_finding(f) for f in v] for k, v in made.withheld.items()},
            "phrasebook": {"version": book.version},
        }
    )


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
