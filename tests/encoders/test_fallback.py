"""While the encoder fails the service answers by characters, says so, and comes back by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.bookshelf import Bookshelf
from app.encoders import open_encoder
from app.engine.model import Context
from app.main import create_app
from app.settings import Settings
from tests.encoders.conftest import Clock
from tests.encoders.embedding_server import EmbeddingServer, embedding_server, status
from tests.web.inprocess import HOME, is_chinese
from tests.web.small_book import ENTRIES

CONTEXT = Context(today=date(2026, 11, 22))
BURST = ["怎么还不发货", "可以开发票吗"]
MIDDLING = "请问发票什么时候能寄"  # no ask, so that nobody is quite sure
WAIT_SECONDS = 20
SettingsOf = Callable[..., Settings]


class Serving:
    """An application and what it says about its encoder."""

    def __init__(self, client: TestClient) -> None:
        self._client = client

    def suggest(self, *messages: str) -> dict[str, Any]:
        answer = self._client.post("/v1/suggestions", json={"messages": messages})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found["suggestions"][0] | {"decision": found["decision"]}

    def ready(self) -> tuple[str, dict[str, Any]]:
        """The status of the whole, and the encoder's part."""
        answer = self._client.get("/readyz")
        assert answer.status_code == 200
        return answer.json()["status"], answer.json()["encoder"]

    def metric(self, name: str) -> float:
        families = text_string_to_metric_families(self._client.get("/metrics").text)
        return next(s.value for f in families for s in f.samples if s.name == name)

    def wait(self, status: str) -> None:
        until = time.monotonic() + WAIT_SECONDS
        while self.ready()[1]["status"] != status:
            assert time.monotonic() < until, self.ready()
            time.sleep(0.05)


@contextmanager
def serving(settings: Settings, clock: Clock) -> Iterator[Serving]:
    app = create_app(settings, clock=clock)
    with TestClient(
        app, HOME, raise_server_exceptions=False, client=("127.0.0.1", 50000)
    ) as client:
        yield Serving(client)


@pytest.fixture
def by_characters(settings: SettingsOf, clock: Clock) -> dict[str, Any]:
    """What the small book answers without any encoder."""
    with serving(settings(encoder="none"), clock) as shop:
        return {text: shop.suggest(text) for text in BURST} | {"burst": shop.suggest(*BURST)}


def test_the_encoder_goes_and_comes_back(
    settings: SettingsOf, server: EmbeddingServer, clock: Clock, by_characters: dict[str, Any]
) -> None:
    with serving(settings(), clock) as shop:
        name = f"grams@127.0.0.1:{server.port}/v1/embeddings"
        assert shop.ready() == ("ok", {"name": name, "status": "ok", "problem": None})
        before = shop.suggest("怎么还不发货")
        assert before["decision"] == "answer"
        assert before["confidence"] != by_characters["怎么还不发货"]["confidence"]
        assert shop.metric("huashu_encoder_fallback") == 0
        assert shop.metric("huashu_encoder_failures_total") == 0

        server.spoil = status(500)
        assert shop.suggest("可以开发票吗") == by_characters["可以开发票吗"]
        assert shop.suggest(*BURST) == by_characters["burst"]
        whole, encoder = shop.ready()
        assert (whole, encoder["name"], encoder["status"]) == ("degraded", name, "fallback")
        assert is_chinese(encoder["problem"])
        assert shop.metric("huashu_encoder_fallback") == 1
        assert shop.metric("huashu_encoder_failures_total") >= 1
        assert shop.suggest("怎么还不发货") == before  # its vector is remembered

        server.spoil = None
        clock.now += 60
        shop.wait("ok")
        assert shop.ready()[0] == "ok"
        assert shop.suggest("可以开发票吗") != by_characters["可以开发票吗"]
        assert shop.metric("huashu_encoder_fallback") == 0


