"""Message -> entries in order of calibrated confidence.

Logits of the softmax head plus `NEAREST` times the similarity of the nearest ask of each entry
give probabilities over the entries and the class "out of scope"; `calibration.py` makes the
confidence of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter

import numpy as np

from app.engine.calibration import LEAST, calibration
from app.engine.encode import Encoder
from app.engine.features import (
    PINYIN_WEIGHT,
    Floats,
    GramColumns,
    GramRow,
    GramRows,
    GramWeights,
)
from app.engine.head import Forgetful, Memory, fit_head, softmax
from app.engine.index import GramIndex
from app.engine.lexicon import Lexicon
from app.engine.lines import Lines, lines_of
from app.engine.model import Entry, Phrasebook
from app.engine.normalize import Normalized
from app.engine.spelling import Speller
from app.engine.whitening import fit_whitening

NEAREST = 4.0
PLAIN = 0.5  # of the plain vectors in those of a book with one ask an entry
SCARCE = 0.1  # scarcity from which plain vectors are worth twice the columns
INDEX_SHARPNESS = 24.0  # of the softmax over similarities where no head is fitted
VECTOR_SHARE = 0.5  # of the vectors in the similarity of two texts; grams have the rest
VECTOR_MORE = 0.3  # that share grows by this where an entry has one ask
GRAM_LENGTH = 1 + PINYIN_WEIGHT  # squared length of a row of grams: characters and pinyin
HEAD_LIMIT = 6_000_000  # asks x entries up to which fitting the head takes seconds
CANDIDATES = 60
NOTHING = -0.1  # similarity to an entry none of whose asks was compared

TINY = 1e-6  # probabilities below count as this one
ALTERNATIVES = 8

_confidence = attrgetter("confidence")

NearAsks = tuple[tuple[str, float], ...]
# An entry's asks that were compared, and how similar they are.
_Near = Callable[[int], tuple[Sequence[int], Floats]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry for one message. `ask` is the nearest ask.

    `probability` is the softmax over entries and silence, `margin` the log ratio to the best
    other entry, `silence` the similarity of the nearest out-of-scope text less that of the ask.
    `alternatives` gives the next nearest asks with their similarities, nearest first.
    """

    entry: Entry
    confidence: float
    ask: str
    similarity: float
    probability: float
    margin: float
    silence: float
    alternatives: Callable[[], NearAsks] = field(default=tuple, compare=False)
    read_as: str = ""
    synonyms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Message:
    """What the matcher sees of a message: after spelling, in standard wording, as numbers."""

    core: str
    wording: str
    grams: GramRow
    vector: Floats
    read_as: str
    synonyms: tuple[tuple[str, str], ...]


