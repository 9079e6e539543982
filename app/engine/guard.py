"""Polarity, numbers and near misses: what must not answer.

A guard compares the message with the ask that matched. It never raises a confidence: it takes
an ask out of the running, or vetoes an entry, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from app.engine.model import Entry, FileFinding, Guard, Phrasebook
from app.engine.normalize import Normalized, normalize, printable
from app.engine.rank import Candidate

CONFLICT_FACTOR = 0.3  # what a conflict with every close ask leaves of the confidence
CLOSE = 0.85  # an ask this close (share of the best similarity) can stand in for the best
NEAR_MISS_RATIO = 92.0  # Indel ratio in percent at which a near miss vetoes its entry

_CHINESE_DIGITS = str.maketrans("一二两三四五六七八九", "1223456789")


@dataclass(frozen=True, slots=True)
class Guarded:
    """A candidate after the guards; `notes` are Chinese sentences for the proof."""

    candidate: Candidate
    notes: tuple[str, ...]


class Guards:
    """The guards of one book, with its asks and near misses prepared."""

    def __init__(self, book: Phrasebook) -> None:
        self._rules = [_Polarity(g) for g in book.guards]
        self._numbers = _number_pattern(book.guard_units)
        self._misses = {e.id: _cores(e) for e in book.entries if e.near_misses}

    def apply(self, message: Normalized, candidates: Sequence[Candidate]) -> list[Guarded]:
        """The candidates with lowered confidence where a guard speaks, best first."""
        found = [self._one(message, c) for c in candidates]
        return sorted(found, key=lambda g: -g.candidate.confidence)

    def _one(self, message: Normalized, candidate: Candidate) -> Guarded:
        miss = self._near_miss(message.core, candidate.entry.id)
        if miss:
            veto = f"与反例“{miss}”几乎相同，不采用。"
            return Guarded(replace(candidate, confidence=0.001), (veto,))
        note = self.conflict(message.raw, candidate.ask)
        if not note:
            return Guarded(candidate, ())
        for ask, similarity in candidate.alternatives:
            if similarity < candidate.similarity * CLOSE:
                break
            if not self.conflict(message.raw, ask):
                return Guarded(replace(candidate, ask=ask, similarity=similarity), ())
        lowered = candidate.confidence * CONFLICT_FACTOR
        return Guarded(replace(candidate, confidence=lowered), (note,))

    def _near_miss(self, core: str, entry_id: str) -> str | None:
        for text, other in self._misses.get(entry_id, ()):
            if fuzz.ratio(core, other, score_cutoff=NEAR_MISS_RATIO):
                return text
        return None

    def conflict(self, message: str, ask: str) -> str | None:
        """Why message and ask can not mean the same; None when no guard speaks."""
        left, right = _plain(message), _plain(ask)
        for rule in self._rules:
            a, b = rule.sign(left), rule.sign(right)
            if a and b and a != b:
                return (
                    f"{rule.guard.title}：客户说“{a[1:]}”，问法说“{b[1:]}”。"
                    if _differ(a, b)
                    else None
                )
        return self._numbers_differ(left, right)

    def _numbers_differ(self, left: str, right: str) -> str | None:
        if self._numbers is None:
            return None
        a, b = _numbers(self._numbers, left), _numbers(self._numbers, right)
        for unit in sorted(a.keys() & b.keys()):
            if not a[unit] & b[unit]:
                return f"数字不同：客户说{min(a[unit])}{unit}，问法说{min(b[unit])}{unit}。"
        return None


class _Polarity:
    """One guard compiled: finds the sign of a text."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        kinds = dict.fromkeys(guard.neutral, "")
        kinds |= dict.fromkeys(guard.yes, "+") | dict.fromkeys(guard.no, "-")
        words = sorted(kinds, key=len, reverse=True)
        self._kinds = kinds
        self._pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")

    def sign(self, text: str) -> str:
        """ "+word" or "-word"; "" when the text says neither or both."""
        found = {self._kinds[w] + w for w in self._pattern.findall(text)}
        signs = {f[0] for f in found if f[0] in "+-"}
        return min(f for f in found if f[0] in "+-") if len(signs) == 1 else ""


def guard_problems(guards: Iterable[Guard]) -> list[FileFinding]:
    """Findings for guard examples that do not come out as stated (rule `guard.example`)."""
    found = []
    for guard in guards:
        rule = _Polarity(guard)
        for example in guard.examples:
            a, b = rule.sign(_plain(example.a)), rule.sign(_plain(example.b))
            if bool(a and b and _differ(a, b)) != example.conflict:
                wanted = "应被判为相反" if example.conflict else "不应被判为相反"
                found.append(
                    FileFinding(
                        "guard.example",
                        "error",
                        example.mark,
                        f"“{example.a}”与“{example.b}”{wanted}。",
                        "请补充 yes、no 或 neutral 里的说法，或改正例子。",
                    )
                )
    return found


def _differ(a: str, b: str) -> bool:
    return a[0] != b[0]


def _plain(text: str) -> str:
    return normalize(text).fold if not text.isascii() else printable(text).lower()


def _cores(entry: Entry) -> list[tuple[str, str]]:
    pairs = ((m.text, normalize(m.text).core) for m in entry.near_misses)
    return [(text, core) for text, core in pairs if core]


def _number_pattern(units: Sequence[str]) -> re.Pattern[str] | None:
    if not units:
        return None
    names = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(rf"(\d+(?:\.\d+)?|[一二两三四五六七八九])(?:个)?({names})")


def _numbers(pattern: re.Pattern[str], text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, unit in pattern.findall(text):
        found.setdefault(unit, set()).add(number.translate(_CHINESE_DIGITS))
    return found
