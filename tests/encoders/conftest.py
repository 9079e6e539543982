"""A server of vectors, a clock that the test turns, and settings that name both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from tests.encoders.embedding_server import EmbeddingServer, embedding_server
from tests.web.small_book import write_book


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[EmbeddingServer]:
    with embedding_server() as started:
        yield started


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(server: EmbeddingServer, tmp_path: Path) -> Callable[..., Settings]:
    """Settings for a small book and the server; everything is kept in the test's folder."""
    book = write_book(tmp_path / "book")

    def made(**more: Any) -> Settings:
        given = {
            "phrasebook": book,
            "database_url": f"sqlite:///{tmp_path}/huashu.sqlite3",
            "encoder": server.url,
            "encoder_model": "grams",
            "cache_dir": tmp_path / "cache",
            "watch": False,
            **more,
        }
        return Settings(**given)

    return made
