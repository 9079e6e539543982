from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chatwoot.chatwoot_server import ChatwootServer, chatwoot_server


@pytest.fixture
def chatwoot() -> Iterator[ChatwootServer]:
    with chatwoot_server() as server:
        yield server
