"""What commands need: a suggester for the book that the settings name, with progress."""

from __future__ import annotations

import sys

from app.bookshelf import load_book
from app.encoders import open_encoder
from app.engine.suggest import Suggester
from app.settings import Settings
from app.threads import one_thread_a_process


def suggester(settings: Settings) -> Suggester:
    """Loads the book and fits it. Raises HuashuError in plain words."""
    one_thread_a_process()
    book = load_book(settings.phrasebook)
    if sys.stderr.isatty():
        asks = sum(len(e.asks) for e in book.entries)
        print(f"正在准备话术库（{asks} 条问法）……", file=sys.stderr)
    engine = Suggester(book, open_encoder(settings))
    if engine.problem:
        print(f"{engine.problem}现在只用字词匹配。", file=sys.stderr)
    return engine
