"""Everything can be done by keyboard alone: each control is reached by Tab, and is seen then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.console_page import open_console
from tests.web.desk_book import write_desk_book
from tests.web.service_process import ServiceProcess, start_service

# Every control that a mouse can use, as a list of the page's order; each gets its number.
CONTROLS = """() => {
  const usable = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const shown = (node) => node.checkVisibility({ visibilityProperty: true })
    && node.getClientRects().length && !node.disabled && node.type !== "hidden";
  const found = [...document.querySelectorAll(usable)].filter(shown);
  found.forEach((node, at) => { node.dataset.control = at; });
  return found.map((node) =>
    `${node.tagName} ${node.id || node.textContent.trim().slice(0, 20) || node.name}`);
}"""
# What the keyboard is on, whether that is in sight, and how it differs from its look without.
FOCUSED = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const look = () => {
    const { outlineStyle, outlineWidth, outlineColor, borderColor } = getComputedStyle(node);
    return { line: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1 ? outlineColor : "",
             borderColor };
  };
  const box = node.getBoundingClientRect();
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { number: node.dataset.control ?? null, seen, ...look() };
}"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("keyboard")
    book = write_desk_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


def reached(page: Page, controls: list[str]) -> dict[int, dict[str, Any]]:
    """What Tab leads to, from the beginning of the page until it comes round."""
    page.evaluate("document.activeElement.blur(); getSelection().removeAllRanges()")
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.evaluate("document.body.removeAttribute('tabindex')")
    found: dict[int, dict[str, Any]] = {}
    for _ in range(len(controls) * 2 + 10):
        page.keyboard.press("Tab")
        now = page.evaluate(FOCUSED)
        if now is None:
            continue
        assert now["number"] is not None, "something that is no control has the focus"
        found.setdefault(int(now["number"]), now)
        if len(found) == len(controls):
            break
    return found


def everything_is_reached(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((node) => { node.open = true; })")
    controls: list[str] = page.evaluate(CONTROLS)
    assert len(controls) > 5
    found = reached(page, controls)
    assert [name for at, name in enumerate(controls) if at not in found] == []
    unseen = [controls[at] for at, how in found.items() if not how["seen"]]
    assert unseen == []
    bare = [controls[at] for at, how in found.items() if not visible(how["line"])]
    assert bare == []


def visible(color: str) -> bool:
    return bool(color) and not color.endswith(", 0)") and color != "transparent"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(
    "path", ["book?entry=shipping.status", "unanswered", "figures", ""], ids=lambda p: p or "desk"
)
def test_every_control_of_a_page(
    browser: Browser, service: ServiceProcess, path: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    with open_console(browser, f"{service.url}/{path}", viewport=size) as console:
        expect(console.page.get_by_text("服务正常")).to_be_visible()
        everything_is_reached(console.page)


def test_every_control_of_the_busy_desk(browser: Browser, service: ServiceProcess) -> None:
    with open_console(browser, service.url, reduced_motion="reduce") as console:
        for text in ("可以开发票吗", "把蓝鲸面单编码发来\n怎么还不发货"):
            console.page.keyboard.press("Alt+n")
            console.ask(text)
            expect(console.page.locator(".card")).not_to_have_count(0)
        console.draft.fill("你好，保证明天到")
        expect(console.page.locator("#draft-verdict")).not_to_be_empty()
        expect(console.page.locator("#cards")).to_have_attribute("aria-busy", "false")
        everything_is_reached(console.page)


def test_a_reply_from_message_to_clipboard_without_a_mouse(
    browser: Browser, service: ServiceProcess
) -> None:
    with open_console(browser, service.url) as console:
        page = console.page
        expect(console.message).to_be_focused()
        page.keyboard.type("可以开发票吗")
        expect(page.locator(".card").first).to_contain_text("invoice.get")
        expect(page.locator("#cards")).to_have_attribute("aria-busy", "false")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(console.draft).to_be_focused()
        page.keyboard.press("Control+End")
        page.keyboard.type("谢谢。")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#toast")).to_have_text("已复制草稿")
        assert console.clipboard().endswith("祝您愉快。谢谢。")
        page.keyboard.press("Alt+n")
        expect(console.message).to_be_focused()
        expect(console.message).to_have_value("")


def test_the_skip_link_leads_to_the_message(browser: Browser, service: ServiceProcess) -> None:
    with open_console(browser, service.url) as console:
        console.page.evaluate(CONTROLS)
        reached(console.page, ["the first"])
        skip = console.page.get_by_role("link", name="跳到正文")
        expect(skip).to_be_focused()
        console.page.keyboard.press("Enter")
        expect(console.message).to_be_focused()
