"""The draft box: words underlined as /v2/check says, where they stand, whatever the page does."""

from __future__ import annotations

from urllib.parse import parse_qs

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from tests.web.conftest import ARGS, CHROMIUM
from tests.web.console_page import Console, open_console
from tests.web.draft_page import (
    drawn,
    expect_words,
    lines,
    marks,
    selected,
    stand_right,
    type_draft,
)
from tests.web.service_process import ServiceProcess

EVERY_KIND = "加微信。肯定好。这款还有货。请问，你的名字叫什么"
# Each begins a line of its own trouble: wide characters, joined emoji, full-width signs in a row
# (which fonts squeeze), words without a break, an empty line, a line break at the end.
TROUBLE = (
    "😀𠮷亲，👨‍👩‍👧保证明天到！加微信，还有货10元\n"
    "“您好。”（见《说明》）：「保证」，“肯定”……——保证。\n"
    "http://example.com/" + "a" * 90 + " 保证\n\n"
    "AVAToffice\t保证\n" + "这款很好，" * 12 + "加微信聊\n"
)


@pytest.fixture(scope="module")
def service(wording_service: ServiceProcess) -> ServiceProcess:
    return wording_service


def under(service: ServiceProcess, text: str, **fields: str) -> set[int]:
    """Every UTF-16 unit that /v2/check wants underlined."""
    got = httpx.post(f"{service.url}/v2/check", data={"text": text, **fields}, trust_env=False)
    found = [(m["offset"], m["offset"] + m["length"]) for m in got.json()["matches"]]
    return {place for start, end in found for place in range(start, end)}


def test_what_the_service_reports_is_underlined(console: Console, service: ServiceProcess) -> None:
    type_draft(console, TROUBLE)
    assert drawn(console) == under(service, TROUBLE)


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_lines_are_under_their_words(browser: Browser, service: ServiceProcess, width: int) -> None:
    size = {"width": width, "height": 900}
    with open_console(browser, service.url, viewport=size) as console:
        type_draft(console, TROUBLE)
        box = console.page.locator("#draft")
        box.evaluate("node => { node.style.height = '600px' }")
        box.scroll_into_view_if_needed()
        assert stand_right(console) == len(lines(console)) > 8


def test_lines_follow_scrolling(console: Console) -> None:
    type_draft(console, TROUBLE)
    box = console.page.locator("#draft")
    box.scroll_into_view_if_needed()
    most = box.evaluate("node => node.scrollHeight - node.clientHeight")
    assert most > 100
    total = 0
    for top in range(0, most + 60, 30):
        box.evaluate("(node, top) => { node.scrollTop = top }", top)
        console.page.evaluate("() => new Promise(requestAnimationFrame)")
        behind = "document.querySelector('#draft-mirror').scrollTop"
        assert console.page.evaluate(behind) == min(top, most)
        total += stand_right(console)
    assert total > 8


def test_a_scrollbar_takes_the_same_room(browser: Browser, service: ServiceProcess) -> None:
    """Headless browsers hide them; on people's screens they make lines shorter."""
    shown = browser.browser_type.launch(
        executable_path=str(CHROMIUM), args=ARGS, ignore_default_args=["--hide-scrollbars"]
    )
    with shown, open_console(shown, service.url) as console:
        type_draft(console, TROUBLE)
        box = console.page.locator("#draft")
        assert box.evaluate("node => node.offsetWidth - node.clientWidth") > 8
        box.evaluate("node => { node.scrollTop = 90 }")
        console.page.evaluate("() => new Promise(requestAnimationFrame)")
        assert stand_right(console) > 0
        box.evaluate("node => { node.style.height = '600px' }")
        box.scroll_into_view_if_needed()
        assert stand_right(console) == len(lines(console))


def test_lines_follow_the_width(console: Console) -> None:
    type_draft(console, TROUBLE)
    for width in (1000, 500, 400):
        console.page.set_viewport_size({"width": width, "height": 900})
        console.page.locator("#draft").scroll_into_view_if_needed()
        assert stand_right(console) > 0


