"""Many messages shown to an encoder at once, which is quicker than one after another."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from app.engine.burst import segments
from app.engine.encode import Encoder
from app.engine.errors import EncoderError
from app.engine.normalize import normalize


def warm(encoder: Encoder, batch: Sequence[Sequence[str]]) -> None:
    """Lets an encoder that remembers see the messages, and their pieces, of several customers."""
    messages = [message for one in batch for message in one]
    texts = [text for message in messages for text in (message, *segments(message))]
    with suppress(EncoderError):  # who answers finds out, and matches by characters
        encoder.encode([core for text in texts if (core := normalize(text).core)])
