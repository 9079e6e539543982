"""Several shops share one encoder: while one waits for it, while it fails, when it changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.encoders.cache import WITNESS
from app.settings import Settings
from tests.encoders.conftest import Clock
from tests.encoders.embedding_server import EmbeddingServer, status
from tests.web.inprocess import Shop, opened
from tests.web.many_shops import body_of, states, wait_until, write_shop
from tests.web.small_book import ENTRIES

MIDDLING = "请问发票什么时候能寄"  # no ask, so that vectors show in its confidence


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of the shops: a and b, each with an ask of its own."""
    for shop in "ab":
        write_shop(tmp_path / "shops", shop, entries=ENTRIES.replace("催一下", f"{shop}催一下"))
    return tmp_path / "shops"


Open = Callable[[], Any]


@pytest.fixture
def start(
    settings: Callable[..., Settings], home: Path, clock: Clock, tmp_path: Path
) -> Iterator[Open]:
    """Starts the service, with what an earlier one left behind."""
    given = settings(shops=str(home), encoder_timeout=20).model_dump(
        include={"encoder", "encoder_model", "encoder_timeout", "phrasebook", "shops", "cache_dir"}
    )
    yield lambda: opened(tmp_path, clock=clock, **given)


def confidence(shop: Shop, name: str) -> float:
    answer = shop.suggest(MIDDLING, shop=name, explain=True)
    found: float = answer["suggestions"][0]["confidence"]
    return found


def test_a_later_start_asks_nothing_for_any_shop(start: Open, server: EmbeddingServer) -> None:
    with start() as shop:
        for name in ("a", "b"):
            body_of(shop, name)
    asked = set(server.texts)
    assert {"怎么还不发货", "a催一下发货", "b催一下发货"} <= asked
    assert server.texts.count("可以开发票吗") == 1  # an ask of all three
    server.requests.clear()
    with start() as shop:
        for name in ("b", "a"):
            assert body_of(shop, name, "可以开发票吗")
    assert server.texts == ["可以开发票吗", WITNESS]  # the message


def test_a_shop_that_waits_for_vectors_holds_up_no_other(
    start: Open, server: EmbeddingServer
) -> None:
    with start() as shop, ThreadPoolExecutor(1) as pool:
        body_of(shop, "a")
        while server.entered.acquire(timeout=0.2):
            pass
        server.gate.clear()
        waiting = pool.submit(body_of, shop, "b")
        server.entered.acquire()
        assert body_of(shop, "a") == "a次日发出。"  # the vector of the message is remembered
        assert body_of(shop, "default") == "两天内发出。"
        assert states(shop)["b"] == "idle"
        assert not waiting.done()
        server.gate.set()
        assert waiting.result() == "b次日发出。"


def test_a_failing_encoder_and_its_return(
    start: Open, server: EmbeddingServer, clock: Clock
) -> None:
    with start() as shop:
        before = confidence(shop, "a")
        server.spoil = status(500)
        by_characters = confidence(shop, "b")  # loaded while the encoder fails
        assert shop.ready()["encoder"]["status"] == "fallback"
        server.spoil = None
        clock.now += 31
        wait_until(lambda: shop.ready()["encoder"]["status"] == "ok")
        assert confidence(shop, "a") == before
        assert confidence(shop, "b") != by_characters


@pytest.mark.parametrize("switch", [("seed", 7), ("dimension", 32)], ids=["other", "narrower"])
def test_another_model_for_all_shops(
    start: Open, server: EmbeddingServer, clock: Clock, switch: tuple[str, int]
) -> None:
    names = ("default", "a", "b")
    with start() as shop:
        old = {name: confidence(shop, name) for name in names}
        server.spoil = status(500)
        shop.suggest("把运单号发我", shop="a")
        server.spoil = None
        setattr(server, *switch)
        clock.now += 31
        for name in names:
            wait_until(lambda name=name: confidence(shop, name) != old[name])
        wait_until(lambda: shop.ready()["encoder"]["status"] == "ok")
        new = {name: confidence(shop, name) for name in names}
    with start() as shop:
        assert {name: confidence(shop, name) for name in names} == new
