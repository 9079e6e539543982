"""The draft box: why words are underlined, and fixes, by mouse and by keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, expect

from tests.web.console_page import Console, open_console
from tests.web.draft_page import expect_words, marks, reason, selected, stand_right, type_draft
from tests.web.service_process import ServiceProcess

EVERY_KIND = "加微信。肯定好。这款还有货。请问，你的名字叫什么"

JUMP = """() => {
  const field = document.querySelector("#draft");
  field.setSelectionRange(0, 0);
  field.scrollTop = 0;
  const key = { key: "ArrowDown", altKey: true, bubbles: true, cancelable: true };
  field.dispatchEvent(new KeyboardEvent("keydown", key));
}"""


@pytest.fixture(scope="module")
def service(wording_service: ServiceProcess) -> ServiceProcess:
    return wording_service


# ---- why, by mouse ---------------------------------------------------------------------------


def hover(console: Console, words: str) -> None:
    place = console.draft.input_value().encode("utf-16-le").index(words.encode("utf-16-le"))
    box = console.page.locator(f"#draft-mirror [data-start='{place // 2}']").bounding_box()
    assert box is not None
    console.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_the_mouse_shows_the_reason(console: Console) -> None:
    type_draft(console, "您好，加微信聊")
    expect(reason(console)).to_be_hidden()
    hover(console, "加微信")
    expect(reason(console)).to_contain_text("禁止")
    expect(reason(console)).to_contain_text("不能引导客户到平台外联系")
    console.page.mouse.move(5, 5)
    expect(reason(console)).to_be_hidden()


def test_a_click_on_the_wording_replaces_the_words(console: Console) -> None:
    type_draft(console, "😀保证安全")
    hover(console, "保证")
    fix = reason(console).get_by_role("button", name="争取")
    box = fix.bounding_box()
    assert box is not None
    console.page.mouse.move(box["x"] + 5, box["y"] + 5, steps=8)
    fix.click()
    expect(console.draft).to_have_value("😀争取安全")
    expect(console.draft).to_be_focused()
    expect(reason(console)).to_be_hidden()
    expect(marks(console)).to_have_count(0)
    console.page.keyboard.press("Control+z")
    expect(console.draft).to_have_value("😀保证安全")
    expect(marks(console)).not_to_have_count(0)


def test_a_place_with_several_reasons_shows_all_the_gravest_first(console: Console) -> None:
    type_draft(console, "保证三天内发出")
    hover(console, "保证")
    expect(reason(console).locator(".title")).to_have_text(["承诺天数", "绝对化断言"])


# ---- why, and fixes, by keyboard -------------------------------------------------------------


def test_keys_go_through_the_underlined_words(console: Console) -> None:
    type_draft(console, "加微信。肯定好。加微信")
    box = console.draft
    box.press("Control+Home")
    seen = []
    for _ in range(4):
        box.press("Alt+ArrowDown")
        seen.append(selected(console))
        expect(reason(console)).to_be_visible()
    assert seen == ["加微信", "肯定", "加微信", "加微信"]
    box.press("Alt+ArrowUp")
    assert console.page.locator("#draft").evaluate("node => node.selectionStart") == 8
    box.press("Alt+ArrowUp")
    assert selected(console) == "肯定"
    expect(reason(console)).to_contain_text("绝对化断言")
    box.press("Escape")
    expect(reason(console)).to_be_hidden()
    expect(box).to_have_value("加微信。肯定好。加微信")


def test_the_reason_is_spoken(console: Console) -> None:
    type_draft(console, "您好，加微信聊")
    console.draft.press("Control+Home")
    console.draft.press("Alt+ArrowDown")
    spoken = console.page.locator("#reason-spoken")
    expect(spoken).to_contain_text("禁止，“加微信”：不能引导客户到平台外联系。")
    expect(spoken).to_contain_text("按 Alt+Enter 改为“请在平台内沟通”")
    assert spoken.get_attribute("role") == "status"
    console.draft.press("Escape")
    expect(spoken).to_have_text("")


def test_the_caret_in_the_words_shows_the_reason(console: Console) -> None:
    type_draft(console, "您好，加微信聊")
    box = console.draft
    box.press("Home")
    for _ in range(4):
        box.press("ArrowRight")
    expect(reason(console)).to_be_visible()
    box.press("Home")
    expect(reason(console)).to_be_hidden()
    box.press("End")
    box.press_sequentially("肯定")  # typing is not interrupted
    expect_words(console, "加微信", "肯定")
    expect(reason(console)).to_be_hidden()


def test_one_key_fixes_and_undo_takes_it_back(console: Console) -> None:
    draft = "😀𠮷，你的包裹肯定会到。\n加微信聊"
    type_draft(console, draft)
    box = console.draft
    box.press("Control+Home")
    box.press("Alt+Enter")  # nothing here: goes to the first words
    expect(box).to_have_value(draft)
    assert selected(console) == "你"
    box.press("Alt+Enter")
    fixed = draft.replace("你", "您")
    expect(box).to_have_value(fixed)
    expect(console.page.locator("#toast")).to_contain_text("已改为“您”，Ctrl+Z 撤销")
    expect_words(console, "肯定", "加微信")
    box.press("Control+z")
    expect(box).to_have_value(draft)
    box.press("Control+Shift+z")
    expect(box).to_have_value(fixed)


def test_keys_alone_clean_a_draft(console: Console) -> None:
    type_draft(console, "你的包裹保证安全，你放心")
    console.draft.press("Control+Home")
    for left in (("保证", "你"), ("你",), ()):
        console.draft.press("Alt+Enter")  # to the next words
        with console.page.expect_response("**/v2/check"):
            console.draft.press("Alt+Enter")
        expect_words(console, *left)
        stand_right(console)
    expect(console.page.locator("#draft-verdict")).to_have_text("没有发现问题")
    expect(console.draft).not_to_have_value(re.compile("你|保证"))


def test_tab_reaches_the_other_wordings(console: Console) -> None:
    type_draft(console, "保证安全")
    box = console.draft
    box.press("Control+Home")
    box.press("Alt+ArrowDown")
    box.press("Tab")
    first, second = (reason(console).get_by_role("button").nth(i) for i in (0, 1))
    expect(first).to_be_focused()
    console.page.keyboard.press("Tab")
    wording = (second.text_content() or "").strip()
    console.page.keyboard.press("Enter")
    expect(box).to_have_value(f"{wording}安全")
    expect(box).to_be_focused()


def test_escape_in_the_note_returns_to_the_box(console: Console) -> None:
    console.message.fill("怎么还不发货")
    type_draft(console, "保证安全")
    console.draft.press("Control+Home")
    console.draft.press("Alt+ArrowDown")
    console.draft.press("Tab")
    console.page.keyboard.press("Escape")
    expect(console.draft).to_be_focused()
    expect(reason(console)).to_be_hidden()
    expect(console.message).to_have_value("怎么还不发货")


def test_keys_without_anything_underlined(console: Console) -> None:
    console.draft.fill("好的，请稍等，我为您查询。")
    expect(console.page.locator("#draft-verdict")).to_have_text("没有发现问题")
    for key in ("Alt+ArrowDown", "Alt+ArrowUp", "Alt+Enter"):
        console.draft.press(key)
    expect(console.draft).to_have_value("好的，请稍等，我为您查询。")
    expect(console.page.locator("#reason-spoken")).to_have_text("没有划线的地方")


def test_far_words_are_scrolled_to(console: Console) -> None:
    type_draft(console, "好的\n" * 30 + "加微信")
    console.draft.press("Control+Home")
    console.draft.press("Alt+ArrowDown")
    expect(reason(console)).to_be_visible()
    assert stand_right(console) == 1  # in sight, and in its place
    frame = console.page.locator("#draft").bounding_box()
    note = reason(console).bounding_box()
    assert frame is not None
    assert note is not None
    assert frame["y"] < note["y"] < frame["y"] + frame["height"] + 20


def test_a_whole_rewrite_can_be_undone(console: Console) -> None:
    type_draft(console, "你的名字叫什么")
    console.page.get_by_role("button", name="用改写替换草稿").click()
    expect(console.draft).not_to_have_value("你的名字叫什么")
    expect(console.draft).to_be_focused()
    console.page.keyboard.press("Control+z")
    expect(console.draft).to_have_value("你的名字叫什么")


# ---- everybody -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_accessible_with_a_reason_open(
    browser: Browser, service: ServiceProcess, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 800}
    options: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    with open_console(browser, service.url, viewport=size, **options) as console:
        type_draft(console, EVERY_KIND)
        console.draft.press("Control+Home")
        console.draft.press("Alt+ArrowDown")
        expect(reason(console)).to_be_visible()
        found = Axe().run(console.page)
        assert found.violations_count == 0, found.generate_report()
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert console.page.evaluate(wide) == 0
        note, window = reason(console).bounding_box(), size["width"]
        assert note is not None
        assert 0 <= note["x"] <= note["x"] + note["width"] <= window


def test_forced_colours_keep_text_and_lines(browser: Browser, service: ServiceProcess) -> None:
    with open_console(browser, service.url, forced_colors="active") as console:
        type_draft(console, "加微信")
        look = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
        behind = console.page.locator("#draft-mirror").evaluate(look)
        front = console.page.locator("#draft").evaluate(look)
        assert behind[0] == "rgba(0, 0, 0, 0)"
        assert front[1] == "rgba(0, 0, 0, 0)"
        assert front[0] not in (behind[1], "rgba(0, 0, 0, 0)")


def test_the_list_stays(console: Console) -> None:
    type_draft(console, "😀亲，肯定到，加微信聊")
    listed = console.page.locator("#draft-findings .finding")
    expect(listed).to_have_count(2)
    expect(listed.first).to_contain_text("policy.sure")
    expect(listed.nth(1)).to_contain_text("请在平台内沟通")


def test_words_are_found_right_after_a_jump(console: Console) -> None:
    """The box has moved to its top, and the event that tells of it is still to come."""
    type_draft(console, "好的\n" * 30 + "加微信")
    console.draft.press("Control+End")
    expect(reason(console)).to_be_visible()
    console.page.evaluate(JUMP)
    expect(reason(console)).to_be_visible()
    assert stand_right(console) == 1
