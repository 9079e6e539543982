"""The whole way, on a small book without sentence vectors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.compose import shared_spans
from app.engine.model import Context
from app.engine.suggest import MAX_MESSAGES, Suggester

BOOK = """
book: {name: 小店, thresholds: {answer: 0.6, choose: 0.2}}
facts:
  return_days: {title: 退货天数, value: 7天}
  promotion: {title: 活动, value: 满百减十, valid_until: 2026-11-22, otherwise: 暂无活动}
variables:
  order_no: {title: 订单号, missing: 您的订单}
entries:
  - id: shipping.dispatch_time
    title: 什么时候发货
    stage: presale
    asks: [什么时候发货, 多久能发货, 几天发货, 付款后多久发出]
    near_misses: [什么时候发货提醒我]
    reply: 付款后四十八小时内发货。
  - id: shipping.track
    title: 查物流
    stage: insale
    asks: [快递到哪里了, 帮我查一下物流, 包裹走到哪了, 查快递]
    reply: "{{ order_no }}正在路上。"
    handoff: 物流组
  - id: return.dislike
    title: 退货
    stage: aftersale
    asks: [我要退货, 怎么申请退货, 不喜欢想退, 想退掉]
    reply: 支持{{ shop.return_days }}退货。
    source: "000 四"
  - id: promotion.current
    title: 活动
    stage: presale
    asks: [有什么活动吗, 现在有优惠吗, 店里搞活动吗, 有没有优惠活动]
    reply: 目前{{ shop.promotion }}。
  - id: invoice.available
    title: 开发票
    asks: [可以开发票吗, 有发票吗, 能开票吗, 开不开发票]
    reply: 加微信开票。
  - id: invoice.title
    title: 发票抬头
    asks: [发票抬头怎么写, 发票抬头可以开公司吗, 抬头能改吗]
    reply: 抬头可以写公司。
  - id: complaint.general
    title: 投诉
    asks: [我要投诉你们, 投诉找谁, 怎么投诉]
    reply: 已为您登记。
  - id: chat.presence
    title: 打招呼
    asks: [在吗, 你好, 有人吗]
    reply: 在的。
  - id: help.unknown
    title: 未收录
    reply: 我去问一下。
greetings:
  - {id: greeting.upset, when: {mood: upset}, text: 非常抱歉。}
  - {id: greeting.presale, when: {stage: presale}, text: 欢迎光临。}
  - {id: greeting.reply, text: 您好。}
closings:
  - {id: closing.resolved, text: 有问题随时联系。}
moods: {upset: [气死], urgent: [着急]}
out_of_scope: [今天天气真好, 你多大了, 我在上班]
guards:
  - id: guard.withdraw
    title: 要退／不退
    yes: [想退, 要退, 退货]
    no: [不想退, 不退]
    examples: [{a: 想退, b: 不想退, conflict: true}]
policies:
  - id: policy.off_platform
    title: 站外联系
    severity: error
    message: 不能引导站外联系
    source: 平台规则
    words: [加微信]
    specs: [{text: 加微信聊, hit: 加微信}]
  - id: policy.promise
    title: 承诺时限
    severity: warning
    message: 留意时限
    source: 店规
    platforms: [jd]
    words: [四十八小时]
    specs: [{text: 四十八小时内, hit: 四十八小时}]
procedures:
  - {id: sla.first_reply, value: 首次响应, seconds: 15, applies: {entry: "*"}}
  - {id: case.note, value: 只登记, applies: {entry: "complaint.*"}}
  - {id: sla.complaint, value: 投诉, seconds: 86400, applies: {entry: "complaint.*"}}
  - {id: sla.case, value: 个案, seconds: 259200, applies: {entry: help.unknown}}
