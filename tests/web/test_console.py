"""The console: from a customer's message to the copied reply."""

from __future__ import annotations

import json
import re

import httpx
from playwright.sync_api import Route, expect

from tests.web.console_page import Console
from tests.web.service_process import ServiceProcess

NOTHING_FITS = "今天天气怎么样"


def test_headers(service: ServiceProcess) -> None:
    page = httpx.get(service.url, trust_env=False)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?://", page.text)
    assert page.headers["x-content-type-options"] == "nosniff"


def test_favicon(service: ServiceProcess) -> None:
    icon = httpx.get(f"{service.url}/favicon.ico", trust_env=False)
    assert icon.headers["content-type"] == "image/x-icon"
    assert icon.content[:4] == b"\0\0\1\0"


def test_typing_shows_cards(console: Console) -> None:
    console.message.press_sequentially("怎么还不发货")
    first = console.page.locator(".card").first
    expect(first).to_contain_text("shipping.rush")
    expect(first).to_contain_text("转仓库")
    expect(first.get_by_role("meter")).to_have_attribute("aria-valuenow", re.compile(r"^\d+$"))
    expect(console.page.locator("#verdict")).to_have_text("有把握")
    expect(first.locator(".text .body")).to_have_count(1)


def test_proof_marks_the_matched_wording(console: Console) -> None:
    console.ask("😀怎么还不发货")  # an emoji: offsets are code points, not UTF-16 units
    first = console.page.locator(".card").first
    expect(first.locator(".why .matched").first).to_be_visible()
    first.get_by_text("依据").click()
    expect(first.locator(".evidence .matched").first).to_be_visible()
    matched = "".join(first.locator(".why .matched").all_text_contents())
    assert matched
    assert matched == "".join(first.locator(".evidence .matched").all_text_contents())
    assert "😀" not in matched
    assert matched in "怎么还不发货"


def test_several_lines_are_several_messages(console: Console) -> None:
    console.ask("在吗\n怎么还不发货\n\n可以开专票吗")
    expect(console.page.locator(".part")).to_have_count(2)
    assert console.sent("/v1/suggestions")[-1]["messages"] == [
        "在吗",
        "怎么还不发货",
        "可以开专票吗",
    ]


def test_enter_asks_and_shift_enter_breaks_the_line(console: Console) -> None:
    box = console.message
    box.press_sequentially("在吗")
    box.press("Shift+Enter")
    box.press_sequentially("包邮吗")
    box.press("Enter")
    expect(console.page.locator(".card").first).to_contain_text("shipping.free")
    expect(box).to_have_value("在吗\n包邮吗")


def test_half_typed_pinyin_is_not_asked(console: Console) -> None:
    console.stop_clock()
    keyboard = console.page.context.new_cdp_session(console.page)
    console.message.focus()
    keyboard.send(
        "Input.imeSetComposition", {"text": "baoyou", "selectionStart": 6, "selectionEnd": 6}
    )
    expect(console.message).to_have_value("baoyou")
    console.message.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    console.page.clock.run_for(1000)
    keyboard.send("Input.insertText", {"text": "包邮吗"})
    console.page.clock.run_for(1000)
    expect(console.page.locator(".card").first).to_contain_text("shipping.free")
    assert [r["message"] for r in console.sent("/v1/suggestions")] == ["包邮吗"]


def test_a_newer_question_cancels_the_older(console: Console) -> None:
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    console.page.route("**/v1/suggestions", hold_the_first)
    console.message.fill("包邮吗")
    with console.page.expect_request("**/v1/suggestions"):
        console.message.press("Enter")
    with console.page.expect_event("requestfailed") as cancelled:
        console.message.fill("怎么还不发货")
    assert json.loads(cancelled.value.post_data or "")["message"] == "包邮吗"
    expect(console.page.locator(".card").first).to_contain_text("shipping.rush")


def test_keys_copy_the_very_text(console: Console) -> None:
    console.ask("包邮吗")
    text = console.page.locator(".card").first.locator(".text")
    expect(text).to_be_visible()
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    console.page.get_by_role("heading", name="建议回复").click()
    console.page.locator("body").evaluate("document.activeElement.blur()")
    console.page.keyboard.press("1")
    expect(console.page.locator("#toast")).to_contain_text("已复制第 1 条")
    assert console.clipboard() == text.text_content()


def test_digits_in_the_box_are_text_and_alt_copies(console: Console) -> None:
    box = console.message
    console.ask("这个包邮吗？发什么快递？")  # two asks: three cards
    expect(console.page.locator(".card")).not_to_have_count(0)
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    box.press("Alt+2")
    expect(console.page.locator("#toast")).to_contain_text("已复制第 2 条")
    assert console.clipboard() == console.page.locator(".card .text").nth(1).text_content()
    box.press("End")
    box.press("1")
    expect(box).to_have_value("这个包邮吗？发什么快递？1")


def test_nothing_fits(console: Console) -> None:
    console.ask(NOTHING_FITS)
    expect(console.page.locator("#verdict")).to_have_text("没有把握：不作答")
    reply = console.page.locator(".fallback .text")
    expect(reply).to_be_visible()
    console.page.locator(".fallback").get_by_role("button", name="复制").click()
    expect(console.page.locator("#toast")).to_contain_text("已复制")
    assert console.clipboard() == reply.text_content()


def test_escape_clears(console: Console) -> None:
    console.ask("包邮吗")
    expect(console.page.locator(".card")).not_to_have_count(0)
    console.page.keyboard.press("Escape")
    expect(console.message).to_have_value("")
    expect(console.page.locator(".card")).to_have_count(0)


def test_context_is_sent_and_remembered(console: Console) -> None:
    page = console.page
    page.get_by_label("平台").select_option("jd")
    page.get_by_label("订单状态").select_option("shipped")
    page.get_by_label("客户称呼").fill("李女士")
    page.get_by_label("会话已开始").check()
    page.reload()
    console.ask("怎么还不发货")
    expect(page.locator(".card")).not_to_have_count(0)
    sent = console.sent("/v1/suggestions")[-1]
    assert (sent["platform"], sent["order"], sent["turn"]) == ("jd", "shipped", "later")
    assert sent["variables"] == {"customer_name": "李女士"}
    expect(page.locator(".card").first.locator(".greeting")).to_have_count(0)
    page.get_by_role("button", name="新客户").click()
    expect(page.get_by_label("客户称呼")).to_have_value("")
    expect(page.get_by_label("平台")).to_have_value("jd")


def test_asks_of_one_message_stand_beside_it_in_their_order(console: Console) -> None:
    console.ask("在吗？我想问下怎么还不发货，另外发票怎么开")
    parts = console.page.locator("#thread li").first.locator(".part")
    expect(parts).to_have_text([re.compile("发货.*shipping.rush"), re.compile("发票.*invoice")])
    expect(console.page.locator("#thread li")).to_have_count(1)
