"""The widget when things go wrong, by keyboard, in the dark, narrow, themed, and read aloud."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Route, expect

from tests.web.service_process import ROOT, free_port, start_service
from tests.web.widget_page import Host, Visit, serve_host, visit, write_widget_book

RUSH = "怎么还不发货"
NUMBER = "快递单号是多少"
RUSH_REPLY = "您好。两天内发出。祝您生活愉快。"
PANEL = "document.querySelector('#side > *').panel"


@pytest.fixture
def chat(browser: Browser, widget_host: Host) -> Iterator[Visit]:
    with visit(browser, widget_host.script(target="#reply", mount="#side")) as opened:
        yield opened


def refuse(chat: Visit, status: int, detail: str, **headers: str) -> None:
    """From now on the service refuses, as it does where keys and limits are in force."""
    body = json.dumps({"title": "未完成", "status": status, "code": "test", "detail": detail})
    cors = {
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "Retry-After",
        "content-type": "application/problem+json",
    }

    def answer(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.continue_()
        else:
            route.fulfill(status=status, body=body, headers=cors | headers)

    chat.page.route("**/v1/suggestions", answer)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key(chat: Visit, status: int) -> None:
    refuse(chat, status, "密钥已经停用。")
    chat.message.fill(RUSH)
    expect(chat.panel.get_by_role("alert")).to_have_text("密钥已经停用。（请检查挂件的密钥）")
    assert chat.events("error") == [{"code": "key", "status": status, "message": "密钥已经停用。"}]
    expect(chat.cards).to_have_count(0)
    chat.page.unroute("**/v1/suggestions")
    chat.page.evaluate(f"{PANEL}.update({{key: 'better'}})")  # asks again by itself
    expect(chat.cards.first).to_contain_text("催发货")
    expect(chat.panel.get_by_role("alert")).to_be_empty()


def test_too_many_requests(chat: Visit) -> None:
    refuse(chat, 429, "请求太多", **{"Retry-After": "2"})
    chat.stop_clock()
    chat.message.fill(RUSH)
    chat.page.clock.run_for(1_000)
    expect(chat.panel.get_by_role("alert")).to_have_text("请求太多，2 秒后自动重试")
    assert chat.events("error")[0]["code"] == "busy"
    chat.page.unroute("**/v1/suggestions")
    chat.page.clock.run_for(3_000)
    expect(chat.cards.first).to_contain_text("催发货")  # by itself


def test_a_refusal_is_told_in_the_service_s_words(chat: Visit) -> None:
    chat.page.evaluate(f"void {PANEL}.suggest('{RUSH}', {{platform: 'ebay'}})")
    expect(chat.panel.get_by_role("alert")).to_contain_text("platform：可用的值")
    chat.page.evaluate(f"void {PANEL}.suggest('{RUSH}', {{shop: 'nowhere'}})")
    expect(chat.panel.get_by_role("alert")).to_contain_text("nowhere")


def test_something_else_answers(chat: Visit) -> None:
    chat.page.route(
        "**/v1/suggestions",
        lambda r: r.fulfill(body="<html>", headers={"access-control-allow-origin": "*"}),
    )
    chat.message.fill(RUSH)
    expect(chat.panel.get_by_role("alert")).to_contain_text("服务没有正常回答（200）")


def test_a_selector_that_is_none(browser: Browser, widget_host: Host) -> None:
    with visit(browser, widget_host.script(source="..", target="..", mount="#side")) as chat:
        expect(chat.panel.get_by_role("alert")).to_contain_text("..")
        chat.message.fill(RUSH)
        chat.cards.first.get_by_role("button", name="填入").click()
        expect(chat.panel).to_contain_text("找不到能用的输入框，已复制第 1 条")


def test_the_service_goes_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    settings = {
        "HUASHU_PHRASEBOOK": str(write_widget_book(tmp_path / "book")),
        "HUASHU_CORS_ORIGINS": f"http://127.0.0.1:{port}",
    }
    with (
        start_service(tmp_path, **settings) as service,
        serve_host(port, service.url) as host,
        visit(browser, host.script(target="#reply", mount="#side")) as chat,
    ):
        chat.message.fill(RUSH)
        expect(chat.cards.first).to_contain_text("催发货")
        service.stop()
        chat.cards.first.get_by_role("button", name="复制").click()  # goes on, the report waits
        chat.message.fill("可以开发票吗")
        expect(chat.panel.get_by_role("alert")).to_contain_text("连不上话术服务")
        expect(chat.panel.get_by_role("alert")).to_contain_text("秒后自动重试")
        expect(chat.cards).to_have_count(0)
        with start_service(tmp_path, port=service.port, **settings):
            expect(chat.cards).to_contain_text("开发票", timeout=20_000)
            expect(chat.panel.get_by_role("alert")).to_be_empty()
            assert chat.wait_for("sent")["entry_id"] == "shipping.rush"


# ---- keys ------------------------------------------------------------------------------------


def test_alt_and_a_digit_in_the_host_s_box(chat: Visit) -> None:
    chat.message.fill(RUSH)
    expect(chat.cards.first).to_be_visible()
    chat.box.click()
    chat.page.keyboard.press("1")
    chat.page.keyboard.press("Backspace")
    chat.page.keyboard.press("Alt+7")  # no such reply
    expect(chat.box).to_have_value("")
    chat.page.keyboard.press("Alt+1")
    expect(chat.box).to_have_value(RUSH_REPLY)


def test_everything_by_keyboard(chat: Visit) -> None:
    press = chat.page.keyboard.press
    chat.box.focus()
    names = []
    for _ in range(3):
        press("Tab")
    chat.page.keyboard.type(NUMBER)
    press("Enter")
    expect(chat.cards.first).to_be_visible()
    for _ in range(4):
        press("Tab")
        names.append(
            chat.page.evaluate(
                "(e => e.getAttribute('aria-label') || (e.labels?.[0] ?? e).textContent)"
                f"({PANEL}.element.shadowRoot.activeElement)"
            )
        )
        outline = chat.page.evaluate(
            f"getComputedStyle({PANEL}.element.shadowRoot.activeElement).outlineWidth"
        )
        assert outline == "2px"
    assert names == ["订单号", "填入第 1 条：查单号", "复制第 1 条：查单号", "都不合适"]
    press("Shift+Tab")
    press("1")
    expect(chat.cards.get_by_label("订单号")).to_be_focused()
    press("Escape")
    expect(chat.cards).to_have_count(0)
    expect(chat.message).to_be_focused()
    expect(chat.message).to_have_value("")


def test_the_host_s_keys_are_not_for_what_is_typed_here(chat: Visit) -> None:
    chat.message.press_sequentially("ab")
    assert chat.page.evaluate("window.heard") == []
    chat.box.press_sequentially("cd")
    assert chat.page.evaluate("window.heard") == ["c", "d"]


def test_half_typed_pinyin_is_not_asked(chat: Visit) -> None:
    chat.stop_clock()
    chat.message.focus()
    keyboard = chat.page.context.new_cdp_session(chat.page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "fapiao", "selectionStart": 6, "selectionEnd": 6}
    )
    chat.page.clock.run_for(1_000)
    keyboard.send("Input.insertText", {"text": "可以开发票吗"})
    chat.page.clock.run_for(1_000)
    expect(chat.cards.first).to_contain_text("开发票")
    assert [body["message"] for body in chat.sent("/v1/suggestions")] == ["可以开发票吗"]


def test_it_folds(chat: Visit) -> None:
    chat.panel.get_by_text("话术建议").press("Enter")
    expect(chat.message).to_be_hidden()
    chat.panel.get_by_text("话术建议").click()
    expect(chat.message).to_be_visible()


# ---- looks -----------------------------------------------------------------------------------


def colours(chat: Visit) -> list[str]:
    section = "document.querySelector('#side > *').shadowRoot.querySelector('section')"
    found: list[str] = chat.page.evaluate(
        f"(s => [s.backgroundColor, s.color, s.borderRadius])(getComputedStyle({section}))"
    )
    return found


def test_themable_by_css_variables(chat: Visit) -> None:
    assert colours(chat) == ["rgb(255, 255, 255)", "rgb(23, 32, 29)", "8px"]
    chat.page.evaluate(
        """() => {
          const style = document.documentElement.style;
          style.setProperty('--huashu-background', 'rgb(1, 2, 3)');
          style.setProperty('--huashu-text', 'rgb(250, 251, 252)');
          style.setProperty('--huashu-radius', '0px');
        }"""
    )
    assert colours(chat) == ["rgb(1, 2, 3)", "rgb(250, 251, 252)", "0px"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_dark_by_the_system_or_by_the_host(
    browser: Browser, widget_host: Host, scheme: str
) -> None:
    dark = "rgb(24, 31, 29)"
    with visit(browser, widget_host.script(mount="#side"), color_scheme=scheme) as chat:
        assert (colours(chat)[0] == dark) is (scheme == "dark")
        for theme in ("dark", "light"):
            chat.page.evaluate(f"{PANEL}.update({{theme: '{theme}'}})")
            assert (colours(chat)[0] == dark) is (theme == "dark")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("message", ["", RUSH, NUMBER, "这是什么材质的呀", "今天天气怎么样"])
def test_axe_finds_nothing_and_360_pixels_suffice(
    browser: Browser, widget_host: Host, scheme: str, message: str
) -> None:
    address = widget_host.script(target="#reply", mount="#side", platform="jd")
    size = {"width": 360, "height": 740}
    with visit(browser, address, color_scheme=scheme, viewport=size) as chat:
        if scheme == "dark":  # the host's part
            chat.page.evaluate("() => { document.documentElement.style.colorScheme = 'dark'; }")
        if message:
            chat.message.fill(message)
            expect(chat.cards.first).to_be_visible()
            expect(chat.panel.locator("[aria-busy]")).to_have_attribute("aria-busy", "false")
        assert chat.page.evaluate("document.documentElement.scrollWidth") <= 360
        found = Axe().run(chat.page)
        assert found.violations_count == 0, found.generate_report()


def test_floating_at_360_pixels(browser: Browser, widget_host: Host) -> None:
    size = {"width": 360, "height": 640}
    with visit(browser, widget_host.script(target="#reply"), viewport=size) as chat:
        chat.message.fill(NUMBER)
        expect(chat.cards.first).to_be_visible()
        place = chat.panel.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= 360
        assert place["y"] + place["height"] <= 640


# ---- with keys -------------------------------------------------------------------------------


def keys(folder: Path, *command: str) -> dict[str, str]:
    """What `huashu keys …` answers, over the database of the service in this folder."""
    environment = os.environ | {"HUASHU_DATABASE_URL": f"sqlite:///{folder}/huashu.sqlite3"}
    found = subprocess.run(
        [sys.executable, "-m", "app.cli", "keys", *command, "--json"],
        capture_output=True,
        env=environment,
        cwd=ROOT,
        check=True,
    )
    told: dict[str, str] = json.loads(found.stdout)
    return told


def test_a_key_bound_to_the_page_s_origin_is_all_that_is_needed(
    browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    book = str(write_widget_book(tmp_path / "book"))
    with (
        start_service(tmp_path, HUASHU_PHRASEBOOK=book, HUASHU_RATE_KEY="20/minute") as service,
        serve_host(port, service.url) as host,
    ):
        made = keys(tmp_path, "create", "--scope", "suggest", "--origin", host.url)
        alert = "请检查挂件的密钥"
        with visit(browser, host.script(mount="#side", target="#reply")) as chat:
            chat.message.fill(RUSH)
            expect(chat.panel.get_by_role("alert")).to_contain_text(alert, timeout=20_000)
            chat.page.evaluate(f"{PANEL}.update({{key: 'hs_suggest_wrong钥'}})")
            expect(chat.panel.get_by_role("alert")).to_contain_text("不认识这把密钥")
        with visit(browser, host.script(mount="#side", target="#reply", key=made["key"])) as chat:
            chat.message.fill(RUSH)
            expect(chat.cards.first).to_contain_text("催发货")
            chat.cards.first.get_by_role("button", name="复制").click()
            assert chat.wait_for("sent")["entry_id"] == "shipping.rush"
            assert chat.complaints == []
            for _ in range(45):  # more than 20 of them in one minute, whenever that ends
                chat.page.evaluate(f"{PANEL}.suggest('{RUSH}')")
            expect(chat.panel.get_by_role("alert")).to_contain_text(re.compile(r"\d+ 秒后自动重试"))
            assert chat.events("error")[0]["code"] == "busy"
