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
from app.web.batching import BATCH
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
    """A sentence with the shares, over fresh messages from text to JSON."""
    one_thread_a_process()
    encoder = _Timed()
    suggester = Suggester(shipped(), CachedEncoder(encoder, None))
    messages = [m[:500] for m in unlabelled(eval_folder) if m.strip()]
    context = Context(today=date.today())

    def answer(some: Sequence[str], together: int) -> tuple[float, float]:
        """µs a message, and the encoder's share of them."""
        encoder.seconds, started = 0.0, time.process_time()
        for start in range(0, len(some), together):
            batch = some[start : start + together]
            if together > 1:
                suggester.ahead(batch)
            for message in batch:
                shape.answer(suggester.suggest((message,), context), suggester.book)
        whole = time.process_time() - started
        return whole / len(some) * 1e6, encoder.seconds / whole

    answer(messages[:WARM_UP], 1)
    first, then = WARM_UP + MESSAGES, WARM_UP + 2 * MESSAGES
    alone, share = answer(messages[WARM_UP:first], 1)
    each, of_it = answer(messages[first:then], BATCH)
    return (
        f"With the bundled encoder a fresh message takes {alone:,.0f} µs of processor time "
        f"from text to JSON (in this process, HTTP and journal left out); "
        f"{share:.0%} of them are the encoder's own. Where {BATCH} messages wait at once and are "
        f"encoded together, one takes {each:,.0f} µs, of which the encoder has {of_it:.0%}."
    )
