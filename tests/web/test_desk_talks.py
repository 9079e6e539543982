"""The conversations at hand: made by hand and by plugins, their limits, their drafts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.web.console_page import Console, open_console
from tests.web.desk_book import write_desk_book
from tests.web.service_process import ServiceProcess, start_service

NOON = "2026-11-28T12:00:00Z"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("talks")
    book = write_desk_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


@pytest.fixture
def console(browser: Browser, service: ServiceProcess) -> Iterator[Console]:
    """The desk with a clock that the tests move."""
    with open_console(browser, "about:blank") as opened:
        opened.page.clock.install(time=NOON)
        opened.page.goto(service.url)
        expect(opened.page.get_by_text("服务正常")).to_be_visible()
        opened.page.clock.pause_at("2026-11-28T12:01:00Z")
        yield opened
        assert opened.complaints == []


def talks(console: Console) -> Locator:
    return console.page.locator("#talks li")


def customer(console: Console, name: str, message: str) -> None:
    """A new customer writes."""
    console.page.keyboard.press("Alt+n")
    console.page.get_by_label("客户称呼").fill(name)
    console.ask(message)
    wait_for_card(console)


def wait_for_card(console: Console) -> None:
    console.page.clock.run_for(300)
    expect(console.page.locator(".card")).not_to_have_count(0)
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")


def pass_time(console: Console, seconds: int) -> None:
    console.page.clock.fast_forward(seconds * 1000)
    console.page.clock.run_for(1000)


def state(console: Console, name: str) -> Locator:
    return talks(console).filter(has_text=name)


def test_the_first_reply_has_a_limit_of_its_own(console: Console) -> None:
    customer(console, "李女士", "怎么还不发货")
    row = state(console, "李女士")
    expect(row).to_have_attribute("data-state", "calm")
    expect(row.locator(".time")).to_contain_text("/ 15 秒")
    pass_time(console, 8)
    expect(row).to_have_attribute("data-state", "soon")
    expect(row.locator(".time")).to_contain_text("快到时限")
    pass_time(console, 8)
    expect(row).to_have_attribute("data-state", "late")
    expect(row.locator(".time")).to_contain_text("已超时")
    expect(console.page.locator("#talks-spoken")).to_have_text("李女士等候已超时")


def test_copying_answers_and_a_new_message_starts_the_clock_again(console: Console) -> None:
    customer(console, "李女士", "怎么还不发货")
    console.message.press("Alt+1")
    row = state(console, "李女士")
    expect(row).to_have_attribute("data-state", "answered")
    expect(row.locator(".time")).to_have_text("已回复")
    pass_time(console, 60)
    console.ask("可以开发票吗")
    expect(row.locator(".time")).to_have_text("0 秒 / 1 分")  # one customer: the first tier
    expect(console.page.get_by_label("会话已开始")).to_be_checked()
    wait_for_card(console)
    expect(console.page.locator(".card .greeting")).to_have_count(0)


def test_the_limit_depends_on_how_many_are_served(console: Console) -> None:
    for name in ("甲", "乙"):
        customer(console, name, "怎么还不发货")
        console.message.press("Alt+1")
        expect(state(console, name)).to_have_attribute("data-state", "answered")
        console.ask("可以开发票吗")
        wait_for_card(console)
    expect(state(console, "甲").locator(".time")).to_contain_text("/ 1 分")
    customer(console, "丙", "怎么还不发货")
    expect(state(console, "甲").locator(".time")).to_contain_text("/ 5 分")
    expect(state(console, "丙").locator(".time")).to_contain_text("/ 15 秒")
    pass_time(console, 200)
    expect(state(console, "乙")).to_have_attribute("data-state", "soon")


def test_each_conversation_keeps_its_own(console: Console) -> None:
    customer(console, "李女士", "怎么还不发货")
    console.page.get_by_label("平台").select_option("jd")
    console.page.get_by_label("订单状态").select_option("paid")
    console.draft.fill("李女士的草稿")
    customer(console, "周先生", "可以开发票吗")
    expect(console.page.get_by_label("平台")).to_have_value("jd")  # stays for the next customer
    expect(console.page.get_by_label("订单状态")).to_have_value("")
    expect(console.draft).to_have_value("")
    console.page.keyboard.press("Alt+PageUp")
    expect(console.message).to_have_value("怎么还不发货")
    expect(console.page.get_by_label("客户称呼")).to_have_value("李女士")
    expect(console.page.get_by_label("订单状态")).to_have_value("paid")
    expect(console.draft).to_have_value("李女士的草稿")
    expect(console.page.locator(".card").first).to_contain_text("shipping.rush")
    console.page.keyboard.press("Alt+PageDown")
    expect(console.message).to_have_value("可以开发票吗")
    expect(console.page.locator(".card").first).to_contain_text("invoice.get")
    sent = console.sent("/v1/suggestions")
    ids = {str(s["message"]): s["conversation_id"] for s in sent}
    assert ids["怎么还不发货"] != ids["可以开发票吗"]


def test_the_list_outlives_a_reload(console: Console) -> None:
    customer(console, "李女士", "怎么还不发货")
    console.draft.fill("还没写完")
    customer(console, "周先生", "可以开发票吗")
    console.page.reload()
    expect(talks(console)).to_have_count(2)
    expect(console.message).to_have_value("可以开发票吗")
    state(console, "李女士").get_by_role("button", name=re.compile("李女士")).first.click()
    expect(console.draft).to_have_value("还没写完")


def test_an_ended_conversation_is_gone(console: Console) -> None:
    customer(console, "李女士", "怎么还不发货")
    customer(console, "周先生", "可以开发票吗")
    console.page.get_by_role("button", name="结束与周先生的会话").click()
    expect(talks(console)).to_have_count(1)
    expect(console.message).to_have_value("怎么还不发货")


def test_a_new_customer_without_a_message_is_taken_again(console: Console) -> None:
    console.page.get_by_role("button", name="新客户").click()
    console.page.get_by_role("button", name="新客户").click()
    console.ask("可以开发票吗")
    wait_for_card(console)
    expect(talks(console)).to_have_count(1)


# ---- what plugins tell -----------------------------------------------------------------------


@pytest.fixture
def told(browser: Browser, tmp_path: Path) -> Iterator[tuple[Console, httpx.Client]]:
    """The desk of a service of its own, and a plugin that talks to that service."""
    book = write_desk_book(tmp_path / "book")
    with (
        start_service(tmp_path, HUASHU_PHRASEBOOK=str(book)) as service,
        open_console(browser, service.url) as console,
        httpx.Client(base_url=service.url, trust_env=False) as plugin,
    ):
        expect(console.page.get_by_text("服务正常")).to_be_visible()
        yield console, plugin
        assert console.complaints == []


def arrive(plugin: httpx.Client, number: int, *texts: str, name: str = "王小姐") -> None:
    body = {
        "conversation_id": f"c{number}",
        "messages": texts,
        "platform": "jd",
        "customer_name": name,
    }
    assert plugin.post("/v1/incoming", json=body).status_code == 202


Told = tuple[Console, httpx.Client]


def test_messages_of_plugins_join_their_conversation(told: Told) -> None:
    console, plugin = told
    arrive(plugin, 1, "在吗")
    arrive(plugin, 2, "可以开发票吗", name="赵先生")
    arrive(plugin, 1, "怎么还不发货")
    expect(state(console, "王小姐")).to_contain_text("怎么还不发货")
    expect(state(console, "赵先生")).to_contain_text("可以开发票吗")
    state(console, "王小姐").get_by_role("button").first.click()
    expect(console.message).to_have_value("在吗\n怎么还不发货")
    expect(console.page.get_by_label("平台")).to_have_value("jd")
    expect(console.page.get_by_label("客户称呼")).to_have_value("王小姐")
    expect(console.page.locator(".card").first).to_contain_text("shipping.rush")
    expect(console.page.locator("#cards")).not_to_have_attribute("aria-busy", "true")
    with console.page.expect_response("**/v1/incoming/c1/answered*") as marked:
        console.message.press("Alt+1")
    assert marked.value.status == 204
    expect(state(console, "王小姐")).to_have_attribute("data-state", "answered")
    expect(state(console, "赵先生")).to_have_attribute("data-state", re.compile("calm|soon"))


def test_suggestions_of_plugins_are_shown_without_asking(told: Told) -> None:
    console, plugin = told
    arrive(plugin, 1, "可以开发票吗")
    expect(state(console, "王小姐")).to_be_visible()
    console.page.wait_for_function("""() => sessionStorage.getItem("huashu.talks")
      .includes("invoice.get")""")
    state(console, "王小姐").get_by_role("button").first.click()
    expect(console.page.locator(".card").first).to_contain_text("invoice.get")
    assert console.sent("/v1/suggestions") == []


def test_a_message_for_the_conversation_that_is_shown(told: Told) -> None:
    console, plugin = told
    arrive(plugin, 1, "可以开发票吗")
    state(console, "王小姐").get_by_role("button").first.click()
    expect(console.page.locator(".card").first).to_contain_text("invoice.get")
    console.message.press("Alt+1")
    expect(state(console, "王小姐")).to_have_attribute("data-state", "answered")
    arrive(plugin, 1, "怎么还不发货")
    expect(console.message).to_have_value("怎么还不发货")
    expect(console.page.locator(".card").first).to_contain_text("shipping.rush")
    expect(console.page.get_by_label("会话已开始")).to_be_checked()


def test_what_came_while_another_page_was_open(told: Told) -> None:
    console, plugin = told
    arrive(plugin, 1, "在吗")
    expect(state(console, "王小姐")).to_be_visible()
    console.page.get_by_role("link", name="话术库").click()
    expect(console.page.get_by_role("searchbox")).to_be_visible()
    arrive(plugin, 1, "怎么还不发货")
    arrive(plugin, 2, "可以开发票吗", name="赵先生")
    console.page.get_by_role("link", name="接待台").click()
    expect(state(console, "赵先生")).to_be_visible()
    state(console, "王小姐").get_by_role("button").first.click()
    expect(console.message).to_have_value("在吗\n怎么还不发货")  # nothing twice, nothing lost


def test_an_answer_given_elsewhere_stops_the_clock(told: Told) -> None:
    console, plugin = told
    arrive(plugin, 1, "在吗")
    expect(state(console, "王小姐")).to_have_attribute("data-state", re.compile("calm|soon"))
    assert plugin.post("/v1/incoming/c1/answered").status_code == 204
    expect(state(console, "王小姐")).to_have_attribute("data-state", "answered")


def test_a_page_that_names_no_events_listens_to_none(
    console: Console, service: ServiceProcess
) -> None:
    def without_route(route: Route) -> None:
        answer = route.fetch()
        text = re.sub(r' data-events="[^"]*"', "", answer.text())
        route.fulfill(response=answer, body=text)

    console.page.route(f"{service.url}/", without_route)
    console.requests.clear()
    console.page.goto(service.url)
    customer(console, "李女士", "怎么还不发货")
    assert not [r for r in console.requests if "/v1/events" in r.url]
