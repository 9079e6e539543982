"""The console around the reply: feedback, drafts, hostile text, errors, accessibility."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Route, expect

from tests.web.console_page import Console, open_console
from tests.web.service_process import ServiceProcess, start_service


def test_feedback_is_reported(console: Console) -> None:
    with console.page.expect_response("**/v1/feedback") as displayed:
        console.ask("包邮吗")
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    assert displayed.value.status == 201
    with console.page.expect_response(
        lambda r: r.url.endswith("/v1/feedback") and '"sent"' in (r.request.post_data or "")
    ) as sent:
        console.page.locator(".card").first.get_by_role("button", name="复制").click()
    assert sent.value.status == 201
    body = json.loads(sent.value.request.post_data or "")
    assert body["text"] == console.page.locator(".card .text").first.text_content()
    assert "displayed" in [f["outcome"] for f in console.sent("/v1/feedback")]


def test_what_did_not_stay_is_not_reported_as_displayed(console: Console) -> None:
    console.stop_clock()
    console.ask("包邮吗")
    console.page.clock.run_for(300)
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    console.page.clock.run_for(1_100)
    held: list[Route] = []  # the next answer takes its time
    console.page.route("**/v1/suggestions", lambda route: held.append(route))  # noqa: PLW0108
    with console.page.expect_request("**/v1/suggestions"):
        console.ask("包邮吗？发什么快递")
        console.page.clock.run_for(300)
    console.page.clock.run_for(3_000)
    assert console.sent("/v1/feedback") == []
    held[0].continue_()
    expect(console.page.locator(".card")).to_have_count(3)
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    with console.page.expect_response("**/v1/feedback") as told:
        console.page.clock.run_for(1_300)
    assert told.value.status == 201


def test_edited_suggestion_is_reported_as_edited(console: Console) -> None:
    console.ask("包邮吗")
    console.page.locator(".card").first.get_by_role("button", name="放进草稿").click()
    draft = console.draft
    expect(draft).to_be_focused()
    draft.press("End")
    draft.press_sequentially("谢谢")
    with console.page.expect_response(
        lambda r: r.url.endswith("/v1/feedback") and '"edited"' in (r.request.post_data or "")
    ) as edited:
        console.page.get_by_role("button", name="复制草稿").click()
    assert edited.value.status == 201
    assert console.clipboard().endswith("谢谢")


@pytest.mark.parametrize(
    "evil",
    [
        "<img src=x onerror=alert(1)>怎么还不发货",
        "<script>alert(1)</script>包邮吗",
        "{{ shop.shop_name }}包邮吗",
    ],
)
def test_markup_stays_text(console: Console, evil: str) -> None:
    console.page.on("dialog", lambda d: console.complaints.append(d.message))
    console.ask(f"在吗\n{evil}")
    console.page.get_by_label("客户称呼").fill("<b>李</b>")
    console.draft.fill(f"{evil}，保证明天到")
    expect(console.page.locator(".card")).not_to_have_count(0)
    expect(console.page.locator("#draft-mirror")).to_contain_text(evil)
    expect(console.page.locator("#draft-mirror .mark")).not_to_have_count(0)
    assert console.page.locator("main img, main script, main b:has-text('李')").count() == 0


def test_draft_check(console: Console) -> None:
    console.draft.fill("😀亲，保证明天到")
    finding = console.page.locator(".finding").first
    expect(finding).to_contain_text("policy.absolute")
    expect(finding).to_contain_text("第 4–5 字")
    rewritten = console.page.locator("#rewritten-text")
    expect(rewritten).not_to_contain_text("保证")
    console.page.get_by_role("button", name="复制改写").click()
    expect(console.page.locator("#toast")).to_contain_text("已复制")
    assert console.clipboard() == rewritten.text_content()


def test_draft_without_findings(console: Console) -> None:
    console.draft.fill("好的，请稍等，我为您查询。")
    expect(console.page.locator("#draft-verdict")).to_have_text("没有发现问题")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_accessible_and_fits(
    browser: Browser, service: ServiceProcess, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    motion = {"color_scheme": scheme, "reduced_motion": "reduce", "viewport": size}
    with open_console(browser, service.url, **motion) as console:
        console.ask("包邮吗")
        console.draft.fill("全网最低价，保证明天到")
        expect(console.page.locator(".finding")).not_to_have_count(0)
        console.page.locator(".card").first.get_by_text("依据").click()
        expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
        found = Axe().run(console.page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert console.page.evaluate(wide) == 0


def test_refusals_are_shown_in_plain_words(browser: Browser, service: ServiceProcess) -> None:
    with open_console(browser, service.url) as console:  # the browser logs every answer of 4xx
        console.ask("怎" * 2001)
        expect(console.page.locator("#problem")).to_contain_text("最多 2000 个")
        console.ask("包邮吗")
        expect(console.page.locator("#problem")).to_be_hidden()


def test_service_away_and_back(browser: Browser, tmp_path: Path) -> None:
    with start_service(tmp_path) as first, open_console(browser, first.url) as console:
        away = console.page.get_by_text("服务暂时连不上，正在重试")
        expect(console.page.get_by_text("服务正常")).to_be_visible()
        first.stop()
        console.ask("包邮吗")
        expect(away).to_be_visible()
        with start_service(tmp_path, port=first.port):
            expect(away).to_be_hidden()
            expect(console.page.locator(".card").first).to_contain_text("shipping.free")
