"""The pages of diff and replay, opened from a file in a real browser."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page

from app.engine.encode import NoEncoder
from app.engine.model import Phrasebook
from app.engine.suggest import Suggester
from app.learn.book_diff import book_diff
from app.learn.messages import Asked
from app.learn.replay import replay
from app.reports.pages import diff_page, replay_page
from tests.learn.small_book import ENTRIES, INVOICE, RUSH, TODAY, book_of

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    "</title></body>\"'`&amp;&#60;b&#62;",
    "{{ shop.name }}{% raw %}{# x #}",
    "javascript:alert(1)",
)
LONG = "https://example.invalid/" + "很长很长没有空格的一段字" * 12 + "a" * 200


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def books(text: str = "新的说法") -> tuple[Phrasebook, Phrasebook]:
    """Two books that differ in everything that a page shows, with this text in each place.

    Braces would be template tags in a reply: there they are left out.
    """
    plain = re.sub(r"[{}]", "", text)
    edits = {
        "title: 催发货": f"title: {quoted(text)}",
        "reply: 马上为您催一催。": f"reply: {quoted(f'立刻{plain}为您催一催。')}",
        "申请就好": "申请即可",
        "[怎么还不发货, ": "[",
        "[可以开发票吗, ": f"[怎么还不发货, {quoted(text)}, ",
    }
    after = ENTRIES
    for old, new in edits.items():
        assert after.count(old) == 1
        after = after.replace(old, new)
    after += f"facts: {{a: {{title: {quoted(text)}, value: {quoted(text)}}}}}\n"
    after += f"book: {{name: {quoted(text)}}}\n"
    after += f"guard_units: [{quoted(text)}]\n"
    return book_of(ENTRIES), book_of(after)


def pages(text: str = "新的说法") -> dict[str, str]:
    """Both pages, with this text wherever a text of a trainer or a customer may stand."""
    before, after = books(text)
    asked = [Asked((RUSH, text)), Asked((RUSH,)), Asked((INVOICE,), count=3), Asked((text,))]
    found = replay(
        asked, Suggester(before, NoEncoder()), Suggester(after, NoEncoder()), today=TODAY
    )
    return {
        "diff": diff_page(book_diff(before, after)),
        "replay": replay_page(found, before, after),
    }


@contextmanager
def opened(
    browser: Browser, folder: Path, page: str, **options: object
) -> Iterator[tuple[Page, list[str]]]:
    """The page in a browser, all its parts unfolded, and what the browser complained about."""
    file = folder / "page.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(locale="zh-CN", **options)  # type: ignore[arg-type]
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: complaints.append(dialog.message))
    tab.on("request", lambda request: complaints.append(request.url))
    tab.goto(file.as_uri())
    assert complaints.pop(0) == file.as_uri()
    for part in tab.locator("summary").all():
        part.click()
    try:
        yield tab, complaints
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["diff", "replay"])
def test_accessible_and_fits(
    browser: Browser, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    look = {"viewport": size, "color_scheme": scheme, "bypass_csp": True}  # for axe's own script
    with opened(browser, tmp_path, pages(LONG)[name], **look) as (tab, complaints):
        assert tab.locator("article").count() >= 2
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert tab.evaluate(wide) == 0
        assert complaints == []


@pytest.mark.parametrize("name", ["diff", "replay"])
@pytest.mark.parametrize("evil", HOSTILE)
def test_any_text_stays_text(browser: Browser, tmp_path: Path, name: str, evil: str) -> None:
    page = pages(evil)[name]
    with opened(browser, tmp_path, page) as (tab, complaints):
        assert complaints == []
        assert tab.locator("script, img, b, iframe, a").count() == 0
        assert tab.locator("style").count() == tab.locator("h1").count() == 1
        # Whole in one place at least; elsewhere a diff may run through it.
        assert evil in (tab.locator("body").text_content() or "")
    assert unescape(page).count(evil) > 1


def test_what_the_pages_say(browser: Browser, tmp_path: Path) -> None:
    both = pages()
    with opened(browser, tmp_path, both["diff"]) as (tab, _):
        assert tab.locator("h1").inner_text() == "话术库改动"
        assert tab.locator("h2").all_inner_texts() == ["设置", "条目", "店铺信息", "防混的单位"]
        rush = tab.locator("article", has_text="shipping.rush").first
        assert rush.locator("del").first.inner_text()
        assert "移到 invoice.get" in rush.inner_text()
    with opened(browser, tmp_path, both["replay"]) as (tab, _):
        assert tab.locator("h1").inner_text() == "历史消息回放"
        assert tab.locator("tbody tr").count() == 3
        first = tab.locator("article").first
        assert first.locator("h3").inner_text() == "shipping.rush → invoice.get"
        assert "移来的问法" in first.inner_text()
        assert first.locator("ins").count() == first.locator("li").count()


@pytest.mark.parametrize("name", ["diff", "replay"])
def test_a_page_needs_nothing_and_allows_nothing(name: str) -> None:
    page = pages()[name]
    assert page.startswith('<!doctype html>\n<html lang="zh-CN">')
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert unescape(policy) == (
        f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'"
    )
    assert not re.search(r"<script|<link|<a |\son\w+=|\sstyle=|https?://|url\(", page)


def test_what_html_has_no_place_for_is_replaced() -> None:
    before, after = books("新的")
    asked = [Asked((f"{RUSH}\x00\x0b\x9f\ud800",))]
    found = replay(
        asked, Suggester(before, NoEncoder()), Suggester(after, NoEncoder()), today=TODAY
    )
    page = replay_page(found, before, after)
    assert "\ufffd" * 4 in page
    page.encode()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page)


def test_nothing_changed() -> None:
    book = book_of(ENTRIES)
    assert "两个话术库完全相同。" in diff_page(book_diff(book, book))
    engine = Suggester(book, NoEncoder())
    found = replay([Asked((RUSH,))], engine, engine, today=TODAY)
    assert "回答都不变" in replay_page(found, book, book)
