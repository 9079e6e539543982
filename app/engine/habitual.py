"""Which clauses of a draft are habitual wording.

A clause is habitual when a pattern matches all of it, or when it says the same as a listed wording
(`clauses.closest`). For patterns 你 stands for 您 too; a filler before (其实) and particles or an
address behind (啊、亲) may be there; a conjunction before (但是) stays where it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import accumulate

import re2

from app.engine.clauses import (
    WINDOW,
    Clause,
    clauses,
    closest,
    core,
    joined,
    may_lack,
    needed,
    short_core,
)
from app.engine.model import Rewrite, Span
from app.engine.prefilter import Prefilter
from app.engine.rule_matcher import compile_pattern, sound

# Habitual wording as short as 在 or 没有 is only curt when it is the whole message.
_BRIEF = 3
# A message longer than this is more than that, whatever is said to the customer with it.
_LONGEST_BRIEF = 40
_ADDRESS = re.compile("亲爱的|亲亲|亲|客官")

_JOINS = "但是|但|不过|可是|所以|因为|因此|而且|另外|然后|那么|还有|不然|否则"
_CALLS = "好的|好吧|不好意思|非常抱歉|很抱歉|抱歉|对不起|您好|你好"
_FILLERS = (
    "其实|真的|就是|那个|这个|那|说实话|老实说|说真的|实在是|实在|主要是|关键是|问题是|实际上|的确|"
    "确实|我跟你说|跟你说|我说|你看|反正|毕竟|我们这边|我这边|这边|这里|请问|麻烦|哎呀|哎|唉|诶|额|"
    "呃|嗯|啊|哦|喂|哈"
)
_TAIL = "[啊呀哦呢哈嘛呗啦哟喔噢嗯吧呐咯额滴哒的了]|亲爱的|亲"
_BEFORE = f"(?P<join>{_JOINS})?(?P<call>(?:{_CALLS})亲?)??(?:{_FILLERS}){{0,2}}"
_BEHIND = f"(?:{_TAIL}){{0,5}}"
# Private use: stand round each clause while all are looked through in one pass.
_OPEN, _SHUT = "\ue001", "\ue002"
# What in a pattern may match any character, those two included.
_ANY = re.compile(r"\\.|\[\^?(?:\\.|[^\]\\])*\]|\.")
# What ends a clause, as in clauses.py; where a pattern may match that.
_ENDS = ",。!?;:~、…"
_CLASS = re.compile(r"\[\^?(?:\\.|[^\]\\])*\]")
_EDGE = re.compile(r"[$^]|\\[AbBzQ]")
_SYNTAX = re.compile(r"\(\?(?:P<\w+>|:)|\{\d+(?:,\d*)?\}")
_END = re.compile(r"[,。!;:~、…\s.]|\\[?.sSWDPpn]")


@dataclass(frozen=True, slots=True)
class Said:
    """What of a draft is habitual. `rest` is kept.

    `joined`: what stands before goes on without a comma (但是). `brief`: only where the clause is
    the whole message.
    """

    rule: int
    start: int
    end: int
    rest: Span | None = None
    joined: bool = False
    brief: bool = False


class Habitual:
    """The habitual wording of all sentence rules. Rules are named by their number."""

    def __init__(self, rules: Sequence[Rewrite]) -> None:
        self._patterns = _Patterns(rules)
        self._wordings = _Wordings(rules)

    def readings(self, folded: str, settled: set[str]) -> Iterator[tuple[Clause, Sequence[Said]]]:
        """Runs of clauses with what each may be taken for, the best first; longest runs first.

        `settled` are texts of runs that are known to be nothing habitual; more are added.
        """
        subject = folded.replace("您", "你").replace(_OPEN, " ").replace(_SHUT, " ")
        message = _message(folded)
        patterns = self._patterns.possible(subject, short=message != "")
        near = self._wordings.possible(set(subject))
        if not patterns and not near.telling and not message:
            return
        singles = clauses(folded)
        window = WINDOW if near.telling or any(pattern.wide for pattern in patterns) else 1
        runs = [
            singles[first : first + length]
            for length in range(window, 0, -1)
            for first in range(len(singles) - length + 1)
        ]
        texts = [subject[run[0].start : run[-1].end] for run in runs]
        if not message:
            new = [number for number, text in enumerate(texts) if text not in settled]
            runs, texts = [runs[number] for number in new], [texts[number] for number in new]
        found = _said_by(patterns, texts, runs)
        for number, text in enumerate(texts):
            readings: Sequence[Said] = found.get(number, ())
            if message or not near.telling.isdisjoint(text):
                close = self._wordings.said(joined(runs[number]), near, message)
                readings = [*readings, *close]
            if readings:
                yield joined(runs[number]), readings
            else:
                settled.add(text)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """`inner` is the pattern as written, `whole` with what may stand round it.

    `wide`: may match more than one clause. `brief`: of a rule for curt messages, which must be the
    whole message. `fixed`: matches in a clause as in the whole text, for it asks for no edge.
    """

    inner: re2._Regexp
    whole: re2._Regexp
    rule: int
    wide: bool
    brief: bool
    fixed: bool


class _Patterns:
    """The patterns of all rules; what names the whole clause goes before what takes any rest."""

    def __init__(self, rules: Sequence[Rewrite]) -> None:
        found = []
        for number, rule in enumerate(rules):
            brief = bool(rule.habitual) and all(len(text) <= _BRIEF for text in rule.habitual)
            for pattern in sound(rule.patterns, rule.terms):
                inner = compile_pattern(pattern.replace("您", "你"))
                said = f"(?P<said>{_shut_in(inner.pattern)})"
                whole = compile_pattern(f"{_OPEN}{_BEFORE}{said}{_BEHIND}{_SHUT}")
                wide = not _stays_in_clause(inner.pattern)
                fixed = not _EDGE.search(_CLASS.sub("", inner.pattern))
                found.append(_Pattern(inner, whole, number, wide, brief, fixed))
        self._all = sorted(found, key=lambda pattern: "rest" in pattern.whole.groupindex)
        self._prefilter = Prefilter(pattern.inner for pattern in self._all)

    def possible(self, subject: str, short: bool) -> list[_Pattern]:
        """The patterns that may match part of a draft. Only a short message may be curt."""
        data = subject.encode()
        known = self._prefilter.possible(data)
        likely = (p for p in self._all if p.inner in known and (short or not p.brief))
        return [p for p in likely if not p.fixed or p.inner.search(data)]


@dataclass(frozen=True, slots=True)
class _Possible:
    """Wordings that a draft may hold: their cores and the rule of each.

    A clause without any of the characters `telling` says the same as none of them.
    """

    cores: Sequence[str]
    rules: Sequence[int]
    telling: Set[str]


_NONE = _Possible((), (), frozenset())


class _Wordings:
    """The habitual wordings of all rules, ready to be compared with the cores of clauses."""

    def __init__(self, rules: Sequence[Rewrite]) -> None:
        habitual = [(text, number) for number, rule in enumerate(rules) for text in rule.habitual]
        self._brief = {short_core(t): number for t, number in habitual if len(t) <= _BRIEF}
        self._long = [(core(text), n) for text, n in habitual if len(core(text)) > _BRIEF]
        self._needs = [(needed(text), may_lack(text)) for text, _ in self._long]
        # A draft that lacks more of a wording's characters than a close one may lack holds no
        # clause that says the same. So each wording is looked up by the rarest of its characters.
        seen = Counter(character for need, _ in self._needs for character in need)
        self._by_character: dict[str, list[int]] = {}
        for number, (need, slack) in enumerate(self._needs):
            for character in sorted(need, key=lambda c: (seen[c], c))[: slack + 1]:
                self._by_character.setdefault(character, []).append(number)

    def possible(self, characters: Set[str]) -> _Possible:
        """The wordings that some clause of a draft with these characters may resemble."""
        near, telling = set(), set()
        for character in self._by_character.keys() & characters:
            for number in self._by_character[character]:
                need, slack = self._needs[number]
                if len(need - characters) <= slack:
                    near.add(number)
                    telling.add(character)
        wordings = [self._long[number] for number in sorted(near)]
        return _Possible([text for text, _ in wordings], [rule for _, rule in wordings], telling)

    def said(self, run: Clause, near: _Possible, message: str) -> Sequence[Said]:
        """The reading of a run of clauses that says the same as a wording.

        `message` is the core of the whole message where that is short, and may be a curt one.
        """
        if message and run.parts == 1 and message in self._brief and run.core == core(message):
            return (Said(self._brief[message], run.start, run.end, brief=True),)
        if len(run.core) <= _BRIEF or near.telling.isdisjoint(run.core):
            return ()
        index = closest(run.core, near.cores)
        return () if index is None else (Said(near.rules[index], run.start, run.end),)


def is_all(run: Clause, folded: str) -> bool:
    """Whether a clause is all that a message says."""
    return run.parts == 1 and run.core == core(_message(folded))


def _message(folded: str) -> str:
    """The core of a message that may be nothing but 在 or 没有, with 的 and 了; else empty."""
    return short_core(_ADDRESS.sub("", folded)) if len(folded) < _LONGEST_BRIEF else ""


def _said_by(
    patterns: Sequence[_Pattern], texts: Sequence[str], runs: Sequence[Sequence[Clause]]
) -> dict[int, list[Said]]:
    """Number of a text -> what the patterns that match all of it take it for, in order.

    The texts of single clauses come last.
    """
    found: dict[int, list[Said]] = {}
    if not patterns or not texts:
        return found
    # All texts as one, so that each pattern is tried once.
    together = f"{_OPEN}{f'{_SHUT}{_OPEN}'.join(texts)}{_SHUT}"
    places = list(accumulate((len(text) + 2 for text in texts), initial=0))
    single = places[sum(len(run) > 1 for run in runs)]
    for pattern in patterns:
        skipped = 0 if pattern.wide else single
        for match in pattern.whole.finditer(together[skipped:]):
            number = bisect_right(places, match.start() + skipped) - 1
            shift = runs[number][0].start - places[number] - 1 + skipped
            found.setdefault(number, []).append(_said(match, pattern, shift))
    return found


def _stays_in_clause(pattern: str) -> bool:
    """Whether a folded pattern cannot match what ends a clause. False where that is not sure."""
    for found in _CLASS.findall(pattern):
        ends = [end in found for end in (*_ENDS, "\\s")]
        if not (all(ends) if found.startswith("[^") else not any(ends)):
            return False
    return not _END.search(_SYNTAX.sub("", _CLASS.sub("", pattern)))


def _shut_in(pattern: str) -> str:
    """A pattern that does not match the signs round clauses."""

    def narrowed(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith("[^"):
            return f"[^{_OPEN}{_SHUT}{found[2:]}"
        if found in (r"\S", r"\D", r"\W"):
            return f"[^{_OPEN}{_SHUT}{found.lower()}]"
        return f"[^{_OPEN}{_SHUT}\\n]" if found == "." else found

    return _ANY.sub(narrowed, pattern)


def _said(match: re2._Match, pattern: _Pattern, shift: int) -> Said:
    """The part of a clause that the group `word` names, or all of it but what is kept before it.

    `shift` leads from an offset of the match to one of the draft.
    """
    spans = {
        name: (match.start(group) + shift, match.end(group) + shift)
        for name, group in pattern.whole.groupindex.items()
        if match.start(group) >= 0
    }
    said, word = spans["said"], spans.get("word", spans["said"])
    before = spans.get("call") or spans.get("join") or (0, match.start() + 1 + shift)
    start = before[1] if word[0] == said[0] else word[0]
    end = match.end() - 1 + shift if word[1] == said[1] else word[1]
    joined = "join" in spans and start == spans["join"][1]
    return Said(pattern.rule, start, end, spans.get("rest"), joined, pattern.brief)
