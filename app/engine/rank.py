"""Message -> entries in order of calibrated confidence.

Logits of the softmax head plus `NEAREST` times the similarity of the nearest ask of each entry
give probabilities over the entries and the class "out of scope". The confidence of an entry is
a logistic function (Platt 1999) of three of its features, see `Calibration`; its constants were
fitted on labelled customer messages, none of which is in the book, and are checked by
cross-fitting in bench/. They use differences within one message only, so adding an unrelated
entry hardly moves them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from app.engine.encode import Encoder, Vectors
from app.engine.features import PINYIN_WEIGHT, Floats, GramWeights, Whitening, fit_whitening
from app.engine.head import Head, fit_head, softmax
from app.engine.index import GramIndex
from app.engine.lexicon import Lexicon
from app.engine.model import Entry, Phrasebook
from app.engine.normalize import Normalized, normalize
from app.engine.spelling import Speller

NEAREST = 4.0
INDEX_SHARPNESS = 24.0  # of the softmax over similarities where no head is fitted
VECTOR_SHARE = 0.5  # of the vectors in the similarity of two texts; grams have the rest
GRAM_LENGTH = 1 + PINYIN_WEIGHT  # squared length of a row of grams: characters and pinyin
HEAD_LIMIT = 6_000_000  # asks x entries up to which fitting the head takes seconds
CANDIDATES = 60
LEAST = 0.001  # confidence is never nought, nor quite one


@dataclass(frozen=True, slots=True)
class Calibration:
    """confidence = sigmoid(bias + odds*x1 + margin*x2 + silence*x3), x as in `features`."""

    bias: float
    odds: float
    margin: float
    silence: float

    def confidence(self, odds: float, margin: float, silence: float) -> float:
        """Chance that the entry fits, within [0.001, 0.999]."""
        z = self.bias + self.odds * odds + self.margin * margin + self.silence * silence
        return min(1 - LEAST, max(LEAST, 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))))


WITH_VECTORS = Calibration(bias=0.2, odds=0.6, margin=0.1, silence=-4.2)
CHARACTERS_ONLY = Calibration(bias=-0.2, odds=0.31, margin=0.37, silence=-2.5)
# For books without out-of-scope wording: nothing there takes probability away from the entries,
# so the margin has to say more. Fitted on questions to a book of 300 entries with 1, 4 and 11
# asks each; the weight of silence was chosen, since no such question is out of scope.
UNBOUNDED_WITH_VECTORS = Calibration(bias=-1.3, odds=0.14, margin=0.98, silence=-2.0)
UNBOUNDED_CHARACTERS_ONLY = Calibration(bias=-1.3, odds=0.2, margin=0.89, silence=-2.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry for one message. `ask` is the nearest ask.

    `probability` is the softmax over entries and silence, `margin` the log ratio to the best
    other entry, `silence` the similarity of the nearest out-of-scope text less that of the ask.
    """

    entry: Entry
    confidence: float
    ask: str
    similarity: float
    probability: float
    margin: float
    silence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    read_as: str = ""
    synonyms: tuple[tuple[str, str], ...] = ()


def features(candidate: Candidate) -> tuple[float, float, float]:
    """What confidence is made from: log odds, margin, silence (see `Candidate`)."""
    p = candidate.probability
    return _log(p) - _log(1 - p), candidate.margin, candidate.silence


@dataclass(frozen=True, slots=True)
class _Line:
    """One labelled text that the ranker learns from; `label` indexes the entries."""

    text: Normalized
    label: int
    ask: str | None


