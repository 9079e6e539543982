"""Templates filled with facts and variables: nothing raw, nothing missing unsaid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import TemplateError
from app.engine.model import Context, Phrasebook
from app.engine.render import (
    MAX_VALUE,
    choose_phrase,
    clean_value,
    phrase_text,
    render,
    reply_of,
    template_names,
    template_problem,
)

BOOK = """
facts:
  return_days: {title: 退货天数, value: 7天}
  promotion:
    {title: 活动, value: 满减, valid_from: 2026-11-01, valid_until: 2026-11-22, otherwise: 常规价}
  gift: {title: 赠品, value: 杯子, valid_until: 2026-01-01}
variables:
  order_no: {title: 订单号, missing: 您的订单}
  customer_name: {title: 姓名}
  nick: {title: 昵称, missing: ""}
greetings:
  - {id: greeting.upset, when: {mood: upset}, text: 抱歉。}
  - id: greeting.mine
    when: {entry: "a.*", channel: chat}
    text: "您好{{ nick }}。"
    variants: [{when: {platform: taobao}, text: 亲。}]
  - {id: greeting.forced, when: {channel: phone}, text: 喂。}
entries:
  - id: a.b
    title: 一
    asks: [一]
    reply: 一般。
    variants:
      - {when: {platform: [taobao, tmall], stage: presale}, reply: 淘系售前。}
      - {when: {platform: taobao}, reply: 淘宝。}
