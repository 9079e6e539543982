"""python -m bench.screens [NAME …]: pictures of every page for the documents.

Starts the service over the shipped phrasebook with a journal made up here, and photographs each
page at 360 and 1280 pixels, light and dark, into docs/images.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from app.records import journal, keys
from app.records.database import open_engine, transaction
from app.records.journal import FeedbackRecord, SuggestionRecord
from app.records.migrate import upgrade
from app.web.journal_pages import CHINA
from bench.progress import say
from bench.service import huashu

FOLDER = Path("docs/images")
CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZES = ((360, 740), (1280, 860))
SCHEMES = ("light", "dark")
DAYS = 30
# Entry -> how often it is asked for, and two made-up ways to ask.
ASKED = {
    "shipping.rush": (26, "东西都拍了三天了咋还没寄", "能不能催催仓库那边"),
    "shipping.free": (21, "邮费是店里出吗", "买一个也包邮吗"),
    "return.seven_day": (15, "拆开试过还给退不", "不喜欢可以退吗"),
    "invoice.title": (12, "发票写公司名行吗", "抬头能改成单位吗"),
    "shipping.track": (18, "我那个包裹走到哪啦", "帮我看下物流"),
    "price.expensive": (9, "这价格有点高啊", "能便宜点不"),
    "stock.low": (7, "就剩两件是真的吗", "库存还多不多"),
    "product.specs": (6, "这个多大尺寸", "重量是多少"),
}
UNKNOWN = {"可以帮我刻字吗": 7, "支持以旧换新吗": 5, "有没有实体店可以试": 4, "能开收据不": 2}


def main() -> None:
    """Reads the names, makes the pictures."""
    parser = argparse.ArgumentParser(prog="python -m bench.screens")
    parser.add_argument("names", nargs="*", metavar="|".join(PAGES), help="all when left out")
    names = parser.parse_args().names or list(PAGES)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        _fill(f"sqlite:///{home}/journal.sqlite3")
        with huashu(home, "none") as (_, port), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
            for name in names:
                say(name)
                if name == "signin":  # there is none while there are no keys
                    _make_key(f"sqlite:///{home}/journal.sqlite3")
                _photograph(browser, f"http://127.0.0.1:{port}", name)
            browser.close()


def _photograph(browser: Browser, url: str, name: str) -> None:
    path, prepare = PAGES[name]
    for width, height in SIZES:
        for scheme in SCHEMES:
            context = browser.new_context(
                locale="zh-CN",
                color_scheme=scheme,
                reduced_motion="reduce",
                viewport={"width": width, "height": height},
            )
            page = context.new_page()
            page.goto(f"{url}/{path}")
            prepare(page)
            page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=width < 600)
            context.close()


def _desk(page: Page) -> None:
    _still(page)
    more = page.get_by_text("会话信息")
    closed = not page.get_by_label("客户称呼").is_visible()  # as in a side panel

    def ask(name: str, message: str, entry: str) -> None:
        if closed:
            more.click()
        page.get_by_label("客户称呼").fill(name)
        if closed:
            more.click()
        page.get_by_role("textbox", name="客户消息").fill(message)
        page.locator(".card", has_text=entry).first.wait_for()

    ask("客户甲", "包邮吗", "shipping.free")
    page.get_by_role("button", name="新客户").click()
    ask("客户乙", "在吗\n前天拍的杯子怎么还不发货\n另外能开公司抬头的发票吗", "invoice.title")
    page.get_by_role("textbox", name="草稿检查").fill("你必须先寄回来，肯定给你退，加微信方便些")
    page.locator("#draft-result .finding").first.wait_for()


def _demo(page: Page) -> None:
    page.get_by_role("button", name="15天了还能退吗").click()
    page.get_by_role("article").first.wait_for()
    page.get_by_label("回复客户").press("Alt+1")
    page.get_by_text("已填入第 1 条").wait_for()


def _still(page: Page) -> None:
    page.get_by_text("服务正常").wait_for()


def _review(page: Page) -> None:
    _still(page)
    if not page.locator(".proposal").count():
        page.get_by_role("button", name="从记录里整理").click()
    page.locator(".proposal").first.wait_for(timeout=120_000)
    page.evaluate("scrollTo(0, 0)")  # a script leads to the first proposal


def _signin(page: Page) -> None:
    for _ in range(100):  # the service looks for new keys once a second
        if page.get_by_role("button", name="登录").is_visible():
            return
        page.wait_for_timeout(200)
        page.reload()
    raise RuntimeError("the service does not ask to sign in")


def _make_key(url: str) -> None:
    store = open_engine(url)
    with transaction(store, write=True) as connection:
        keys.create(connection, "agent", datetime.now(CHINA))
    store.dispose()


def _fill(url: str) -> None:
    """Thirty days of made-up questions, the same in every run but for the dates."""
    chance = random.Random(7)
    # The evening before, so that the figures end with whole days.
    now = datetime.now(CHINA).replace(hour=21) - timedelta(days=1)
    records, answers = [], []
    for ago in range(DAYS):
        for entry, (weight, *wordings) in ASKED.items():
            for _ in range(chance.randrange(weight // 2, weight + 1) // 3):
                at = now - timedelta(days=ago, minutes=chance.randrange(600))
                number = f"{len(records):032x}"
                decision = "answer" if chance.random() < 0.8 else "choose"
                records.append(
                    SuggestionRecord(
                        number,
                        at,
                        "default",
                        chance.choice(wordings),
                        decision,
                        offered=((entry, 0.9),),
                        took_ms=chance.uniform(0.6, 2.4),
                    )
                )
                outcome = "sent" if chance.random() < 0.6 + (DAYS - ago) / 120 else "displayed"
                answers.append(FeedbackRecord(number, outcome, at, entry))
    for wording, times in UNKNOWN.items():
        for _ in range(times * 3):
            at = now - timedelta(days=chance.randrange(DAYS), minutes=chance.randrange(600))
            text = wording + chance.choice(["", "？", "呀"])
            records.append(
                SuggestionRecord(f"{len(records):032x}", at, "default", text, "none", took_ms=0.9)
            )
    upgrade(url)
    store = open_engine(url)
    with transaction(store, write=True) as connection:
        journal.record_suggestions(connection, records)
        for answer in answers:
            journal.record_feedback(connection, answer)
    store.dispose()


# The desk comes late: what is asked there goes into the journal.
PAGES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "book": ("book?q=发货&entry=shipping.rush", _still),
    "unanswered": ("unanswered", _still),
    "figures": ("figures", _still),
    "widget": ("demo", _demo),
    "review": ("review", _review),
    "desk": ("", _desk),
    "signin": ("signin", _signin),
}

if __name__ == "__main__":
    main()
