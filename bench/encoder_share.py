"""How much of a fresh message's processor time is the encoder's own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.encoders.cache import CachedEncoder
from app.engine.encode import BundledEncoder, Vectors
from app.engine.model import Context
from app.engine.suggest import Suggester
from app.threads import one_thread_a_process
from app.web import shape
from bench.data import shipped, unlabelled

WARM_UP = 200  # messages
MESSAGES = 1000


class _Timed(BundledEncoder):
    """The bundled encoder, with the seconds of processor time that it has taken."""

    seconds = 0.0

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        started = time.process_time()
        try:
            return super().encode(texts, book=book)
        finally:
            self.seconds += time.process_time() - started


def encoder_share(eval_folder: Path) -> str:
    """A sentence with the share, over fresh messages from text to JSON."""
    one_thread_a_process()
    encoder = _Timed()
    suggester = Suggester(shipped(), CachedEncoder(encoder, None))
    messages = [m[:500] for m in unlabelled(eval_folder) if m.strip()][: WARM_UP + MESSAGES]
    context = Context(today=date.today())

    def answer(some: Sequence[str]) -> float:
        started = time.process_time()
        for message in some:
            shape.answer(suggester.suggest((message,), context), suggester.book)
        return time.process_time() - started

    answer(messages[:WARM_UP])
    encoder.seconds = 0.0
    whole = answer(messages[WARM_UP:])
    each = 1e6 / len(messages[WARM_UP:])
    return (
        f"With the bundled encoder a fresh message takes {whole * each:,.0f} µs of processor time "
        f"from text to JSON (in this process, HTTP and journal left out); "
        f"{encoder.seconds / whole:.0%} of them are the encoder's own."
    )
