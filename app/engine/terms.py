"""Wording that many patterns share, under a name: `{运费}` stands for a term's pattern.

Terms are data (`terms:` in the phrasebook) and may use each other. One with the blank 〇 in it
takes a word: `{拒:退}` is the term 拒 with 退 in place of 〇. `{店铺:名称}` stands for the words of
one of the shop's facts, as listed in it: 新疆、西藏等 gives 新疆 and 西藏.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from app.engine.model import Fact

# No quantifier ({0,8}) and no class of characters (\p{Han}).
_REFERENCE = re.compile(r"(?<!\\[pP])\{([^\d{},][^{}]{0,40})\}")
# Shorthands that every pattern may use without a term: see rule_matcher.
BUILT_IN = frozenset({"数", "…", "，", "rest"})
BLANK = "〇"
FACT = "店铺:"
_LIST = re.compile(r"[、,，;；/\s]|(?:以及|[和与及或])(?=[^\s])")
_TAIL = re.compile(r"(?:等|除外).{0,20}$")
_SIGNS = re.compile(r"([\\.+*?()|\[\]{}^$-])")


def references(pattern: str) -> Iterator[str]:
    """The names of the terms that a pattern uses, with the word that fills a blank."""
    yield from (name for name in _REFERENCE.findall(pattern) if name not in BUILT_IN)


def meaning_of(name: str, terms: Mapping[str, str]) -> str | None:
    """The pattern of a term, its blank filled; None when there is no such term."""
    term, colon, word = name.partition(":")
    if name in terms or not colon:
        return terms.get(name)
    return terms[term].replace(BLANK, f"(?:{word})") if term in terms else None


def expand(pattern: str, terms: Mapping[str, str]) -> str:
    """The pattern with its terms put in, each as a group. Unknown names stay as they are."""

    def meaning(match: re.Match[str]) -> str:
        found = meaning_of(match[1], terms)
        return match[0] if found is None else f"(?:{found})"

    return _REFERENCE.sub(meaning, pattern)


def resolve(terms: Mapping[str, str]) -> dict[str, str]:
    """Terms without references to each other. One that leads back to itself keeps the reference."""
    resolved: dict[str, str] = {}

    def visit(name: str, path: tuple[str, ...]) -> str:
        if name not in resolved:
            path = (*path, name)
            used = {reference.partition(":")[0] for reference in references(terms[name])}
            inner = {n: visit(n, path) for n in sorted(used) if n in terms and n not in path}
            text = expand(terms[name], inner)
            if used & set(path[:-1]):
                return text  # not to be remembered: incomplete inside this circle only
            resolved[name] = text
        return resolved[name]

    for name in terms:
        visit(name, ())
    return resolved


def fact_terms(facts: Mapping[str, Fact]) -> dict[str, str]:
    """A term for each fact: its listed words, of the value and of `otherwise`."""
    found = {}
    for name, fact in facts.items():
        words = listed(fact.value) + listed(fact.otherwise or "")
        if words:
            found[FACT + name] = "|".join(_SIGNS.sub(r"\\\1", word) for word in words)
    return found


def unknown_fact(patterns: Iterable[str], facts: Mapping[str, str]) -> bool:
    """Whether one of the patterns needs a fact that the shop has not told."""
    names = (name for pattern in patterns for name in references(pattern))
    return any(name.startswith(FACT) and name not in facts for name in names)


def listed(value: str) -> list[str]:
    """The words of a list written as text: 新疆、西藏等运费模板标明的地区 -> 新疆, 西藏."""
    return [word for part in _LIST.split(value) if (word := _TAIL.sub("", part.strip()))]