def test_the_service_starts_before_its_encoder(
    settings: SettingsOf, server: EmbeddingServer, clock: Clock, by_characters: dict[str, Any]
) -> None:
    server.close()
    with serving(settings(), clock) as shop:
        assert shop.ready()[1]["status"] == "fallback"
        assert shop.suggest("怎么还不发货") == by_characters["怎么还不发货"]
        with embedding_server(server.port) as late:
            clock.now += 60
            shop.wait("ok")
            assert "什么时候发货" in late.texts
            assert shop.suggest("怎么还不发货") != by_characters["怎么还不发货"]


def test_many_at_once_while_it_fails(
    settings: SettingsOf, server: EmbeddingServer, clock: Clock, by_characters: dict[str, Any]
) -> None:
    with serving(settings(), clock) as shop, ThreadPoolExecutor(8) as pool:
        server.spoil = status(503)
        found = list(pool.map(shop.suggest, ["可以开发票吗"] * 40))
        assert all(answer == by_characters["可以开发票吗"] for answer in found)


def test_a_slow_encoder_holds_up_nobody_else(
    settings: SettingsOf, server: EmbeddingServer, clock: Clock
) -> None:
    with serving(settings(encoder_timeout=20), clock) as shop, ThreadPoolExecutor(1) as pool:
        server.entered.acquire()  # the book
        server.gate.clear()
        waiting = pool.submit(shop.suggest, "怎么还不发货")
        server.entered.acquire()
        assert shop.ready()[0] == "ok"  # answered while the other request waits
        assert not waiting.done()
        server.gate.set()
        assert waiting.result()["decision"] == "answer"


# ---- the bookshelf -----------------------------------------------------------------------------


def confidence(shelf: Bookshelf, message: str) -> float:
    answer = shelf.current.suggest([message], CONTEXT, explain=True)
    return answer.suggestions[0].confidence


def test_a_changed_book_while_the_encoder_fails(
    settings: SettingsOf, server: EmbeddingServer, clock: Clock, tmp_path: Path
) -> None:
    shelf = Bookshelf(tmp_path / "book", open_encoder(settings(), clock=clock))
    server.spoil = status(500)
    text = ENTRIES.replace("什么时候发货", "几时寄出")
    (tmp_path / "book" / "entries.yaml").write_text(text, encoding="utf-8")
    assert shelf.reload()
    assert shelf.problem is None
    assert shelf.encoder_problem
    without = confidence(shelf, "几时寄出")
    shelf.recover()
    assert shelf.encoder_problem
    server.spoil = None
    server.requests.clear()
    shelf.recover()
    assert shelf.encoder_problem is None
    assert server.texts.count("几时寄出") == 1
    assert "怎么还不发货" not in server.texts[1:]  # only the change, after the check
    assert confidence(shelf, "几时寄出") != without


@pytest.mark.parametrize("switch", [("seed", 7), ("dimension", 32)], ids=["other", "narrower"])
def test_another_model_while_serving(
    settings: SettingsOf, server: EmbeddingServer, clock: Clock, switch: tuple[str, int]
) -> None:
    shelf = Bookshelf(settings().phrasebook, open_encoder(settings(), clock=clock))
    old = confidence(shelf, MIDDLING)
    server.spoil = status(500)
    confidence(shelf, "把运单号发我")
    server.spoil = None
    setattr(server, *switch)
    confidence(shelf, "可以开发票吗")  # the first after a failure: the model is looked at
    assert "换了模型" in (shelf.encoder_problem or "")
    shelf.recover()
    assert shelf.encoder_problem is None
    assert confidence(shelf, MIDDLING) != old


def test_a_local_encoder_has_no_second_fit(settings: SettingsOf, clock: Clock) -> None:
    shelf = Bookshelf(settings().phrasebook, open_encoder(settings(encoder="none"), clock=clock))
    assert shelf.encoder_problem is None
    shelf.recover()
    assert shelf.encoder_problem is None
