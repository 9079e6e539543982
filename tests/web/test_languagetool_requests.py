"""How clients of LanguageTool send their forms, what is refused, and which origins may ask."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.inprocess import JSON, Shop, opened, problem, short
from tests.web.languagetool_answers import AWAY, CHECK, FORM, annotation, answer, matches, refused
from tests.web.small_book import write_book


def test_the_address_may_hold_everything(small_shop: Shop) -> None:
    asked = {"text": AWAY, "language": "zh-CN"}
    for got in (
        small_shop.client.get(CHECK, params=asked),
        small_shop.client.post(CHECK, params=asked),
        small_shop.client.post(CHECK, params={"text": "b", "language": "zh"}, data={"text": AWAY}),
    ):
        assert [m["rule"]["id"] for m in got.json()["matches"]] == ["policy.away"]


@pytest.mark.parametrize(
    "media", ["text/plain;charset=UTF-8", "multipart/form-data", "application/json", None]
)
def test_the_content_type_does_not_matter(small_shop: Shop, media: str | None) -> None:
    """Browsers send a string as text/plain."""
    body = f"language=zh-CN&text={AWAY}".encode()
    headers = {} if media is None else {"content-type": media}
    got = small_shop.client.post(CHECK, content=body, headers=headers)
    assert len(got.json()["matches"]) == 1


def test_an_empty_text(small_shop: Shop) -> None:
    found = answer(small_shop, text="")
    assert (found["matches"], found["sentenceRanges"]) == ([], [])


def test_sentences(small_shop: Shop) -> None:
    found = answer(small_shop, text="😀您好。在吗？！\n好")
    assert found["sentenceRanges"] == [[0, 5], [5, 10], [10, 11]]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "text"),
        (b"language=zh-CN", "text"),
        (b"text=a&data=%7B%7D", "data"),
        (b"text=%ff", "UTF-8"),
        (b"text=\xb7\xa2\xbb\xf5", "UTF-8"),  # GBK
        (b"&".join(b"a%d=1" % i for i in range(200)), "text="),
    ],
    ids=short,
)
def test_wrong_forms(small_shop: Shop, body: bytes, words: str) -> None:
    refused(small_shop.client.post(CHECK, content=body, headers=FORM), 400, words)


def test_who_asks_for_problems_gets_them(small_shop: Shop) -> None:
    headers = {"accept": "application/json, application/problem+json"}
    found = problem(
        small_shop.client.post(CHECK, data={"text": "a", "language": "xx"}, headers=headers),
        400, "language_unknown", "language",
    )  # fmt: skip
    assert "zh-CN" in found["detail"]
    problem(
        small_shop.client.get("/lt/x/v2/check?text=a", headers=headers),
        404, "platform_unknown", "platform",
    )  # fmt: skip


@pytest.fixture(scope="module")
def strict_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Takes bodies of 2048 bytes and texts of 10 characters."""
    folder = tmp_path_factory.mktemp("strict")
    book = write_book(folder / "book")
    with opened(folder, phrasebook=book, max_body=2048, max_message=10) as started:
        yield started


def test_long_texts(strict_shop: Shop) -> None:
    assert strict_shop.client.post(CHECK, data={"text": "好" * 10}).status_code == 200
    refused(strict_shop.client.post(CHECK, data={"text": "好" * 11}), 413, "最多 10 个")
    marked = annotation({"markup": "<p>" * 20}, {"text": "好" * 10})
    assert strict_shop.client.post(CHECK, data={"data": marked}).status_code == 200
    refused(strict_shop.client.post(CHECK, content=b"text=" + b"a" * 3000), 413, "2048")
    assert strict_shop.client.post("/v2/maxtextlength").text == "10"


def test_other_methods(small_shop: Shop) -> None:
    assert small_shop.client.put(CHECK, json={}, headers=JSON).status_code == 405


def test_nothing_of_it_is_journalled(small_shop: Shop) -> None:
    before = small_shop.rows("SELECT id FROM suggestions")
    matches(small_shop, text=AWAY)
    assert small_shop.rows("SELECT id FROM suggestions") == before


EXTENSIONS = (
    "chrome-extension://oldceeleldhonbafppcapldpdifcinji",
    "moz-extension://7644b7c6-5fa4-b942-99b5-0f3b0496e8d1",
)


@pytest.mark.parametrize("origin", EXTENSIONS)
def test_extensions_may_be_allowed(tmp_path: Path, origin: str) -> None:
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book, cors_origins=",".join(EXTENSIONS)) as shop:
        headers = {"origin": origin}
        good = shop.client.post(CHECK, data={"text": AWAY}, headers=headers)
        bad = shop.client.post(CHECK, data={}, headers=headers)
        other = shop.client.post(CHECK, data={"text": "a"}, headers={"origin": origin + "x"})
        asked = shop.client.options(
            CHECK, headers={**headers, "access-control-request-method": "POST"}
        )
    assert len(good.json()["matches"]) == 1
    for got in (good, bad, asked):
        assert got.headers["access-control-allow-origin"] == origin
    assert "access-control-allow-origin" not in other.headers
