"""What commands need: a suggester for the book that the settings name, with progress."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from app.bookshelf import load_book
from app.encoders import open_encoder
from app.encoders.book_encoder import for_one_book
from app.encoders.prepared import Prepared
from app.engine.encode import Encoder
from app.engine.errors import EncoderError
from app.engine.head import Memory
from app.engine.model import Phrasebook
from app.engine.normalize import normalize
from app.engine.suggest import Suggester
from app.settings import Settings
from app.threads import one_thread_a_process


def suggester(settings: Settings) -> Suggester:
    """Loads the book and fits it. Raises HuashuError in plain words."""
    return fitted(load_book(settings.phrasebook), open_encoder(settings))


def fitted(book: Phrasebook, encoder: Encoder, memory: Memory | None = None) -> Suggester:
    """Fits a book, and says on standard error what takes time and what is amiss."""
    one_thread_a_process()
    if sys.stderr.isatty():
        asks = sum(len(e.asks) for e in book.entries)
        print(f"正在准备话术库（{asks} 条问法）……", file=sys.stderr)
    engine = Suggester(book, for_one_book(encoder), memory)
    if engine.problem:
        print(f"{engine.problem}现在只用字词匹配。", file=sys.stderr)
    return engine


def prepared(encoder: Encoder, texts: Sequence[str]) -> Encoder:
    """The encoder with the vectors of texts of a book at hand; as it is when it fails."""
    try:
        return Prepared(encoder, [normalize(text).core for text in texts])
    except EncoderError:
        return encoder
