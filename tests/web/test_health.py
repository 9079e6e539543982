"""/healthz, /readyz and /metrics: while files break, while the store is away."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.records.errors import StoreError
from tests.postgres import PostgresServer, running_server
from tests.web.inprocess import Shop, opened, problem
from tests.web.small_book import BROKEN, BROKEN_PLACE, ENTRIES, write_book

RUSH = "怎么还不发货"
NEWER = ENTRIES.replace("包裹已经在路上了", "包裹正在路上")


def metrics(shop: Shop) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Every sample by its name and labels."""
    answer = shop.client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def labels(**names: str) -> frozenset[tuple[str, str]]:
    return frozenset(names.items())


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Shop, Path]]:
    """An application that watches the book's folder, and the folder."""
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book, watch=True) as started:
        yield started, book


def test_alive(small_shop: Shop) -> None:
    answer = small_shop.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready(small_shop: Shop) -> None:
    while small_shop.ready()["store"]["queued"]:
        time.sleep(0.01)  # what other tests of the module asked is still on its way
    answer = small_shop.client.get("/readyz")
    body = answer.json()
    version = body["phrasebook"].pop("version")
    assert answer.status_code == 200
    assert len(version) == 12
    assert body == {
        "status": "ok",
        "access": {"open": True},
        "phrasebook": {"entries": 4, "newest_files": "good", "problem": None, "findings": []},
        "shops": {"loaded": 0, "broken": []},
        "store": {"status": "ok", "code": None, "problem": None, "queued": 0, "dropped": 0},
        "encoder": {"name": "none", "status": "ok", "problem": None},
    }