"""
MESSAGES = st.lists(
    st.one_of(
        st.text(alphabet=st.characters(exclude_categories=()), max_size=40),
        st.text(
            "什么时候发货快递到哪里退票开活动在吗？，。\n\x00\u202e\u200b\ud800{{}}%", max_size=30
        ),
    ),
    max_size=5,
)


@pytest.fixture(scope="module")
def engine(engine_of: Callable[[str], Suggester]) -> Suggester:
    return engine_of(BOOK)


@pytest.mark.parametrize(
    ("message", "entry_id"),
    [
        ("什么时候发货呀", "shipping.dispatch_time"),
        ("查快递", "shipping.track"),
        ("我不喜欢，想退", "return.dislike"),
        ("有什麼活動嗎", "promotion.current"),
        ("什\u200b么时\u202e候发\x00货", "shipping.dispatch_time"),
        ("在吗", "chat.presence"),
    ],
    ids=ascii,
)
def test_a_sure_answer(engine: Suggester, context: Context, message: str, entry_id: str) -> None:
    answer = engine.suggest([message], context)
    assert answer.decision == "answer"
    assert answer.suggestions[0].entry_id == entry_id
    assert [(p.message, p.entry_id) for p in answer.parts] == [(message, entry_id)]


@pytest.mark.parametrize(
    "message", ["", " ", "！？", "\x00", "\ud800", "今天天气真好啊"], ids=ascii
)
def test_silence(engine: Suggester, context: Context, message: str) -> None:
    answer = engine.suggest([message], context)
    assert (answer.decision, answer.suggestions) == ("none", ())
    assert answer.fallback is not None
    assert answer.fallback.text == "您好。我去问一下。有问题随时联系。"
    assert answer.deadline is not None
    assert answer.deadline.rule == "sla.case"


def test_a_message_that_shares_nothing_is_silent(engine: Suggester, context: Context) -> None:
    assert engine.suggest(["xyz"], context).decision == "none"


def test_no_messages_at_all(engine: Suggester, context: Context) -> None:
    answer = engine.suggest([], context)
    assert (answer.decision, answer.parts) == ("none", ())


def test_silence_explained(engine: Suggester, context: Context) -> None:
    answer = engine.suggest(["今天天气真好啊"], context, explain=True)
    assert answer.decision == "none"
    assert answer.suggestions


def test_the_parts_make_the_text(engine: Suggester, context: Context) -> None:
    (first, *_) = engine.suggest(["什么时候发货"], context).suggestions
    assert (first.greeting, first.body) == ("欢迎光临。", "付款后四十八小时内发货。")
    assert first.closing == "有问题随时联系。"
    assert first.text == first.greeting + first.body + first.closing


def test_no_greeting_later_in_the_conversation(engine: Suggester, context: Context) -> None:
    (first, *_) = engine.suggest(["什么时候发货"], replace(context, turn="later")).suggestions
    assert first.text == "付款后四十八小时内发货。有问题随时联系。"
    assert first.greeting == ""


def test_the_greeting_follows_stage_and_mood(engine: Suggester, context: Context) -> None:
    stage = engine.suggest(["什么时候发货"], replace(context, stage="insale"))
    assert stage.suggestions[0].greeting == "您好。"
    mood = engine.suggest(["气死我了", "什么时候发货"], context)
    assert mood.mood == "upset"
    assert mood.suggestions[0].greeting == "非常抱歉。"


@pytest.mark.parametrize(
    ("message", "script", "text"),
    [
        ("什么时候发货", "hans", "付款后四十八小时内发货。"),
        ("什麼時候發貨", "hant", "付款後四十八小時內發貨。"),
    ],
)
def test_the_reply_is_in_the_customers_script(
    engine: Suggester, context: Context, message: str, script: str, text: str
) -> None:
    (first, *_) = engine.suggest([message], context).suggestions
    assert (first.script, first.body) == (script, text)


def test_one_traditional_message_makes_the_whole_reply_traditional(
    engine: Suggester, context: Context
) -> None:
    answer = engine.suggest(["你好", "什麼時候發貨"], context)
    assert answer.suggestions[0].text == "歡迎光臨。付款後四十八小時內發貨。有問題隨時聯絡。"


def test_a_policy_error_withholds_and_the_next_moves_up(
    engine: Suggester, context: Context
) -> None:
    answer = engine.suggest(["发票"], context, explain=True)
    assert [f.rule_id for f in answer.withheld["invoice.available"]] == ["policy.off_platform"]
    ids = [s.entry_id for s in answer.suggestions]
    assert ids[0] == "invoice.title"
    assert "invoice.available" not in ids


def test_silence_when_everything_is_withheld(
    engine_of: Callable[[str], Suggester], context: Context
) -> None:
    entries = """entries:
  - {id: invoice.available, title: 开发票, asks: [可以开发票吗, 有发票吗], reply: 加微信开票。}
  - {id: help.unknown, title: 未收录, reply: 我去问一下。}
