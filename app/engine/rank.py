"""Message -> entries in order of calibrated confidence.

Logits of the softmax head plus `NEAREST` times the similarity of the nearest ask of each entry
give probabilities over the entries and the class "out of scope"; `calibration.py` makes the
confidence of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

import numpy as np

from app.engine.calibration import LEAST, calibration
from app.engine.candidate import TINY, Candidate, NearAsks, log
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
from app.engine.line_vectors import LineVectors, principal
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

ALTERNATIVES = 8

_confidence = attrgetter("confidence")
_NO_VECTOR = np.zeros(0, dtype=np.float32)

# An entry's asks that were compared, and how similar they are.
_Near = Callable[[int], tuple[Sequence[int], Floats]]


@dataclass(frozen=True, slots=True)
class _Message:
    """What the matcher sees of a message: after spelling, in standard wording, as numbers."""

    core: str
    wording: str
    grams: GramRow
    vector: Floats
    rough: Floats | None  # similarities of its vector to all lines, see LineVectors
    read_as: str
    synonyms: tuple[tuple[str, str], ...]


class Ranker:
    """A book fitted for matching. Building it encodes every ask and fits the head."""

    def __init__(
        self,
        book: Phrasebook,
        encoder: Encoder,
        memory: Memory | None = None,
        lines: Lines | None = None,
    ) -> None:
        """`lines` are those of the book, for whoever has them."""
        self.entries = _entries(book)
        self._encoder = encoder
        self._lines = lines = lines or lines_of(book, self.entries)
        self.lexicon, self._synonyms = Lexicon(book.lexicon), book.lexicon
        wordings = [self.lexicon.canonical(core) for core in lines.cores]
        small = 0 < len(wordings) * (len(self.entries) + 1) <= HEAD_LIMIT
        self._grams = GramWeights(wordings)
        rows = GramRows([self._grams.row(w) for w in wordings])
        vectors = encoder.encode(lines.cores, book=True)
        inside = np.where(lines.labels < len(self.entries), lines.labels, -1)
        self._scarcity = _scarcity(lines) if small else 0.0
        share = VECTOR_SHARE + VECTOR_MORE * self._scarcity if vectors.shape[1] else 0.0
        self._share, self._gram_share = np.float32(share), np.float32((1 - share) / GRAM_LENGTH)
        plain = PLAIN * self._scarcity if self._scarcity >= SCARCE else 0.0
        self._whiten = fit_whitening(vectors, inside, widths=encoder.parts, plain=plain)
        whitened = self._whiten(vectors)
        self._has_vectors = bool(vectors.shape[1])
        self._calibration = calibration(self._has_vectors, bounded=lines.bounded)
        ends = zip(lines.starts.tolist(), lines.ends.tolist(), strict=False)
        self._asks_of = [slice(*both) for both in ends]
        self._filled = lines.starts[:-1] < lines.starts[1:]
        self._first_lines = lines.starts[:-1][self._filled]
        self._rows = rows
        self._ahead: dict[str, _Message] = {}
        self._small = None
        if small:
            classes = len(self.entries) + 1
            directions = principal(whitened)
            self._whiten, whitened = self._whiten.turned(directions), whitened @ directions
            head = fit_head(whitened, rows, lines.labels, classes, memory or Forgetful())
            speller = Speller([*lines.cores, *self.lexicon.words])
            self._small = head, GramColumns(rows), LineVectors(whitened), speller
        else:
            self._index, self._vectors = GramIndex(wordings), whitened

    def fitted_to(self, book: Phrasebook, encoder: Encoder, memory: Memory | None) -> Ranker:
        """Another book's ranker: the same fit where lines, synonyms and encoder are the same.

        Not with an encoder in another process, whose vectors may be others by now.
        """
        entries = _entries(book)
        lines = lines_of(book, entries)
        alike = book.lexicon == self._synonyms and lines.read_alike(self._lines)
        if not alike or encoder is not self._encoder or encoder.remote:
            return Ranker(book, encoder, memory, lines)
        other = copy(self)
        other.entries, other._lines = entries, lines
        return other

    def rank(
        self, messages: Sequence[Normalized], keep: int = 10, floor: float = 0.0
    ) -> list[list[Candidate]]:
        """For each message the best `keep` entries, most confident first.

        Beside the two most probable only those of confidence `floor` or more. A message without
        content characters gets an empty list.
        """
        full = [i for i, m in enumerate(messages) if m.core]
        found: list[list[Candidate]] = [[] for _ in messages]
        if not full or not self.entries:
            return found
        for i, one in zip(full, self._seen([messages[i].core for i in full]), strict=True):
            if self._small:
                found[i] = self._rank_all(one, keep, floor)
            else:
                found[i] = self._by_index(one, keep, floor)
        return found

    def ahead(self, messages: Sequence[Normalized]) -> None:
        """Encodes many messages at once, which is quicker; forgets those before.

        For whoever knows what will be asked. Raises as the encoder does.
        """
        self._ahead = {}
        cores = list(dict.fromkeys(m.core for m in messages if m.core))
        if self._small and self._has_vectors and cores:
            self._ahead = dict(zip(cores, self._read(cores), strict=True))

    def _seen(self, cores: Sequence[str]) -> list[_Message]:
        known = self._ahead
        missing = [core for core in cores if core not in known] if known else cores
        if missing:
            known = {**known, **dict(zip(missing, self._read(missing), strict=True))}
        return [known[core] for core in cores]

    def _read(self, cores: Sequence[str]) -> list[_Message]:
        texts = [self._small[3].correct(c) for c in cores] if self._small else cores
        vectors = self._whiten(self._encoder.encode(texts)) if self._has_vectors else None
        rough: Sequence[Floats | None] = [None] * len(texts)
        if self._small and vectors is not None:
            rough = list(self._small[2].roughly(vectors))
        seen = []
        for i, (core, text) in enumerate(zip(cores, texts, strict=True)):
            wording, synonyms = self.lexicon.read(text)
            grams = self._grams.row(wording)
            vector = _NO_VECTOR if vectors is None else vectors[i]
            read_as = text if text != core else ""
            seen.append(_Message(text, wording, grams, vector, rough[i], read_as, synonyms))
        return seen

    def _rank_all(self, seen: _Message, keep: int, floor: float) -> list[Candidate]:
        assert self._small is not None
        head, columns, vectors, _ = self._small
        similarity = columns.times(seen.grams)
        similarity *= self._gram_share
        if seen.rough is not None:
            similarity += self._share * seen.rough
            vectors.refine(similarity, self._share * seen.vector)
        nearest = np.maximum.reduceat(similarity, self._first_lines)
        if len(nearest) < len(self._filled):
            nearest = self._with_nothing(nearest)
        p = softmax(self._logits(head.logits(seen.vector, seen.grams), nearest))

        def near(label: int) -> tuple[Sequence[int], Floats]:
            mine = self._asks_of[label]
            return range(mine.start, mine.stop), similarity[mine]

        return self._candidates(p, nearest, near, seen, keep, floor)

    def _with_nothing(self, nearest: Floats) -> Floats:
        """Similarities of the classes that have lines, and of those that have none."""
        every = np.full(len(self._filled), NOTHING, dtype=np.float32)
        every[self._filled] = nearest
        return every

    def _logits(self, learnt: Floats, nearest: Floats) -> Floats:
        """What the head says and how near the nearest ask is; the latter more for few asks."""
        rare = self._scarcity if self._has_vectors else 0.0
        return np.asarray((1 - rare / 2) * learnt + NEAREST * (1 + rare) * nearest)

    def _by_index(self, seen: _Message, keep: int, floor: float) -> list[Candidate]:
        lines = self._index.candidates(seen.wording, CANDIDATES)
        if not len(lines):
            return []
        similarity = self._rows.times(lines, seen.grams) * self._gram_share
        if self._has_vectors:
            similarity += self._vectors[lines] @ (self._share * seen.vector)
        labels = self._lines.labels[lines]
        nearest = np.full(len(self._filled), NOTHING, dtype=np.float32)
        np.maximum.at(nearest, labels, similarity)

        def near(label: int) -> tuple[Sequence[int], Floats]:
            mine = (labels == label) & (lines < self._lines.ends[label])
            return lines[mine].tolist(), similarity[mine]

        return self._candidates(
            softmax(INDEX_SHARPNESS * nearest), nearest, near, seen, keep, floor
        )

    def _candidates(
        self, p: Floats, nearest: Floats, near: _Near, seen: _Message, keep: int, floor: float
    ) -> list[Candidate]:
        """The most probable entries, see `rank`; `nearest` has the similarity of each class."""
        none, asks = len(self.entries), self._lines.asks
        order = np.argsort(-p[:none], kind="stable")[: max(keep, 2)].tolist()
        chances, similar = p.tolist(), nearest.tolist()
        logs = [*[log(chances[label]) for label in order], log(TINY)]
        silent = max(0.0, similar[none])
        found = []
        for place, label in enumerate(order[:keep]):
            entry, chance, alike = self.entries[label], chances[label], similar[label]
            margin, silence = logs[place] - logs[1 if place == 0 else 0], silent - alike
            confidence = LEAST  # whatever shares nothing with any ask does not ask for the entry
            if alike > 0:
                odds = logs[place] - log(1 - chance)
                confidence = self._calibration.confidence(odds, margin, silence)
            if confidence < floor and place > 1:
                continue
            lines, likeness = near(label)
            found.append(
                Candidate(
                    entry,
                    confidence,
                    asks[lines[int(likeness.argmax())]] if lines else entry.asks[0].text,
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
        asks = self._lines.asks
        return tuple((asks[lines[i]], float(similarity[i])) for i in best.tolist())


def _entries(book: Phrasebook) -> list[Entry]:
    """Those that can be found."""
    return [e for e in book.entries if e.asks]


def _scarcity(lines: Lines) -> float:
    """How little a head can learn from the asks: 1 with one an entry, a quarter with two."""
    asks = int((lines.ends - lines.starts[:-1])[:-1].sum())
    return ((len(lines.starts) - 2) / max(1, asks)) ** 2
