"""Signing in as people do it, in a real browser: by keyboard, and what happens when it ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from tests.web.keyed import Keys, bearer, keys_in, wait_for
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

RUSH = "怎么还不发货"
WAIT_MS = 15_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    made = keys_in(tmp_path_factory.mktemp("signing"))
    made.make("admin")  # so that the service is not open
    return made


@pytest.fixture(scope="module")
def service(keys: Keys) -> Iterator[ServiceProcess]:
    folder = Path(keys.url.removeprefix("sqlite:///")).parent
    book = write_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


@pytest.fixture
def page(browser: Browser, service: ServiceProcess) -> Iterator[Page]:
    """The desk's address, opened by somebody who is not signed in."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 360, "height": 640})
    opened = context.new_page()
    opened.set_default_timeout(WAIT_MS)
    opened.goto(f"{service.url}/?from=link")
    yield opened
    context.close()


def noticed(service: ServiceProcess, key: str, status: int) -> None:
    """Waits until the service knows what became of a key."""
    url = f"{service.url}/v1/entries"
    wait_for(status, lambda: httpx.get(url, headers=bearer(key), trust_env=False))


def sign_in(page: Page, key: str) -> None:
    expect(page.get_by_label("密钥")).to_be_focused()
    page.keyboard.type(key)
    page.keyboard.press("Enter")


def test_by_keyboard_to_the_page_that_was_meant(
    page: Page, keys: Keys, service: ServiceProcess
) -> None:
    assert page.url.startswith(f"{service.url}/signin?next=")
    key = keys.make("agent", note="早班")
    sign_in(page, "hs_agent_wrong")
    expect(page.get_by_role("alert")).to_contain_text("不认识这把密钥")
    noticed(service, key, 200)
    sign_in(page, key)
    page.wait_for_url(f"{service.url}/?from=link")
    expect(page.get_by_text("早班")).to_be_visible()
    # What is typed is sent with the session and its token.
    page.get_by_role("textbox", name="客户消息").fill(RUSH)
    expect(page.get_by_text("两天内发出").first).to_be_visible()
    page.get_by_role("button", name="退出").click()
    page.wait_for_url(f"{service.url}/signin")
    page.goto(service.url)
    assert "/signin" in page.url


def test_when_the_key_is_revoked_the_page_stays(
    page: Page, keys: Keys, service: ServiceProcess
) -> None:
    key = keys.make("agent")
    noticed(service, key, 200)
    sign_in(page, key)
    message = page.get_by_role("textbox", name="客户消息")
    message.fill(RUSH)
    expect(page.get_by_text("两天内发出").first).to_be_visible()
    keys.revoke(key)
    noticed(service, key, 401)
    message.fill("可以开发票吗")
    again = page.get_by_role("link", name="重新登录")
    banner = page.get_by_role("alert").filter(has=again)
    expect(banner).to_be_visible()
    expect(message).to_have_value("可以开发票吗")
    again.click()
    expect(page.get_by_label("密钥")).to_be_focused()


def test_beyond_the_key(page: Page, keys: Keys, service: ServiceProcess) -> None:
    key = keys.make("agent")
    noticed(service, key, 200)
    sign_in(page, key)
    expect(page.get_by_role("textbox", name="客户消息")).to_be_visible()
    page.goto(f"{service.url}/figures")
    expect(page.get_by_role("heading", name="没有权限")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.get_by_role("button", name="换一把密钥登录").click()
    expect(page.get_by_label("密钥")).to_be_focused()


def test_every_control_by_tab_with_the_focus_in_sight(page: Page) -> None:
    key, button = page.get_by_label("密钥"), page.get_by_role("button", name="登录")
    for press, control in (("", key), ("Tab", button), ("Shift+Tab", key)):
        if press:
            page.keyboard.press(press)
        expect(control).to_be_focused()
        expect(control).to_be_in_viewport(ratio=1)
        expect(control).not_to_have_css("outline-style", "none")
        expect(control).not_to_have_css("outline-width", "0px")
    expect(page.locator("a[href], button, input:not([type=hidden]), [tabindex]")).to_have_count(2)


def test_a_wrong_key_is_said_where_it_was_typed(page: Page) -> None:
    key = page.get_by_label("密钥")
    expect(key).to_have_attribute("type", "password")
    for way in ("Enter", "Tab"):
        expect(key).to_be_focused()
        with page.expect_navigation():
            page.keyboard.type("hs_agent_wrong")
            page.keyboard.press(way)
            if way == "Tab":
                page.keyboard.press("Space")  # on the button
        expect(key).to_be_focused()
        expect(key).to_have_value("")
        expect(key).to_have_accessible_description(re.compile("不认识这把密钥"))
        expect(key).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")  # nothing was typed: the browser asks for it, nothing is sent
    expect(key).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("不认识这把密钥")


@pytest.mark.parametrize("wrong", [False, True], ids=["fresh", "wrong"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_fits(page: Page, scheme: str, width: int, wrong: bool) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 640})
    if wrong:
        sign_in(page, "hs_agent_wrong")
        expect(page.get_by_role("alert")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
