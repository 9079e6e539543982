"""Other ways to find the ask that is nearest to a message: each gives a matrix of scores.

Every peer gets the texts as Huashu's normalisation leaves them, so that only matching differs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from scipy import sparse

from app.engine.features import char_grams, pinyin_grams
from bench.data import encoder
from bench.progress import Progress

Scores = npt.NDArray[np.float32]
Peer = Callable[[Sequence[str], Sequence[str]], Scores]  # (messages, lines) -> (n, m)


def wratio(messages: Sequence[str], lines: Sequence[str]) -> Scores:
    """RapidFuzz's weighted ratio."""
    return process.cdist(messages, lines, scorer=fuzz.WRatio, dtype=np.float32)


def ratio(messages: Sequence[str], lines: Sequence[str]) -> Scores:
    """RapidFuzz's ratio (normalised indel similarity)."""
    return process.cdist(messages, lines, scorer=fuzz.ratio, dtype=np.float32)


def char_tfidf(messages: Sequence[str], lines: Sequence[str]) -> Scores:
    """Cosine of tf-idf over characters and pairs of them."""
    return _tfidf(messages, lines, char_grams)


def pinyin_tfidf(messages: Sequence[str], lines: Sequence[str]) -> Scores:
    """Cosine of tf-idf over syllables without tone and pairs of them."""
    return _tfidf(messages, lines, pinyin_grams)


def bm25(messages: Sequence[str], lines: Sequence[str]) -> Scores:
    """bm25s with its defaults, over characters and pairs of them."""
    import bm25s

    index = bm25s.BM25()
    index.index([char_grams(line) for line in lines], show_progress=False)
    rows = [index.get_scores(char_grams(m)) if m else np.zeros(len(lines)) for m in messages]
    return np.asarray(rows, dtype=np.float32)


def vectors(messages: Sequence[str], lines: Sequence[str]) -> Scores:
    """Cosine of the bundled encoder's sentence vectors (multilingual USE)."""
    return np.asarray(_encoded(messages) @ _encoded(lines).T, dtype=np.float32)


_known: dict[str, Scores] = {}  # the same asks and messages come again and again


def _encoded(texts: Sequence[str]) -> Scores:
    fresh = [t for t in dict.fromkeys(texts) if t not in _known]
    with Progress("encoding", len(fresh)) as progress:
        for start in range(0, len(fresh), 256):
            batch = fresh[start : start + 256]
            _known.update(zip(batch, encoder("bundled").encode(batch), strict=True))
            progress.at(start + len(batch))
    return np.stack([_known[t] for t in texts])


PEERS: dict[str, Peer] = {
    "RapidFuzz WRatio": wratio,
    "RapidFuzz ratio": ratio,
    "character TF-IDF": char_tfidf,
    "pinyin TF-IDF": pinyin_tfidf,
    "BM25 (bm25s), character grams": bm25,
    "USE vectors, nearest neighbour": vectors,
}


def _tfidf(
    messages: Sequence[str], lines: Sequence[str], grams: Callable[[str], list[str]]
) -> Scores:
    seen: Counter[str] = Counter()
    for line in lines:
        seen.update(set(grams(line)))
    column = {gram: i for i, gram in enumerate(seen)}
    idf = {g: math.log((1 + len(lines)) / (1 + c)) + 1 for g, c in seen.items()}

    def matrix(texts: Sequence[str]) -> sparse.csr_matrix:
        data, columns, ends = [], [], [0]
        for text in texts:
            counts = Counter(g for g in grams(text) if g in column)
            weights = [(1 + math.log(c)) * idf[g] for g, c in counts.items()]
            norm = math.sqrt(sum(w * w for w in weights)) or 1.0
            data += [w / norm for w in weights]
            columns += [column[g] for g in counts]
            ends.append(len(data))
        return sparse.csr_matrix(
            (np.array(data, np.float32), columns, ends), shape=(len(texts), len(column))
        )

    return np.asarray((matrix(messages) @ matrix(lines).T).toarray(), dtype=np.float32)
