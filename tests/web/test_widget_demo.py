"""The demo page, and the userscript beside its reply box."""

from __future__ import annotations

import re

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from app.settings import ROOT
from tests.web.service_process import ServiceProcess
from tests.web.widget_page import visit

USERSCRIPT = (ROOT / "docs" / "clients" / "userscript" / "huashu.user.js").read_text("utf-8")


def load_userscript(page: Page, service: str, **config: str) -> None:
    """What a manager does with @require and `@grant none`: both in the page, past its CSP."""
    assert f"// @require      {service}/widget.js" in USERSCRIPT.replace(
        "http://127.0.0.1:8000", service
    )
    text = USERSCRIPT.replace("http://127.0.0.1:8000", service)
    for name, value in config.items():
        text, count = re.subn(rf'^  {name}: ".*?",', f'  {name}: "{value}",', text, flags=re.M)
        assert count == 1
    page.evaluate(httpx.get(f"{service}/widget.js", trust_env=False).text)
    page.evaluate(f"() => {{ {text} }}")


def test_a_conversation(browser: Browser, service: ServiceProcess) -> None:
    with visit(browser, f"{service.url}/demo") as chat:
        chat.page.get_by_role("button", name="怎么还不发货").click()
        expect(chat.cards.first).to_contain_text("催发货")
        chat.box.click()
        chat.page.keyboard.press("Alt+1")
        expect(chat.box).to_have_value(re.compile("发货|仓库"))
        sent = chat.box.input_value()
        chat.page.keyboard.press("Enter")
        expect(chat.page.locator(".agent p").last).to_have_text(sent)
        expect(chat.cards).to_have_count(0)  # the customer has been answered
        assert chat.wait_for("sent")["text"] == sent
        expect(chat.page.locator("#log")).to_contain_text("huashu:copied")
        chat.page.get_by_label("客户说").fill("今天天气怎么样")
        chat.page.keyboard.press("Enter")
        expect(chat.panel).to_contain_text("没有把握")
        assert chat.complaints == []
        assert all(r.url.startswith(service.url) for r in chat.requests)


def test_a_key_can_be_given(browser: Browser, service: ServiceProcess) -> None:
    with visit(browser, f"{service.url}/demo") as chat:
        chat.page.get_by_label("密钥").fill("hs_suggest_x")
        chat.page.keyboard.press("Enter")
        with chat.page.expect_request("**/v1/suggestions") as asked:
            chat.page.get_by_role("button", name="这个包邮吗").click()
        assert asked.value.headers["authorization"] == "Bearer hs_suggest_x"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(
    browser: Browser, service: ServiceProcess, scheme: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    with visit(browser, f"{service.url}/demo", color_scheme=scheme, viewport=size) as chat:
        chat.page.get_by_role("button", name="怎么还不发货").click()
        expect(chat.cards.first).to_be_visible()
        expect(chat.panel.locator("[aria-busy]")).to_have_attribute("aria-busy", "false")
        assert chat.page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(chat.page)
        assert found.violations_count == 0, found.generate_report()


def test_the_userscript(browser: Browser, service: ServiceProcess) -> None:
    with visit(browser, f"{service.url}/demo?widget=off") as chat:
        expect(chat.panel).to_have_count(0)
        load_userscript(chat.page, service.url)
        assert chat.page.evaluate("document.querySelector('#send').nextSibling.panel === undefined")
        chat.page.get_by_role("button", name="怎么还不发货").click()
        expect(chat.cards.first).to_contain_text("催发货")
        chat.cards.first.get_by_role("button", name="填入").click()
        expect(chat.box).not_to_have_value("")
        assert chat.complaints == []


def test_the_userscript_finds_a_page_that_is_built_late_and_anew(
    browser: Browser, service: ServiceProcess
) -> None:
    with visit(browser, f"{service.url}/demo?widget=off") as chat:
        load_userscript(chat.page, service.url, beside="#late", platform="jd")
        expect(chat.panel).to_have_count(0)
        build = """() => {
          document.querySelector('#late')?.parentNode.remove();
          const part = document.createElement('div');
          part.append(Object.assign(document.createElement('div'), {id: 'late'}));
          document.querySelector('#side').append(part);
        }"""
        for _ in range(2):
            chat.page.evaluate(build)
            expect(chat.panel).to_have_count(1)
        chat.page.get_by_role("button", name="怎么还不发货").click()
        expect(chat.cards.first).to_be_visible()
        assert {body["platform"] for body in chat.sent("/v1/suggestions")} == {"jd"}


def test_the_userscript_keeps_customers_apart(browser: Browser, service: ServiceProcess) -> None:
    with visit(browser, f"{service.url}/demo?widget=off") as chat:
        load_userscript(chat.page, service.url, conversation="h1")
        chat.page.get_by_role("button", name="怎么还不发货").click()
        expect(chat.cards.first).to_be_visible()
        chat.page.evaluate("() => { document.querySelector('h1').textContent = '下一位客户'; }")
        expect(chat.cards).to_have_count(0)
        chat.page.get_by_role("button", name="这个包邮吗").click()
        expect(chat.cards.first).to_be_visible()
        talks = [body["conversation_id"] for body in chat.sent("/v1/suggestions")]
        assert talks[-1] == "下一位客户"
