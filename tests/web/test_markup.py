"""Hostile texts stay texts: in messages, variables, drafts, feedback and the phrasebook itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from playwright.sync_api import Browser, Response, expect

from tests.web.console_page import Console, open_console
from tests.web.desk_book import BOOK
from tests.web.payloads import PAYLOADS
from tests.web.service_process import ServiceProcess, start_service

BATCH = 15  # messages of one burst; the service reads the last 20

# Set before any script of a page: what the browser refused, and what ran all the same.
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
window.alert = () => window.refused.push("alert ran");
"""
# Elements that no page of ours has in its main part, and handlers that none has anywhere.
FOREIGN = """(root) => {
  const main = root.querySelector("main");
  const tags = "script, img, iframe, object, embed, style, link, base, meta, video, audio, math,"
    + "marquee, template, noscript, xmp, plaintext, mglyph, foreignObject, animate";
  const found = [...main.querySelectorAll(tags)];
  for (const node of root.querySelectorAll("*")) {
    const names = node.getAttributeNames();
    if (names.some((name) => name.startsWith("on") || name.startsWith("hx-on")
      || name.startsWith("data-hx"))) found.push(node);
    for (const name of ["href", "src", "action", "formaction", "xlink:href"]) {
      if (/^\\s*(java|vb)script:|^\\s*data:/i.test(node.getAttribute(name) ?? "")) found.push(node);
    }
  }
  return found.map((node) => node.outerHTML.slice(0, 200));
}"""


def write_hostile_book(folder: Path) -> Path:
    """Every text of an entry, of a variable and of a rule is hostile; templates are not markup."""
    book = yaml.safe_load(BOOK)
    book["variables"]["tracking_no"] = {"title": PAYLOADS[0], "example": PAYLOADS[1]}
    book["entries"] += [
        {
            "id": f"hostile.n{number}",
            "title": f"{number} {payload}",
            "stage": "any",
            "source": payload,
            "asks": [payload, f"第{number}号商品怎么用 {payload}"],
            "near_misses": [{"text": f"{payload} 不要", "entry": "none"}],
            "reply": f"{{% raw %}}{payload}{{% endraw %}} {{{{ tracking_no }}}}",
            "variants": [
                {"when": {"platform": ["jd"]}, "reply": "{% raw %}" + payload + "{% endraw %}"}
            ],
        }
        for number, payload in enumerate(PAYLOADS)
    ]
    folder.mkdir()
    text = yaml.safe_dump(book, allow_unicode=True, sort_keys=False)
    (folder / "book.yaml").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("markup")
    book = write_hostile_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


@pytest.fixture
def console(browser: Browser, service: ServiceProcess) -> Iterator[Console]:
    with open_console(browser, "about:blank") as opened:
        opened.page.add_init_script(WATCH)
        opened.page.on("dialog", lambda d: opened.complaints.append(f"dialog {d.message}"))
        opened.page.goto(service.url)
        expect(opened.page.get_by_text("服务正常")).to_be_visible()
        yield opened
        nothing_happened(opened)


def nothing_happened(console: Console) -> None:
    assert console.page.evaluate("window.refused") == []
    assert console.page.evaluate(f"({FOREIGN})(document)") == []
    assert console.complaints == []


def test_there_are_enough_of_them() -> None:
    assert len(PAYLOADS) >= 200
    assert len({p.partition(" ")[0] for p in PAYLOADS}) >= 40


def test_the_watch_sees_markup(console: Console) -> None:
    """A test that can not fail is none: markup that does get in is noticed."""
    seen = console.page.evaluate(
        f"""() => {{
          const page = new DOMParser().parseFromString(
            "<main><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a></main>",
            "text/html");
          return ({FOREIGN})(page);
        }}"""
    )
    assert len(seen) >= 2
    assert "script-src-attr" in console.page.evaluate("window.refused")[0]
    console.page.evaluate("window.refused = []")
    console.complaints.clear()


