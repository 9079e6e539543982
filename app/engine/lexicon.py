"""Synonyms of the trade: wordings of one row count as the same when texts are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from app.engine.normalize import normalize


class Lexicon:
    """Replaces each wording by the first of its row; the longest match from the left wins."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._first: dict[str, str] = {}
        for row in rows:
            cores = [core for word in row if (core := normalize(word).core)]
            for core in cores:
                self._first.setdefault(core, cores[0])
        self._words = list(self._first)
        self._finder = AhoCorasick(self._words, matchkind=MatchKind.LeftmostLongest)

    def canonical(self, core: str) -> str:
        """The core text in standard wording."""
        out, place = [], 0
        for word, start, end in self._finder.find_matches_as_indexes(core):
            out += [core[place:start], self._first[self._words[word]]]
            place = end
        return "".join(out) + core[place:]

    def used(self, core: str) -> tuple[tuple[str, str], ...]:
        """(wording, standard wording) pairs that `canonical` replaces, each once, in order."""
        words = [self._words[w] for w, _, _ in self._finder.find_matches_as_indexes(core)]
        pairs = ((w, self._first[w]) for w in words)
        return tuple(dict.fromkeys(p for p in pairs if p[0] != p[1]))
