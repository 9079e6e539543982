"""The draft box in a browser: what is underlined there, and whether it lies under its words."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, expect

from tests.web.console_page import Console

# Each line as drawn: its words, and which letters the field itself has at the line's two ends.
LINES = """() => {
  const field = document.querySelector("#draft");
  const frame = field.getBoundingClientRect();
  return [...document.querySelectorAll("#draft-mirror .mark")].map((line) => {
    const box = line.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    const hit = (x) => {
      const found = document.caretPositionFromPoint(x, middle);
      return found && found.offsetNode === field ? found.offset : null;
    };
    const [start, end] = [Number(line.dataset.start), Number(line.dataset.end)];
    return { start, end, words: field.value.slice(start, end), kind: line.className,
             seen: frame.top < middle && middle < frame.bottom,
             left: hit(box.left + 1), right: hit(box.right - 1) };
  });
}"""
WORDS = f"""() => [...new Map(({LINES})().map((line) => [line.start, line.words])).values()]"""


def marks(console: Console) -> Locator:
    return console.page.locator("#draft-mirror .mark")


def reason(console: Console) -> Locator:
    return console.page.get_by_role("group", name="划线的原因")


def lines(console: Console) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = console.page.evaluate(LINES)
    return found


def expect_words(console: Console, *words: str) -> None:
    """Waits until just these words are underlined, in this order."""
    wanted = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    console.page.wait_for_function(f"wanted => JSON.stringify(({WORDS})()) === wanted", arg=wanted)


def type_draft(console: Console, text: str) -> None:
    """Puts a text into the box and waits until it is underlined."""
    with console.page.expect_response("**/v2/check") as got:
        console.draft.fill(text)
    assert got.value.json()["matches"]
    expect(marks(console)).not_to_have_count(0)


def drawn(console: Console) -> set[int]:
    """Every UTF-16 unit that is underlined on the page."""
    return {place for line in lines(console) for place in range(line["start"], line["end"])}


def stand_right(console: Console) -> int:
    """Checks that every line in sight lies under its own words; how many there are."""
    found = lines(console)
    for before, line, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if not line["seen"]:
            continue
        # Words that are broken over two lines have a line each.
        begins = before is None or before["start"] != line["start"]
        ends = after is None or after["start"] != line["start"]
        assert line["start"] <= line["left"] < line["right"] <= line["end"], line
        assert line["left"] == line["start"] or not begins, line
        assert line["right"] == line["end"] or not ends, line
        assert begins or before is None or before["right"] in (line["left"], None), line
    return sum(line["seen"] for line in found)


def selected(console: Console) -> str:
    found: str = console.page.locator("#draft").evaluate(
        "node => node.value.slice(node.selectionStart, node.selectionEnd)"
    )
    return found