def test_a_broken_book_and_its_mending(watching: tuple[Shop, Path]) -> None:
    shop, book = watching
    old = shop.suggest(RUSH, order="shipped")

    (book / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    told = shop.wait_for_book("broken")
    assert shop.client.get("/readyz").status_code == 200
    assert shop.ready()["status"] == "degraded"
    assert told["version"] == old["phrasebook"]["version"]
    assert BROKEN_PLACE in told["problem"]
    [finding] = told["findings"]
    assert (finding["place"], finding["rule"]) == (BROKEN_PLACE, "yaml.syntax")
    assert finding["message"]
    assert finding["hint"]
    assert shop.suggest(RUSH, order="shipped")["suggestions"] == old["suggestions"]
    assert metrics(shop)["huashu_phrasebook_good", labels()] == 0

    (book / "entries.yaml").write_text(NEWER, encoding="utf-8")
    told = shop.wait_for_book("good", not_version=old["phrasebook"]["version"])
    assert shop.ready()["status"] == "ok"
    answer = shop.suggest(RUSH, order="shipped")
    assert answer["phrasebook"]["version"] == told["version"]
    assert answer["suggestions"][0]["body"] == "包裹正在路上。"
    assert shop.journal(answer["id"])["phrasebook_version"] == told["version"]
    counted = metrics(shop)
    assert counted["huashu_phrasebook_good", labels()] == 1
    assert counted["huashu_phrasebook_reloads_total", labels()] == 1


def test_a_file_that_is_not_utf8(watching: tuple[Shop, Path]) -> None:
    shop, book = watching
    (book / "more.yaml").write_bytes("话术".encode("gbk"))
    told = shop.wait_for_book("broken")
    assert "more.yaml" in told["problem"]
    assert "UTF-8" in told["problem"]
    (book / "more.yaml").unlink()
    shop.wait_for_book("good")


def test_a_forbidden_reply_is_never_served(watching: tuple[Shop, Path]) -> None:
    shop, book = watching
    text = ENTRIES.replace("可以的，在订单页申请就好。", "可以的，您加微信聊。")
    (book / "entries.yaml").write_text(text, encoding="utf-8")
    told = shop.wait_for_book("broken")
    line = text[: text.index("加微信")].count("\n") + 1
    assert told["findings"][0]["place"].startswith(f"entries.yaml:{line}:")
    assert told["findings"][0]["rule"] == "template.policy"
    assert "加微信" not in shop.suggest("可以开发票吗")["suggestions"][0]["text"]


def test_another_folder_in_the_book_s_place(watching: tuple[Shop, Path], tmp_path: Path) -> None:
    """A new book is often moved to its place whole; later edits there must be seen too."""
    shop, book = watching
    first = shop.ready()["phrasebook"]["version"]
    write_book(tmp_path / "new", NEWER)
    book.rename(tmp_path / "old")
    (tmp_path / "new").rename(book)
    second = shop.wait_for_book("good", not_version=first)["version"]
    (book / "entries.yaml").write_text(NEWER.replace("正在", "已在"), encoding="utf-8")
    third = shop.wait_for_book("good", not_version=second)["version"]
    assert len({first, second, third}) == 3


def test_the_book_s_folder_goes_and_comes_back(watching: tuple[Shop, Path], tmp_path: Path) -> None:
    shop, book = watching
    book.rename(tmp_path / "away")
    assert str(book) in shop.wait_for_book("broken")["problem"]
    assert shop.suggest(RUSH)["decision"] == "answer"
    (tmp_path / "away").rename(book)
    shop.wait_for_book("good")


def away(shop: Shop, code: str) -> None:
    """The store is away: said everywhere, and suggestions answer all the same."""
    answer = shop.client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "degraded"
    assert answer.json()["store"]["status"] == "away"
    assert answer.json()["store"]["code"] == code
    assert "，请" in answer.json()["store"]["problem"]
    assert shop.suggest(RUSH)["decision"] == "answer"
    assert shop.client.post("/v1/check", json={"text": "您好"}).status_code == 200
    problem(shop.client.get("/v1/stats"), 503, code)
    problem(shop.client.get("/v1/unanswered"), 503, code)
    body = {"suggestion_id": "x", "outcome": "sent"}
    problem(shop.client.post("/v1/feedback", json=body), 503, code)
    assert shop.client.get("/healthz").status_code == 200


def test_the_tables_are_gone(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        with closing(sqlite3.connect(shop.database)) as other, other:
            for table in ("feedback", "suggestions", "alembic_version"):
                other.execute(f"DROP TABLE {table}")
        away(shop, "store.schema-older")


def test_written_by_a_newer_program(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        with closing(sqlite3.connect(shop.database)) as other, other:
            other.execute("UPDATE alembic_version SET version_num = '9999'")
        answer = shop.client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["store"]["code"] == "store.schema-newer"
        assert shop.suggest(RUSH)["decision"] == "answer"


def test_a_store_that_only_reads_is_refused_at_the_start(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        shop.suggest(RUSH)
    url = f"sqlite:///file:{shop.database}?mode=ro&uri=true"
    with (
        pytest.raises(StoreError, match="只读") as refused,
        opened(tmp_path, phrasebook=tmp_path / "book", database_url=url),
    ):
        pass
    assert refused.value.code == "store.read-only"


def test_a_store_that_can_be_read_and_not_written(tmp_path: Path) -> None:
    """Reading works, so only the journal's writer can tell."""
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        with closing(sqlite3.connect(shop.database)) as other:
            other.execute("ALTER TABLE suggestions RENAME TO elsewhere")
        suggestion_id = shop.suggest(RUSH)["id"]
        sent = {"suggestion_id": suggestion_id, "outcome": "sent"}
        problem(shop.client.post("/v1/feedback", json=sent), 503, "store.schema-older")
        answer = shop.client.get("/readyz")
        assert (answer.status_code, answer.json()["store"]["code"]) == (503, "store.schema-older")
        assert shop.suggest(RUSH)["decision"] == "answer"


def test_the_database_file_is_deleted(tmp_path: Path) -> None:
    with opened(tmp_path / "data", phrasebook=write_book(tmp_path / "book")) as shop:
        shop.journal(shop.suggest(RUSH)["id"])
        shutil.rmtree(tmp_path / "data")
        away(shop, "store.folder-missing")


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


def test_postgresql_stops_and_comes_back(postgres: PostgresServer, tmp_path: Path) -> None:
    url = postgres.url(postgres.new_database())
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book"), database_url=url) as shop:
        suggestion_id = shop.suggest(RUSH)["id"]
        sent = {"suggestion_id": suggestion_id, "outcome": "sent"}
        assert shop.client.post("/v1/feedback", json=sent).status_code == 201
        postgres.stop()
        away(shop, "store.unreachable")
        kept = shop.suggest(RUSH)["id"]
        postgres.start()
        # What was suggested meanwhile is stored now: feedback finds it.
        sent = {"suggestion_id": kept, "outcome": "sent"}
        assert shop.client.post("/v1/feedback", json=sent).status_code == 201
        # The feedback was committed: the writer knows that the store is back.
        assert shop.client.get("/readyz").status_code == 200
        assert shop.client.get("/v1/stats").json()["outcomes"]["sent"] == 2


def test_metrics(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        shop.suggest(RUSH)
        shop.suggest("今天天气怎么样")
        shop.client.post("/v1/suggestions", json={})
        shop.client.get("/v1/entries/invoice.get")
        shop.client.get("/v1/entries/nope")
        for i in range(3):
            shop.client.get(f"/nope/{i}")
        found = metrics(shop)
        routes = {
            ("/v1/suggestions", "200"): 2,
            ("/v1/suggestions", "422"): 1,
            ("/v1/entries/{entry_id}", "200"): 1,
            ("/v1/entries/{entry_id}", "404"): 1,
            ("other", "404"): 3,  # unknown paths never make labels of their own
        }
        for (route, status), number in routes.items():
            key = labels(route=route, status=status)
            assert found["huashu_requests_total", key] == number
        assert found["huashu_request_seconds_count", labels(route="/v1/suggestions")] == 3
        assert found["huashu_decisions_total", labels(decision="answer")] == 1
        assert found["huashu_decisions_total", labels(decision="none")] == 1
        assert found["huashu_journal_dropped", labels()] == 0
        assert found["huashu_phrasebook_good", labels()] == 1
