"""What comes out of the engine: suggestions with their proof, one part for each ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.engine.model import Decision, Finding, Mood, Script, Span


@dataclass(frozen=True, slots=True)
class Proof:
    """Why an entry was suggested.

    `ask` is the nearest ask, `spans` the wording of the message that it shares (code points of
    the message that the part came from), `scores` the figures behind the confidence, `guards`
    what guards said, `read_as` the wording after spelling correction ("" without one),
    `synonyms` the (wording, standard wording) pairs of the lexicon that were used.
    """

    ask: str
    spans: tuple[Span, ...]
    scores: Mapping[str, float]
    guards: tuple[str, ...] = ()
    read_as: str = ""
    synonyms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One sendable reply. `text` is greeting, body and closing together.

    `entries` lists every entry that a composed reply to several asks answers, in their order;
    `entry_id`, `title`, `proof` and `source` are those of the first.
    """

    entry_id: str
    title: str
    confidence: float
    text: str
    greeting: str
    body: str
    closing: str
    script: Script
    proof: Proof
    filled: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    handoff: str | None = None
    source: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One ask of a burst and what was decided for it."""

    message: str
    decision: Decision
    entry_id: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Deadline:
    """The time limit that applies: rule id and seconds from the customer's message."""

    rule: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole result for one or several messages.

    `fallback` is the help.unknown text to send while asking, when nothing answers.
    `withheld` names entries whose rendered text a policy of severity error forbids.
    """

    decision: Decision
    suggestions: tuple[Suggestion, ...]
    parts: tuple[Part, ...]
    mood: Mood
    deadline: Deadline | None
    fallback: Suggestion | None = None
    withheld: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
