"""What guards read in a text: signs of polarity, what is refused, numbers with units."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ahocorasick_rs import AhoCorasick

from app.engine.model import FileFinding, Guard
from app.engine.normalize import normalize, printable

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


@dataclass(frozen=True, slots=True)
class Reading:
    """What the guards of a book find in one folded text; rules go by their place in the book.

    `signs`: "+word" or "-word" of a polarity that the text states. `refused`: pairs of
    characters that a refusal is about, with the words that refuse them. `numbers`: by unit.
    """

    plain: str
    signs: Mapping[int, str]
    refused: Mapping[int, Mapping[str, str]]
    numbers: Mapping[str, Collection[str]]


# Where words of a rule may begin: with these characters, or None for any of the rule's words.
_Places = dict[int, str | None]
_Kinds = tuple[re.Pattern[str], list[str]]


class GuardReader:
    """Reads texts with the guards of one book."""

    def __init__(self, guards: Sequence[Guard], units: Sequence[str] = ()) -> None:
        self.titles = [g.title for g in guards]
        self._polar = [bool(g.yes) for g in guards]
        self._words = [_Words(g) for g in guards]
        self._numbers = _number_pattern(units)
        # Most texts have none of the words; one pass over a text tells of which rules it may.
        starts = [(start, i) for i, w in enumerate(self._words) for start in w.starts]
        self._always = {i for start, i in starts if not start}
        self._rules = [(i, start) for start, i in starts if start]
        self._finder = AhoCorasick([start for start, _ in starts if start])

    def read(self, text: str) -> Reading:
        """What the guards find in a text as a customer wrote it."""
        plain = _plain(text)
        signs, refused = {}, {}
        found_at = self._places(plain)
        for i, places in found_at.items():
            if self._polar[i] and (sign := self._sign(i, plain, places)):
                signs[i] = sign
        reduced = _EITHER.sub(r"\1", plain)
        for i, places in (found_at if reduced == plain else self._places(reduced)).items():
            if not self._polar[i] and (found := self._refused(i, reduced, places)):
                refused[i] = found
        return Reading(plain, signs, refused, _numbers(self._numbers, plain))

    def conflict(self, left: Reading, right: Reading) -> tuple[int, str, str] | None:
        """The first rule by which two texts can not mean the same, with the words of each."""
        opposed = [i for i, sign in left.signs.items() if right.signs.get(i, sign)[0] != sign[0]]
        if left.refused or right.refused:
            for i in sorted(left.refused.keys() | right.refused.keys()):
                if opposed and min(opposed) < i:
                    break
                found = self._refusal(i, left, right)
                if found:
                    return i, *found
        if not opposed:
            return None
        i = min(opposed)
        return i, left.signs[i][1:], right.signs[i][1:]

    def _places(self, text: str) -> dict[int, _Places]:
        """Where a word of each rule may begin."""
        places: dict[int, _Places] = {i: dict.fromkeys(range(len(text))) for i in self._always}
        for number, start, _ in self._finder.find_matches_as_indexes(text, overlapping=True):
            rule, beginning = self._rules[number]
            mine = places.setdefault(rule, {})
            mine[start] = None if start in mine else beginning
        return places

    def _sign(self, rule: int, plain: str, places: _Places) -> str:
        """ "+word" or "-word"; "" when the text says neither or both."""
        words = self._words[rule].find(plain, places)
        found = {kind + match[0] for kind, match in words if kind}
        return min(found) if len({f[0] for f in found}) == 1 else ""

    def _refused(self, rule: int, plain: str, places: _Places) -> Mapping[str, str]:
        """Pairs of characters that are refused, with the words that refuse them.

        One character alone counts when nothing follows it: 没碎, 不退了. Questions (不用付运费吗)
        refuse nothing.
        """
        found: dict[str, str] = {}
        for kind, match in self._words[rule].find(plain, places):
            if kind == "-":
                scope = _scope(plain, match.end() - 1)[: REACH * len(match[0])]
                for key in _keys(scope, firm=len(match[0]) > 1):
                    found.setdefault(key, match[0] + scope[1:])
        return found

    def _refusal(self, rule: int, left: Reading, right: Reading) -> tuple[str, str] | None:
        """The refusal and the wording that it meets: 不用转人工 with 转人工."""
        a, b = left.refused.get(rule, {}), right.refused.get(rule, {})
        for pair, words in a.items():
            if pair not in b and _plainly(pair, right.plain):
                return words, pair
        for pair, words in b.items():
            if pair not in a and _plainly(pair, left.plain):
                return pair, words
        return None


class _Words:
    """The words of one guard as one pattern, longer ones first; GAP allows for insertions."""

    def __init__(self, guard: Guard) -> None:
        kinds = dict.fromkeys(guard.neutral, "")
        kinds |= dict.fromkeys(guard.yes, "+") | dict.fromkeys(guard.no, "-")
        words = sorted(kinds, key=lambda w: (len(w.replace(GAP, "")), GAP not in w), reverse=True)
        every = [(_regex(w), kinds[w]) for w in words]
        beginnings = [normalize(w.split(GAP)[0]).fold[:2] for w in words]
        self.starts = set(beginnings)
        # Under None all of them. Compiled when they are first needed.
        self._by_start: dict[str | None, list[tuple[str, str]]] = {None: every}
        for word, start in zip(every, beginnings, strict=True):
            self._by_start.setdefault(start, []).append(word)
        self._patterns: dict[str | None, _Kinds] = {}

    def find(self, text: str, places: _Places) -> Iterator[tuple[str, re.Match[str]]]:
        """Each word that begins at one of the places, left to right, with its kind.

        Kinds are "+", "-" and "" for a neutral word; words do not overlap.
        """
        end = 0
        for place in sorted(places):
            if place < end:
                continue
            pattern, kinds = self._patterns.get(places[place]) or self._pattern(places[place])
            match = pattern.match(text, place)
            if match:
                end = match.end()
                yield kinds[(match.lastindex or 1) - 1], match

    def _pattern(self, start: str | None) -> _Kinds:
        made = self._patterns[start] = _any_of(self._by_start[start])
        return made


def _any_of(words: Sequence[tuple[str, str]]) -> _Kinds:
    """One pattern for several with their kinds; its groups have the numbers of the kinds."""
    joined = "|".join(f"({pattern})" for pattern, _ in words)
    return re.compile(joined or r"(?!)"), [kind for _, kind in words]


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


def _regex(word: str) -> str:
    """A guard's word as a pattern over folded text; nothing matches a word without content."""
    parts = [re.escape(normalize(part).fold) for part in word.split(GAP)]
    return _GAP.join(parts) if any(parts) else r"(?!)"


def guard_problems(guards: Iterable[Guard]) -> list[FileFinding]:
    """Findings for guard examples that do not come out as stated (rule `guard.example`)."""
    found = []
    for guard in guards:
        reader = GuardReader([guard])
        for example in guard.examples:
            conflict = reader.conflict(reader.read(example.a), reader.read(example.b))
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


def _number_pattern(units: Sequence[str]) -> re.Pattern[str] | None:
    if not units:
        return None
    names = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(rf"(\d+(?:\.\d+)?|[零一二两三四五六七八九十百]+)个?({names})")


def _numbers(pattern: re.Pattern[str] | None, text: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, unit in pattern.findall(text) if pattern else ():
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