"""
NAMES = ("order_no", "customer_name", "nick")
VALUES = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=()), max_size=300),
    st.sampled_from(
        [
            "{{ shop.return_days }}",
            "{% for x in y %}",
            "{# #}",
            "{{ 1/0 }}",
            "}}{{",
            "\x00\u202e\u200f\u200b",
            "长" * 10_000,
            "﹛﹛ x ﹜﹜",
            "",
        ]
    ),
)


@pytest.fixture(scope="module")
def book(book_of: Callable[[str], Phrasebook]) -> Phrasebook:
    return book_of(BOOK)


def with_values(context: Context, **values: str) -> Context:
    return replace(context, variables=values)


@pytest.mark.parametrize(
    ("template", "values", "text", "filled", "missing"),
    [
        ("支持{{ shop.return_days }}退货。", {}, "支持7天退货。", (), ()),
        ("{{ order_no }}已发。", {"order_no": "A1"}, "A1已发。", ("order_no",), ()),
        ("{{ order_no }}已发。", {}, "您的订单已发。", (), ("order_no",)),
        ("{{ order_no }}已发。", {"order_no": " \u200b"}, "您的订单已发。", (), ("order_no",)),
        ("{{ customer_name }}您好", {}, "【姓名】您好", (), ("customer_name",)),
        ("{{ nick }}您好", {}, "您好", (), ("nick",)),
        ("{% if nick %}{{ nick }}，{% endif %}您好", {}, "您好", (), ()),
        ("{% if nick %}{{ nick }}，{% endif %}您好", {"nick": "小李"}, "小李，您好", ("nick",), ()),
        ("{{ shop.gift }}送您", {}, "【赠品】送您", (), ("shop.gift",)),
        ("{{ shop.nothing }}", {}, "【nothing】", (), ("shop.nothing",)),
        ("第一行\n第二行 third line", {}, "第一行第二行third line", (), ()),
        ("{{ nick }}{{ order_no }}", {}, "您的订单", (), ("order_no", "nick")),
        ("加\u200b微\u200d信\u202e", {}, "加微信", (), ()),
        ("谢谢👩\u200d🔧", {}, "谢谢👩\u200d🔧", (), ()),
    ],
)
def test_filling(
    book: Phrasebook,
    context: Context,
    template: str,
    values: dict[str, str],
    text: str,
    filled: tuple[str, ...],
    missing: tuple[str, ...],
) -> None:
    made = render(template, book, with_values(context, **values))
    assert (made.text, made.filled, made.missing) == (text, filled, missing)


def test_a_value_for_an_unknown_name_is_not_used(book: Phrasebook, context: Context) -> None:
    assert render("{{ order_no }}", book, with_values(context, shop="x")).text == "您的订单"


@pytest.mark.parametrize(
    ("day", "text"),
    [(31, "常规价"), (1, "满减"), (22, "满减"), (23, "常规价")],
)
def test_a_fact_outside_its_dates_uses_otherwise(
    book: Phrasebook, context: Context, day: int, text: str
) -> None:
    today = date(2026, 10 if day == 31 else 11, day)
    made = render("{{ shop.promotion }}", book, replace(context, today=today))
    assert (made.text, made.missing) == (text, ())


@pytest.mark.parametrize(
    "template",
    [
        "{{ shop }}",
        "{{ shop.__class__.__mro__ }}",
        "{{ shop._book.facts }}",
        "{{ order_no.__class__.__mro__ }}",
        "{{ unknown.attribute }}",
        "{{ range(9) }}",
        "{{ 1 / 0 }}",
        "{% include 'x' %}",
        "{{ order_no",
        "{% if %}",
    ],
)
def test_what_a_template_may_not_do(book: Phrasebook, context: Context, template: str) -> None:
    with pytest.raises(TemplateError):
        render(template, book, with_values(context, order_no="A"))


@pytest.mark.parametrize("name", ["shop.__class__", "shop._book", "lipsum", "cycler", "unknown"])
def test_what_is_not_in_the_book_prints_nothing(
    book: Phrasebook, context: Context, name: str
) -> None:
    assert render(f"甲{{{{ {name} }}}}乙", book, context).text == "甲乙"


@pytest.mark.parametrize(
    ("template", "line"),
    [("{{ a }}", None), ("一\n二{{", 2), ("{% endif %}", 1), ("{{ a|nofilter }}", 1)],
)
def test_syntax_problems_name_their_line(template: str, line: int | None) -> None:
    problem = template_problem(template)
    assert (problem[1] if problem else None) == line


def test_names_of_a_template() -> None:
    template = "{% if nick %}{{ shop.gift }}{% endif %}{{ order_no }}{{ shop.promotion }}"
    assert template_names(template) == ({"nick", "order_no"}, {"gift", "promotion"})


@pytest.mark.parametrize(
    ("value", "clean"),
    [
        ("  a \n b\t", "a b"),
        ("张\u200b三\x00\u202e\u2066", "张三"),
        ("Ａ１", "A1"),
        ("{{ x }}", "{{ x }}"),
        ("长" * 10_000, "长" * MAX_VALUE),
        ("\ud800", ""),
        ("ﷺ" * 300, None),
    ],
    ids=ascii,
)
def test_values_are_made_safe(value: str, clean: str | None) -> None:
    found = clean_value(value)
    assert len(found) <= MAX_VALUE
    assert clean is None or found == clean
    found.encode("utf-8")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES)))
def test_no_tag_is_left_and_every_missing_name_is_reported(
    book: Phrasebook, context: Context, values: dict[str, str]
) -> None:
    template = (
        "始{{ order_no }}中{% if nick %}有{% else %}无{% endif %}{{ customer_name }}{{ nick }}终"
    )
    made = render(template, book, with_values(context, **values))
    clean = {name: clean_value(values.get(name, "")) for name in NAMES}
    assert made.missing == tuple(n for n in NAMES if not clean[n])
    assert made.filled == tuple(n for n in NAMES if clean[n])
    order_no, customer = clean["order_no"] or "您的订单", clean["customer_name"] or "【姓名】"
    state = "有" if clean["nick"] else "无"
    expected = f"始{order_no}中{state}{customer}{clean['nick']}终"
    # Values come out as they are, never as templates; only spaces may go.
    assert made.text.replace(" ", "") == expected.replace(" ", "")
    assert made.text.isprintable() or not "".join(clean.values()).isprintable()


@given(st.text(alphabet="{}%# shopordenifx.|()[]'\"_/*0中\n", max_size=60))
def test_any_template_fills_or_raises_the_one_error(
    book: Phrasebook, context: Context, template: str
) -> None:
    try:
        made = render(template, book, context)
    except TemplateError:
        return
    assert template_problem(template) is None
    assert "{{ order" not in made.text


@pytest.mark.parametrize(
    ("platform", "stage", "text"),
    [
        (None, None, "一般。"),
        ("jd", "presale", "一般。"),
        ("taobao", "presale", "淘系售前。"),
        ("tmall", "aftersale", "一般。"),
        ("taobao", "aftersale", "淘宝。"),
    ],
)
def test_the_first_variant_that_holds(
    book: Phrasebook, context: Context, platform: str | None, stage: str | None, text: str
) -> None:
    entry = book.entry("a.b")
    assert entry is not None
    assert reply_of(entry, book, replace(context, platform=platform, stage=stage)).text == text


def test_phrases(book: Phrasebook, context: Context) -> None:
    chosen = choose_phrase(book.greetings, None, context, "a.b")
    assert chosen is not None
    assert phrase_text(chosen, book, context, "a.b").text == "您好。"
    assert phrase_text(chosen, book, replace(context, platform="taobao"), "a.b").text == "亲。"
    upset = choose_phrase(book.greetings, None, replace(context, mood="upset"), "a.b")
    assert upset is not None
    assert upset.id == "greeting.upset"
    forced = choose_phrase(book.greetings, "greeting.forced", context, "a.b")
    assert forced is not None
    assert forced.id == "greeting.forced"
    assert choose_phrase(book.greetings, "greeting.away", context, "c.d") is None
    assert phrase_text(None, book, context, "c.d").text == ""
