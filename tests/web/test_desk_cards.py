"""The desk's cards by keyboard: filling in what is missing, drafts, the search of the book."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.web.console_page import Console, open_console
from tests.web.desk_book import write_desk_book
from tests.web.service_process import ServiceProcess, start_service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("desk")
    book = write_desk_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


def card(console: Console) -> Locator:
    return console.page.locator(".card").first


def settled(console: Console) -> None:
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")


def ask_for_the_number(console: Console) -> None:
    console.ask("把蓝鲸面单编码发来")
    expect(card(console)).to_contain_text("shipping.status")
    settled(console)


# ---- missing variables -----------------------------------------------------------------------


def test_missing_variables_are_blanks_and_fields(console: Console) -> None:
    ask_for_the_number(console)
    expect(card(console).locator(".text .blank").first).to_have_text("【快递单号】")
    field = card(console).get_by_role("textbox", name="快递单号")
    expect(field).to_have_attribute("placeholder", "SF123")
    card(console).get_by_role("button", name="复制").click()
    expect(console.page.locator("#toast")).to_contain_text("请补充：快递单号、物流状态")
    assert "【快递单号】" in console.clipboard()


def test_a_variable_is_filled_in_its_card(console: Console) -> None:
    ask_for_the_number(console)
    field = card(console).get_by_role("textbox", name="快递单号")
    field.press_sequentially("SF77", delay=90)  # answers arrive while one types
    expect(card(console).locator(".text")).to_contain_text("您的快递单号是SF77，目前【物流状态】")
    expect(field).to_be_focused()
    expect(field).to_have_value("SF77")
    field.press("ArrowLeft")
    field.press_sequentially("0")
    expect(card(console).locator(".text")).to_contain_text("SF707")
    expect(field).to_have_value("SF707")
    field.press("Enter")
    expect(card(console).get_by_role("textbox", name="物流状态")).to_be_focused()
    console.page.keyboard.type("已到站点")
    expect(card(console).locator(".text")).to_contain_text("目前已到站点，请留意")
    expect(card(console).locator(".text .blank")).to_have_count(0)
    console.page.keyboard.press("Enter")
    expect(card(console)).to_be_focused()
    settled(console)
    console.page.keyboard.press("1")
    expect(console.page.locator("#toast")).to_have_text("已复制第 1 条")
    assert console.clipboard() == "您好。您的快递单号是SF707，目前已到站点，请留意。祝您愉快。"
    assert console.sent("/v1/suggestions")[-1]["variables"] == {
        "tracking_no": "SF707",
        "tracking_status": "已到站点",
    }


def test_values_belong_to_their_customer(console: Console) -> None:
    ask_for_the_number(console)
    card(console).get_by_role("textbox", name="快递单号").fill("SF1")
    expect(card(console).locator(".text")).to_contain_text("单号是SF1")
    console.page.keyboard.press("Alt+n")
    ask_for_the_number(console)
    expect(card(console).locator(".text .blank").first).to_have_text("【快递单号】")


# ---- keys ------------------------------------------------------------------------------------


def test_arrows_move_between_cards_and_enter_sends_to_the_draft(console: Console) -> None:
    console.ask("怎么还不发货\n可以开发票吗")
    cards = console.page.locator(".card")
    expect(cards).to_have_count(3)
    settled(console)
    console.message.press("Control+End")
    console.message.press("ArrowDown")
    expect(cards.nth(0)).to_be_focused()
    console.page.keyboard.press("ArrowDown")
    console.page.keyboard.press("ArrowDown")
    console.page.keyboard.press("ArrowDown")  # there is no fourth
    expect(cards.nth(2)).to_be_focused()
    console.page.keyboard.press("ArrowUp")
    expect(cards.nth(1)).to_be_focused()
    text = cards.nth(1).locator(".text").text_content() or ""
    console.page.keyboard.press("Enter")
    expect(console.draft).to_be_focused()
    expect(console.draft).to_have_value(text)


def test_up_from_the_first_card_leads_back(console: Console) -> None:
    console.ask("怎么还不发货")
    expect(card(console)).to_be_visible()
    settled(console)
    console.message.press("End")
    console.message.press("ArrowDown")
    console.page.keyboard.press("ArrowUp")
    expect(console.message).to_be_focused()


def test_escape_leads_from_a_field_to_its_card_and_then_clears(console: Console) -> None:
    ask_for_the_number(console)
    card(console).get_by_role("textbox", name="快递单号").press("Escape")
    expect(card(console)).to_be_focused()
    console.page.keyboard.press("Escape")
    expect(console.message).to_have_value("")
    expect(console.message).to_be_focused()


def test_control_enter_copies_the_draft(console: Console) -> None:
    console.draft.fill("我这就去看看。")
    console.draft.press("Control+Enter")
    expect(console.page.locator("#toast")).to_have_text("已复制草稿")
    assert console.clipboard() == "我这就去看看。"


def test_the_keys_are_shown(console: Console) -> None:
    console.page.get_by_role("button", name="快捷键").click()
    keys = console.page.get_by_role("dialog", name="快捷键")
    expect(keys).to_contain_text("清空客户消息")
    console.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    console.page.locator("body").evaluate("document.activeElement.blur()")
    console.page.keyboard.press("?")
    expect(keys).to_be_visible()


def test_a_rejected_suggestion_is_reported(console: Console) -> None:
    console.ask("怎么还不发货")
    with console.page.expect_response(
        lambda r: r.url.endswith("/v1/feedback") and '"rejected"' in (r.request.post_data or "")
    ) as rejected:
        card(console).get_by_role("button", name="不合适").click()
    assert rejected.value.status == 201


# ---- search ----------------------------------------------------------------------------------


def test_slash_searches_the_book_and_enter_puts_the_reply_into_the_draft(console: Console) -> None:
    console.ask("怎么还不发货")
    expect(card(console)).to_be_visible()
    settled(console)
    console.page.locator("body").evaluate("document.activeElement.blur()")
    console.page.keyboard.press("/")
    search = console.page.get_by_role("dialog", name="搜索话术库")
    expect(search.get_by_role("searchbox")).to_be_focused()
    console.page.keyboard.type("发票")
    expect(search.get_by_role("listitem")).to_have_count(1)
    console.page.keyboard.press("ArrowDown")
    console.page.keyboard.press("Enter")
    expect(search).to_be_hidden()
    expect(console.draft).to_be_focused()
    expect(console.draft).to_have_value("您好。可以的，在订单页申请就好。祝您愉快。")
    with console.page.expect_response(
        lambda r: r.url.endswith("/v1/feedback") and '"invoice.get"' in (r.request.post_data or "")
    ) as sent:
        console.draft.press("Control+Enter")
    assert sent.value.status == 201  # the entry that was right, though another was suggested


def test_a_slash_in_a_text_box_is_text(console: Console) -> None:
    console.message.press("/")
    expect(console.message).to_have_value("/")
    console.message.press("Alt+/")
    expect(console.page.get_by_role("dialog", name="搜索话术库")).to_be_visible()


def test_search_finds_what_means_the_same(console: Console) -> None:
    console.page.get_by_role("button", name="搜索话术").click()
    search = console.page.get_by_role("dialog", name="搜索话术库")
    search.get_by_role("searchbox").fill("帮忙催催我的货")
    expect(search.get_by_role("listitem").first).to_contain_text("shipping.rush")
    search.get_by_role("searchbox").fill("x")
    expect(search.locator("#search-count")).to_have_text(re.compile("没有这样的条目|条"))


# ---- feedback --------------------------------------------------------------------------------


def test_typing_copying_and_feedback_are_in_the_journal(browser: Browser, tmp_path: Path) -> None:
    book = write_desk_book(tmp_path / "book")
    with (
        start_service(tmp_path, HUASHU_PHRASEBOOK=str(book)) as service,
        open_console(browser, service.url) as console,
    ):
        console.message.press_sequentially("可以开发票吗")
        expect(card(console)).to_contain_text("invoice.get")
        settled(console)
        with console.page.expect_response(
            lambda r: r.url.endswith("/v1/feedback") and '"sent"' in (r.request.post_data or "")
        ):
            console.message.press("Alt+1")
        assert console.clipboard() == "您好。可以的，在订单页申请就好。祝您愉快。"
        console.page.goto(f"{service.url}/figures")
        row = console.page.get_by_role("row", name=re.compile("开发票"))
        expect(row.get_by_role("cell")).to_have_text(["1", "", "1", "1", "100%"])
