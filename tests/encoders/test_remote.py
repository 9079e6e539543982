"""An encoder behind HTTP: what is asked, what is made of the answer, and what is refused."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app.encoders.remote import RemoteEncoder
from app.engine.errors import EncoderChanged, EncoderError
from app.settings import Settings
from tests.encoders.conftest import Clock
from tests.encoders.embedding_server import Answer, EmbeddingServer, status, vector
from tests.web.inprocess import is_chinese

TEXTS = [f"第{i}条问法" for i in range(130)]
KEY = "sk-quite-secret"


def refused(encoder: RemoteEncoder) -> EncoderError:
    """The error of a call, after what holds for every error was checked."""
    with pytest.raises(EncoderError) as caught:
        encoder.encode(["怎么还不发货"])
    assert encoder.problem
    assert is_chinese(str(caught.value))
    assert KEY not in str(caught.value)
    return caught.value


def test_vectors_come_in_order_and_of_length_1(server: EmbeddingServer) -> None:
    encoder = RemoteEncoder(server.url, model="grams")
    assert encoder.dimension == 0
    got = encoder.encode(TEXTS)
    wanted = np.array([vector(t, server.dimension) for t in TEXTS])
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert got.dtype == np.float32
    assert np.allclose(got, wanted, atol=1e-6)
    assert encoder.dimension == server.dimension
    assert encoder.problem is None
    assert server.texts == TEXTS
    assert [len(r["input"]) for r in server.requests] == [64, 64, 2]
    assert {r["model"] for r in server.requests} == {"grams"}
    assert {r["encoding_format"] for r in server.requests} == {"float"}


def test_no_texts_no_request(server: EmbeddingServer) -> None:
    assert RemoteEncoder(server.url).encode([]).shape == (0, 0)
    assert server.requests == []


def test_without_a_model_or_a_key_none_is_sent(server: EmbeddingServer) -> None:
    RemoteEncoder(server.url).encode(["您好"])
    assert "model" not in server.requests[0]
    assert "authorization" not in server.headers[0]


def test_texts_that_servers_refuse_are_not_sent(server: EmbeddingServer) -> None:
    RemoteEncoder(server.url).encode(["", "\ud800", "长" * 5000, "货\ud800号"])
    assert server.texts == ["。", "。", "长" * 256, "货号"]


def test_the_key_is_sent_and_told_nobody(
    server: EmbeddingServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    encoder = RemoteEncoder(server.url, key=KEY)
    encoder.encode(["您好"])
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    server.spoil = status(401)
    assert "HUASHU_ENCODER_KEY" in str(refused(encoder))
    assert KEY not in caplog.text
    assert KEY not in encoder.name
    assert KEY not in repr(Settings(encoder_key=KEY))  # type: ignore[arg-type]


def rows(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[dict[str, Any]], Answer]:
    """The right answer with other rows."""
    return lambda right: (200, json.dumps({**right, "data": change(right["data"])}).encode())


def values(*change: object) -> Callable[[dict[str, Any]], Answer]:
    """The right answer with other numbers."""
    return rows(lambda data: [{**row, "embedding": list(change)} for row in data])


def body(content: bytes) -> Callable[[dict[str, Any]], Answer]:
    return lambda right: (200, content)


WRONG = {
    "400": status(400),
    "403": status(403),
    "404": status(404),
    "429": status(429),
    "500": status(500),
    "503": status(503),
    "redirect": status(302),
    "empty": body(b""),
    "html": body(b"<html>proxy</html>"),
    "bytes": body(b"\xff\xfe\x00"),
    "deep": body(b"[" * 100_000),
    "list": body(b"[]"),
    "null": body(b"null"),
    "no data": body(b'{"object": "list"}'),
    "data null": rows(lambda data: None),
    "no rows": rows(lambda data: []),
    "row twice": rows(lambda data: data * 2),
    "other index": rows(lambda data: [{**row, "index": 7} for row in data]),
    "no index": rows(lambda data: [{"embedding": row["embedding"]} for row in data]),
    "index a list": rows(lambda data: [{**row, "index": []} for row in data]),
    "no vector": rows(lambda data: [{"index": row["index"]} for row in data]),
    "rows of numbers": rows(lambda data: [1.0]),
    "width 0": values(),
    "base64": rows(lambda data: [{**row, "embedding": "AACAPw=="} for row in data]),
    "words": values("a", "b"),
    "nulls": values(None, 1.0),
    "nested": values([1.0, 2.0], [3.0, 4.0]),
    "ragged": values([1.0], [3.0, 4.0]),
    "not a number": values(float("nan"), 1.0),
    "infinite": values(float("inf"), 1.0),
    "too large": values(1e308, 1e308),
    "an int too large": values(10**400, 1),
    "zeros": values(0.0, 0.0),
}


@pytest.mark.parametrize("spoil", WRONG.values(), ids=WRONG)
def test_a_wrong_answer_is_an_error(
    server: EmbeddingServer, spoil: Callable[[dict[str, Any]], Answer]
) -> None:
    failures: list[int] = []
    encoder = RemoteEncoder(server.url, on_failure=lambda: failures.append(1))
    server.spoil = spoil
    refused(encoder)
    assert failures == [1]
    server.spoil = None
    encoder.encode(["怎么还不发货"])
    assert encoder.problem is None
    assert failures == [1]


def test_nobody_listens(server: EmbeddingServer) -> None:
    server.close()
    assert "连不上" in str(refused(RemoteEncoder(server.url)))


def test_a_slow_answer(server: EmbeddingServer) -> None:
    server.gate.clear()
    assert "0.1 秒" in str(refused(RemoteEncoder(server.url, timeout=0.1)))


def test_a_book_may_take_longer(server: EmbeddingServer) -> None:
    encoder = RemoteEncoder(server.url, timeout=0.1)
    server.gate.clear()
    threading.Timer(0.5, server.gate.set).start()
    assert len(encoder.encode(["怎么还不发货"], book=True)) == 1


def test_another_width_is_another_model(server: EmbeddingServer) -> None:
    encoder = RemoteEncoder(server.url)
    encoder.encode(["您好"])
    server.dimension = 32
    assert isinstance(refused(encoder), EncoderChanged)
    assert encoder.encode(["您好"]).shape == (1, 32)


@pytest.mark.parametrize("address", ["http://", "http://u:p@127.0.0.1/v1", "http:///v1"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(EncoderError, match="HUASHU_ENCODER"):
        RemoteEncoder(address)


@pytest.mark.parametrize("key", ["ключ", "a\nb"])
def test_a_key_that_is_none(server: EmbeddingServer, key: str) -> None:
    with pytest.raises(EncoderError, match="HUASHU_ENCODER_KEY") as caught:
        RemoteEncoder(server.url, key=key)
    assert key not in str(caught.value)


# ---- the circuit breaker -----------------------------------------------------------------------


def test_after_three_failures_none_is_asked_for_half_a_minute(
    server: EmbeddingServer, clock: Clock
) -> None:
    failures: list[int] = []
    encoder = RemoteEncoder(server.url, clock=clock, on_failure=lambda: failures.append(1))
    server.spoil = status(500)
    for _ in range(3):
        refused(encoder)
    for now in (1000.0, 1015.0, 1029.9):
        clock.now = now
        refused(encoder)
    assert (len(server.requests), len(failures)) == (3, 3)

    clock.now = 1030.0
    refused(encoder)  # the trial, in vain
    refused(encoder)
    assert (len(server.requests), len(failures)) == (4, 4)

    server.spoil = None
    clock.now = 1059.9
    refused(encoder)
    assert len(server.requests) == 4
    clock.now = 1060.0
    encoder.encode(["您好"])
    assert encoder.problem is None
    encoder.encode(["您好"])
    assert len(server.requests) == 6


def test_only_failures_in_a_row_count(server: EmbeddingServer, clock: Clock) -> None:
    encoder = RemoteEncoder(server.url, clock=clock)
    for _ in range(4):
        server.spoil = status(500)
        refused(encoder)
        refused(encoder)
        server.spoil = None
        encoder.encode(["您好"])
    assert len(server.requests) == 12


def test_one_trial_at_a_time(server: EmbeddingServer, clock: Clock) -> None:
    encoder = RemoteEncoder(server.url, clock=clock, timeout=20)
    server.spoil = status(500)
    for _ in range(3):
        refused(encoder)
        server.entered.acquire()
    server.spoil = None
    server.gate.clear()
    clock.now += 30
    trial = threading.Thread(target=encoder.encode, args=(["您好"],))
    trial.start()
    server.entered.acquire()
    refused(encoder)
    assert len(server.requests) == 4
    server.gate.set()
    trial.join()
    assert encoder.problem is None
