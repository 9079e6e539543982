"""Pages of another origin that carry the widget, and the book that their service has."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Request

from tests.web.console_page import stop_clock
from tests.web.small_book import ENTRIES, write_book

# Texts that would do something if any of them were taken for markup.
PAYLOADS = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "javascript:alert(1)",
    "</textarea><iframe srcdoc='<script>alert(1)</script>'>",
    "<huashu-suggestions onclick=alert(1)>",
)
MORE = f"""\
  - id: test.finding
    title: 材质
    stage: any
    source: 测试
    asks: [这是什么材质的呀, 衣服用的什么面料]
    reply: 这件宝贝是纯棉的。
  - id: test.markup
    title: {json.dumps(PAYLOADS[0])}
    stage: any
    source: 测试
    asks: [紫色斑马图案有货吗, 有没有紫色斑马图案]
    handoff: warehouse
    reply: {json.dumps("".join(PAYLOADS), ensure_ascii=False)}
  - id: test.filled
    title: 查运费
    stage: any
    source: 测试
    asks: [运费到底多少钱啊, 邮费一共要多少]
    reply: 订单{{{{ order_no }}}}的运费稍后告诉您。
"""
HOST_SCRIPT = """\
// A host with a framework: it believes in its own state, which only input events change.
const box = document.querySelector("#reply");
window.state = "";
window.heard = [];
if (box && "value" in box) {
  // As React does: a value set through the instance is the framework's own, not the user's.
  const native = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(box), "value");
  let tracked = "";
  Object.defineProperty(box, "value", {
    get() { return native.get.call(this); },
    set(value) { tracked = value; native.set.call(this, value); },
  });
  box.addEventListener("input", () => {
    if (native.get.call(box) === tracked) return;
    tracked = window.state = native.get.call(box);
  });
  window.send = () => { box.value = window.state = ""; };
}
document.addEventListener("keydown", (event) => window.heard.push(event.key));
for (const name of ["suggestion", "copied", "error"]) {
  document.addEventListener(`huashu:${name}`, (event) => {
    (window.events ??= []).push([name, event.detail]);
  });
}
"""
PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>别家的聊天窗口</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="host.css">
<body><main><h1>聊天</h1><ol id="talk"></ol>
<label for="reply">回复</label>{box}<button id="send" type="button">发送</button>
<div id="side"></div></main>
<script src="host.js"></script>{tail}
</body></html>"""
TEXTAREA = '<textarea id="reply"></textarea>'
EDITABLE = '<div id="reply" contenteditable="true" role="textbox" aria-label="回复"></div>'


@dataclass
class Host:
    """A web server of another origin. `pages` may be added to."""

    port: int
    service: str
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def policy(self) -> str:
        """As strict as can be: the service's script, connections to it, and nothing inline."""
        return (
            f"default-src 'none'; script-src 'self' {self.service}; connect-src {self.service}; "
            "style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; "
            "require-trusted-types-for 'script'"
        )

    def script(self, box: str = TEXTAREA, **data: str) -> str:
        """A page with the script tag; returns its address."""
        given = "".join(f' data-{k}="{v}"' for k, v in data.items())
        return self.add(box, f'<script src="{self.service}/widget.js"{given}></script>')

    def element(self, box: str = TEXTAREA, **attributes: str) -> str:
        """A page with the custom element; returns its address."""
        given = "".join(f' {k}="{v}"' for k, v in attributes.items())
        tag = f"<huashu-suggestions{given}></huashu-suggestions>"
        return self.add(box, f'{tag}<script src="{self.service}/widget.js" async></script>')

    def add(self, box: str, tail: str) -> str:
        path = f"/page{len(self.pages)}"
        self.pages[path] = PAGE.format(box=box, tail=tail)
        return f"{self.url}{path}"


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, host: Host, *given: object) -> None:
        self._host = host
        super().__init__(*given)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        kinds = {"/host.js": ("text/javascript", HOST_SCRIPT), "/host.css": ("text/css", "main{}")}
        kind, text = kinds.get(self.path, ("text/html", self._host.pages.get(self.path, "")))
        content = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", self._host.policy)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve_host(port: int, service: str) -> Iterator[Host]:
    """The other origin's server, on a loopback port."""
    host = Host(port, service)
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, host))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_widget_book(folder: Path) -> Path:
    """The small book with entries that have findings, markup and blanks."""
    return write_book(folder, ENTRIES + MORE)


@dataclass
class Visit:
    """An open page with the widget, what the browser complained about and what was sent."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("region", name="话术建议")

    @property
    def message(self) -> Locator:
        return self.panel.get_by_label("客户的话")

    @property
    def cards(self) -> Locator:
        return self.panel.get_by_role("article")

    @property
    def box(self) -> Locator:
        return self.page.locator("#reply")

    def stop_clock(self) -> None:
        """From now on only `page.clock` moves the page's time, however slow the machine is."""
        stop_clock(self.page)

    def sent(self, path: str) -> list[dict[str, object]]:
        """Bodies of the posts to a path so far."""
        posts = [r for r in self.requests if r.url.endswith(path) and r.method == "POST"]
        return [json.loads(r.post_data or "{}") for r in posts]

    def outcomes(self) -> list[object]:
        """The outcomes told so far."""
        return [body["outcome"] for body in self.sent("/v1/feedback")]

    def wait_for(self, outcome: str) -> dict[str, object]:
        """The first report of an outcome that the service has stored."""
        for _ in range(200):
            for request in self.requests:
                if not request.url.endswith("/v1/feedback") or request.method != "POST":
                    continue
                body: dict[str, object] = json.loads(request.post_data or "{}")
                if body["outcome"] == outcome and (found := request.response()):
                    assert found.status == 201
                    return body
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no {outcome} among {self.outcomes()}")

    def events(self, name: str) -> list[dict[str, object]]:
        """Details of the events of this name that the host heard."""
        found = self.page.evaluate("window.events ?? []")
        return [detail for kind, detail in found if kind == name]


@contextmanager
def visit(browser: Browser, address: str, **options: object) -> Iterator[Visit]:
    """The page in a browser context of its own, allowed to use the clipboard."""
    context = browser.new_context(locale="zh-CN", **options)  # type: ignore[arg-type]
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = Visit(context.new_page())
    opened.page.on(
        "console",
        lambda m: opened.complaints.append(m.text) if m.type in ("error", "warning") else None,
    )
    opened.page.on("pageerror", lambda e: opened.complaints.append(str(e)))
    opened.page.on("dialog", lambda d: (opened.complaints.append(d.message), d.dismiss()))
    opened.page.on("request", lambda r: opened.requests.append(r))  # noqa: PLW0108
    opened.page.goto(address)
    try:
        yield opened
    finally:
        context.close()
