"""The trainers' page with as many proposals as one look can give: by keyboard alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Locator, Page, expect

from app.learn.proposals import KINDS, Line, Proposal
from app.proposing.look import MOST
from app.records import learning
from app.records.database import open_engine, transaction
from app.records.learning import ProposalRow
from tests.web.console_page import Console, open_console
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

SLOW = 120_000  # milliseconds: a process is started and the whole book tried


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("many")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[ServiceProcess]:
    book = write_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


def propose(folder: Path, count: int) -> None:
    """So many proposals of every kind are open, and no others."""
    store = open_engine(f"sqlite:///{folder}/huashu.sqlite3")
    with transaction(store, write=True) as connection:
        learning.replace_open(connection, "default", rows(count))
    store.dispose()


def rows(count: int) -> list[ProposalRow]:
    """Their ids are new: what was decided is not proposed again."""
    serial = uuid.uuid4().hex
    return [row(number, f"{serial}-{number}") for number in range(count)]


def row(number: int, proposal_id: str) -> ProposalRow:
    kind = KINDS[number % len(KINDS)]
    name = {"entry": f"learned.nr_{number}", "rewrite": f"rewrite.nr_{number}"}.get(kind, "")
    lines = tuple(
        Line(f"宝贝几时出库给我{number}号{i}", i + 1, (f"宝贝几时能出库{number}号",))
        for i in range(2)
    )
    made = Proposal(kind, name or "shipping.rush", f"提议{number}", lines, 3, "客服三次这样回答。")
    diff = ["--- entries.yaml", "+++ entries.yaml", "@@ -1,2 +1,2 @@", " 很长的一行" + "，长" * 90]
    return ProposalRow(
        id=proposal_id,
        shop="default",
        kind=kind,
        entry_id=made.entry_id,
        texts=tuple(line.text for line in lines),
        content={**asdict(made), "diff": [*diff, "+新的一行"], "left_out": {"在吗": "已经有了。"}},
        phrasebook_version="0",
        created_at=datetime.now(UTC),
        rank=number,
    )


@pytest.fixture
def review(browser: Browser, service: ServiceProcess, folder: Path) -> Iterator[Console]:
    propose(folder, MOST)
    with open_console(browser, f"{service.url}/review") as opened:
        expect(cards(opened.page)).to_have_count(MOST)
        yield opened
        assert opened.complaints == []


def cards(page: Page) -> Locator:
    return page.locator(".proposal")


def card(page: Page, number: int) -> Locator:
    return page.locator(f"[data-id$='-{number}']")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_fits(review: Console, scheme: str, width: int) -> None:
    review.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    review.page.set_viewport_size({"width": width, "height": 800})
    found = Axe().run(review.page)
    assert found.violations_count == 0, found.generate_report()
    assert review.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


REACHED = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect();
  node.dataset.reached = "";
  const inside = box.top > -1 && box.bottom < innerHeight + 1;
  return inside && getComputedStyle(node).outlineStyle !== "none" ? null : node.outerHTML;
}"""
CONTROLS = "#main :is(a[href], button, input, select, textarea, summary, [tabindex='0']):visible"


def test_every_control_is_reached_by_tab_and_seen(review: Console) -> None:
    page = review.page
    controls = page.locator(CONTROLS)
    page.locator("#main").focus()
    unseen = []
    for _ in range(controls.count()):
        page.keyboard.press("Tab")
        unseen += filter(None, [page.evaluate(REACHED)])
    assert unseen == []
    expect(page.locator(f"{CONTROLS}:not([data-reached])")).to_have_count(0)


def test_through_all_of_them_and_round(review: Console) -> None:
    page = review.page
    for number in (*range(MOST), 0):
        page.keyboard.press("j")
        expect(card(page, number)).to_be_focused()
        expect(card(page, number)).to_be_in_viewport()
    page.keyboard.press("k")
    expect(card(page, MOST - 1)).to_be_focused()
    expect(card(page, MOST - 1)).to_be_in_viewport()


UNCOVERED = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect();
  const banner = document.getElementById("away").getBoundingClientRect();
  return banner.height > 0 && box.top >= banner.bottom - 1 ? null : node.outerHTML.slice(0, 200);
}"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_banner_covers_nothing_that_has_the_focus(review: Console, width: int) -> None:
    page = review.page
    page.set_viewport_size({"width": width, "height": 800})
    page.context.set_offline(True)
    expect(page.locator("#away")).to_be_visible(timeout=SLOW)
    covered = []
    card(page, MOST - 1).focus()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        covered += filter(None, [page.evaluate(UNCOVERED)])
    for _ in range(12):
        page.keyboard.press("k")
        covered += filter(None, [page.evaluate(UNCOVERED)])
    page.context.set_offline(False)
    assert covered == []
    review.complaints.clear()  # of the calls that failed


def reject(page: Page, number: int) -> None:
    """By keyboard, from the card that has the focus."""
    expect(card(page, number)).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.type("不需要")
    page.keyboard.press("Enter")
    expect(card(page, number)).to_contain_text("已拒绝")


def test_after_a_rejection_comes_the_next_one(review: Console) -> None:
    page = review.page
    card(page, 20).focus()
    reject(page, 20)
    expect(page.locator("#state")).to_have_text(f"{MOST - 1} 条待处理")
    reject(page, 21)
    expect(card(page, 22)).to_be_focused()
    page.keyboard.press("k")
    expect(card(page, 19)).to_be_focused()
    card(page, MOST - 1).focus()
    reject(page, MOST - 1)
    expect(card(page, 0)).to_be_focused()


def test_after_the_last_one_the_focus_is_not_lost(review: Console, folder: Path) -> None:
    propose(folder, 2)
    page = review.page
    page.reload()
    expect(cards(page)).to_have_count(2)
    page.keyboard.press("j")
    reject(page, 0)
    reject(page, 1)
    expect(card(page, 1)).to_be_focused()
    expect(page.locator("#state")).to_have_text("")


def test_an_acceptance_leaves_who_went_on_alone(review: Console, folder: Path) -> None:
    page = review.page
    card(page, 0).focus()
    page.keyboard.press("a")
    expect(card(page, 0)).to_have_attribute("aria-busy", "true")
    page.keyboard.press("j")
    page.keyboard.press("r")
    page.keyboard.type("不需")
    expect(card(page, 0)).to_contain_text("已采纳", timeout=SLOW)
    expect(card(page, 1).get_by_label("拒绝的原因")).to_be_focused()
    page.keyboard.type("要")
    expect(card(page, 1).get_by_label("拒绝的原因")).to_have_value("不需要")
    assert "宝贝几时出库给我0号0" in (folder / "book" / "entries.yaml").read_text("utf-8")


def test_what_was_typed_stays_when_the_service_comes_back(review: Console) -> None:
    page = review.page
    review.stop_clock()
    reason = card(page, 30).get_by_label("拒绝的原因")
    reason.fill("不需要")
    page.context.set_offline(True)
    page.clock.run_for(5_000)
    expect(page.locator("#service-text")).to_have_text("服务断开")
    page.context.set_offline(False)
    with page.expect_response("**/v1/proposals*"):
        page.clock.run_for(2_000)
    expect(page.locator("#service-text")).to_have_text("服务正常")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("不需要")
    review.complaints.clear()  # of the calls that failed
