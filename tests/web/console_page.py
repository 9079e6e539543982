"""The console's page in a browser, as the tests handle it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, Request


def stop_clock(page: Page) -> None:
    """From now on only `page.clock` moves the page's time."""
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


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

    def stop_clock(self) -> None:
        """From now on only `page.clock` moves the page's time, however slow the machine is."""
        stop_clock(self.page)

    def clipboard(self) -> str:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text

    def sent(self, path: str) -> list[dict[str, object]]:
        """Bodies of the requests to a path so far."""
        return [json.loads(r.post_data or "{}") for r in self.requests if r.url.endswith(path)]


@contextmanager
def open_console(browser: Browser, url: str, **options: object) -> Iterator[Console]:
    """The console in a browser context of its own."""
    context = browser.new_context(locale="zh-CN", **options)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
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
