"""An encoder as one book sees it: it notices when the vectors it was fitted with are no longer."""

from __future__ import annotations

from collections.abc import Sequence

from app.encoders.cache import CachedEncoder
from app.engine.encode import Encoder, Vectors
from app.engine.errors import EncoderChanged


def for_one_book(encoder: Encoder) -> Encoder:
    """The encoder for a book that shares it with others."""
    if isinstance(encoder, CachedEncoder) and encoder.remote:
        return BookEncoder(encoder)
    return encoder


class BookEncoder:
    """Gives no vectors of another model than the one that gave those of the book.

    The first book that notices a change makes the shared encoder the new one; the others would
    go on with weights that were fitted with the old one.
    """

    remote = True
    parts: tuple[int, ...] = ()

    def __init__(self, encoder: CachedEncoder) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self._changes = encoder.changes

    @property
    def dimension(self) -> int:
        """As the encoder's own."""
        return self._encoder.dimension

    @property
    def problem(self) -> str | None:
        """As the encoder's own."""
        return self._encoder.problem

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """As the encoder's own; raises EncoderChanged until the book is encoded anew."""
        before = self._encoder.changes
        vectors = self._encoder.encode(texts, book=book)
        if book and self._encoder.changes != before:  # it noticed midway and began anew
            before = self._encoder.changes
            vectors = self._encoder.encode(texts, book=True)
        if book:
            self._changes = before
        if self._encoder.changes != self._changes:
            raise EncoderChanged("句向量服务换了模型，话术库要重新准备。")
        return vectors

    def check(self) -> None:
        """As the encoder's own."""
        self._encoder.check()