def test_kinds_can_be_told_apart_without_colours(console: Console) -> None:
    type_draft(console, EVERY_KIND)
    looks = console.page.evaluate(
        """() => Object.fromEntries(
          [...document.querySelectorAll('#draft-mirror .mark')].map((node) => {
            const line = getComputedStyle(node, '::after');
            return [node.className, [line.height, line.maskImage === 'none',
              line.backgroundImage === 'none',
              getComputedStyle(node).backgroundColor === 'rgba(0, 0, 0, 0)'].join(' ')];
          }))"""
    )
    assert set(looks) == {"mark error", "mark warning", "mark suggestion", "mark habit"}
    assert len(set(looks.values())) == 4
    for word in ("禁止", "注意", "建议", "改写"):
        expect(console.page.locator("#draft-hint .mark", has_text=word)).to_be_visible()


def test_lines_move_with_the_text_at_once(console: Console) -> None:
    """While the service has not answered yet."""
    type_draft(console, "您好，加微信聊")
    held: list[Route] = []
    console.page.route("**/v2/check", lambda route: held.append(route))  # noqa: PLW0108
    console.draft.press("Home")
    console.draft.press_sequentially("😀嗯")
    expect_words(console, "加微信")
    assert lines(console)[0]["start"] == 3 + 3
    stand_right(console)
    console.draft.press("End")
    for _ in range(2):
        console.draft.press("ArrowLeft")
    console.draft.press_sequentially("、")
    expect_words(console)


def test_half_typed_pinyin_keeps_lines_in_place(console: Console) -> None:
    type_draft(console, "您好加微信聊")
    keyboard = console.page.context.new_cdp_session(console.page)
    console.draft.press("Home")
    keyboard.send(
        "Input.imeSetComposition", {"text": "ninhao", "selectionStart": 6, "selectionEnd": 6}
    )
    expect(console.draft).to_have_value("ninhao您好加微信聊")
    stand_right(console)
    keyboard.send("Input.insertText", {"text": "您好"})
    expect(console.draft).to_have_value("您好您好加微信聊")
    expect_words(console, "加微信")
    assert lines(console)[0]["start"] == 4


def test_lines_go_when_nothing_is_wrong_any_more(console: Console) -> None:
    type_draft(console, "加微信")
    console.draft.fill("好的，请稍等，我为您查询。")
    expect(marks(console)).to_have_count(0)
    expect(console.page.locator("#draft-verdict")).to_have_text("没有发现问题")


def test_the_platform_and_the_stage_are_sent(console: Console, service: ServiceProcess) -> None:
    text = "这件宝贝很好"
    console.draft.fill(text)
    expect(console.page.locator("#draft-verdict")).to_have_text("没有发现问题")
    console.page.get_by_label("平台").select_option("jd")
    expect_words(console, "宝贝")
    assert drawn(console) == under(service, text, platform="jd")
    console.page.get_by_label("阶段").select_option("presale")
    with console.page.expect_request("**/v2/check") as asked:
        console.page.get_by_label("阶段").select_option("aftersale")
    form = parse_qs(asked.value.post_data or "")
    assert (form["platform"], form["stage"]) == (["jd"], ["aftersale"])


def test_a_refused_text_is_not_underlined(browser: Browser, service: ServiceProcess) -> None:
    with open_console(browser, service.url) as console:  # the browser logs every answer of 4xx
        type_draft(console, "加微信")
        console.draft.fill("加微信" + "好" * 2000)
        expect(console.page.locator("#draft-problem")).to_contain_text("最多 2000 个")
        expect(marks(console)).to_have_count(0)
        console.draft.fill("保证")
        expect_words(console, "保证")


def test_blanks_of_a_suggestion_show_in_the_box(console: Console) -> None:
    console.ask("把蓝鲸面单编码发来")
    console.page.locator(".card").first.get_by_role("button", name="放进草稿").click()
    expect_words(console, "【快递单号】", "【物流状态】")
    assert {line["kind"] for line in lines(console)} == {"mark blank"}
    assert selected(console) == "【快递单号】"
    console.draft.press_sequentially("SF1")
    expect_words(console, "【物流状态】")
