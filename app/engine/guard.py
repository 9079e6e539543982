"""Polarity, numbers and near misses: what must not answer.

A guard compares the message with the ask that matched. It never raises a confidence: it takes
an ask out of the running, or vetoes an entry, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rapidfuzz import fuzz

from app.engine.model import Entry, FileFinding, Guard, Phrasebook
from app.engine.normalize import Normalized, normalize, printable
from app.engine.rank import Candidate

CONFLICT_FACTOR = 0.3  # what a conflict with every close ask leaves of the confidence
CLOSE = 0.85  # an ask this close (share of the best similarity) can stand in for the best
UNLIKELY = 0.05  # confidence below which there is nothing left for a guard to lower
NEAR_MISS_RATIO = 92.0  # Indel ratio in percent at which a near miss vetoes its entry

GAP = "…"  # in a guard's word: up to eight characters of the same clause
REACH = 6  # characters of a clause that a refusal reaches, for each character of its word
_CLAUSE = ",.!?;:。、"  # punctuation after folding
_GAP = rf"[^{_CLAUSE}\s]{{0,8}}?"
_ASKING = re.compile(r"[吗么?]|(?<!是)吧$")
_SCOPE_END = re.compile(r"[了就但才]|直接|还?可以|还?能|怎么")
_NEGATION = re.compile(r"[不没未别][^,.!?;。]{0,2}$")
_EITHER = re.compile(r"(.)[不没]\1")  # 有没有, 能不能
# Characters that say nothing about the topic: a pair with one of them is no shared wording.
_FUNCTION = frozenset(
    "的了吗呢吧啊呀我你您他她它们给就都也还再又在是有要把被这那个一不没很得着过和跟"
)

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_PLACES = {"十": 10, "百": 100}
_UNKNOWN = "0"  # what normalize makes of a masked value


@dataclass(frozen=True, slots=True)
class Guarded:
    """A candidate after the guards; `notes` are Chinese sentences for the proof."""

    candidate: Candidate
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Text:
    """A folded text with what guards have read in it so far; kept for asks, which recur."""

    plain: str
    signs: dict[object, str] = field(default_factory=dict)
    refused: dict[object, dict[str, str]] = field(default_factory=dict)
    numbers: dict[str, set[str]] | None = None


class Guards:
    """The guards of one book, with its asks and near misses prepared."""

    def __init__(self, book: Phrasebook) -> None:
        self._rules = [_compile(g) for g in book.guards]
        self._numbers = _number_pattern(book.guard_units)
        self._asks: dict[str, _Text] = {}
        self._misses = {e.id: _cores(e) for e in book.entries if e.near_misses}

    def apply(self, message: Normalized, candidates: Sequence[Candidate]) -> list[Guarded]:
        """The candidates with lowered confidence where a guard speaks, best first."""
        text = _Text(_plain(message.raw))
        found = [
            self._one(message.core, text, c) if c.confidence >= UNLIKELY else Guarded(c, ())
            for c in candidates
        ]
        return sorted(found, key=lambda g: -g.candidate.confidence)

    def _one(self, core: str, left: _Text, candidate: Candidate) -> Guarded:
        miss = self._near_miss(core, candidate.entry.id)
        if miss:
            veto = f"与反例“{miss}”几乎相同，不采用。"
            return Guarded(replace(candidate, confidence=0.001), (veto,))
        note = self._conflict(left, candidate.ask)
        if not note:
            return Guarded(candidate, ())
        for ask, similarity in candidate.alternatives:
            if similarity < candidate.similarity * CLOSE:
                break
            if not self._conflict(left, ask):
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
        return self._conflict(_Text(_plain(message)), ask)

    def _conflict(self, left: _Text, ask: str) -> str | None:
        right = self._asks.get(ask)
        if right is None:
            right = self._asks[ask] = _Text(_plain(ask))
        for rule in self._rules:
            words = rule.conflict(left, right)
            if words:
                return f"{rule.guard.title}：客户说“{words[0]}”，问法说“{words[1]}”。"
        return self._numbers_differ(left, right)

    def _numbers_differ(self, left: _Text, right: _Text) -> str | None:
        a = self._read_numbers(left)
        b = self._read_numbers(right) if a else {}
        for unit in sorted(a.keys() & b.keys()):
            if not a[unit] & b[unit] and _UNKNOWN not in a[unit] | b[unit]:
                return f"数字不同：客户说{min(a[unit])}{unit}，问法说{min(b[unit])}{unit}。"
        return None

    def _read_numbers(self, text: _Text) -> dict[str, set[str]]:
        if text.numbers is None:
            text.numbers = _numbers(self._numbers, text.plain) if self._numbers else {}
        return text.numbers


class _Words:
    """The words of one guard as one pattern, longer ones first; GAP allows for insertions."""

    def __init__(self, guard: Guard) -> None:
        kinds = dict.fromkeys(guard.neutral, "")
        kinds |= dict.fromkeys(guard.yes, "+") | dict.fromkeys(guard.no, "-")
        words = sorted(kinds, key=lambda w: (len(w.replace(GAP, "")), GAP not in w), reverse=True)
        self._kinds = [kinds[w] for w in words]
        self._pattern = re.compile("|".join(f"({_regex(w)})" for w in words) or r"(?!)")
        self._starts = {normalize(w.split(GAP)[0]).fold[:2] for w in words}

    def find(self, text: str) -> Iterator[tuple[str, re.Match[str]]]:
        """Each word in turn with its kind: "+", "-" or "" for a neutral one."""
        if not any(start in text for start in self._starts):
            return  # most texts have none of the words, and this is forty times quicker
        for match in self._pattern.finditer(text):
            yield self._kinds[(match.lastindex or 1) - 1], match


class _Polarity:
    """A guard with words of both signs: texts of opposite sign conflict."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._words = _Words(guard)

    def conflict(self, left: _Text, right: _Text) -> tuple[str, str] | None:
        """The opposite words of two texts; None when they do not differ in sign."""
        a = self._sign(left)
        b = self._sign(right) if a else ""
        return (a[1:], b[1:]) if a and b and a[0] != b[0] else None

    def _sign(self, text: _Text) -> str:
        """ "+word" or "-word"; "" when the text says neither or both."""
        sign = text.signs.get(self)
        if sign is None:
            found = {kind + match[0] for kind, match in self._words.find(text.plain) if kind}
            sign = min(found) if len({f[0] for f in found}) == 1 else ""
            text.signs[self] = sign
        return sign


