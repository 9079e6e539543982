"""Two encoders at once: what the one does not see, the other may."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.engine.encode import Encoder, Vectors


class Together:
    """The vectors of two encoders of this process side by side, in one of length 1.

    `share` of its square is the first one's. Each keeps its own vectors; here nothing is kept.
    """

    remote = False
    problem = None

    def __init__(self, first: Encoder, second: Encoder, *, share: float) -> None:
        self._encoders = (first, share**0.5), (second, (1 - share) ** 0.5)
        self.name = f"{first.name}+{second.name}"
        self.parts = first.dimension, second.dimension
        self.dimension = sum(self.parts)

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """Asks both."""
        rows = [encoder.encode(texts, book=book) * size for encoder, size in self._encoders]
        return np.hstack(rows).astype(np.float32)

    def check(self) -> None:
        """Checks both."""
        for encoder, _ in self._encoders:
            encoder.check()
