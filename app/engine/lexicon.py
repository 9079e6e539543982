"""Synonyms of the trade: wordings of one row count as the same when texts are compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ahocorasick_rs import AhoCorasick, MatchKind

from app.engine.normalize import normalize


class Lexicon:
    """Replaces each wording by the first of its row; the longest match from the left wins.

    Attributes:
        words: the core texts of all wordings, each once.
    """

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._first: dict[str, str] = {}
        for row in rows:
            cores = [core for word in row if (core := normalize(word).core)]
            for core in cores:
                self._first.setdefault(core, cores[0])
        self.words = list(self._first)
        self._finder = AhoCorasick(self.words, matchkind=MatchKind.LeftmostLongest)

    def read(self, core: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The core text in standard wording, and the (wording, standard wording) replaced.

        Each pair stands once, in the order of the text.
        """
        found = self._finder.find_matches_as_indexes(core)
        if not found:
            return core, ()
        out, place, pairs = [], 0, {}
        for number, start, end in found:
            word = self.words[number]
            out += [core[place:start], self._first[word]]
            if word != self._first[word]:
                pairs[word, self._first[word]] = True
            place = end
        return "".join(out) + core[place:], tuple(pairs)

    def canonical(self, core: str) -> str:
        """The core text in standard wording."""
        return self.read(core)[0]