"""
    answer = engine_of(entries + "policies:" + BOOK.split("policies:")[1]).suggest(
        ["可以开发票吗"], context
    )
    assert (answer.decision, answer.suggestions) == ("none", ())
    assert set(answer.withheld) == {"invoice.available"}
    assert answer.fallback is not None


def test_a_word_split_by_invisible_characters_in_a_template_is_withheld(
    engine_of: Callable[[str], Suggester], context: Context
) -> None:
    engine = engine_of(BOOK.replace("抬头可以写公司。", "加微\u200b信\u200d发抬头。"))
    answer = engine.suggest(["发票抬头怎么写"], context)
    assert [f.rule_id for f in answer.withheld["invoice.title"]] == ["policy.off_platform"]


def test_findings_below_error_go_with_the_suggestion(engine: Suggester, context: Context) -> None:
    jd = engine.suggest(["什么时候发货"], replace(context, platform="jd")).suggestions[0]
    assert [(f.rule_id, f.text) for f in jd.findings] == [("policy.promise", "四十八小时")]
    assert jd.text[jd.findings[0].start : jd.findings[0].end] == "四十八小时"
    assert engine.suggest(["什么时候发货"], context).suggestions[0].findings == ()


@pytest.mark.parametrize(("day", "body"), [(22, "目前满百减十。"), (23, "目前暂无活动。")])
def test_an_expired_fact_is_not_sent(
    engine: Suggester, context: Context, day: int, body: str
) -> None:
    answer = engine.suggest(["有什么活动吗"], replace(context, today=date(2026, 11, day)))
    assert answer.suggestions[0].body == body


@pytest.mark.parametrize(
    ("variables", "body", "filled", "missing"),
    [
        ({}, "您的订单正在路上。", (), ("order_no",)),
        ({"order_no": "E123"}, "E123正在路上。", ("order_no",), ()),
        ({"order_no": "\x00\u202e"}, "您的订单正在路上。", (), ("order_no",)),
        (
            {"order_no": "{{ shop.return_days }}"},
            "{{ shop.return_days }}正在路上。",
            ("order_no",),
            (),
        ),
        ({"other": "x"}, "您的订单正在路上。", (), ("order_no",)),
    ],
    ids=ascii,
)
def test_variables(
    engine: Suggester,
    context: Context,
    variables: dict[str, str],
    body: str,
    filled: tuple[str, ...],
    missing: tuple[str, ...],
) -> None:
    found = engine.suggest(["查快递"], replace(context, variables=variables)).suggestions[0]
    assert (found.body, found.filled, found.missing) == (body, filled, missing)


@pytest.mark.parametrize(
    "value", ["加微信", "加\u200b微\u200b信", "加微\u202e信", "加\x00微信"], ids=ascii
)
def test_a_forbidden_word_can_not_come_in_through_a_value(
    engine: Suggester, context: Context, value: str
) -> None:
    answer = engine.suggest(["查快递"], replace(context, variables={"order_no": value}))
    assert "shipping.track" in answer.withheld
    assert all(s.entry_id != "shipping.track" for s in answer.suggestions)


def test_a_long_value_is_cut(engine: Suggester, context: Context) -> None:
    variables = {"order_no": "9" * 10_000}
    found = engine.suggest(["查快递"], replace(context, variables=variables)).suggestions[0]
    assert found.body == "9" * 200 + "正在路上。"


@pytest.mark.parametrize(
    ("message", "rule", "seconds"),
    [
        ("什么时候发货", "sla.first_reply", 15),
        ("我要投诉你们", "sla.complaint", 86_400),
        ("今天天气真好", "sla.case", 259_200),
    ],
)
def test_deadlines(
    engine: Suggester, context: Context, message: str, rule: str, seconds: int
) -> None:
    deadline = engine.suggest([message], context).deadline
    assert deadline is not None
    assert (deadline.rule, deadline.seconds) == (rule, seconds)


def test_no_procedures_no_deadline(engine_of: Callable[[str], Suggester], context: Context) -> None:
    engine = engine_of(BOOK.split("procedures:", maxsplit=1)[0])
    assert engine.suggest(["什么时候发货"], context).deadline is None


def test_a_near_miss_vetoes(engine: Suggester, context: Context) -> None:
    answer = engine.suggest(["什么时候发货提醒我"], context, explain=True)
    assert answer.decision != "answer"
    vetoed = [s for s in answer.suggestions if s.entry_id == "shipping.dispatch_time"]
    assert all(s.confidence == 0.001 and "反例" in s.proof.guards[0] for s in vetoed)


def test_the_opposite_does_not_answer(engine: Suggester, context: Context) -> None:
    assert engine.suggest(["我想退"], context).suggestions[0].entry_id == "return.dislike"
    answer = engine.suggest(["我不想退了"], context, explain=True)
    assert answer.decision != "answer"
    (found,) = [s for s in answer.suggestions if s.entry_id == "return.dislike"]
    assert found.proof.guards == ("要退／不退：客户说“不想退”，问法说“想退”。",)


def test_a_burst_gets_one_reply(engine: Suggester, context: Context) -> None:
    answer = engine.suggest(["你好", "什么时候发货", "帮我查一下物流"], context)
    assert answer.decision == "answer"
    first = answer.suggestions[0]
    assert first.entries == ("shipping.dispatch_time", "shipping.track")
    assert first.title == "什么时候发货 + 查物流"
    assert first.body == "付款后四十八小时内发货。\n您的订单正在路上。"
    assert first.text == "欢迎光临。" + first.body + "有问题随时联系。"
    assert (first.missing, first.handoff) == (("order_no",), "物流组")
    assert first.confidence == round(min(p.confidence for p in answer.parts), 4)
    assert [s.entry_id for s in answer.suggestions[1:]]


def test_one_message_with_two_asks(engine: Suggester, context: Context) -> None:
    answer = engine.suggest(["什么时候发货？有什么活动吗？"], context)
    assert [p.entry_id for p in answer.parts] == ["shipping.dispatch_time", "promotion.current"]


def test_a_repeated_ask_is_answered_once(engine: Suggester, context: Context) -> None:
    answer = engine.suggest(["什么时候发货", "多久能发货", "什么时候发货"], context)
    assert [p.entry_id for p in answer.parts] == ["shipping.dispatch_time"]
    assert answer.suggestions[0].entries == ("shipping.dispatch_time",)


def test_fragments_are_read_together(
    engine_of: Callable[[str], Suggester], context: Context
) -> None:
    engine = engine_of(BOOK.replace("answer: 0.6", "answer: 0.995"))
    (part,) = engine.suggest(["帮我", "查一下", "物流"], context).parts
    assert (part.message, part.entry_id, part.decision) == (
        "帮我，查一下，物流",
        "shipping.track",
        "answer",
    )


def test_only_the_last_messages_are_read(engine: Suggester, context: Context) -> None:
    old = ["有什么活动吗"] + ["什么时候发货"] * MAX_MESSAGES
    assert [p.entry_id for p in engine.suggest(old, context).parts] == ["shipping.dispatch_time"]


def test_proof(engine: Suggester, context: Context) -> None:
    message = "请问 什麼時候 發貨"
    proof = engine.suggest([message], context).suggestions[0].proof
    assert proof.ask == "什么时候发货"
    assert [message[a:b] for a, b in proof.spans] == ["什麼時候", "發貨"]
    assert set(proof.scores) == {"similarity", "probability", "margin", "silence"}


@given(st.text(max_size=700), st.text(max_size=40))
def test_shared_spans_lie_inside_the_message(message: str, ask: str) -> None:
    end = 0
    for start, stop in shared_spans(message, ask):
        assert end <= start < stop <= len(message)
        end = stop


@given(st.text("退换货运费Ａa貨", min_size=1, max_size=20))
def test_a_text_shares_itself_whole(text: str) -> None:
    assert shared_spans(text, text) == ((0, len(text)),)


@settings(max_examples=60)
@given(MESSAGES, st.booleans())
def test_any_messages_are_taken(
    engine: Suggester, context: Context, messages: list[str], explain: bool
) -> None:
    answers = [engine.suggest(messages, context, limit=n, explain=explain) for n in (1, 3, 10)]
    one, three, ten = answers
    assert len({(a.decision, a.parts, a.deadline, a.mood) for a in answers}) == 1
    assert one.suggestions == three.suggestions[:1] == ten.suggestions[:1]
    assert three.suggestions == ten.suggestions[:3]
    for suggestion in ten.suggestions:
        assert suggestion.text == suggestion.greeting + suggestion.body + suggestion.closing
        assert 0 <= suggestion.confidence <= 1
        assert "{{" not in suggestion.text
        assert not any(f.severity == "error" for f in suggestion.findings)


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_confidence_does_not_depend_on_the_limit(
    engine: Suggester, context: Context, limit: int
) -> None:
    wide = engine.suggest(["发票", "查一下活动"], context, limit=10, explain=True)
    narrow = engine.suggest(["发票", "查一下活动"], context, limit=limit, explain=True)
    assert narrow.suggestions == wide.suggestions[:limit]
    assert narrow.decision == wide.decision


def test_ten_thousand_characters(engine: Suggester, context: Context) -> None:
    answer = engine.suggest(["什么时候发货" * 1_700, "退" * 10_000], context)
    assert len(answer.parts) <= 2


def test_an_empty_book(engine_of: Callable[[str], Suggester], context: Context) -> None:
    engine = engine_of("entries:\n  - {id: help.unknown, title: 无, reply: 稍等。}\n")
    answer = engine.suggest(["什么时候发货"], context)
    assert answer.decision == "none"
    assert answer.fallback is not None
    assert answer.fallback.text == "稍等。"
