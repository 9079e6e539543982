"""What a rule can be: words, patterns, wording that is required, things said together; and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from app.engine.model import Phrasebook
from app.engine.policy import PolicyChecker
from app.engine.policy_problems import pattern_problems, spec_problems
from app.engine.source import read_book

BOOK = """
entries:
  - {{id: help.unknown, title: 未知, reply: 好}}
facts:
  cod: {{title: 货到付款, value: 支持, valid_until: 2026-12-31, otherwise: 不支持}}
  regions: {{title: 偏远地区, value: 新疆、西藏等模板标明的地区}}
terms:
  票: [发票, 专票]
  拒: 不给〇|〇不了
policies:
  - id: policy.x
    title: 例
    severity: warning
    message: 不能这样说。
    source: 店铺自定（2026-11-22）
    {rule}
"""
Checker = Callable[..., list[str]]


def checker(rule: str) -> Checker:
    """What a rule finds: texts of its findings."""
    book = book_of(rule)
    policies = PolicyChecker(book.policies, book.facts)
    return lambda text, **where: [f.text for f in policies.check(text, **where)]


def book_of(rule: str) -> Phrasebook:
    book, findings = read_book({"book.yaml": BOOK.format(rule=rule)})
    assert [str(f) for f in findings if f.rule_id != "schema.missing_key"] == []
    return book


# ---- what sets a rule off ------------------------------------------------------------------------


def test_words_and_patterns() -> None:
    check = checker("words: [肯定]\n    patterns: ['{数}天到']")
    assert check("肯定三天到") == ["肯定", "三天到"]
    assert check("肯 定") == []


def test_a_longer_allowed_phrase_beats_a_shorter_forbidden_one() -> None:
    check = checker("words: [保证, 绝对]\n    exceptions: [保证金, 绝对值, 不绝对]")
    assert check("交保证金，温度的绝对值，也不绝对") == []
    assert check("保证交保证金") == ["保证"]


def test_of_two_exceptions_the_longer_counts() -> None:
    check = checker("patterns: ['不知道怎么办']\n    exceptions: [您不知道, 您不知道怎么办的话]")
    assert check("您不知道怎么办的话我教您") == []
    assert check("您不知道怎么办吧") == ["不知道怎么办"]


def test_required_wording() -> None:
    check = checker("patterns: ['补{数}元运费']\n    requires: [模板, 页面]")
    assert check("要补8元运费") == ["补8元运费"]
    assert check("要补8元运费，以页面为准") == []


def test_signs_at_the_edges_of_a_pattern_are_no_part_of_the_wording() -> None:
    check = checker("patterns: ['[,。]?明天到[,。!]']\n    exception_patterns: ['预计明天到']")
    assert check("好，明天到，您看") == ["明天到"]
    assert check("预计明天到，您看") == []
    assert checker("patterns: ['!{2}']")("好！！") == ["！！"]


def test_a_number_ends_before_the_comma_of_a_clause() -> None:
    check = checker("patterns: ['{数}个人']")
    assert check("满1,000个人") == ["1,000个人"]
    assert check("给您100，个人觉得") == []


def test_an_entry_that_needs_a_word() -> None:
    check = checker("entries: [product.*]\n    requires: [建议]")
    assert check("黑的好看", entry_id="product.color") == ["黑的好看"]
    assert check("建议黑的", entry_id="product.color") == []
    assert check("黑的好看", entry_id="order.close") == check("黑的好看") == []
    assert check("", entry_id="product.color") == []


TOGETHER = "together: [{all: ['{票}', '加{数}个点|税'], none: [不收]}]"


def test_things_said_together_in_any_order() -> None:
    check = checker(TOGETHER)
    assert check("开专票要加6个点") == ["专票要加6个点"]
    assert check("加6个点才有发票的") == ["加6个点才有发票"]
    assert check("发票给您，加6个点") == check("要加6个点") == check("发票") == []
    assert check("发票不收税的") == []


def test_together_in_a_sentence_but_not_miles_apart() -> None:
    check = checker(TOGETHER.replace("}]", ", within: sentence}]"))
    assert check("发票可以开，加6个点") == ["发票可以开，加6个点"]
    assert check("发票可以开。加6个点") == []
    assert check("发票" + "很好" * 20 + "，加6个点") == []


def test_each_place_where_things_stand_together_is_found() -> None:
    check = checker(TOGETHER)
    assert check("专票加6个点，发票加3个点") == ["专票加6个点", "发票加3个点"]


def test_a_combination_may_require_something_else_than_the_rule() -> None:
    check = checker(
        "requires: [模板]\n    words: [运费]\n"
        "    together: [{all: [浙江, 运费], requires: []}, {all: [新疆, 运费]}]"
    )
    assert check("新疆补运费，看模板") == []
    assert check("浙江补运费，看模板") == ["浙江补运费"]


def test_personal_data_of_the_kinds_named() -> None:
    check = checker("personal_data: [mobile, id_card]\n    exceptions: [热线13800001111]")
    assert check("😀打13812345678，卡6222021234567890128") == ["13812345678"]
    assert check("打138\u200b12345678") == ["138\u200b12345678"]
    assert check("11010519491231002X和110105194912310021") == ["11010519491231002X"]
    assert check("热线13800001111") == check("您说“打13812345678”") == []


# ---- terms ---------------------------------------------------------------------------------------


def test_a_term_takes_a_word() -> None:
    check = checker("patterns: ['{拒:退|换}']")
    assert check("不给退的") == ["不给退"]
    assert check("换不了") == ["换不了"]
    assert check("不给〇") == []


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ("{甲: '{乙}', 乙: '{甲}'}", "term.pattern"),
        ("{甲: '(?=字)'}", "term.pattern"),
        ("{甲: 字, 甲: 词}", "schema.duplicate_key"),
        ("{数: 字}", "term.duplicate"),
        ("{'店铺:甲': 字}", "term.duplicate"),
        ("{甲: '{没有}'}", "term.pattern"),
    ],
)
def test_unsound_terms_are_reported(terms: str, problem: str) -> None:
    text = f"entries: [{{id: a.a, title: 甲, reply: 好}}]\nterms: {terms}\n"
    _, findings = read_book({"book.yaml": text})
    assert {f.rule_id for f in findings} == {problem}
    assert all(f.severity == "error" and f.mark.line == 2 and f.hint for f in findings)


def test_terms_of_one_file_serve_another() -> None:
    files = {
        "a.yaml": "terms: {票: 发票|专票}",
        "b.yaml": BOOK.format(rule="patterns: ['开{票}']").replace("  票: [发票, 专票]\n", ""),
    }
    book, findings = read_book(files)
    assert [f.rule_id for f in findings] == ["schema.missing_key"]
    assert [f.text for f in PolicyChecker(book.policies).check("开专票")] == ["开专票"]


# ---- circumstances -------------------------------------------------------------------------------

UNLESS = [
    ("negation", "请不要加微信", "加微信就行"),
    ("negation", "我们没有加微信的活动", "没问题，加微信"),
    ("negation", "不会退到加微信里", "不好意思加微信"),
    ("denial", "不是说加微信", "加微信，不是别的"),
    ("question", "是加微信吗", "可以加微信吗"),
    ("question", "加微信对吗", "加微信好吗"),
    ("condition", "如果加微信就有风险", "加微信如果方便"),
    ("warning", "让您加微信的都是骗子", "加微信。别上当"),
    ("reported", "您说加微信我不清楚", "我跟您说加微信"),
    ("reported", "客户反馈加微信", "您反馈的问题加微信说"),
]


@pytest.mark.parametrize(("name", "excused", "found"), UNLESS)
def test_circumstances(name: str, excused: str, found: str) -> None:
    check = checker(f"words: [加微信]\n    unless: [{name}]")
    assert check(excused) == []
    assert check(found) == ["加微信"]


@pytest.mark.parametrize(
    ("excused", "found"),
    [("您说的“加微信”是谁说的", "我们“加微信”的"), ("客户问：「加微信」", "来「加微信」")],
)
def test_quotations_of_the_customer_count_in_no_rule(excused: str, found: str) -> None:
    check = checker("words: [加微信]")
    assert check(excused) == []
    assert check(found) == ["加微信"]


def test_a_part_that_is_denied_takes_the_whole_combination_with_it() -> None:
    check = checker("together: [{all: [退款, 积分]}]\n    unless: [negation]")
    assert check("退款成积分") == ["退款成积分"]
    assert check("退款不会变成积分") == []


def test_without_a_name_only_the_customers_words_are_excused() -> None:
    assert checker("words: [加微信]")("请不要加微信") == ["加微信"]


# ---- conditions ----------------------------------------------------------------------------------


def test_platforms_apply_when_named_and_stages_while_unknown() -> None:
    check = checker("words: [加微信]\n    platforms: [jd]\n    stages: [presale]")
    assert check("加微信", platform="jd") == check("加微信", platform="jd", stage="presale")
    assert check("加微信", platform="jd") == ["加微信"]
    assert check("加微信") == check("加微信", platform="pdd") == []
    assert check("加微信", platform="jd", stage="aftersale") == []


def test_direction() -> None:
    out, incoming = checker("words: [加微信]"), checker("words: [加微信]\n    direction: in")
    assert out("加微信") == incoming("加微信", direction="in") == ["加微信"]
    assert out("加微信", direction="in") == incoming("加微信") == []


def test_a_rule_for_shops_of_which_a_fact_says_something() -> None:
    check = checker("words: [不接货到付款]\n    when_facts: {cod: [支持]}")
    assert check("不接货到付款") == ["不接货到付款"]
    assert checker("words: [不]\n    when_facts: {none: [支持]}")("不") == []


def test_a_rule_for_all_other_shops_on_the_day() -> None:
    check = checker("words: [不接货到付款]\n    unless_facts: {cod: [不支持]}")
    assert check("不接货到付款") == ["不接货到付款"]
    assert check("不接货到付款", today=date(2026, 12, 31)) == ["不接货到付款"]
    assert check("不接货到付款", today=date(2027, 1, 1)) == []
    assert checker("words: [不]\n    unless_facts: {none: [支持]}")("不") == ["不"]


def test_the_words_of_a_fact_in_a_pattern() -> None:
    check = checker("patterns: ['(?:{店铺:regions}|浙江)补运费']")
    assert check("西藏补运费，青海补运费，浙江补运费") == ["西藏补运费", "浙江补运费"]
    assert checker("patterns: ['{店铺:none}|补运费']")("补运费") == []


# ---- text ----------------------------------------------------------------------------------------


def test_offsets_count_code_points_of_the_original() -> None:
    book = book_of("patterns: ['加我(?:wx|vx)']")
    (finding,) = PolicyChecker(book.policies).check("😀😀ＷＸ：加我ＷＸ。")
    assert (finding.start, finding.end, finding.text) == (5, 9, "加我ＷＸ")


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\u202e", "\ufe0f"])
def test_characters_that_do_not_show_hide_nothing(hidden: str) -> None:
    assert checker("words: [加微信]")(f"😀您加微{hidden}信聊吧") == [f"加微{hidden}信"]


def test_script_and_case_make_no_difference() -> None:
    assert checker("words: [加微信, QQ群]")("妳加微信進ｑｑ群") == ["加微信", "ｑｑ群"]


# ---- faulty rules --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "part"),
    [("(?=字)", "不受支持"), ("字{0,3}", "匹配空白"), ("字.*句", "没有限定长度"), ("(", "不受支持"),
     (r"(字)\1", "不受支持"), ("{没有}", "没有定义")],
)  # fmt: skip
@pytest.mark.parametrize("where", ["patterns: ['{}']", "together: [{{all: [好, '{}']}}]"])
def test_unsound_pattern_is_reported_in_its_place_and_left_out(
    where: str, pattern: str, part: str
) -> None:
    rule = f"words: [肯定]\n    {where.format(pattern)}"
    book = book_of(rule)
    (finding,) = pattern_problems(book.policies)
    assert (finding.rule_id, finding.severity, finding.mark.line) == ("policy.pattern", "error", 17)
    assert part in finding.message and finding.hint
    assert finding.mark.column > 5
    assert PolicyChecker(book.policies).check("肯定")[0].text == "肯定"


def test_failing_specs_are_reported_with_their_place() -> None:
    rule = "words: [肯定]\n    specs:\n      - {text: 肯定的}\n      - {text: 好的, hit: 好}"
    found = spec_problems(book_of(rule).policies)
    assert [(f.rule_id, f.mark.line) for f in found] == [("policy.spec", 18), ("policy.spec", 19)]
    assert "不该报" in found[0].message and "什么也没报" in found[1].message
    assert all(f.hint for f in found)


def test_a_rule_needs_something_that_sets_it_off() -> None:
    _, findings = read_book({"book.yaml": BOOK.format(rule="specs: []")})
    assert [f.rule_id for f in findings] == ["schema.missing_key"]
    assert "together" in findings[0].hint
