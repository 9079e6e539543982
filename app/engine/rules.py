"""The rules of a phrasebook as frozen data: policies, rewrites, guards, each with examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.engine.marks import Mark, Severity


@dataclass(frozen=True, slots=True)
class Spec:
    """An example of a rule.

    Policies: `hit` is the part that must be found (None: nothing may be found).
    Rewrites: `to` is the draft after rewriting (equal to `text`: must stay untouched).
    """

    text: str
    mark: Mark
    hit: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """What outgoing text must not say (`words`, `patterns`) or has to say (`requires`).

    `requires` is a list of alternatives of which one must stand in the text whenever one of
    `words`/`patterns` does; without `requires` the match itself is the finding. `exceptions`
    and `exception_patterns` are longer allowed phrases: a match inside one of them is no finding.
    `entries` (globs) names entries whose replies need one of `requires` whatever their words.
    `platforms` and `stages` restrict the rule; empty means everywhere.
    """

    id: str
    title: str
    severity: Severity
    message: str
    source: str
    mark: Mark
    platforms: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    exception_patterns: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()
    penalty: str = ""
    link: str = ""
    specs: tuple[Spec, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Habitual wording -> professional wording.

    kind `sentence`: a clause close to one of `habitual` (or matching a pattern) is replaced by
    `professional`, in which `{rest}` is what the clause says beyond the habitual part.
    kind `word`: each match inside the draft is replaced on its own; `pairs` holds wording that has
    a replacement of its own, longest first; in a pattern only the group `word` is replaced.
    `platforms` and `stages` restrict the rule; empty means everywhere.
    `own_words` marks wording of the product's own where the document breaks off.
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
