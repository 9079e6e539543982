"""The widget in a page of another origin, under a strict CSP: from a message to what was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.web.widget_page import EDITABLE, PAYLOADS, Host, Visit, visit

Opener = Callable[..., str]
NUMBER = "快递单号是多少"  # its reply has the blank 【订单号】
RUSH = "怎么还不发货"
RUSH_REPLY = "您好。两天内发出。祝您生活愉快。"
NOTHING_FITS = "今天天气怎么样"


@pytest.fixture(params=["script", "element"])
def form(request: pytest.FixtureRequest, widget_host: Host) -> Opener:
    """Both ways of putting the widget into a page."""
    opener: Opener = getattr(widget_host, request.param)
    return opener


@pytest.fixture
def chat(browser: Browser, widget_host: Host) -> Iterator[Visit]:
    """A page with the script tag and a reply box; ends with no complaint of the browser."""
    with visit(browser, widget_host.script(target="#reply", mount="#side")) as opened:
        yield opened
        assert opened.complaints == []


def suggest(chat: Visit, *messages: str, **context: object) -> None:
    """As a plugin would."""
    chat.page.evaluate(
        "([m, c]) => document.querySelector('#side > *').panel.suggest(m, c)",
        [list(messages), context],
    )
    expect(chat.cards.first).to_be_visible()


def test_typing_in_either_form(browser: Browser, form: Opener) -> None:
    with visit(browser, form(target="#reply")) as chat:
        expect(chat.panel).to_contain_text("收到客户的话后")
        chat.message.press_sequentially(RUSH)
        expect(chat.cards.first).to_contain_text("催发货")
        expect(chat.cards.first).to_contain_text("转仓库")
        expect(chat.cards.first).to_contain_text(re.compile(r"把握 \d+%"))
        expect(chat.panel).to_contain_text("有把握")
        chat.cards.first.get_by_role("button", name="填入").click()
        expect(chat.box).to_have_value(RUSH_REPLY)
        assert chat.events("suggestion")[-1]["decision"] == "answer"
        assert chat.events("copied")[-1]["how"] == "inserted"
        assert chat.complaints == []


def test_attributes_are_sent(browser: Browser, form: Opener) -> None:
    given = {"platform": "jd", "stage": "presale", "conversation": "c1", "limit": "1", "shop": ""}
    with visit(browser, form(**given)) as chat:
        chat.message.fill(RUSH)
        expect(chat.cards.first).to_contain_text("下单后很快发出")
        sent = chat.sent("/v1/suggestions")[-1]
        assert sent.items() >= {"platform": "jd", "stage": "presale", "limit": 1}.items()
        assert sent["conversation_id"] == "c1"
        assert sent["shop"] is None
        assert "authorization" not in chat.requests[-1].headers


def test_a_key_travels_as_a_bearer(browser: Browser, form: Opener) -> None:
    with visit(browser, form(key=" hs_suggest_abc ")) as chat:
        chat.message.fill(RUSH)
        expect(chat.cards.first).to_be_visible()
        posts = [r for r in chat.requests if r.method == "POST"]
        assert posts[0].headers["authorization"] == "Bearer hs_suggest_abc"
        assert "cookie" not in posts[0].headers


def test_a_framework_notices_what_is_put_in(chat: Visit) -> None:
    suggest(chat, RUSH)
    chat.page.keyboard.press("Tab")
    assert chat.page.evaluate("document.querySelector('#side > *').panel.insert(1)") is True
    assert chat.page.evaluate("window.state") == RUSH_REPLY
    expect(chat.box).to_be_focused()
    chat.box.press("Control+z")
    expect(chat.box).to_have_value("")


def test_without_the_editing_command_it_is_noticed_as_well(chat: Visit) -> None:
    suggest(chat, RUSH)
    chat.page.evaluate("() => { document.execCommand = () => false; }")
    chat.cards.first.get_by_role("button", name="填入").click()
    expect(chat.box).to_have_value(RUSH_REPLY)
    assert chat.page.evaluate("window.state") == RUSH_REPLY


def test_text_goes_to_the_caret_and_a_second_choice_takes_the_first_one_s_place(
    chat: Visit,
) -> None:
    chat.box.fill("前后")
    chat.box.press("Home")
    chat.box.press("ArrowRight")
    suggest(chat, RUSH)
    chat.cards.first.get_by_role("button", name="填入").click()
    expect(chat.box).to_have_value(f"前{RUSH_REPLY}后")
    chat.box.fill("")
    chat.cards.first.get_by_role("button", name="填入").click()
    suggest(chat, "可以开发票吗")
    chat.cards.first.get_by_role("button", name="填入").click()
    expect(chat.box).to_have_value("您好。可以的，在订单页申请就好。祝您生活愉快。")


@pytest.mark.parametrize("box", ['<input id="reply">', EDITABLE], ids=["input", "editable"])
def test_other_boxes(browser: Browser, widget_host: Host, box: str) -> None:
    with visit(browser, widget_host.script(box, target="#reply", mount="#side")) as chat:
        suggest(chat, RUSH)
        chat.cards.first.get_by_role("button", name="填入").click()
        text = "value" if "input" in box else "innerText"
        expect(chat.box).to_have_js_property(text, RUSH_REPLY)
        chat.box.press("End")
        chat.page.keyboard.type("谢谢")
        expect(chat.box).to_have_js_property(text, f"{RUSH_REPLY}谢谢")
        assert chat.complaints == []


def test_without_a_box_it_is_copied(browser: Browser, widget_host: Host) -> None:
    with visit(browser, widget_host.script(target="#gone", mount="#side")) as chat:
        suggest(chat, RUSH)
        chat.cards.first.get_by_role("button", name="填入").click()
        expect(chat.panel).to_contain_text("找不到能用的输入框，已复制第 1 条")
        assert chat.page.evaluate("navigator.clipboard.readText()") == RUSH_REPLY


@pytest.mark.parametrize("clipboard", ["there", "refused"])
def test_copying(chat: Visit, clipboard: str) -> None:
    suggest(chat, RUSH)
    if clipboard == "refused":
        refuse = "() => Promise.reject(new Error())"
        chat.page.evaluate(f"() => {{ navigator.clipboard.writeText = {refuse}; }}")
    chat.cards.first.get_by_role("button", name="复制").click()
    expect(chat.panel).to_contain_text("已复制第 1 条")
    assert chat.page.evaluate("navigator.clipboard.readText()") == RUSH_REPLY
    copied = chat.events("copied")[-1]
    assert (copied["how"], copied["text"], copied["missing"]) == ("copied", RUSH_REPLY, [])
    told = chat.wait_for("sent")
    assert (told["entry_id"], told["suggestion_id"]) == ("shipping.rush", copied["id"])


@pytest.mark.parametrize("way", ["enter", "click"])
def test_what_the_host_sends_is_reported(chat: Visit, way: str) -> None:
    suggest(chat, RUSH)
    chat.wait_for("displayed")
    chat.cards.first.get_by_role("button", name="填入").click()
    chat.page.evaluate(
        """() => {
          document.querySelector('#send').onclick = () => setTimeout(send, 200);
          document.querySelector('#reply').onkeydown = (e) => e.key === 'Enter' && send();
        }"""
    )
    if way == "enter":
        chat.box.press("Enter")
    else:
        chat.page.locator("#send").click()
    assert chat.wait_for("sent")["text"] == RUSH_REPLY
    assert chat.outcomes() == ["displayed", "sent"]


def test_what_the_agent_changed_is_reported_as_edited(chat: Visit) -> None:
    suggest(chat, RUSH)
    chat.cards.first.get_by_role("button", name="填入").click()
    chat.box.press("End")
    chat.page.keyboard.type("请放心。")
    chat.page.get_by_role("heading", name="聊天").click()  # beside any button: nothing was sent
    chat.page.evaluate("() => { document.querySelector('#send').onclick = send; }")
    chat.page.locator("#send").click()
    assert chat.wait_for("edited")["text"] == f"{RUSH_REPLY}请放心。"
    assert "sent" not in chat.outcomes()


def test_what_was_deleted_is_reported_as_rejected(chat: Visit) -> None:
    suggest(chat, RUSH)
    chat.cards.first.get_by_role("button", name="填入").click()
    chat.box.press("Control+a")
    chat.box.press("Delete")
    assert chat.wait_for("rejected")["entry_id"] == "shipping.rush"


def test_a_plugin_may_say_what_was_sent(chat: Visit) -> None:
    suggest(chat, RUSH)
    panel = "document.querySelector('#side > *').panel"
    chat.page.evaluate(f"{panel}.insert(1).then(() => {panel}.sent('改过的话'))")
    assert chat.wait_for("edited")["text"] == "改过的话"


def test_none_of_them_fits(chat: Visit) -> None:
    suggest(chat, RUSH)
    chat.panel.get_by_role("button", name="都不合适").click()
    expect(chat.panel).to_contain_text("已记下")
    assert chat.wait_for("rejected")["entry_id"] == "shipping.rush"


def test_nothing_sure_says_so_and_offers_the_holding_reply(chat: Visit) -> None:
    suggest(chat, NOTHING_FITS)
    expect(chat.panel).to_contain_text("没有把握：话术库里没有合适的回复")
    expect(chat.cards).to_have_count(1)
    expect(chat.cards).to_contain_text("先回应，再核实")
    expect(chat.cards).to_contain_text("我先为您核实，稍后回复您。")
    expect(chat.cards).not_to_contain_text("把握")
    expect(chat.panel.get_by_role("button", name="都不合适")).to_be_hidden()


# ---- blanks ----------------------------------------------------------------------------------


def test_a_blank_is_never_sent_silently(chat: Visit) -> None:
    suggest(chat, NUMBER)
    expect(chat.cards.locator("mark")).to_have_text("【订单号】")
    chat.cards.get_by_role("button", name="填入").click()
    expect(chat.panel).to_contain_text("待填：【订单号】")
    expect(chat.box).to_have_value("")
    expect(chat.cards.get_by_label("订单号")).to_be_focused()
    chat.page.keyboard.type("A-77")
    chat.page.keyboard.press("Enter")  # at once: the texts wait for what was typed
    expect(chat.box).to_have_value("您好。您的订单号是A-77。祝您生活愉快。")
    assert chat.events("copied")[-1]["missing"] == []


def test_a_blank_can_be_left_on_purpose(chat: Visit) -> None:
    suggest(chat, NUMBER)
    for _ in range(2):
        chat.cards.get_by_role("button", name="复制").click()
    expect(chat.panel).to_contain_text("已复制")
    assert "【订单号】" in chat.page.evaluate("navigator.clipboard.readText()")
    assert chat.events("copied")[-1]["missing"] == ["【订单号】"]


def test_what_is_typed_into_a_field_shows_at_once_and_can_be_changed(chat: Visit) -> None:
    suggest(chat, NUMBER)
    field = chat.cards.get_by_label("订单号")
    field.fill("A-7")
    expect(chat.cards.locator(".text")).to_have_text("您好。您的订单号是A-7。祝您生活愉快。")
    expect(field).to_be_focused()
    field.fill("B-8")
    expect(chat.cards.locator(".text")).to_contain_text("B-8")
    field.fill("")
    expect(chat.cards.locator("mark")).to_have_text("【订单号】")


def test_what_is_worded_neutrally_can_be_filled_in_too(chat: Visit) -> None:
    suggest(chat, "运费到底多少钱啊")
    chat.cards.get_by_label("订单号").fill("A-7")
    expect(chat.cards.locator(".text")).to_contain_text("订单A-7的运费")


def test_values_stay_in_their_conversation(chat: Visit) -> None:
    suggest(chat, NUMBER, conversation_id="one")
    chat.cards.get_by_label("订单号").fill("A-7")
    expect(chat.cards.locator(".text")).to_contain_text("A-7")
    suggest(chat, "把运单号发我", conversation_id="one")
    expect(chat.cards.locator(".text")).to_contain_text("A-7")
    suggest(chat, NUMBER, conversation_id="two")
    expect(chat.cards.locator("mark")).to_have_text("【订单号】")
    chat.cards.get_by_label("订单号").fill("B-8")
    expect(chat.cards.locator(".text")).to_contain_text("B-8")
    suggest(chat, NUMBER)  # no name: perhaps another customer
    expect(chat.cards.locator("mark")).to_have_text("【订单号】")


# ---- what is shown ---------------------------------------------------------------------------


def test_findings_are_shown(chat: Visit) -> None:
    suggest(chat, "这是什么材质的呀", platform="jd")
    found = chat.cards.first.get_by_role("listitem")
    expect(found).to_have_text(re.compile("^注意 “宝贝”：京东不这样说。"))


def test_markup_in_texts_is_text(chat: Visit) -> None:
    suggest(chat, "紫色斑马图案有货吗", PAYLOADS[0])
    card = chat.cards.filter(has_text="斑马").or_(chat.cards).first
    for payload in PAYLOADS:
        expect(card).to_contain_text(payload)
    markup = "img, script, svg, iframe, huashu-suggestions"
    expect(chat.panel.locator(markup)).to_have_count(0)
    chat.cards.first.get_by_role("button", name="填入").click()
    expect(chat.box).to_have_value(re.compile(re.escape("".join(PAYLOADS))))


def test_a_burst_is_one_question(chat: Visit) -> None:
    suggest(chat, "在吗", RUSH)
    assert chat.sent("/v1/suggestions")[-1]["messages"] == ["在吗", RUSH]
    expect(chat.message).to_have_value(f"在吗\n{RUSH}")


def test_only_the_latest_question_counts(chat: Visit) -> None:
    def hold_the_first(route: Route) -> None:
        if "发票" not in (route.request.post_data or ""):
            route.continue_()

    chat.page.route("**/v1/suggestions", hold_the_first)
    ask = "m => { window.answers.push(document.querySelector('#side > *').panel.suggest(m)); }"
    chat.page.evaluate("() => { window.answers = []; }")
    with chat.page.expect_request("**/v1/suggestions"):
        chat.page.evaluate(ask, "可以开发票吗")
    chat.page.evaluate(ask, RUSH)
    answers = chat.page.evaluate("Promise.all(window.answers)")
    assert answers[0] is None
    assert answers[1]["suggestions"][0]["entry_id"] == "shipping.rush"
    expect(chat.cards).to_have_count(1)
    expect(chat.cards).to_contain_text("催发货")


def test_an_old_reply_does_not_pass_for_an_answer_to_a_new_message(chat: Visit) -> None:
    suggest(chat, RUSH)
    chat.page.route("**/v1/suggestions", lambda route: None)  # never answers
    chat.page.evaluate("void document.querySelector('#side > *').panel.suggest('可以开发票吗')")
    chat.cards.first.get_by_role("button", name="填入").click()
    expect(chat.panel).to_contain_text("消息刚改过")
    expect(chat.box).to_have_value("")


def test_the_host_s_messages_are_watched(browser: Browser, widget_host: Host) -> None:
    data = {"source": ".customer", "own": ".agent", "target": "#reply", "mount": "#side"}
    add = """([who, text]) => {
      const line = document.createElement('li');
      line.className = who;
      line.textContent = text;
      document.querySelector('#talk').append(line);
    }"""
    with visit(browser, widget_host.script(**data)) as chat:
        chat.page.evaluate(add, ["customer", "可以开发票吗"])
        expect(chat.cards).to_contain_text("开发票")
        chat.page.evaluate(add, ["agent", "可以的"])
        expect(chat.cards).to_have_count(0)
        chat.page.evaluate(add, ["customer", "在吗"])
        chat.page.evaluate(add, ["customer", RUSH])
        expect(chat.cards.first).to_contain_text("催发货")
        assert chat.sent("/v1/suggestions")[-1]["messages"] == ["在吗", RUSH]
        assert chat.complaints == []


def test_a_page_that_never_stops_changing(browser: Browser, widget_host: Host) -> None:
    with visit(browser, widget_host.script(source="#talk li", mount="#side")) as chat:
        chat.page.evaluate(
            """() => {
              const title = document.querySelector('h1');
              setInterval(() => { title.textContent = Date.now(); }, 20);
              document.querySelector('#talk').append(document.createElement('li'));
              document.querySelector('#talk li').textContent = '可以开发票吗';
            }"""
        )
        expect(chat.cards).to_contain_text("开发票")
        assert len(chat.sent("/v1/suggestions")) == 1


def test_the_element_comes_and_goes(browser: Browser, widget_host: Host) -> None:
    with visit(browser, widget_host.element(target="#reply")) as chat:
        element = "document.querySelector('huashu-suggestions')"
        chat.page.evaluate(f"{element}.suggest('{RUSH}')")
        expect(chat.cards).to_contain_text("催发货")
        chat.page.evaluate(f"document.querySelector('#side').append({element})")  # only moved
        expect(chat.cards).to_contain_text("催发货")
        chat.page.evaluate(f"{element}.setAttribute('stage', 'presale')")
        expect(chat.cards).to_contain_text("下单后很快发出")
        chat.page.evaluate(f"{element}.remove()")
        expect(chat.panel).to_have_count(0)
        assert chat.complaints == []


def test_a_plugin_mounts_and_destroys(browser: Browser, widget_host: Host) -> None:
    with visit(browser, widget_host.script()) as chat:
        expect(chat.panel).to_have_count(0)  # nothing was asked for
        chat.page.evaluate("() => { window.panel = Huashu.mount({target: '#reply'}); }")
        assert chat.page.evaluate("getComputedStyle(panel.element).position") == "fixed"
        answer = chat.page.evaluate(f"panel.suggest('{RUSH}')")
        assert answer["suggestions"][0]["entry_id"] == "shipping.rush"
        chat.page.evaluate("panel.destroy()")
        expect(chat.panel).to_have_count(0)
        chat.box.press("Alt+1")
        expect(chat.box).to_have_value("")
        assert chat.complaints == []
