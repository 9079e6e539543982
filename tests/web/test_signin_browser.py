"""Signing in as people do it, in a real browser: by keyboard, and what happens when it ends."""

from __future__ import annotations

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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_fits(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