class _Refusal:
    """A guard with `no` words only: what follows them in the clause is not wanted.

    A text that refuses what the other one plainly mentions conflicts with it, whatever it is:
    不用转人工 with 转人工. Questions (不用付运费吗) refuse nothing.
    """

    def __init__(self, guard: Guard) -> None:
        self.guard = guard
        self._words = _Words(guard)

    def conflict(self, left: _Text, right: _Text) -> tuple[str, str] | None:
        """The refusal and the wording that it meets; None when nothing refused is wanted."""
        a, b = self._refused(left), self._refused(right)
        for pair, words in a.items():
            if pair not in b and _plainly(pair, right.plain):
                return words, pair
        for pair, words in b.items():
            if pair not in a and _plainly(pair, left.plain):
                return pair, words
        return None

    def _refused(self, text: _Text) -> dict[str, str]:
        """Pairs of characters that are refused, with the words that refuse them.

        One character alone counts when nothing follows it: 没碎, 不退了.
        """
        found = text.refused.get(self)
        if found is None:
            found = text.refused[self] = {}
            plain = _EITHER.sub(r"\1", text.plain)
            for kind, match in self._words.find(plain):
                if kind == "-":
                    scope = _scope(plain, match.end() - 1)[: REACH * len(match[0])]
                    for key in _keys(scope, firm=len(match[0]) > 1):
                        found.setdefault(key, match[0] + scope[1:])
        return found


def _scope(text: str, start: int) -> str:
    """What a refusal at `start` (its last character) is about; empty inside a question."""
    clause = re.split(rf"[{_CLAUSE}\s]", text[start:], maxsplit=1)[0]
    scope = _SCOPE_END.split(clause, maxsplit=1)[0]
    asks = _ASKING.search(clause) or text[start + len(clause) :][:1] == "?"
    return "" if asks and scope == clause else scope


def _keys(scope: str, *, firm: bool) -> list[str]:
    """Pairs of neighbours in a scope; its first character too when firm or when it is alone."""
    pairs = [p for p in map("".join, pairwise(scope)) if not _FUNCTION & set(p) and p.isalnum()]
    content = [c for c in scope[1:] if c not in _FUNCTION and c.isalnum()]
    return pairs + content[:1] if firm or len(content) == 1 else pairs


def _plainly(pair: str, text: str) -> bool:
    """Whether a text says these two characters without a negation shortly before."""
    if pair not in text:
        return False
    text = _EITHER.sub(r"\1", text)
    places = (m.start() for m in re.finditer(re.escape(pair), text))
    return any(not _NEGATION.search(text[:i]) for i in places)


def _compile(guard: Guard) -> _Polarity | _Refusal:
    return _Polarity(guard) if guard.yes else _Refusal(guard)


def _regex(word: str) -> str:
    """A guard's word as a pattern over folded text; nothing matches a word without content."""
    parts = [re.escape(normalize(part).fold) for part in word.split(GAP)]
    return _GAP.join(parts) if any(parts) else r"(?!)"


def guard_problems(guards: Iterable[Guard]) -> list[FileFinding]:
    """Findings for guard examples that do not come out as stated (rule `guard.example`)."""
    found = []
    for guard in guards:
        rule = _compile(guard)
        for example in guard.examples:
            conflict = rule.conflict(_Text(_plain(example.a)), _Text(_plain(example.b)))
            if bool(conflict) != example.conflict:
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


def _plain(text: str) -> str:
    return normalize(text).fold if not text.isascii() else printable(text).lower()


def _cores(entry: Entry) -> list[tuple[str, str]]:
    pairs = ((m.text, normalize(m.text).core) for m in entry.near_misses)
    return [(text, core) for text, core in pairs if core]


def _number_pattern(units: Sequence[str]) -> re.Pattern[str] | None:
    if not units:
        return None
    names = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(rf"(\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)个?({names})")


def _numbers(pattern: re.Pattern[str], text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, unit in pattern.findall(text):
        found.setdefault(unit, set()).add(_value(number))
    return found


def _value(number: str) -> str:
    """A number in digits: 十五 -> 15, 5.0 -> 5."""
    if number[0] not in _DIGITS and number[0] not in _PLACES:
        return f"{float(number):g}"
    total = digit = 0
    for char in number:
        if char in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[char], 0
        else:
            digit = digit * 10 + _DIGITS[char]
    return str(total + digit)
