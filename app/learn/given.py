"""What a book gave for a message, in short, and in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.engine.model import Decision
from app.engine.suggestion import Answer, Suggestion

MOST = 10  # suggestions that are looked through for an entry


@dataclass(frozen=True, slots=True)
class Given:
    """The first suggestion of an answer; under `none` the nearest entry, which was not given.

    `entries` are those that the text answers, more than one in a composed reply. `text` is what
    would be sent: under `none` the words of help.unknown. `ask` is the nearest ask, `notes` are
    the sentences of the guards, `parts` is how many questions the messages were taken for.
    """

    decision: Decision
    entries: tuple[str, ...]
    confidence: float
    text: str
    ask: str
    notes: tuple[str, ...]
    parts: int


def given(answer: Answer) -> Given:
    """The short form of an answer; with `explain` it knows the nearest entry under `none` too."""
    first = next(iter(answer.suggestions), None)
    sent = answer.fallback if answer.decision == "none" else first
    return Given(
        decision=answer.decision,
        entries=first.entries if first else (),
        confidence=first.confidence if first else 0.0,
        text=sent.text if sent else "",
        ask=first.proof.ask if first else "",
        notes=_notes(first) if first else (),
        parts=len(answer.parts),
    )


def _notes(first: Suggestion) -> tuple[str, ...]:
    read = (f"按“{first.proof.read_as}”理解。",) if first.proof.read_as else ()
    return (*read, *first.proof.guards)


def named(entries: tuple[str, ...]) -> str:
    """Ids as people read them."""
    return "＋".join(entries)


def why(found: Given) -> str:
    """The confidence, the nearest ask and what guards said, as one phrase."""
    if not found.entries:
        return "没有相近的条目"
    notes = "；".join(note.rstrip("。") for note in found.notes)
    return f"把握 {found.confidence:.2f}，最像问法“{found.ask}”" + (f"；{notes}" if notes else "")


def unsure(answer: Answer) -> Iterator[str]:
    """The questions of several that keep the whole from being answered outright, as phrases."""
    if len(answer.parts) > 1:
        for part in answer.parts:
            if part.decision == "choose":
                yield f"其中“{part.message}”把握只有 {part.confidence:.2f}"


def behind(answer: Answer, entries: Sequence[str]) -> Iterator[str]:
    """What became of entries that were not given first, as phrases.

    The answer is one with `explain`, and with as many suggestions as shall be looked through.
    """
    first = given(answer).entries
    alone = {s.entry_id: s for s in reversed(answer.suggestions) if len(s.entries) == 1}
    for name in (entry for entry in entries if entry not in first):
        if name in alone:
            notes = "；".join(note.rstrip("。") for note in alone[name].proof.guards)
            yield f"{name} 把握 {alone[name].confidence:.2f}" + (f"（{notes}）" if notes else "")
        elif name in answer.withheld:
            rules = "、".join(found.message.rstrip("。") for found in answer.withheld[name])
            yield f"{name} 的回复违反规范，没有给出（{rules}）"