def test_messages_names_and_drafts(console: Console) -> None:
    page = console.page
    for start in range(0, len(PAYLOADS), BATCH):
        batch = PAYLOADS[start : start + BATCH]
        page.get_by_label("客户称呼").fill(batch[0])
        console.draft.fill("\n".join(batch))
        console.ask("\n".join(batch))
        expect(page.locator(".thread > li > q")).to_have_text(list(batch))
        expect(page.locator("#draft-mirror")).to_contain_text(batch[0])
        nothing_happened(console)


def tells(value: str, answer: Response) -> bool:
    """Whether this is what the service answered to a value of a variable."""
    if not answer.url.endswith("/v1/suggestions"):
        return False
    asked = json.loads(answer.request.post_data or "{}")
    return bool(asked["variables"].get("tracking_no") == value)


def test_values_of_variables(console: Console) -> None:
    page = console.page
    console.ask("把蓝鲸面单编码发来")
    # The title of the variable is hostile too.
    field = page.locator(".card [data-variable=tracking_no]").first
    for payload in PAYLOADS[::6]:
        told = partial(tells, payload)
        with page.expect_response(told) as answered:
            field.fill(payload)
        text = answered.value.json()["suggestions"][0]["text"]
        expect(page.locator(".card .text").first).to_have_text(text)
    nothing_happened(console)


def test_texts_of_the_phrasebook_at_the_desk(console: Console) -> None:
    page = console.page
    for number in range(0, len(PAYLOADS), 9):
        console.ask(f"第{number}号商品怎么用 {PAYLOADS[number]}")
        expect(page.locator(".card").first).to_contain_text("hostile.n")
        page.locator(".card").first.get_by_text("依据").click()
        nothing_happened(console)
    page.get_by_role("button", name="搜索话术").click()
    page.get_by_role("searchbox").fill("script")
    expect(page.locator("#search-found li")).not_to_have_count(0)
    page.locator("#search-found button").first.click()
    expect(console.draft).not_to_have_value("")


def test_texts_of_the_phrasebook_in_the_book(console: Console, service: ServiceProcess) -> None:
    page = console.page
    page.goto(f"{service.url}/book?q=hostile")
    expect(page.locator("#found li")).to_have_count(100)
    for number in (0, 90, 130, len(PAYLOADS) - 1):
        page.goto(f"{service.url}/book?entry=hostile.n{number}")
        expect(page.locator("#entry h2")).to_have_text(f"{number} {PAYLOADS[number]}")
        nothing_happened(console)
    # The others are parsed by the browser without being gone to.
    found: list[Any] = page.evaluate(
        f"""async (count) => {{
          const found = [];
          for (let n = 0; n < count; n += 1) {{
            const text = await (await fetch(`book?entry=hostile.n${{n}}`)).text();
            const page = new DOMParser().parseFromString(text, "text/html");
            if (!page.querySelector("#entry h2")) found.push(`no entry ${{n}}`);
            found.push(...({FOREIGN})(page));
          }}
          return found;
        }}""",
        len(PAYLOADS),
    )
    assert found == []


def test_what_the_journal_keeps(console: Console, service: ServiceProcess) -> None:
    """Unanswered messages and feedback, on every page that shows or counts them."""
    page = console.page
    with httpx.Client(base_url=service.url, trust_env=False) as client:
        for payload in PAYLOADS:
            told = client.post("/v1/suggestions", json={"message": f"啊哦嗯呃 {payload[::-1]}"})
            body = {"suggestion_id": told.json()["id"], "outcome": "edited", "text": payload}
            body["entry_id"] = payload[:128]
            assert client.post("/v1/feedback", json=body).status_code == 201
            client.post("/v1/suggestions", json={"message": payload + "嗯呃啊哦天气呢"})
    for path in ("unanswered", "figures", "review", ""):
        answer = page.goto(f"{service.url}/{path}")
        if path == "unanswered":
            expect(page.locator(".asked li").first).to_be_visible()
        if answer is not None and answer.status == 200:
            nothing_happened(console)
        else:
            assert path == "review"  # a part that may not be there
            console.complaints.clear()
    page.goto(service.url)
