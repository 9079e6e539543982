"""Several shops in one service: each answers from its own book, which comes and goes."""

from __future__ import annotations

import logging
import shutil
import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.bookshelf import FolderError
from tests.encoders.conftest import Clock
from tests.web.inprocess import Shop, opened, problem
from tests.web.many_shops import (
    RUSH,
    body_of,
    state_of,
    states,
    wait_until,
    write_entries,
    write_shop,
)
from tests.web.service_process import start_service
from tests.web.small_book import BROKEN, BROKEN_PLACE, ENTRIES, write_book
from tests.web.test_health import labels, metrics

NEWER = ENTRIES.replace("}}发出。", "}}一定发出。")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of the shops: a, b and c."""
    for shop in "abc":
        write_shop(tmp_path / "shops", shop)
    return tmp_path / "shops"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def several(tmp_path: Path, home: Path, clock: Clock) -> Iterator[Shop]:
    """A service with a default shop and three others, which notices changed files."""
    book = write_book(tmp_path / "book")
    with opened(tmp_path, clock=clock, phrasebook=book, shops=str(home), watch=True) as started:
        yield started


def test_each_shop_answers_from_its_own_book(several: Shop) -> None:
    assert states(several) == {"default": "loaded", "a": "idle", "b": "idle", "c": "idle"}
    assert body_of(several, "a") == "a次日发出。"
    assert body_of(several, "b") == "b次日发出。"
    assert body_of(several, "default") == body_of(several, None) == "两天内发出。"
    assert body_of(several, "a") == "a次日发出。"
    assert states(several) == {"default": "loaded", "a": "loaded", "b": "loaded", "c": "idle"}
    assert metrics(several)["huashu_shop_loads_total", labels()] == 2
    assert metrics(several)["huashu_shops_loaded", labels()] == 2


def test_every_route_takes_a_shop(several: Shop) -> None:
    client = several.client
    drafts = client.post("/v1/rewrites", json={"draft": "你的名字叫什么", "shop": "a"}).json()
    assert drafts["rewritten"] == "a请问您怎么称呼"
    for shop, ok in (("a", False), ("b", True), (None, True)):
        text = {"text": "您加a号聊"}
        assert client.post("/v1/check", json=text | {"shop": shop}).json()["ok"] is ok
        found = client.post("/v2/check", data=text | ({"shop": shop} if shop else {})).json()
        assert bool(found["matches"]) is not ok
    listed = client.get("/v1/entries", params={"shop": "b", "q": "shipping.rush"}).json()
    assert [e["title"] for e in listed["entries"]] == ["b催发货"]
    one = client.get("/v1/entries/shipping.rush", params={"shop": "a"}).json()
    assert one["title"] == "a催发货"
    assert client.get("/v1/entries/shipping.rush").json()["title"] == "催发货"


def test_the_journal_is_kept_by_shop(several: Shop) -> None:
    a, b = several.suggest(RUSH, shop="a"), several.suggest("今天天气怎么样", shop="b")
    none = several.suggest(RUSH)
    assert [several.journal(x["id"])["shop"] for x in (a, b, none)] == ["a", "b", "default"]
    sent = {"suggestion_id": a["id"], "outcome": "sent"}
    assert several.client.post("/v1/feedback", json=sent).status_code == 201

    def told(path: str, **query: str) -> Any:
        answer = several.client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert told("/v1/stats")["suggestions"] == 3
    assert told("/v1/stats", shop="a")["outcomes"]["sent"] == 1
    assert told("/v1/stats", shop="b")["decisions"] == {"answer": 0, "choose": 0, "none": 1}
    assert told("/v1/stats", shop="c")["suggestions"] == 0
    assert told("/v1/unanswered", shop="a") == []
    assert [u["count"] for u in told("/v1/unanswered", shop="b")] == [1]
    assert states(several)["c"] == "idle"  # figures need no book


def test_a_conversation_belongs_to_a_shop(several: Shop) -> None:
    """Two shops may number their conversations alike: both customers are greeted and journalled."""
    asked = {"conversation_id": "1", "preview": True}
    a = several.suggest(RUSH, shop="a", **asked)
    b = several.suggest(RUSH, shop="b", **asked)
    assert a["suggestions"][0]["greeting"] == b["suggestions"][0]["greeting"] == "您好。"
    for x in (a, b):
        sent = {"suggestion_id": x["id"], "outcome": "displayed"}
        assert several.client.post("/v1/feedback", json=sent).status_code == 201


# ---- ids ---------------------------------------------------------------------------------------

ASKED = [
    ("POST", "/v1/suggestions", {"message": RUSH}),
    ("POST", "/v1/rewrites", {"draft": "好"}),
    ("POST", "/v1/check", {"text": "好"}),
    ("GET", "/v1/entries", {}),
    ("GET", "/v1/entries/shipping.rush", {}),
    ("GET", "/v1/stats", {}),
    ("GET", "/v1/unanswered", {}),
]


@pytest.mark.parametrize(("method", "path", "body"), ASKED, ids=[path for _, path, _ in ASKED])
def test_an_unknown_shop(several: Shop, method: str, path: str, body: dict[str, str]) -> None:
    if method == "POST":
        answer = several.client.post(path, json=body | {"shop": "别家"})
    else:
        answer = several.client.get(path, params={"shop": "别家"})
    told = problem(answer, 404, "shop_unknown", "shop")["detail"]
    assert all(f"“{shop}”" in told for shop in ("别家", "default", "a", "b", "c"))


def test_an_unknown_shop_of_many(several: Shop, home: Path) -> None:
    for n in range(30):
        (home / f"d{n:02}").mkdir()
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": "x" * 200})
    told = problem(answer, 404, "shop_unknown", "shop")["detail"]
    assert "34 家" in told
    assert len(told) < 250


@pytest.mark.parametrize(
    "shop",
    [
        *("", ".", "..", "../outside", "../shops/a", "./a", "a/", "a/.", "a/../b", "/", "a\\..\\b"),
        *("a\0", "\0", "a ", " a", "a\n", "A", "ａ", "%61", "..%2foutside", "~", "*", "[a]", "a?"),
        *(".hidden", "a\u200b", "\u202ea", "a.", "..a", "shops/a", "file:a", "\ufeffa", "a:b"),
        "OUTSIDE",  # stands for the absolute path
    ],
)
def test_an_id_is_no_path(several: Shop, home: Path, shop: str) -> None:
    write_shop(home.parent, "outside", inside=shop if shop.isalpha() else "outside")
    write_shop(home, ".hidden")
    shop = str(home.parent / "outside") if shop == "OUTSIDE" else shop
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": shop})
    problem(answer, 404, "shop_unknown", "shop")
    answer = several.client.get("/v1/entries", params={"shop": shop})
    problem(answer, 404, "shop_unknown", "shop")
    assert set(states(several).values()) == {"loaded", "idle"}
    assert metrics(several)["huashu_shop_loads_total", labels()] == 0


def test_a_link_is_refused(several: Shop, home: Path) -> None:
    outside = write_shop(home.parent, "outside", inside="link")
    (home / "link").symlink_to(outside)
    (home / "inner").symlink_to(home / "a")
    for shop in ("link", "inner"):
        answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": shop})
        assert "链接" in problem(answer, 503, "shop_broken", "shop")["detail"]
        assert states(several)[shop] == "broken"


def test_a_folder_that_can_not_be_a_shop(several: Shop, home: Path) -> None:
    (home / "我的 店").mkdir()
    (home / "empty").mkdir()
    (home / "file").write_text("x", encoding="utf-8")
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": "我的 店"})
    assert "不留空格" in problem(answer, 503, "shop_broken", "shop")["detail"]
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": "empty"})
    assert "没有 .yaml 文件" in problem(answer, 503, "shop_broken", "shop")["detail"]
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": "file"})
    problem(answer, 404, "shop_unknown", "shop")


def test_an_id_in_chinese(several: Shop, home: Path) -> None:
    write_shop(home, "旗舰店")
    assert body_of(several, "旗舰店") == "旗舰店次日发出。"
    assert state_of(several, "旗舰店")["name"] == "旗舰店的店"


def test_names_are_told_before_a_shop_is_loaded(several: Shop, home: Path) -> None:
    assert state_of(several, "a")["name"] == "a的店"
    book = home / "a" / "book.yaml"
    old = book.read_text("utf-8")
    book.write_text(old.replace("a的店", "新名字"), encoding="utf-8")
    assert state_of(several, "a")["name"] == "新名字"
    book.write_text(old.replace(", name: a的店", ""), encoding="utf-8")
    assert state_of(several, "a")["name"] == "小店话术"
    assert state_of(several, "default")["name"] == "小店"


# ---- loading -----------------------------------------------------------------------------------


def test_first_requests_share_one_load(several: Shop) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: body_of(several, "a"), range(16)))
    assert found == ["a次日发出。"] * 16
    assert metrics(several)["huashu_shop_loads_total", labels()] == 1


def test_shops_that_load_at_once(several: Shop) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda shop: body_of(several, shop), "abcabc"))
    assert found == [f"{shop}次日发出。" for shop in "abcabc"]
    assert metrics(several)["huashu_shop_loads_total", labels()] == 3


def test_new_and_removed_shops_need_no_restart(several: Shop, home: Path, clock: Clock) -> None:
    write_shop(home, "d")
    assert body_of(several, "d") == "d次日发出。"
    shutil.rmtree(home / "d")
    wait_until(lambda: several.ready()["status"] == "degraded")
    assert body_of(several, "d") == "d次日发出。"  # its folder may just be being replaced
    clock.now += 11
    wait_until(lambda: metrics(several)["huashu_shops_loaded", labels()] == 0)
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": "d"})
    problem(answer, 404, "shop_unknown", "shop")
    assert several.ready()["status"] == "ok"


def test_a_shop_that_nobody_asks_for_is_dropped(several: Shop, clock: Clock) -> None:
    body_of(several, "a")
    suggester = weakref.ref(several.client.app.state.service.shops.at_hand("a").current)  # type: ignore[attr-defined]
    clock.now += 50 * 60
    body_of(several, "b")
    clock.now += 20 * 60
    wait_until(lambda: states(several)["a"] == "idle")
    assert states(several)["b"] == states(several)["default"] == "loaded"
    assert suggester() is None  # its memory is free
    assert body_of(several, "a") == "a次日发出。"


def test_the_least_recently_used_shop_makes_room(tmp_path: Path, home: Path) -> None:
    book = write_book(tmp_path / "book")
    settings = {"phrasebook": book, "shops": str(home), "shops_loaded": 2}
    with opened(tmp_path, clock=Clock(), **settings) as shop:
        for asked, left in (("a", "a"), ("b", "ab"), ("a", "ab"), ("c", "ac"), ("b", "bc")):
            assert body_of(shop, asked) == f"{asked}次日发出。"
            loaded = {s for s, state in states(shop).items() if state == "loaded"}
            assert loaded == {"default", *left}
        assert metrics(shop)["huashu_shops_loaded", labels()] == 2


def test_no_more_shops_than_allowed_whoever_asks(tmp_path: Path, home: Path) -> None:
    book = write_book(tmp_path / "book")
    settings = {"phrasebook": book, "shops": str(home), "shops_loaded": 1}
    with opened(tmp_path, **settings) as shop, ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda name: body_of(shop, name), "abc" * 6))
        assert found == [f"{name}次日发出。" for name in "abc" * 6]
        assert metrics(shop)["huashu_shops_loaded", labels()] == 1


# ---- files that are wrong ----------------------------------------------------------------------


def refused(shop: Shop, name: str) -> dict[str, Any]:
    """The problem of a shop that is broken; every route says the same."""
    bodies = [
        problem(answer, 503, "shop_broken", "shop")
        for answer in (
            shop.client.post("/v1/suggestions", json={"message": RUSH, "shop": name}),
            shop.client.post("/v1/check", json={"text": "好", "shop": name}),
            shop.client.get("/v1/entries", params={"shop": name}),
        )
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    return bodies[0]


def test_a_broken_shop_says_where_and_harms_no_other(
    several: Shop, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (home / "a" / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    caplog.set_level(logging.WARNING)
    told = refused(several, "a")
    assert BROKEN_PLACE in told["detail"]
    assert told["findings"][0]["place"] == BROKEN_PLACE
    assert told["findings"][0]["rule"] == "yaml.syntax"
    assert refused(several, "a") == told
    tries = [r for r in caplog.records if "can not be loaded" in r.message]
    assert len(tries) == 1  # its files are the same: no other try
    assert body_of(several, "b") == "b次日发出。"
    assert several.client.get("/readyz").status_code == 200
    ready = several.ready()
    assert (ready["status"], ready["shops"]["loaded"]) == ("degraded", 1)
    assert [s["id"] for s in ready["shops"]["broken"]] == ["a"]
    assert BROKEN_PLACE in ready["shops"]["broken"][0]["problem"]
    assert metrics(several)["huashu_shops_broken", labels()] == 1
    assert metrics(several)["huashu_phrasebook_good", labels()] == 1
    listed = state_of(several, "a")
    assert listed["state"] == "broken"
    assert listed["findings"] == told["findings"]
    answer = several.client.get("/v1/stats", params={"shop": "a"})
    assert answer.status_code == 200  # figures need no book


def test_a_mended_shop_comes_by_itself(several: Shop, home: Path) -> None:
    (home / "a" / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    refused(several, "a")
    write_entries(home / "a", NEWER)
    wait_until(lambda: states(several)["a"] == "loaded")
    assert several.ready()["status"] == "ok"
    assert body_of(several, "a") == "a次日一定发出。"


def test_a_mended_shop_comes_when_asked_for(tmp_path: Path, home: Path) -> None:
    book = write_book(tmp_path / "book")
    (home / "a" / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    with opened(tmp_path, phrasebook=book, shops=str(home)) as shop:  # that watches nothing
        refused(shop, "a")
        write_entries(home / "a", NEWER)
        assert body_of(shop, "a") == "a次日一定发出。"
        assert shop.ready()["status"] == "ok"


def test_a_broken_shop_that_is_removed_is_told_no_longer(several: Shop, home: Path) -> None:
    (home / "a" / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    refused(several, "a")
    shutil.rmtree(home / "a")
    wait_until(lambda: several.ready()["status"] == "ok")
    assert "a" not in states(several)


@pytest.mark.parametrize(
    ("before", "after", "place", "says"),
    [
        ("id: a,", "id: b,", "book.yaml:2:12", "“b”"),
        ("id: a,", "id: A,", "book.yaml:2:12", "“A”"),
        ("shop: {id: a, name: a的店}\n", "", ".:1:1", "没有写店铺编号"),
    ],
)
def test_the_id_in_the_book_must_be_that_of_the_folder(
    several: Shop, home: Path, before: str, after: str, place: str, says: str
) -> None:
    book = home / "a" / "book.yaml"
    text = book.read_text("utf-8")
    assert before in text
    book.write_text(text.replace(before, after), encoding="utf-8")
    [finding] = refused(several, "a")["findings"]
    assert (finding["place"], finding["rule"]) == (place, "shop.folder")
    assert says in finding["message"]
    assert "a" in finding["hint"]


def test_a_change_of_one_shop_while_another_serves(several: Shop, home: Path) -> None:
    body_of(several, "a")
    body_of(several, "b")
    write_entries(home / "a", NEWER)
    wait_until(lambda: body_of(several, "a") == "a次日一定发出。")
    assert body_of(several, "b") == "b次日发出。"

    (home / "a" / "entries.yaml").write_text(BROKEN, encoding="utf-8")
    wait_until(lambda: several.ready()["status"] == "degraded")
    assert body_of(several, "a") == "a次日一定发出。"  # the last good one
    assert state_of(several, "a")["state"] == "loaded"
    assert BROKEN_PLACE in state_of(several, "a")["problem"]
    write_entries(home / "a", ENTRIES)
    wait_until(lambda: body_of(several, "a") == "a次日发出。")
    wait_until(lambda: several.ready()["status"] == "ok")


def test_another_id_in_a_shop_that_serves(several: Shop, home: Path) -> None:
    body_of(several, "a")
    book = home / "a" / "book.yaml"
    book.write_text(book.read_text("utf-8").replace("id: a,", "id: b,"), encoding="utf-8")
    wait_until(lambda: several.ready()["status"] == "degraded")
    assert "book.yaml:2:12" in several.ready()["shops"]["broken"][0]["problem"]
    assert body_of(several, "a") == "a次日发出。"


def test_another_folder_in_a_shop_s_place(several: Shop, home: Path, tmp_path: Path) -> None:
    body_of(several, "a")
    for text in (NEWER, ENTRIES):
        write_shop(tmp_path / "new", "a", entries=text)
        (home / "a").rename(tmp_path / "old")
        (tmp_path / "new" / "a").rename(home / "a")
        shutil.rmtree(tmp_path / "old")
        said = "a次日一定发出。" if text is NEWER else "a次日发出。"
        wait_until(lambda said=said: body_of(several, "a") == said)
    write_entries(home / "a", NEWER)
    wait_until(lambda: body_of(several, "a") == "a次日一定发出。")


def test_without_watching_nothing_is_read_again(tmp_path: Path, home: Path) -> None:
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book, shops=str(home)) as shop:
        body_of(shop, "a")
        write_entries(home / "a", NEWER)
        shop.client.app.state.service.shops.tend()  # type: ignore[attr-defined]
        shop.client.app.state.service.shops.tend()  # type: ignore[attr-defined]
        assert body_of(shop, "a") == "a次日发出。"


# ---- the folder of the shops -------------------------------------------------------------------


def test_without_the_setting_there_is_one_shop(small_shop: Shop) -> None:
    assert states(small_shop) == {"default": "loaded"}
    assert state_of(small_shop, "default") == {
        "id": "default", "name": "小店", "state": "loaded", "problem": None, "findings": [],
    }  # fmt: skip


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with (
        pytest.raises(FolderError, match="HUASHU_SHOPS"),
        opened(tmp_path, phrasebook=write_book(tmp_path / "book"), shops=str(tmp_path / "nope")),
    ):
        pass


def test_the_folder_goes_and_comes_back(several: Shop, home: Path, clock: Clock) -> None:
    body_of(several, "a")
    home.rename(home.parent / "away")
    clock.now += 11
    several.client.app.state.service.shops.tend()  # type: ignore[attr-defined]
    assert body_of(several, "a") == "a次日发出。"
    told = problem(several.client.get("/v1/shops"), 503, "shop_broken")
    assert "HUASHU_SHOPS" in told["detail"]
    answer = several.client.post("/v1/suggestions", json={"message": RUSH, "shop": "b"})
    problem(answer, 503, "shop_broken", "shop")
    (home.parent / "away").rename(home)
    assert body_of(several, "b") == "b次日发出。"


def test_the_default_shop_may_lie_among_the_others(tmp_path: Path, home: Path) -> None:
    with opened(tmp_path, phrasebook=home / "b", shops=str(home)) as shop:
        assert list(states(shop)) == ["b", "a", "c"]
        assert body_of(shop, None) == body_of(shop, "b") == "b次日发出。"
        assert metrics(shop)["huashu_shop_loads_total", labels()] == 0


def test_the_default_shop_goes_before_a_folder_of_its_name(tmp_path: Path, home: Path) -> None:
    write_shop(home, "default")
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book, shops=str(home)) as shop:
        assert list(states(shop)) == ["default", "a", "b", "c"]
        assert body_of(shop, "default") == "两天内发出。"


# ---- the process -------------------------------------------------------------------------------


def test_a_process_with_two_shops(tmp_path: Path, home: Path) -> None:
    import httpx

    book = write_book(tmp_path / "book")
    settings = {"HUASHU_PHRASEBOOK": str(book), "HUASHU_SHOPS": str(home)}
    with start_service(tmp_path, **settings) as service:
        for shop, window in (("a", "a次日"), ("b", "b次日"), ("default", "两天内")):
            body = {"message": RUSH, "shop": shop}
            answer = httpx.post(f"{service.url}/v1/suggestions", json=body, timeout=60)
            assert answer.json()["suggestions"][0]["body"] == f"{window}发出。"
