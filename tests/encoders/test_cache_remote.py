"""The cache before a server of vectors: what it is asked, and whether it still is the same."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.encoders.book_encoder import for_one_book
from app.encoders.cache import CHUNK, WITNESS, CachedEncoder
from app.encoders.remote import RemoteEncoder
from app.engine.errors import EncoderChanged, EncoderError
from tests.encoders.embedding_server import Answer, EmbeddingServer, embedding_server, status

ASKS = 70
TEXTS = [f"第{i}条问法" for i in range(ASKS)]


def remote(server: EmbeddingServer, folder: Path, model: str = "grams") -> CachedEncoder:
    """What a new start has."""
    return CachedEncoder(RemoteEncoder(server.url, model=model), folder)


def test_a_second_start_asks_a_server_nothing(server: EmbeddingServer, tmp_path: Path) -> None:
    first = remote(server, tmp_path).encode(TEXTS, book=True)
    assert server.texts == [*TEXTS, WITNESS]
    second = remote(server, tmp_path).encode(TEXTS, book=True)
    assert server.texts == [*TEXTS, WITNESS]
    assert np.array_equal(first, second)


def test_of_a_changed_book_a_server_is_asked_the_change(
    server: EmbeddingServer, tmp_path: Path
) -> None:
    cached = remote(server, tmp_path)
    cached.encode(TEXTS, book=True)
    server.requests.clear()
    cached.encode([*TEXTS[1:], "新的问法"], book=True)
    assert server.texts == ["新的问法"]


def test_every_model_and_server_has_its_file(server: EmbeddingServer, tmp_path: Path) -> None:
    with embedding_server() as other:
        remote(server, tmp_path, "a/b").encode(TEXTS, book=True)
        remote(server, tmp_path, "a-b").encode(TEXTS, book=True)
        remote(other, tmp_path, "a-b").encode(TEXTS, book=True)
    names = [p.name for p in tmp_path.iterdir()]
    assert len(names) == 3
    assert all(name.isascii() and "/" not in name for name in names)


SWITCHES = pytest.mark.parametrize(
    "switch", [("seed", 7), ("dimension", 32)], ids=["other", "narrower"]
)


@SWITCHES
def test_another_model_behind_the_same_name(
    server: EmbeddingServer, tmp_path: Path, switch: tuple[str, int]
) -> None:
    remote(server, tmp_path).encode(TEXTS, book=True)
    setattr(server, *switch)
    cached = remote(server, tmp_path)
    cached.encode(TEXTS, book=True)
    server.requests.clear()
    with pytest.raises(EncoderChanged):
        cached.encode(["怎么还不发货"])
    assert server.texts == ["怎么还不发货", WITNESS]
    anew = cached.encode(TEXTS, book=True)
    assert anew.shape == (ASKS, server.dimension)
    assert np.array_equal(anew[3:4], remote(server, tmp_path).encode([TEXTS[3]]))
    assert cached.encode(["怎么还不发货"]).shape == (1, server.dimension)


def test_another_model_when_the_book_changes(server: EmbeddingServer, tmp_path: Path) -> None:
    remote(server, tmp_path).encode(TEXTS, book=True)
    server.seed = 7
    got = remote(server, tmp_path).encode([*TEXTS, "新的问法"], book=True)
    assert np.array_equal(got[:3], remote(server, tmp_path).encode(TEXTS[:3]))


def test_the_witness_is_heard_once(server: EmbeddingServer, tmp_path: Path) -> None:
    remote(server, tmp_path).encode(TEXTS, book=True)
    cached = remote(server, tmp_path)
    cached.encode(TEXTS, book=True)
    server.requests.clear()
    for text in ("甲", "乙"):
        cached.encode([text])
    assert server.texts == ["甲", WITNESS, "乙"]
    server.spoil = status(500)
    with pytest.raises(EncoderError):
        cached.encode(["丙"])
    server.spoil = None
    server.requests.clear()
    cached.encode(["丙"])
    assert server.texts == ["丙", WITNESS]


def test_a_book_goes_on_where_the_server_failed(server: EmbeddingServer, tmp_path: Path) -> None:
    texts = [f"第{i}条问法" for i in range(CHUNK + 10)]

    def late(right: dict[str, Any]) -> Answer:
        done = len(server.texts) > CHUNK + 1  # and the witness
        return (500, b"") if done else (200, json.dumps(right).encode())

    server.spoil = late
    with pytest.raises(EncoderError):
        remote(server, tmp_path).encode(texts, book=True)
    server.spoil = None
    server.requests.clear()
    assert remote(server, tmp_path).encode(texts, book=True).shape[0] == CHUNK + 10
    assert server.texts == [*texts[CHUNK:], WITNESS]


def test_a_check_goes_past_the_memory(server: EmbeddingServer, tmp_path: Path) -> None:
    cached = remote(server, tmp_path)
    cached.check()
    cached.encode(TEXTS, book=True)
    number = len(server.requests)
    cached.check()
    cached.check()
    assert len(server.requests) == number + 2
    server.spoil = status(500)
    with pytest.raises(EncoderError):
        cached.check()
    assert cached.problem


def test_many_threads(server: EmbeddingServer, tmp_path: Path) -> None:
    cached = remote(server, tmp_path)
    texts = [f"第{i % 50}句" for i in range(400)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda t: cached.encode([t])[0], texts))
    assert np.array_equal(got, cached.encode(texts))


# ---- several books -----------------------------------------------------------------------------

OTHERS = [f"另一家店第{i}条" for i in range(ASKS)]


@SWITCHES
def test_books_of_two_models_are_never_mixed(
    server: EmbeddingServer, tmp_path: Path, switch: tuple[str, int]
) -> None:
    """What the file has of another book vouches for nothing once the model is another one."""
    remote(server, tmp_path).encode(TEXTS, book=True)
    setattr(server, *switch)
    remote(server, tmp_path).encode(OTHERS, book=True)
    server.requests.clear()
    both = remote(server, tmp_path).encode([*OTHERS, *TEXTS], book=True)
    assert server.texts == [*TEXTS, WITNESS]
    assert np.array_equal(both[ASKS:], RemoteEncoder(server.url, model="grams").encode(TEXTS))


@SWITCHES
def test_a_process_that_knows_the_old_model_takes_over_the_new_file(
    server: EmbeddingServer, tmp_path: Path, switch: tuple[str, int]
) -> None:
    old = remote(server, tmp_path)
    old.encode(TEXTS, book=True)
    setattr(server, *switch)
    server.spoil = status(500)
    with pytest.raises(EncoderError):
        old.encode(["怎么还不发货"])
    server.spoil = None
    new = remote(server, tmp_path).encode([*TEXTS, "新的问法"], book=True)
    server.requests.clear()
    assert np.array_equal(old.encode([*TEXTS, "更新的问法"], book=True)[:ASKS], new[:ASKS])
    assert set(server.texts) <= {*TEXTS, "更新的问法", WITNESS}
    assert np.array_equal(remote(server, tmp_path).encode(TEXTS, book=True), new[:ASKS])


@SWITCHES
def test_a_book_of_the_old_model_gets_no_vectors_of_the_new_one(
    server: EmbeddingServer, tmp_path: Path, switch: tuple[str, int]
) -> None:
    shared = remote(server, tmp_path)
    one, other = for_one_book(shared), for_one_book(shared)
    one.encode(TEXTS, book=True)
    other.encode(OTHERS, book=True)
    setattr(server, *switch)
    server.spoil = status(500)
    with pytest.raises(EncoderError):
        one.encode(["怎么还不发货"])
    server.spoil = None
    for book in (one, other, other):
        with pytest.raises(EncoderChanged):
            book.encode(["怎么还不发货"])
    for book, texts in ((one, TEXTS), (other, OTHERS)):
        assert book.encode(texts, book=True).shape == (ASKS, server.dimension)
        assert book.encode(["怎么还不发货"]).shape == (1, server.dimension)
    assert np.array_equal(one.encode(["怎么还不发货"]), other.encode(["怎么还不发货"]))


def test_books_that_load_at_once(server: EmbeddingServer, tmp_path: Path) -> None:
    cached = remote(server, tmp_path)
    books = [[f"第{n}家店第{i}条" for i in range(100)] + TEXTS for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda texts: cached.encode(texts, book=True), books))
    server.requests.clear()
    again = remote(server, tmp_path)
    for texts, vectors in zip(books, found, strict=True):
        assert np.array_equal(again.encode(texts, book=True)[:100], vectors[:100])
    assert server.texts == []
