"""An encoder for many texts of a book at once: their vectors are there before they are asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.engine.encode import Encoder, Vectors


class Prepared:
    """Knows the vectors of some texts, all of which the book is fitted with.

    They are asked for in batches, and come from the cache of the book where there is one.
    """

    def __init__(self, encoder: Encoder, texts: Sequence[str]) -> None:
        """Raises EncoderError."""
        self._encoder = encoder
        self.name = encoder.name
        self.remote = encoder.remote
        self.parts = encoder.parts
        distinct = list(dict.fromkeys(texts))
        self._known = dict(zip(distinct, encoder.encode(distinct, book=True), strict=True))

    @property
    def dimension(self) -> int:
        """As the encoder's own."""
        return self._encoder.dimension

    @property
    def problem(self) -> str | None:
        """As the encoder's own."""
        return self._encoder.problem

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """As the encoder's own, which is not asked for what is known."""
        others = list(dict.fromkeys(text for text in texts if text not in self._known))
        if book or len(others) == len(texts):
            return self._encoder.encode(texts, book=book)
        known = self._known
        if others:
            known = known | dict(zip(others, self._encoder.encode(others), strict=True))
        return np.stack([known[text] for text in texts])

    def check(self) -> None:
        """As the encoder's own."""
        self._encoder.check()
