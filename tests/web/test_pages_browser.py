"""The service's pages in a browser: search while typing, reading on, accessibility."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Route, expect

from app.records import journal
from app.records.database import open_engine, transaction
from app.records.journal import FeedbackRecord, SuggestionRecord
from app.records.migrate import upgrade
from tests.web.console_page import Console, open_console
from tests.web.service_process import ServiceProcess, start_service

ADDRESSES = {
    "desk": "",
    "book": "book?q=发货&entry=shipping.rush",
    "book-empty": "book?q=ωω",
    "unanswered": "unanswered",
    "figures": "figures?days=7",
    "review": "review",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The shipped phrasebook with a week of messages."""
    folder = tmp_path_factory.mktemp("pages")
    write_week(f"sqlite:///{folder}/huashu.sqlite3")
    with start_service(folder) as started:
        yield started


def write_week(url: str) -> None:
    upgrade(url)
    store = open_engine(url)
    now = datetime.now(UTC)
    records = [
        SuggestionRecord(
            f"{day}-{number}", now - timedelta(days=day), "default", f"问题{number}",
            ("answer", "choose", "none")[number % 3],  # type: ignore[arg-type]
            offered=(("shipping.rush", 0.9),) if number % 3 < 2 else (),
        )
        for day in range(7) for number in range(6)
    ]  # fmt: skip
    with transaction(store, write=True) as connection:
        journal.record_suggestions(connection, records)
        for record in records[::2]:
            journal.record_feedback(connection, FeedbackRecord(record.id, "sent", now))
    store.dispose()


@pytest.fixture
def page(browser: Browser, service: ServiceProcess) -> Iterator[Console]:
    with open_console(browser, service.url) as opened:
        yield opened
        assert opened.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_is_accessible_and_fits(
    browser: Browser, service: ServiceProcess, name: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    motion = {"color_scheme": scheme, "reduced_motion": "reduce", "viewport": size}
    with open_console(browser, f"{service.url}/{ADDRESSES[name]}", **motion) as console:
        expect(console.page.get_by_text("服务正常")).to_be_visible()
        for summary in console.page.locator("details:not([open]) > summary").all():
            summary.click()
        found = Axe().run(console.page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert console.page.evaluate(wide) == 0
        assert console.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_busy_desk_is_accessible(
    browser: Browser, service: ServiceProcess, scheme: str
) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with open_console(browser, service.url, **options) as console:
        for text in ("包邮吗", "在吗\n怎么还不发货\n可以开专票吗\n今天天气怎么样"):
            console.page.keyboard.press("Alt+n")
            console.ask(text)
            expect(console.page.locator(".card")).not_to_have_count(0)
        expect(console.page.locator("#talks li").first).to_be_visible()
        expect(console.page.locator(".thread li")).to_have_count(4)
        expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
        for opened in ("搜索话术", "快捷键"):
            console.page.get_by_role("button", name=opened).click()
            expect(console.page.get_by_role("dialog")).to_be_visible()
            found = Axe().run(console.page)
            assert found.violations_count == 0, found.generate_report()
            console.page.keyboard.press("Escape")
        found = Axe().run(console.page)
        assert found.violations_count == 0, found.generate_report()


def test_the_book_is_searched_while_typing(page: Console, service: ServiceProcess) -> None:
    page.page.goto(f"{service.url}/book")
    search = page.page.get_by_role("searchbox", name="搜索")
    expect(search).to_be_focused()
    search.press_sequentially("发票抬头")
    expect(page.page.locator("#found li").first).to_contain_text("invoice.title")
    expect(page.page).to_have_url(re.compile("q=%E5%8F%91%E7%A5%A8"))
    expect(search).to_be_focused()
    page.page.locator("#found a").first.click()
    entry = page.page.locator("#entry")
    expect(entry.get_by_role("heading", level=2)).to_have_text("发票抬头与专票")
    expect(entry).to_be_focused()
    expect(page.page.locator("#found a[aria-current]")).to_contain_text("invoice.title")
    page.page.go_back()
    expect(page.page.locator("#found li").first).to_contain_text("invoice.title")
    expect(entry).to_contain_text("从列表里选一条")


def test_a_slash_leads_to_the_search(page: Console, service: ServiceProcess) -> None:
    page.page.goto(f"{service.url}/book?entry=shipping.rush")
    page.page.locator("body").evaluate("document.activeElement.blur()")
    page.page.keyboard.press("/")
    expect(page.page.get_by_role("searchbox", name="搜索")).to_be_focused()


def test_a_reply_of_the_book_goes_into_the_draft(page: Console, service: ServiceProcess) -> None:
    page.page.goto(f"{service.url}/book?entry=shipping.rush")
    text = page.page.locator("#entry .text").text_content()
    page.page.get_by_role("link", name="放进接待台的草稿").click()
    expect(page.draft).to_have_value(text or "")
    expect(page.page).not_to_have_url(re.compile("#"))


def test_an_unanswered_message_is_tried_at_the_desk(page: Console, service: ServiceProcess) -> None:
    page.page.goto(f"{service.url}/unanswered")
    said = page.page.locator(".asked .said").first.text_content() or ""
    page.page.get_by_role("link", name="到接待台试一试").first.click()
    expect(page.message).to_have_value(said)
    expect(page.page.locator("#verdict")).not_to_be_empty()


def test_another_period_renews_the_figures(page: Console, service: ServiceProcess) -> None:
    page.page.goto(f"{service.url}/figures?days=30")
    expect(page.page.locator(".chart").first.locator("g")).to_have_count(30)
    page.page.get_by_label("时间").select_option("7")
    expect(page.page.locator(".chart").first.locator("g")).to_have_count(7)
    expect(page.page).to_have_url(re.compile(r"days=7"))


def test_a_page_says_that_the_service_is_away(browser: Browser, tmp_path: Path) -> None:
    with start_service(tmp_path) as started, open_console(browser, f"{started.url}/book") as page:
        expect(page.page.get_by_text("服务正常")).to_be_visible()
        started.stop()
        page.page.get_by_role("searchbox", name="搜索").fill("发票")
        expect(page.page.locator("#problem")).to_contain_text("服务暂时连不上")
        expect(page.page.locator("#away")).to_be_visible()


def test_a_page_repeats_why_the_service_refuses(browser: Browser, service: ServiceProcess) -> None:
    with open_console(browser, f"{service.url}/figures") as page:
        refused = httpx.get(f"{service.url}/book?shop=nope", trust_env=False)

        def refuse(route: Route) -> None:
            route.fulfill(status=404, body=refused.text, content_type="text/html")

        page.page.route("**/figures?*", refuse)
        page.page.get_by_label("时间").select_option("7")
        expect(page.page.locator("#problem")).to_contain_text("nope")


def test_the_desk_says_that_it_waits_on_a_slow_network(page: Console) -> None:
    held: list[Route] = []
    page.page.route("**/v1/suggestions", lambda route: held.append(route))  # noqa: PLW0108
    page.ask("包邮吗")
    expect(page.page.get_by_text("网络较慢，正在查询")).to_be_visible()
    held[0].continue_()
    expect(page.page.locator(".card").first).to_contain_text("shipping.free")
    expect(page.page.locator("#waiting")).to_be_hidden()
