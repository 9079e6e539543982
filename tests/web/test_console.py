"""The console in a real browser (Debian's chromium) against the real service."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, Request, Route, expect, sync_playwright

from tests.web.service_process import ROOT, ServiceProcess, start_service

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOTHING_FITS = "今天天气怎么样"
WITH_BLANKS = """
entries:
  - id: shipping.test_blanks
    title: 试填单号
    stage: aftersale
    source: 测试
    asks: [蓝鲸包裹的面单编码给我看看, 把蓝鲸面单编码发来]
    reply: 您的快递单号是{{ tracking_no }}，目前{{ tracking_status }}，请留意。
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("no chromium is installed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield launched
        launched.close()


@dataclass
class Console:
    """The open page, with what the browser complained about and what it sent."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    @property
    def message(self) -> Locator:
        return self.page.get_by_role("textbox", name="客户消息")

    @property
    def draft(self) -> Locator:
        return self.page.get_by_role("textbox", name="草稿检查")

    def ask(self, message: str) -> None:
        self.message.fill(message)

    def clipboard(self) -> str:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    def sent(self, path: str) -> list[dict[str, object]]:
        """Bodies of the requests to a path so far."""
        return [json.loads(r.post_data or "{}") for r in self.requests if r.url.endswith(path)]


@contextmanager
def _open(browser: Browser, url: str, **options: object) -> Iterator[Console]:
    context = browser.new_context(locale="zh-CN", **options)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=url)
    console = Console(context.new_page())
    console.page.on(
        "console",
        lambda m: console.complaints.append(m.text) if m.type in ("error", "warning") else None,
    )
    console.page.on("pageerror", lambda e: console.complaints.append(str(e)))
    console.page.on("request", lambda r: console.requests.append(r))  # noqa: PLW0108
    console.page.goto(url)
    try:
        yield console
    finally:
        context.close()


@pytest.fixture
def console(browser: Browser, service: ServiceProcess) -> Iterator[Console]:
    """The console over the shipped phrasebook; ends with no complaint of the browser."""
    with _open(browser, service.url) as opened:
        yield opened
        assert opened.complaints == []
        assert all(r.url.startswith(service.url) for r in opened.requests)


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
    expect(first.get_by_role("meter")).to_be_visible()
    expect(console.page.locator("#verdict")).to_have_text("有把握")
    assert first.locator(".text .body").count() == 1


def test_proof_marks_the_matched_wording(console: Console) -> None:
    console.ask("😀怎么还不发货")  # an emoji: offsets are code points, not UTF-16 units
    console.page.locator(".card").first.get_by_text("依据").click()
    expect(console.page.locator(".matched").first).to_be_visible()
    matched = "".join(console.page.locator(".card").first.locator(".matched").all_text_contents())
    assert matched
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
    console.ask("包邮吗")
    expect(console.page.locator(".card")).not_to_have_count(0)
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    box.press("Alt+2")
    expect(console.page.locator("#toast")).to_contain_text("已复制第 2 条")
    assert console.clipboard() == console.page.locator(".card .text").nth(1).text_content()
    box.press("End")
    box.press("1")
    expect(box).to_have_value("包邮吗1")


def test_feedback_is_reported(console: Console) -> None:
    console.ask("包邮吗")
    expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
    with console.page.expect_response("**/v1/feedback") as displayed:
        pass
    assert displayed.value.status == 201
    with console.page.expect_response(
        lambda r: r.url.endswith("/v1/feedback") and '"sent"' in (r.request.post_data or "")
    ) as sent:
        console.page.locator(".card").first.get_by_role("button", name="复制").click()
    assert sent.value.status == 201
    body = json.loads(sent.value.request.post_data or "")
    assert body["text"] == console.page.locator(".card .text").first.text_content()
    assert "displayed" in [f["outcome"] for f in console.sent("/v1/feedback")]


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
    page.get_by_role("button", name="换一位客户").click()
    expect(page.get_by_label("客户称呼")).to_have_value("")
    expect(page.get_by_label("平台")).to_have_value("jd")


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
    expect(console.page.locator("#draft-marked")).to_contain_text(evil)
    assert console.page.locator("main img, main script, main b:has-text('李')").count() == 0


def test_draft_check(console: Console) -> None:
    console.draft.fill("😀亲，保证明天到")
    finding = console.page.locator(".finding").first
    expect(finding).to_contain_text("policy.absolute")
    expect(finding).to_contain_text("第 4–5 字")
    expect(console.page.locator("#draft-marked .flaw").first).to_have_text("保证")
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
    with _open(browser, service.url, **motion) as console:
        console.ask("包邮吗")
        console.draft.fill("全网最低价，保证明天到")
        expect(console.page.locator(".finding")).not_to_have_count(0)
        console.page.locator(".card").first.get_by_text("依据").click()
        expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
        found = Axe().run(console.page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert console.page.evaluate(wide) == 0


def test_missing_variables_are_visible_blanks(browser: Browser, tmp_path: Path) -> None:
    book = tmp_path / "book"
    shutil.copytree(ROOT / "phrasebook", book)
    (book / "entries" / "test_blanks.yaml").write_text(WITH_BLANKS, "utf-8")
    with (
        start_service(tmp_path, HUASHU_PHRASEBOOK=str(book)) as service,
        _open(browser, service.url) as console,
    ):
        console.ask("把蓝鲸面单编码发来")
        card = console.page.locator(".card").first
        expect(card.locator(".text .blank").first).to_have_text("【快递单号】")
        expect(card.locator(".missing")).to_contain_text("快递单号")
        card.get_by_role("button", name="复制").click()
        expect(console.page.locator("#toast")).to_contain_text("请补充：快递单号、物流状态")
        assert "【快递单号】" in console.clipboard()


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


def test_refusals_are_shown_in_plain_words(browser: Browser, service: ServiceProcess) -> None:
    with _open(browser, service.url) as console:  # the browser logs every answer of 4xx
        console.ask("怎" * 2001)
        expect(console.page.locator("#problem")).to_contain_text("最多 2000 个")
        console.ask("包邮吗")
        expect(console.page.locator("#problem")).to_be_hidden()


def test_service_away_and_back(browser: Browser, tmp_path: Path) -> None:
    with start_service(tmp_path) as first, _open(browser, first.url) as console:
        away = console.page.get_by_text("服务暂时连不上，正在重试")
        expect(console.page.get_by_text("服务正常")).to_be_visible()
        first.stop()
        console.ask("包邮吗")
        expect(away).to_be_visible()
        with start_service(tmp_path, port=first.port):
            expect(away).to_be_hidden()
            expect(console.page.locator(".card").first).to_contain_text("shipping.free")
