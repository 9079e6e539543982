"""The rules of a phrasebook as frozen data: policies, rewrites, guards, each with examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.engine.marks import Mark, Severity

Direction = Literal["out", "in"]
Within = Literal["clause", "sentence"]


@dataclass(frozen=True, slots=True)
class Term:
    """A pattern with a name, as written: rules use it as `{name}`."""

    id: str
    pattern: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Spec:
    """An example of a rule.

    Policies: `hit` is the part that must be found (None: nothing may be found); `entry` and
    `facts` (name -> value) tell where it is said, and in which shop.
    Rewrites: `to` is the draft after rewriting (equal to `text`: must stay untouched).
    """

    text: str
    mark: Mark
    hit: str | None = None
    to: str | None = None
    entry: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Together:
    """Patterns (`all`) that set a rule off where all of them stand in one clause or sentence.

    `none` are patterns that make it harmless when they stand there too. `requires`, where it is
    given, takes the place of the policy's.
    """

    all: tuple[str, ...]
    none: tuple[str, ...] = ()
    within: Within = "clause"
    requires: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What a text must not say (`words`, `patterns`, `together`) or has to say (`requires`).

    `requires` is a list of alternatives of which one must stand in the text whenever the rule is
    set off; without `requires` the match itself is the finding. `exceptions` and
    `exception_patterns` are longer allowed phrases: a match inside one of them is no finding.
    `personal_data` names kinds of numbers and addresses (personal_data.py) that set the rule off.
    `unless` names circumstances in which a match is none (see circumstances.py).
    `entries` (globs) names entries whose replies need one of `requires` whatever their words.

    Conditions: `platforms` and `stages` (empty: everywhere); `direction`, whether the rule is for
    what the shop sends or for what it receives; `when_facts` and `unless_facts`, which name facts
    of the shop with words of which one must (must not) stand in each fact's value.

    `terms` are the phrasebook's, resolved; `marks` holds the place of each pattern.
    """

    id: str
    title: str
    severity: Severity
    message: str
    source: str
    mark: Mark
    platforms: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    direction: Direction = "out"
    when_facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless_facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    together: tuple[Together, ...] = ()
    exceptions: tuple[str, ...] = ()
    exception_patterns: tuple[str, ...] = ()
    personal_data: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()
    penalty: str = ""
    link: str = ""
    specs: tuple[Spec, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Mark] = field(default_factory=dict)

    def all_patterns(self) -> tuple[str, ...]:
        """Every pattern of the rule, wherever it stands."""
        joint = (p for combination in self.together for p in (*combination.all, *combination.none))
        return (*self.patterns, *self.exception_patterns, *joint)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Habitual wording -> professional wording.

    kind `sentence`: a clause close to one of `habitual` (or matching a pattern) is replaced by
    `professional`, in which `{rest}` is what the clause says beyond the habitual part.
    kind `word`: each match inside the draft is replaced on its own; `pairs` holds wording that has
    a replacement of its own, longest first; in a pattern only the group `word` is replaced.
    `platforms` and `stages` restrict the rule; empty means everywhere.
    `own_words` marks wording of the product's own where the document breaks off.
    `terms` are the phrasebook's, resolved.
    """

    id: str
    title: str
    kind: Literal["sentence", "word"]
    habitual: tuple[str, ...]
    professional: str
    reason: str
    source: str
    mark: Mark
    patterns: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    exceptions: tuple[str, ...] = ()
    exception_patterns: tuple[str, ...] = ()
    platforms: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    own_words: bool = False
    specs: tuple[Spec, ...] = ()
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardExample:
    """Two texts that a guard must (or must not) hold for opposites."""

    a: str
    b: str
    conflict: bool
    mark: Mark


@dataclass(frozen=True, slots=True)
class Guard:
    """Words of one polarity: `yes` against `no`; `neutral` ones are passed over."""

    id: str
    title: str
    mark: Mark
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    neutral: tuple[str, ...] = ()
    examples: tuple[GuardExample, ...] = ()