class Ranker:
    """A book fitted for matching. Building it encodes every ask and fits the head."""

    def __init__(self, book: Phrasebook, encoder: Encoder, memory: Memory | None = None) -> None:
        self.entries = [e for e in book.entries if e.asks]
        self._encoder = encoder
        self._lines = lines = lines_of(book, self.entries)
        self._asks = lines.asks
        self.lexicon = Lexicon(book.lexicon)
        wordings = [self.lexicon.canonical(core) for core in lines.cores]
        small = 0 < len(wordings) * (len(self.entries) + 1) <= HEAD_LIMIT
        self._grams = GramWeights(wordings)
        rows = GramRows([self._grams.row(w) for w in wordings])
        vectors = encoder.encode(lines.cores, book=True)
        inside = np.where(lines.labels < len(self.entries), lines.labels, -1)
        self._scarcity = _scarcity(lines) if small else 0.0
        self._share = VECTOR_SHARE + VECTOR_MORE * self._scarcity
        plain = PLAIN * self._scarcity if self._scarcity >= SCARCE else 0.0
        self._whiten = fit_whitening(vectors, inside, widths=encoder.parts, plain=plain)
        self._vectors = self._whiten(vectors)
        self._calibration = calibration(bool(vectors.shape[1]), bounded=lines.bounded)
        ends = zip(lines.starts.tolist(), lines.ends.tolist(), strict=False)
        self._asks_of = [slice(*both) for both in ends]
        self._filled = lines.starts[:-1] < lines.starts[1:]
        self._first_lines = lines.starts[:-1][self._filled]
        self._rows = rows
        self._ahead: dict[str, Floats] = {}
        self._small = None
        if small:
            classes = len(self.entries) + 1
            head = fit_head(self._vectors, rows, lines.labels, classes, memory or Forgetful())
            self._small = head, GramColumns(rows), Speller(lines.cores)
        else:
            self._index = GramIndex(wordings)

    def rank(self, messages: Sequence[Normalized], keep: int = 10) -> list[list[Candidate]]:
        """For each message the best `keep` entries, most confident first.

        A message without content characters gets an empty list.
        """
        full = [i for i, m in enumerate(messages) if m.core]
        found: list[list[Candidate]] = [[] for _ in messages]
        if not full or not self.entries:
            return found
        for i, seen in zip(full, self._seen([messages[i].core for i in full]), strict=True):
            found[i] = self._rank_all(seen, keep) if self._small else self._by_index(seen, keep)
        return found

    def ahead(self, messages: Sequence[Normalized]) -> None:
        """Compares many messages with every line at once, which is quicker; forgets those before.

        For whoever knows what will be asked. Raises as the encoder does.
        """
        self._ahead = {}
        cores = list(dict.fromkeys(m.core for m in messages if m.core))
        if not (self._small and self._vectors.shape[1] and cores):
            return
        texts = [self._small[2].correct(core) for core in cores]
        vectors = np.float32(self._share) * self._whiten(self._encoder.encode(texts))
        self._ahead = dict(zip(texts, vectors @ self._vectors.T, strict=True))

    def _seen(self, cores: Sequence[str]) -> list[_Message]:
        corrected = [self._small[2].correct(c) for c in cores] if self._small else list(cores)
        vectors = self._whiten(self._encoder.encode(corrected))
        seen = []
        for core, text, vector in zip(cores, corrected, vectors, strict=True):
            wording, synonyms = self.lexicon.read(text)
            read_as = text if text != core else ""
            seen.append(
                _Message(text, wording, self._grams.row(wording), vector, read_as, synonyms)
            )
        return seen

    def _rank_all(self, seen: _Message, keep: int) -> list[Candidate]:
        assert self._small is not None
        head, columns, _ = self._small
        similarity = self._blend(columns.times(seen.grams), self._vectors, seen)
        nearest = np.full(len(self._filled), NOTHING, dtype=np.float32)
        nearest[self._filled] = np.maximum.reduceat(similarity, self._first_lines)
        p = softmax(self._logits(head.logits(seen.vector, seen.grams), nearest))

        def near(label: int) -> tuple[Sequence[int], Floats]:
            mine = self._asks_of[label]
            return range(mine.start, mine.stop), similarity[mine]

        return self._candidates(p, nearest, near, seen, keep)

    def _logits(self, learnt: Floats, nearest: Floats) -> Floats:
        """What the head says and how near the nearest ask is; the latter more for few asks."""
        rare = self._scarcity if self._vectors.shape[1] else 0.0
        return np.asarray((1 - rare / 2) * learnt + NEAREST * (1 + rare) * nearest)

    def _by_index(self, seen: _Message, keep: int) -> list[Candidate]:
        lines = self._index.candidates(seen.wording, CANDIDATES)
        if not len(lines):
            return []
        grams = self._rows.times(lines, seen.grams)
        similarity = self._blend(grams, self._vectors[lines], seen)
        labels = self._lines.labels[lines]
        nearest = np.full(len(self._filled), NOTHING, dtype=np.float32)
        np.maximum.at(nearest, labels, similarity)

        def near(label: int) -> tuple[Sequence[int], Floats]:
            mine = (labels == label) & (lines < self._lines.ends[label])
            return lines[mine].tolist(), similarity[mine]

        return self._candidates(softmax(INDEX_SHARPNESS * nearest), nearest, near, seen, keep)

    def _blend(self, by_grams: Floats, vectors: Floats, seen: _Message) -> Floats:
        """Similarities of lines to a message, of grams and vectors together."""
        if not vectors.shape[1]:
            return by_grams / np.float32(GRAM_LENGTH)
        by_grams *= np.float32((1 - self._share) / GRAM_LENGTH)
        known = self._ahead.get(seen.core) if self._ahead and vectors is self._vectors else None
        if known is None:
            known = vectors @ (np.float32(self._share) * seen.vector)
        return np.asarray(by_grams + known)

    def _candidates(
        self, p: Floats, nearest: Floats, near: _Near, seen: _Message, keep: int
    ) -> list[Candidate]:
        """The `keep` most probable entries; `nearest` has the similarity of each class."""
        none = len(self.entries)
        order = np.argsort(-p[:none], kind="stable")[: max(keep, 2)].tolist()
        chances, similar = p.tolist(), nearest.tolist()
        logs = [*[_log(chances[label]) for label in order], _log(TINY)]
        silent = max(0.0, similar[none])
        found = []
        for place, label in enumerate(order[:keep]):
            entry, chance, alike = self.entries[label], chances[label], similar[label]
            margin, silence = logs[place] - logs[1 if place == 0 else 0], silent - alike
            confidence = LEAST  # whatever shares nothing with any ask does not ask for the entry
            if alike > 0:
                odds = logs[place] - _log(1 - chance)
                confidence = self._calibration.confidence(odds, margin, silence)
            lines, likeness = near(label)
            found.append(
                Candidate(
                    entry,
                    confidence,
                    self._asks[lines[int(likeness.argmax())]] if lines else entry.asks[0].text,
                    max(0.0, min(1.0, alike)),
                    chance,
                    margin,
                    silence,
                    partial(self._alternatives, lines, likeness),
                    seen.read_as,
                    seen.synonyms,
                )
            )
        found.sort(key=_confidence, reverse=True)
        return found

    def _alternatives(self, lines: Sequence[int], similarity: Floats) -> NearAsks:
        best = np.argsort(-similarity, kind="stable")[1:ALTERNATIVES]
        return tuple((self._asks[lines[i]], float(similarity[i])) for i in best.tolist())


def _scarcity(lines: Lines) -> float:
    """How little a head can learn from the asks: 1 with one an entry, a quarter with two."""
    asks = int((lines.ends - lines.starts[:-1])[:-1].sum())
    return ((len(lines.starts) - 2) / max(1, asks)) ** 2


def features(candidate: Candidate) -> tuple[float, float, float]:
    """What confidence is made from: log odds, margin, silence (see `Calibration`)."""
    return log_odds(candidate.probability), candidate.margin, candidate.silence


def log_odds(p: float) -> float:
    """ln(p / (1 - p)), finite for 0 and 1 too."""
    return _log(p) - _log(1 - p)


def _log(x: float) -> float:
    return math.log(max(x, TINY))
