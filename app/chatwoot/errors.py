"""What goes wrong with Chatwoot. Apart from the client: who only catches needs no httpx."""

from __future__ import annotations

from app.engine.errors import HuashuError


class ChatwootError(HuashuError):
    """Chatwoot did not do what was asked.

    Attributes:
        again: whether the same may succeed later. It may also have been done already.
        after: seconds to wait before that, as Chatwoot said; None when it did not.
    """

    def __init__(self, words: str, *, again: bool, after: float | None = None) -> None:
        self.again, self.after = again, after
        super().__init__(words)
