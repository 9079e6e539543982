"""The pages that the service renders: the book, unanswered messages, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine

from app.records import journal
from app.records.database import open_engine, transaction
from app.records.journal import FeedbackRecord, SuggestionRecord
from app.web import charts
from tests.web.desk_book import write_desk_book
from tests.web.inprocess import Shop, opened
from tests.web.keyed import keys_in

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """An application with a small book and a journal of a few days."""
    folder = tmp_path_factory.mktemp("pages")
    with opened(folder, phrasebook=write_desk_book(folder / "book")) as started:
        store = open_engine(f"sqlite:///{started.database}")
        fill(store)
        store.dispose()
        yield started


def fill(store: Engine) -> None:
    def asked(number: int, message: str, decision: str, days: int, entry: str = "") -> None:
        offered = ((entry, 0.9),) if entry else ()
        at = NOW - timedelta(days=days)
        records.append(
            SuggestionRecord(
                str(number), at, "default", message, decision, offered=offered, took_ms=2.0
            )  # type: ignore[arg-type]
        )

    records: list[SuggestionRecord] = []
    asked(1, "怎么还不发货", "answer", 0, "shipping.rush")
    asked(2, "催一下", "answer", 3, "shipping.rush")
    asked(3, "能开票不", "choose", 3, "invoice.get")
    asked(4, "可以刻字吗", "none", 0)
    asked(5, "可以刻字吗？", "none", 3)
    asked(6, "我的手机是13812345678，能改吗", "none", 3)
    asked(7, "很久以前的问题", "none", 60)
    with transaction(store, write=True) as connection:
        journal.record_suggestions(connection, records)
        journal.record_feedback(connection, FeedbackRecord("1", "sent", NOW, "shipping.rush"))
        journal.record_feedback(connection, FeedbackRecord("2", "displayed", NOW, "shipping.rush"))


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def page(started: Shop, path: str, status: int = 200, **query: str | int) -> str:
    answer = started.client.get(path, params=query)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    found: str = answer.text
    return found


# ---- navigation ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/book", "/unanswered", "/figures"])
def test_the_navigation_leads_to_every_page_that_there_is(shop: Shop, path: str) -> None:
    found = page(shop, path)
    navigation = found.partition("<nav")[2].partition("</nav>")[0]
    links = re.findall(r'href="([^"]+)"( aria-current="page")?', navigation)
    assert {"./", "book", "unanswered", "figures"} <= {address for address, _ in links}
    here = path.removeprefix("/") or "./"
    assert [address for address, current in links if current] == [here]
    for address, _ in links:
        assert shop.client.get(f"/{address.removeprefix('./')}").status_code == 200


# ---- book ------------------------------------------------------------------------------------


def test_the_book_lists_every_entry(shop: Shop) -> None:
    found = text_of(page(shop, "/book"))
    assert "共 4 条" in found
    for entry in ("shipping.status", "shipping.rush", "invoice.get", "help.unknown"):
        assert entry in found


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({"q": "发票"}, "invoice.get"),
        ({"q": "shipping.rush"}, "shipping.rush"),
        ({"q": "帮我催催快递的货"}, "shipping.rush"),  # by what it means
        ({"stage": "presale"}, "invoice.get"),
    ],
)
def test_the_book_is_searched(shop: Shop, query: dict[str, str], first: str) -> None:
    listed = page(shop, "/book", **query).partition('id="found"')[2].partition("</section>")[0]
    assert re.findall(r"<code>(.+?)</code>", listed)[0] == first


def test_nothing_found_is_said(shop: Shop) -> None:
    assert "没有这样的条目" in page(shop, "/book", q="ωωω")


def test_an_entry_shows_where_its_reply_comes_from(shop: Shop) -> None:
    found = text_of(page(shop, "/book", entry="shipping.status"))
    for shown in (
        "book.yaml:",  # the place in the files
        "您好。",
        "您的快递单号是【快递单号】，目前【物流状态】，请留意。",
        "变体：平台是京东",
        "京东订单的单号是{{ tracking_no }}。",
        "把蓝鲸面单编码发来",
        "蓝鲸包裹怎么还没发出",
        "催发货",  # the entry that the near miss belongs to
        "没填时留出【快递单号】",
    ):
        assert shown in found


def test_an_entry_shows_facts_and_policies(tmp_path: Path) -> None:
    with opened(tmp_path) as shipped:
        found = text_of(page(shipped, "/book", entry="shipping.free_remote"))
        assert "用到的信息" in found
        assert "shop." in found
        assert re.search(r"每条回复都要过的 \d\d 条", found)
        own = text_of(page(shipped, "/book", entry="return.seven_day"))
        assert "适用的规范" in own


def test_an_entry_that_is_not_there(shop: Shop) -> None:
    assert "没有编号为“nope”的条目" in page(shop, "/book", 404, entry="nope")


def test_a_shop_that_is_not_there(shop: Shop) -> None:
    assert "nope" in page(shop, "/book", 404, shop="nope")


# ---- unanswered ------------------------------------------------------------------------------


def test_unanswered_messages_the_most_frequent_first_and_masked(shop: Shop) -> None:
    found = page(shop, "/unanswered")
    shown = text_of(found)
    assert shown.index("2 次") < shown.index("1 次")
    assert "可以刻字吗" in shown
    assert "13812345678" not in found
    assert "很久以前的问题" not in found
    assert "很久以前的问题" in page(shop, "/unanswered", days=90)


def test_unanswered_messages_lead_to_the_desk_without_telling_the_server(shop: Shop) -> None:
    addresses = re.findall(r'href="([^"]+)"', page(shop, "/unanswered"))
    tried = [urlsplit(a.replace("&amp;", "&")) for a in addresses if a.startswith("./#")]
    assert parse_qs(tried[0].fragment)["ask"][0].startswith("可以刻字吗")


def test_nothing_unanswered_is_said(shop: Shop) -> None:
    assert "都答上了" in page(shop, "/unanswered", shop="another")


def test_a_key_of_one_shop_shows_that_shop_alone(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    mine, all_shops = keys.make("trainer", shop="default"), keys.make("trainer")
    agent = keys.make("agent")
    with opened(tmp_path, phrasebook=write_desk_book(tmp_path / "book")) as started:
        store = open_engine(keys.url)
        record = SuggestionRecord("1", NOW, "another", "别的店的问题", "none")
        with transaction(store, write=True) as connection:
            journal.record_suggestions(connection, [record])
        store.dispose()

        def shown(key: str, address: str) -> tuple[int, str]:
            headers = {"authorization": f"Bearer {key}"}
            answer = started.client.get(address, headers=headers)
            return answer.status_code, text_of(answer.text)

        assert "别的店的问题" in shown(all_shops, "/unanswered")[1]
        assert "客户消息 1" in shown(all_shops, "/figures")[1]
        assert "别的店的问题" not in shown(mine, "/unanswered")[1]
        assert "客户消息 0" in shown(mine, "/figures")[1]
        assert shown(mine, "/unanswered?shop=another")[0] == 403
        assert shown(mine, "/figures?shop=another")[0] == 403
        assert shown(mine, "/book?shop=another")[0] == 403
        assert shown(agent, "/figures")[0] == 403
        assert "数据" not in shown(agent, "/book")[1]  # what it may not see is not offered


# ---- figures ---------------------------------------------------------------------------------


def test_figures(shop: Shop) -> None:
    shown = text_of(page(shop, "/figures", days=7))
    assert "客户消息 6" in shown
    assert "直接回答 33%" in shown
    assert "没有答上 50%" in shown
    assert "采纳率 50%" in shown
    assert re.search(r"催发货 shipping\.rush 2 +2 1 50%", shown)
    assert re.search(r"开发票 invoice\.get 1 +0 0 —", shown)


def test_a_chart_has_a_column_a_day_and_says_its_numbers(shop: Shop) -> None:
    found = page(shop, "/figures", days=7)
    columns = re.findall(r"<title>(.+?)</title>", found.partition("<svg")[2])
    assert len(columns) == 7
    assert columns[-1].endswith("：直接回答 1，列出待选 0，没有答上 1")


def test_figures_without_messages(shop: Shop) -> None:
    assert "这段时间还没有消息" in page(shop, "/figures", shop="another")


def test_pages_say_when_the_journal_is_away(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_desk_book(tmp_path / "book")) as started:
        started.database.unlink()
        started.database.mkdir()  # neither file nor journal can be made here
        for path in ("/unanswered", "/figures"):
            found = page(started, path, 503)
            assert re.search(r'id="problem" role="alert">[^<]{5}', found)


# ---- geometry --------------------------------------------------------------------------------


def test_columns_stand_on_the_ground_and_on_each_other() -> None:
    one, empty = charts.columns([{"a": 3, "b": 1, "c": 0}, {"a": 0}], ["一", "二"], 5)
    assert [(b.kind, b.y, b.height) for b in one.bars] == [("a", 40.0, 60.0), ("b", 20.0, 20.0)]
    assert one.bars[0].x + one.bars[0].width <= 500
    assert empty == charts.Column("二", ())


def test_lines_are_interrupted_where_there_is_nothing() -> None:
    assert charts.lines([0.0, 1.0, None, 0.5]) == ("125.0,100.0 375.0,0.0", "812.5,50.0 937.5,50.0")
    assert charts.lines([None, None]) == ()


@pytest.mark.parametrize(("most", "top"), [(0, 1), (1, 1), (3, 5), (10, 10), (11, 20), (501, 1000)])
def test_the_top_of_an_axis_is_round(most: int, top: int) -> None:
    assert charts.round_top(most) == top
