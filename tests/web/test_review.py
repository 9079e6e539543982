"""The trainers' page in a real browser: proposals accepted into the live book or rejected; and
the banner over every page while the newest files have errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, expect

from tests.web.console_page import Console, open_console
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

NEW = "宝贝几时出库给我"
FAR = "有没有实体店面<b>吗</b>"
SLOW = 120_000  # milliseconds: a process is started and the whole book tried


@pytest.fixture
def service(tmp_path: Path) -> Iterator[ServiceProcess]:
    book = write_book(tmp_path / "book")
    with start_service(tmp_path, HUASHU_PHRASEBOOK=str(book)) as started:
        with httpx.Client(base_url=started.url, trust_env=False) as client:
            answer = client.post("/v1/suggestions", json={"message": NEW}).json()
            sent = {
                "suggestion_id": answer["id"],
                "entry_id": "shipping.rush",
                "outcome": "sent",
            }
            assert client.post("/v1/feedback", json=sent).status_code == 201
            for _ in range(3):
                client.post("/v1/suggestions", json={"message": FAR})
        yield started


@pytest.fixture
def review(browser: Browser, service: ServiceProcess) -> Iterator[Console]:
    with open_console(browser, service.url) as opened:
        opened.page.goto(f"{service.url}/review")
        yield opened
        assert all(r.url.startswith(service.url) for r in opened.requests)


def test_look_accept_reject(review: Console, service: ServiceProcess, tmp_path: Path) -> None:
    page = review.page
    expect(page.get_by_text("现在没有待处理的提议")).to_be_visible()
    page.get_by_role("button", name="从记录里整理").click()
    cards = page.locator(".proposal")
    expect(cards).to_have_count(2, timeout=SLOW)
    expect(page.locator("#state")).to_have_text("2 条待处理")
    new, ask = cards.filter(has_text="新条目"), cards.filter(has_text="加问法")
    expect(ask).to_contain_text(NEW)
    expect(ask.locator(".diff .added").last).to_contain_text(NEW)
    expect(new).to_contain_text(FAR)  # as text: the tags are no element
    assert page.locator(".proposal b").count() == 0

    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    page.locator("body").press("j")
    expect(new.or_(ask).first).to_be_focused()
    ask.focus()
    page.keyboard.press("a")
    expect(ask).to_contain_text("已采纳", timeout=SLOW)
    text = (tmp_path / "book" / "entries.yaml").read_text("utf-8")
    assert f"快点发货吧, {NEW}]" in text

    new.focus()
    page.keyboard.press("a")
    expect(new.locator(".said")).to_contain_text("请写上回复", timeout=SLOW)
    page.keyboard.press("r")
    new.get_by_role("button", name="拒绝").click()
    expect(new.locator(".said")).to_contain_text("原因")
    new.get_by_label("拒绝的原因").fill("我们没有这个打算")
    page.keyboard.press("Enter")
    expect(new).to_contain_text("已拒绝")

    page.reload()
    expect(page.get_by_text("现在没有待处理的提议")).to_be_visible()
    decided = httpx.get(f"{service.url}/v1/proposals?decided=true", trust_env=False).json()
    states = {one["kind"]: one["reason"] for one in decided["proposals"]}
    assert states == {"ask": None, "entry": "我们没有这个打算"}


def test_a_banner_tells_of_files_with_errors(
    review: Console, service: ServiceProcess, tmp_path: Path
) -> None:
    page, banner = review.page, review.page.locator("#book-problem")
    entries = tmp_path / "book" / "entries.yaml"
    good = entries.read_text("utf-8")
    for path in ("", "review"):
        page.goto(f"{service.url}/{path}")
        expect(page.locator("#service-text")).to_have_text("服务正常")
        expect(banner).to_be_hidden()
        entries.write_text(good.replace("reply: 可以的", "reply: 可以的: "), encoding="utf-8")
        expect(banner).to_contain_text("仍用上一版回答", timeout=30_000)
        expect(banner).to_contain_text("entries.yaml:")
        entries.write_text(good, encoding="utf-8")
        expect(banner).to_be_hidden(timeout=30_000)
