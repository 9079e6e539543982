"""From keystroke to painted suggestions in a real browser, beside the call of the API alone."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from bench.data import cases
from bench.progress import Progress, say
from bench.report import Section, Table
from bench.service import huashu

MESSAGES = 100
LONGEST = 200  # characters; what a customer writes at a time
CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ENCODERS = ("none", "bundled")
# Times are the browser's own. The page waits for a pause in typing before it asks; the request
# begins when that pause is over. Painted: the second frame after the new answer is in the page.
WATCH = """() => {
  window.times = {};
  const real = window.fetch;
  window.fetch = async (path, options) => {
    if (!String(path).endsWith("v1/suggestions")) return real(path, options);
    window.times = { asked: performance.now() };
    const answer = await real(path, options);
    await answer.clone().arrayBuffer();
    window.times.answered = performance.now();
    return answer;
  };
  new MutationObserver(() => {
    if (document.querySelector("#cards").getAttribute("aria-busy") !== "false") return;
    const { asked, answered, painted } = window.times;
    if (!answered || painted || !document.querySelector(".card")) return;
    window.times.drawn = performance.now();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (window.times.asked === asked) window.times.painted = performance.now();
    }));
  }).observe(document.querySelector(".results"),
    { subtree: true, childList: true, attributes: true });
  document.querySelector("#message").addEventListener("input", () => {
    window.typed = performance.now();
  });
}"""
# The same request by the page itself, with nothing drawn.
ALONE = """async (body) => {
  const started = performance.now();
  const answer = await fetch("v1/suggestions", { method: "POST", body,
    headers: { "Content-Type": "application/json", Accept: "application/json" } });
  await answer.arrayBuffer();
  return performance.now() - started;
}"""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one message."""

    pause: float
    painted: float
    answered: float
    alone: float


def run(eval_folder: Path) -> Section:
    """The desk over the shipped phrasebook, one message after another."""
    title = "From keystroke to painted suggestions"
    if not shutil.which(CHROMIUM):
        return Section("console", title, ["Not measured: chromium is missing."])
    messages = [m for c in cases(eval_folder, "messages_dev") for m in c.messages]
    chosen = [" ".join(m.split())[:LONGEST] for m in messages if m.strip()][:MESSAGES]
    rows = []
    for encoder in ENCODERS:
        say(f"console: encoder {encoder}")
        rows.append(_row(encoder, _measure(encoder, chosen)))
    columns = [
        "encoder", "painted p50", "painted p95", "of it the call p50", "call alone p50",
        "pause before p50",
    ]  # fmt: skip
    return Section(
        "console",
        title,
        [
            f"The last character of a message is typed at the desk in Chromium ({MESSAGES} "
            "messages of messages_dev, each of them new to the page and to the service); the page "
            "waits for a pause in typing of 250 ms, asks, and draws. **Painted**: from the end of "
            "the pause until the second frame after the suggestions are in the page. **Call "
            "alone**: the same request from the same page for another message, with nothing "
            "drawn. Milliseconds; browser, service and other work share the cores, and there is "
            "no graphics card.",
            Table(columns, rows),
        ],
    )


def _measure(encoder: str, messages: list[str]) -> list[Times]:
    from playwright.sync_api import sync_playwright

    with (
        tempfile.TemporaryDirectory() as folder,
        huashu(Path(folder), encoder) as (_, port),
        sync_playwright() as playwright,
        Progress("console", len(messages)) as progress,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(f"http://127.0.0.1:{port}/")
        page.get_by_text("服务正常").wait_for()
        page.evaluate(WATCH)
        box = page.locator("#message")
        found = []
        for message in messages:
            box.fill(message[:-1])
            page.wait_for_function("() => document.querySelector('#cards').ariaBusy !== 'true'")
            page.evaluate("window.times = {}")
            box.press("End")
            page.keyboard.insert_text(message[-1])
            page.wait_for_function("() => window.times.painted")
            times = page.evaluate("({ ...window.times, typed: window.typed })")
            body = json.dumps({"message": f"{message}啊", "limit": 3}, ensure_ascii=False)
            found.append(
                Times(
                    times["asked"] - times["typed"],
                    times["painted"] - times["asked"],
                    times["answered"] - times["asked"],
                    page.evaluate(ALONE, body),
                )
            )
            progress.step()
        browser.close()
        return found


def _row(encoder: str, times: list[Times]) -> list[str]:
    painted = [t.painted for t in times]
    return [
        encoder,
        f"{median(painted):.1f}",
        f"{quantiles(painted, n=20)[-1]:.1f}",
        f"{median(t.answered for t in times):.1f}",
        f"{median(t.alone for t in times):.1f}",
        f"{median(t.pause for t in times):.0f}",
    ]
