"""The words of the product as frozen data: phrasebook, entry, ask, finding, suggestion.

Offsets are code points, end exclusive. Lines and columns count from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from app.engine.cases import Case
from app.engine.context import (
    CHANNELS,
    DIRECTIONS,
    MOODS,
    ORDER_STATES,
    PLATFORMS,
    STAGES,
    TURNS,
    Context,
    Mood,
    When,
)
from app.engine.marks import SEVERITIES, FileFinding, Mark, Severity
from app.engine.rules import (
    Direction,
    Guard,
    GuardExample,
    Policy,
    Rewrite,
    Spec,
    Term,
    Together,
    Within,
)

__all__ = [
    "CHANNELS",
    "DIRECTIONS",
    "MOODS",
    "ORDER_STATES",
    "PLATFORMS",
    "SEVERITIES",
    "STAGES",
    "TURNS",
    "Ask",
    "Case",
    "Context",
    "Decision",
    "Direction",
    "Edit",
    "Entry",
    "Fact",
    "FileFinding",
    "Finding",
    "Guard",
    "GuardExample",
    "Mark",
    "Mood",
    "Moods",
    "NearMiss",
    "Phrase",
    "Phrasebook",
    "Policy",
    "Procedure",
    "Rewrite",
    "Script",
    "Severity",
    "Span",
    "Spec",
    "Term",
    "Thresholds",
    "Together",
    "Variable",
    "Variant",
    "When",
    "Within",
]

Decision = Literal["answer", "choose", "none"]
Script = Literal["hans", "hant"]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where outgoing text breaks a policy or can be worded better."""

    rule_id: str
    severity: Severity
    start: int
    end: int
    text: str
    message: str
    replacements: tuple[str, ...] = ()
    source: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement in a draft: `draft[start:end] == text` becomes `replacement`."""

    start: int
    end: int
    text: str
    replacement: str
    rule_id: str
    message: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Variant:
    """A template that is used instead of the main one when `when` holds."""

    when: When
    template: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Ask:
    """One way in which customers put a question."""

    text: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Wording that looks alike and must not match the entry it stands in.

    `entry` names the entry that it belongs to; None means that it belongs to no entry.
    """

    text: str
    entry: str | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Entry:
    """One answerable question. `must` holds alternatives of which a reply needs one each."""

    id: str
    title: str
    stage: str
    source: str
    asks: tuple[Ask, ...]
    reply: str
    mark: Mark
    reply_mark: Mark
    near_misses: tuple[NearMiss, ...] = ()
    variants: tuple[Variant, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()
    avoid: tuple[str, ...] = ()
    greeting: str | None = None
    closing: str | None = None
    handoff: str | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A greeting or a closing."""

    id: str
    title: str
    when: When
    source: str
    text: str
    mark: Mark
    variants: tuple[Variant, ...] = ()
    must: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """A named value of the shop, with validity dates (both inclusive)."""

    id: str
    title: str
    value: str
    mark: Mark
    valid_from: date | None = None
    valid_until: date | None = None
    otherwise: str | None = None
    note: str = ""

    def on(self, today: date) -> str | None:
        """The value on a day; `otherwise` outside the validity; None when there is neither."""
        early = self.valid_from is not None and today < self.valid_from
        late = self.valid_until is not None and today > self.valid_until
        return self.otherwise if early or late else self.value


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that a request may bring. `missing` is the neutral wording without it."""

    id: str
    title: str
    mark: Mark
    example: str = ""
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Procedure:
    """What the service tracks or shows beside a reply, such as a time limit in seconds.

    `tiers` are (customers at once, seconds); `channel` None applies to every channel; `details`
    are lists such as the fields of a form or the facts that it names.
    """

    id: str
    title: str
    kind: str
    value: str
    source: str
    mark: Mark
    seconds: int | None = None
    max_seconds: int | None = None
    tiers: tuple[tuple[int, int], ...] = ()
    entries: tuple[str, ...] = ()
    channel: str | None = None
    note: str = ""
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moods:
    """Words that show an urgent or upset customer; `exceptions` contain one but do not."""

    urgent: tuple[str, ...] = ()
    upset: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidence from which a suggestion is an answer, and from which it is worth showing."""

    answer: float = 0.8
    choose: float = 0.30


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """A whole phrasebook. `version` is a digest of its files, those of cases left out.

    `shop_name` is empty and `shop_mark` None when the book does not say. `reply_limits` are the
    most code points of a message by platform, as far as the book states them.
    """

    name: str
    version: str
    shop_id: str
    thresholds: Thresholds
    entries: tuple[Entry, ...]
    greetings: tuple[Phrase, ...] = ()
    closings: tuple[Phrase, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    variables: Mapping[str, Variable] = field(default_factory=dict)
    rewrites: tuple[Rewrite, ...] = ()
    policies: tuple[Policy, ...] = ()
    terms: Mapping[str, Term] = field(default_factory=dict)
    procedures: tuple[Procedure, ...] = ()
    moods: Moods = Moods()
    guards: tuple[Guard, ...] = ()
    guard_units: tuple[str, ...] = ()
    lexicon: tuple[tuple[str, ...], ...] = ()
    out_of_scope: tuple[str, ...] = ()
    cases: tuple[Case, ...] = ()
    shop_name: str = ""
    shop_mark: Mark | None = None
    reply_limits: Mapping[str, int] = field(default_factory=dict)

    def entry(self, entry_id: str) -> Entry | None:
        """The entry with this id, or None."""
        return next((e for e in self.entries if e.id == entry_id), None)

    def ids(self) -> tuple[str, ...]:
        """Every id of the book: greetings, closings, entries, rewrites, policies, procedures."""
        groups = (
            self.greetings,
            self.closings,
            self.entries,
            self.rewrites,
            self.policies,
            self.procedures,
        )
        return tuple(item.id for group in groups for item in group)