class Ranker:
    """A book fitted for matching. Building it encodes every ask and fits the head."""

    def __init__(self, book: Phrasebook, encoder: Encoder) -> None:
        self.entries = [e for e in book.entries if e.asks]
        self._encoder = encoder
        lines = _lines(book, self.entries)
        cores = [line.text.core for line in lines]
        labels = np.array([line.label for line in lines], dtype=np.intp)
        self._asks = [line.ask or "" for line in lines]
        self._is_ask = np.array([line.ask is not None for line in lines], dtype=bool)
        self._labels = labels
        self.lexicon = Lexicon(book.lexicon)
        wordings = [self.lexicon.canonical(core) for core in cores]
        self._grams = GramWeights(wordings)
        self._speller = Speller(cores) if self._small(len(cores)) else None
        self._gram_rows = self._grams.matrix(wordings)
        vectors = encoder.encode(cores, book=True)
        inside = np.where(labels < len(self.entries), labels, -1)
        self._whiten: Whitening = fit_whitening(vectors, inside)
        self._vectors = self._whiten(vectors)
        self._calibration = _calibration(
            bool(vectors.shape[1]), bounded=bool((labels == len(self.entries)).any())
        )
        self._head = self._fit(labels)
        self._index = GramIndex(wordings) if self._head is None else None
        self._order = np.argsort(labels, kind="stable")
        self._asks_of = (
            [np.flatnonzero((labels == k) & self._is_ask) for k in range(len(self.entries))]
            if self._head is not None
            else []
        )
        self._starts = np.searchsorted(labels[self._order], np.arange(len(self.entries) + 1))

    def _fit(self, labels: npt.NDArray[np.intp]) -> Head | None:
        if not self._small(len(labels)):
            return None
        return fit_head(self._vectors, self._gram_rows, labels, len(self.entries) + 1)

    def _small(self, lines: int) -> bool:
        """Whether fitting a head and a speller takes seconds rather than minutes."""
        return 0 < lines * (len(self.entries) + 1) <= HEAD_LIMIT

    def rank(self, messages: Sequence[Normalized], keep: int = 10) -> list[list[Candidate]]:
        """For each message the best `keep` entries, most confident first.

        A message without content characters gets an empty list.
        """
        full = [i for i, m in enumerate(messages) if m.core]
        found: list[list[Candidate]] = [[] for _ in messages]
        if not full or not self.entries:
            return found
        cores = [messages[i].core for i in full]
        if self._speller:
            cores = [self._speller.correct(core) for core in cores]
        vectors = self._whiten(self._encoder.encode(cores))
        wordings = [self.lexicon.canonical(core) for core in cores]
        grams = self._grams.matrix(wordings)
        for row, i in enumerate(full):
            vector, gram = vectors[row : row + 1], grams[row]
            if self._head is None:
                found[i] = self._rank_by_index(wordings[row], vector, gram, keep)
            else:
                found[i] = self._rank_all(vector, gram, keep)
            read_as = cores[row] if cores[row] != messages[i].core else ""
            synonyms = self.lexicon.used(cores[row])
            if read_as or synonyms:
                found[i] = [replace(c, read_as=read_as, synonyms=synonyms) for c in found[i]]
        return found

    def _rank_all(self, vector: Vectors, gram: sparse.csr_matrix, keep: int) -> list[Candidate]:
        assert self._head is not None
        similarity = self._similarity(vector, gram, slice(None))
        ordered = similarity[self._order]
        nearest = np.full(len(self.entries) + 1, -0.1, dtype=np.float32)
        filled = self._starts < np.append(self._starts[1:], len(ordered))
        nearest[filled] = np.maximum.reduceat(ordered, self._starts[filled])
        logits = self._head.logits(vector, gram) + NEAREST * nearest
        p = softmax(logits)[0]
        return self._candidates(p, nearest, similarity, np.arange(len(similarity)), keep)

    def _rank_by_index(
        self, core: str, vector: Vectors, gram: sparse.csr_matrix, keep: int
    ) -> list[Candidate]:
        assert self._index is not None
        rows = self._index.candidates(core, CANDIDATES)
        if not len(rows):
            return []
        similarity = self._similarity(vector, gram, rows)
        nearest = np.full(len(self.entries) + 1, -0.1, dtype=np.float32)
        np.maximum.at(nearest, self._labels[rows], similarity)
        p = softmax((INDEX_SHARPNESS * nearest)[None, :])[0]
        return self._candidates(p, nearest, similarity, rows, keep)

    def _similarity(
        self, vector: Vectors, gram: sparse.csr_matrix, rows: slice | npt.NDArray[np.intp]
    ) -> Floats:
        # A dense row: a sparse product of matrices costs forty times a product with a vector.
        stored = self._gram_rows if isinstance(rows, slice) else self._gram_rows[rows]
        by_grams = stored @ gram.toarray().ravel() / GRAM_LENGTH
        if not self._vectors.shape[1]:
            return np.asarray(by_grams, dtype=np.float32)
        by_vectors = self._vectors[rows] @ vector[0]
        return np.asarray(
            VECTOR_SHARE * by_vectors + (1 - VECTOR_SHARE) * by_grams, dtype=np.float32
        )

    def _candidates(
        self,
        p: Floats,
        nearest: Floats,
        similarity: Floats,
        rows: npt.NDArray[np.intp],
        keep: int,
    ) -> list[Candidate]:
        none = len(self.entries)
        order = np.argsort(-p[:none], kind="stable")[: max(keep, 2)]
        best = [float(p[k]) for k in order[:2]] + [1e-6]
        found = []
        for rank, k in enumerate(order[:keep]):
            p_next = best[1] if rank == 0 else best[0]
            similar = float(nearest[k])
            asks = self._nearest_asks(int(k), similarity, rows)
            candidate = Candidate(
                entry=self.entries[k],
                confidence=0.0,
                ask=asks[0][0],
                alternatives=asks[1:],
                similarity=max(0.0, min(1.0, similar)),
                probability=float(p[k]),
                margin=_log(float(p[k])) - _log(p_next),
                silence=max(0.0, float(nearest[none])) - similar,
            )
            # Whatever shares nothing with any ask of the entry does not ask for it.
            fits = self._calibration.confidence(*features(candidate))
            confidence = fits if similar > 0 else LEAST
            found.append(replace(candidate, confidence=confidence))
        return sorted(found, key=lambda c: -c.confidence)

    def _nearest_asks(
        self, label: int, similarity: Floats, rows: npt.NDArray[np.intp]
    ) -> tuple[tuple[str, float], ...]:
        if len(rows) == len(self._labels):  # all of them: the rows of an entry are known
            mine = self._asks_of[label]
        else:
            mine = np.flatnonzero((self._labels[rows] == label) & self._is_ask[rows])
        if not len(mine):
            return ((self.entries[label].asks[0].text, 0.0),)
        best = mine[np.argsort(-similarity[mine], kind="stable")[:8]]
        return tuple((self._asks[rows[i]], float(similarity[i])) for i in best)


def _calibration(vectors: bool, *, bounded: bool) -> Calibration:
    if bounded:
        return WITH_VECTORS if vectors else CHARACTERS_ONLY
    return UNBOUNDED_WITH_VECTORS if vectors else UNBOUNDED_CHARACTERS_ONLY


def _lines(book: Phrasebook, entries: Sequence[Entry]) -> list[_Line]:
    """Asks, near misses under the entry that they belong to, and out-of-scope wording."""
    label = {e.id: i for i, e in enumerate(entries)}
    none = len(entries)
    lines = [_Line(normalize(a.text), label[e.id], a.text) for e in entries for a in e.asks]
    for entry in book.entries:
        lines += [
            _Line(normalize(miss.text), label.get(miss.entry or "", none), None)
            for miss in entry.near_misses
        ]
    lines += [_Line(normalize(text), none, None) for text in book.out_of_scope]
    return [line for line in lines if line.text.core]


def _log(x: float) -> float:
    return math.log(max(x, 1e-6))
