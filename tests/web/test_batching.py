"""Messages that come at the same time: encoded together, answered as each by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.bookshelf import read_book_in
from app.engine.encode import BundledEncoder, Vectors
from app.engine.errors import EncoderError
from app.engine.model import Context
from app.engine.suggest import Suggester
from app.web.batching import BATCH, Batching
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

WORDS = ("怎么还不发货", "把单号发我看看", "能给我开票吗")
THINGS = (
    "衣服",
    "杯子",
    "手机",
    "面膜",
    "台灯",
    "拖鞋",
    "雨伞",
    "牙刷",
    "书包",
    "耳机",
    "被子",
    "地毯",
)
MESSAGES = [f"{thing}{word}" for word in WORDS for thing in THINGS]
CONTEXT = Context(today=date(2026, 11, 22))


class Counting(BundledEncoder):
    """The bundled encoder, with how many texts each call brought."""

    def __init__(self, most: int = 1000) -> None:
        super().__init__()
        self.calls: list[int] = []
        self._most = most

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        if not book:
            self.calls.append(len(texts))
            if len(texts) > self._most:
                raise EncoderError("太多了。")
        return super().encode(texts, book=book)


def suggester_of(folder: Path, encoder: Counting) -> Suggester:
    suggester = Suggester(read_book_in(write_book(folder)), encoder)
    encoder.calls.clear()
    return suggester


def ask_together(pairs: Sequence[tuple[Suggester, str]]) -> list[Any]:
    batching = Batching()

    async def one(suggester: Suggester, message: str) -> Any:
        await batching.turn(suggester, [message])
        return suggester.suggest([message], CONTEXT)

    async def everyone() -> list[Any]:
        return await asyncio.gather(*(one(*pair) for pair in pairs))

    return asyncio.run(everyone())


def test_who_waits_together_is_encoded_together(tmp_path: Path) -> None:
    encoder = Counting()
    suggester = suggester_of(tmp_path / "book", encoder)
    messages = MESSAGES[: 2 * BATCH + 1]
    answers = ask_together([(suggester, m) for m in messages])
    assert encoder.calls == [BATCH, BATCH, 1]
    alone = suggester_of(tmp_path / "other", Counting())
    assert [a.decision for a in answers] == [alone.suggest([m], CONTEXT).decision for m in messages]


def test_each_book_reads_its_own_messages(tmp_path: Path) -> None:
    encoders = Counting(), Counting()
    books = [suggester_of(tmp_path / str(i), e) for i, e in enumerate(encoders)]
    ask_together([(books[i % 2], m) for i, m in enumerate(MESSAGES[:5])])
    assert [e.calls for e in encoders] == [[3], [2]]


def test_what_can_not_be_encoded_together_is_answered_all_the_same(tmp_path: Path) -> None:
    encoder = Counting(most=1)
    suggester = suggester_of(tmp_path / "book", encoder)
    answers = ask_together([(suggester, WORDS[0]), (suggester, WORDS[2])])
    assert encoder.calls == [2, 1, 1]
    assert [a.suggestions[0].entry_id for a in answers] == ["shipping.rush", "invoice.get"]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ServiceProcess]]:
    """Two services that know nothing of each other's messages."""
    folder = tmp_path_factory.mktemp("batching")
    book = str(write_book(folder / "book"))
    settings = {"HUASHU_PHRASEBOOK": book, "HUASHU_ENCODER": "bundled"}
    homes = folder / "one", folder / "other"
    for home in homes:
        home.mkdir()
    with start_service(homes[0], **settings) as one, start_service(homes[1], **settings) as other:
        yield [one, other]


def test_a_rush_gets_the_answers_that_each_gets_alone(services: list[ServiceProcess]) -> None:
    rush, calm = services
    bodies: list[dict[str, Any]] = [{"message": m} for m in MESSAGES]
    bodies += [
        {"messages": ["在吗", *WORDS]},
        {"message": "在吗？单号多少？今天天气真好"},
        {"message": ""},
        {"message": MESSAGES[0]},
    ]
    bodies += [{"message": WORDS[0], "explain": True}, {"message": "𠮷" * 300}]
    with httpx.Client(base_url=calm.url, trust_env=False) as client:
        alone = [client.post("/v1/suggestions", json=body) for body in bodies]
    together = asyncio.run(_all_at_once(rush.url, bodies))
    for body, one, other in zip(bodies, alone, together, strict=True):
        assert one.status_code == other.status_code == (200 if body.get("message") != "" else 422)
        assert _answer(other) == _near(_answer(one)), body


async def _all_at_once(url: str, bodies: Sequence[dict[str, Any]]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=32)
    async with httpx.AsyncClient(
        base_url=url, trust_env=False, limits=limits, timeout=60
    ) as client:
        return await asyncio.gather(*(client.post("/v1/suggestions", json=b) for b in bodies))


def _answer(response: httpx.Response) -> Any:
    own = ("id", "took_ms", "instance")
    return {k: v for k, v in response.json().items() if k not in own}


def _near(found: Any) -> Any:
    """Equal to what has the same numbers within a thousandth."""
    if isinstance(found, dict):
        return {k: _near(v) for k, v in found.items()}
    if isinstance(found, list):
        return [_near(v) for v in found]
    return pytest.approx(found, abs=1e-3) if isinstance(found, float) else found
