"""The dashboard app in a browser, inside a page that stands for Chatwoot's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from tests.web.conftest import ARGS, CHROMIUM
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

# As Chatwoot does: it tells the frame whenever the frame asks, and when a conversation opens.
PARENT = """<!doctype html><meta charset="utf-8"><title>chat</title>
<iframe id="app" src="%s/chatwoot/app" width="600" height="600"></iframe>
<script>
window.context = null;
window.asked = 0;
function tell() {
  const told = JSON.stringify({ event: "appContext", data: window.context });
  document.getElementById("app").contentWindow.postMessage(told, "*");
}
window.addEventListener("message", (event) => {
  if (event.data !== "chatwoot-dashboard-app:fetch-info") return;
  window.asked += 1;
  if (window.context) tell();
});
</script>
"""


def context(*messages: tuple[str, int, bool]) -> dict[str, Any]:
    """What Chatwoot tells; a message is text, type, private."""
    listed = [{"content": t, "message_type": k, "private": p} for t, k, p in messages]
    return {
        "conversation": {"id": 4, "account_id": 1, "messages": listed},
        "contact": {"name": "客户"},
        "currentAgent": {"id": 1, "name": "客服", "email": "agent@example.com"},
    }


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ServiceProcess]]:
    folder = tmp_path_factory.mktemp("frame")
    with parent() as (origin, page):
        book = write_book(folder / "book")
        service = start_service(
            folder, HUASHU_PHRASEBOOK=str(book), HUASHU_CHATWOOT_URL=f"{origin}/"
        )
        with service:
            page["html"] = PARENT % service.url
            yield origin, service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, parts: tuple[str, ServiceProcess]) -> Iterator[Page]:
    opened = browser.new_page()
    opened.goto(parts[0])
    opened.wait_for_function("window.asked > 0")
    yield opened
    opened.close()


def tell(page: Page, told: dict[str, Any]) -> FrameLocator:
    page.evaluate("(told) => { window.context = told; tell(); }", told)
    return page.frame_locator("#app")


def test_suggestions_for_what_waits(page: Page) -> None:
    frame = tell(
        page,
        context(
            ("可以退货吗", 0, False),
            ("可以的", 1, False),
            ("备注", 1, True),
            ("怎么还不发货", 0, False),
        ),
    )
    expect(frame.locator("#message")).to_have_text("怎么还不发货")
    expect(frame.locator("#replies li").first).to_contain_text("您好")
    frame.get_by_role("button", name="复制").first.click()
    expect(frame.get_by_role("button", name="已复制")).to_be_visible()


def test_nobody_waits(page: Page) -> None:
    frame = tell(page, context(("怎么还不发货", 0, False), ("马上发", 1, False)))
    expect(frame.locator("#status")).to_have_text("客户没有在等回复的消息。")
    expect(frame.locator("#replies li")).to_have_count(0)


def test_what_a_customer_writes_stays_text(page: Page) -> None:
    attack = "<img src=x onerror=alert(1)>怎么还不发货"
    frame = tell(page, context((attack, 0, False)))
    expect(frame.locator("#message")).to_have_text(attack)
    assert frame.locator("#message img").count() == 0


def test_others_are_not_listened_to(page: Page) -> None:
    page.frame_locator("#app").locator("body").evaluate(
        "(_, told) => window.postMessage(told, '*')",
        json.dumps({"event": "appContext", "data": context(("怎么还不发货", 0, False))}),
    )
    page.wait_for_timeout(300)
    expect(page.frame_locator("#app").locator("#message")).to_be_hidden()


def test_only_chatwoot_may_frame_it(parts: tuple[str, ServiceProcess]) -> None:
    origin, service = parts
    policy = httpx.get(f"{service.url}/chatwoot/app", trust_env=False).headers[
        "content-security-policy"
    ]
    assert f"frame-ancestors {origin}" in policy
    assert "unsafe" not in policy


def test_without_chatwoot_there_is_no_page(tmp_path: Path) -> None:
    with start_service(tmp_path, HUASHU_PHRASEBOOK=str(write_book(tmp_path / "b"))) as service:
        answer = httpx.get(f"{service.url}/chatwoot/app", trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (404, "chatwoot_off")


@contextmanager
def parent() -> Iterator[tuple[str, dict[str, str]]]:
    """A page of another origin; its HTML may be set later."""
    shown = {"html": ""}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            raw = shown["html"].encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", shown
    server.shutdown()
    server.server_close()
