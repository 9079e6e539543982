"""Proving a book: each kind of promise, kept and broken."""

from __future__ import annotations

from datetime import date

import pytest

from app.engine.encode import NoEncoder
from app.engine.suggest import Suggester
from app.learn.prove import Flaw, Proving, prepared_texts, prove
from app.lint.run import lint
from app.reports.proving import as_json, as_text
from tests.learn.small_book import ENTRIES, TODAY, book_of


def proved(text: str) -> Proving:
    book = book_of(text)
    return prove(Suggester(book, NoEncoder()), lint(book, (), today=TODAY), today=TODAY)


def with_cases(*cases: str) -> str:
    return ENTRIES + "cases:\n" + "".join(f"  - {{{case}}}\n" for case in cases)


def only_flaw(*cases: str) -> Flaw:
    (flaw,) = proved(with_cases(*cases)).flaws
    return flaw


def test_a_book_that_keeps_what_it_says() -> None:
    found = proved(ENTRIES)
    assert found.flaws == found.known == ()
    assert found.counts == {"asks": 7, "near_misses": 1, "examples": 0, "cases": 0}
    assert list(as_text(found)) == ["问法 7，反例 1，例句 0，用例 0：全部相符。"]


# ---- cases -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        "message: 怎么还不发货呀, entry: shipping.rush",
        "message: 怎么还不发货, entry: [shipping.rush], decision: answer",
        "messages: [怎么还不发货, 可以开发票吗], entry: [invoice.get, shipping.rush]",
        "messages: [怎么还不发货, 可以开发票吗], entry: [shipping.rush, invoice.get]",
        "message: 今天天气怎么样, entry: none",
        "message: 今天天气怎么样, decision: none, says: [核实]",
        "message: 发货发票, decision: choose, entry: [shipping.rush]",
        "message: 怎么还不发货, decision: choose, entry: shipping.rush",  # surer than asked for
        "message: 怎么还不发货, entry: shipping.rush, says: [催一催, 马上|尽快]",
        "message: 怎么还不发货, entry: shipping.rush, platform: jd, says: [京东]",
        "message: 可以开发票吗, entry: invoice.get, variables: {order_no: AB12}, says: [AB12]",
        "message: 可以开发票吗, entry: invoice.get, stage: presale, order: paid, channel: phone,"
        " turn: later, busy: true, callback: false, says: [订单页]",
    ],
)
def test_a_case_that_comes_out(case: str) -> None:
    found = proved(with_cases(case))
    assert found.flaws == ()
    assert found.counts["cases"] == 1


@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("message: 怎么还不发货, entry: invoice.get",
         "用例“怎么还不发货”应回答 invoice.get：答的是 shipping.rush（把握 "),
        ("message: 怎么还不发货, entry: none",
         "用例“怎么还不发货”不该回答：答的是 shipping.rush（把握 "),
        ("message: 今天天气怎么样, entry: invoice.get",
         "用例“今天天气怎么样”应回答 invoice.get：没有作答"),
        ("message: 怎么还不发货, entry: [shipping.rush, invoice.get]",
         "应回答 shipping.rush＋invoice.get：答的是 shipping.rush（"),
        ("messages: [怎么还不发货, 可以开发票吗], entry: shipping.rush",
         "“怎么还不发货 / 可以开发票吗”应回答 shipping.rush：答的是 shipping.rush＋invoice.get"),
        ("message: 今天天气怎么样, decision: choose, entry: invoice.get",
         "至少应列出供选的是 invoice.get：没有作答"),
        ("message: 怎么还不发货, entry: shipping.rash",
         "要的条目 shipping.rash 不存在：答的是 shipping.rush"),
        ("message: 怎么还不发货, entry: shipping.rush, says: [催一催, 明天|后天]",
         "的回复里应有“明天|后天”，却是“马上为您催一催。”：答的是 shipping.rush"),
        ("message: 怎么还不发货, entry: shipping.rush, platform: pdd, says: [京东]",
         "应有“京东”"),
        ("message: 今天天气怎么样, entry: none, says: [天气]",
         "应有“天气”，却是“我先为您核实，稍后回复您。”：没有作答"),
        ("message: 发货发票, entry: shipping.rush",
         "没有把握直接回答，列出供选的首先是"),
        ("message: 🙂, entry: shipping.rush", "没有作答（没有相近的条目）"),
    ],
)  # fmt: skip
def test_a_case_that_does_not_come_out(case: str, said: str) -> None:
    flaw = only_flaw(case)
    assert flaw.kind == "case"
    assert said in flaw.said
    assert str(flaw).startswith(f"book.yaml:{ENTRIES.count(chr(10)) + 2}:5: 用例“")
    assert flaw.said.endswith("。")


def test_the_flaw_says_how_near_the_wanted_entry_was() -> None:
    assert "；invoice.get 把握 0." in only_flaw("message: 怎么还不发货, entry: invoice.get").said


def test_the_flaw_says_which_of_several_questions_is_not_sure() -> None:
    flaw = only_flaw("messages: [怎么还不发货, 发货发票], entry: shipping.rush")
    assert "；其中“发货发票”把握只有 0." in flaw.said


def test_the_flaw_says_that_a_policy_withheld_the_reply() -> None:
    policy = """\
policies:
  - id: policy.jd
    title: 京东
    severity: error
    message: 京东不这样说。
    source: 测试
    platforms: [jd]
    words: [仓库]
    specs: [{text: 仓库, hit: 仓库}]
"""
    case = "cases:\n  - {message: 怎么还不发货, entry: shipping.rush, platform: jd}\n"
    (flaw,) = proved(ENTRIES + policy + case).flaws
    assert "shipping.rush 的回复违反规范，没有给出（京东不这样说）" in flaw.said


def test_the_day_of_a_case() -> None:
    sale = ENTRIES.replace("reply: 马上为您", "reply: 好的，{{ shop.sale }}，") + (
        "facts: {sale: {title: 活动, value: 满减, valid_until: 2026-12-31, otherwise: 无活动}}\n"
    )
    case = "message: 怎么还不发货, entry: shipping.rush"
    days = f"cases:\n  - {{{case}, says: 满减}}\n  - {{{case}, says: 无活动, day: 2027-01-01}}\n"
    assert proved(sale + days).flaws == ()
    late = prove(Suggester(book_of(sale + days), NoEncoder()), (), today=date(2027, 6, 1))
    assert [f.mark.line for f in late.flaws] == [sale.count("\n") + 2]


# ---- known failures --------------------------------------------------------------------------


def test_a_known_failure_is_no_flaw() -> None:
    found = proved(with_cases("message: 今天天气怎么样, entry: invoice.get, known: 还没有问法"))
    assert found.flaws == ()
    (known,) = found.known
    assert known.known == "还没有问法"
    assert list(as_text(found)) == [
        "问法 7，反例 1，例句 0，用例 1（其中 1 条已知不通过）：全部相符。"
    ]


def test_a_known_failure_that_comes_out_is_a_flaw() -> None:
    flaw = only_flaw("message: 怎么还不发货, entry: shipping.rush, known: 还没有问法")
    assert flaw.kind == "known"
    assert "已经通过，请删去它的 known（“还没有问法”）" in flaw.said


# ---- asks and near misses --------------------------------------------------------------------

# The ask of one entry is a near miss of it in another's words, and a guard stands between.
SAME_ASK = ENTRIES.replace("[可以开发票吗", "[怎么还不发货, 可以开发票吗")


def test_an_ask_that_another_entry_takes() -> None:
    flaws = proved(SAME_ASK).flaws
    assert {f.kind for f in flaws} == {"ask"}
    assert {f.messages for f in flaws} == {("怎么还不发货",)}
    assert all("应由 " in f.said for f in flaws)


def test_an_ask_that_its_own_near_miss_vetoes() -> None:
    # Not the same content, which lint would refuse, but as good as the same.
    text = ENTRIES.replace(
        "near_misses: [发票丢了怎么补]",
        "near_misses: [请问一下你们到底怎么才可以给我开一张发票呢啊]",
    ).replace("怎么开发票]", "请问一下你们到底怎么才可以给我开一张的发票呢啊]")
    (flaw,) = proved(text).flaws
    assert (flaw.kind, flaw.wanted) == ("ask", ("invoice.get",))
    assert "几乎相同，不采用" in flaw.said


def test_a_near_miss_that_its_entry_answers() -> None:
    """A message of two questions is taken apart, and one of them is the entry's own."""
    text = ENTRIES.replace("[发票丢了怎么补]", "[可以开发票吗？怎么还不发货？]")
    (flaw,) = proved(text).flaws
    assert (flaw.kind, flaw.mark.line) == ("near_miss", 11)
    assert "是 invoice.get 的反例，不该由它回答" in flaw.said


def test_a_known_case_speaks_for_the_ask_and_for_the_near_miss() -> None:
    taken = {f.wanted[0] for f in proved(SAME_ASK).flaws}
    (loser,) = taken
    case = f"cases: [{{message: 怎么还不发货, entry: {loser}, known: 两处都写了}}]\n"
    assert proved(SAME_ASK + case).flaws == ()
    double = ENTRIES.replace("[发票丢了怎么补]", "[可以开发票吗？怎么还不发货？]")
    case = "cases: [{message: 可以开发票吗？怎么还不发货？, entry: none, known: 是两问}]\n"
    assert proved(double + case).flaws == ()


def test_a_known_case_does_not_speak_for_another_entry() -> None:
    (loser,) = {f.wanted[0] for f in proved(SAME_ASK).flaws}
    (winner,) = {"shipping.rush", "invoice.get"} - {loser}
    case = f"cases: [{{message: 怎么还不发货, entry: [{winner}, x.y], known: 两处都写了}}]\n"
    assert [f.kind for f in proved(SAME_ASK + case).flaws] == ["ask"]


# ---- examples --------------------------------------------------------------------------------


def test_examples_of_rules_are_counted_and_their_failures_told() -> None:
    text = (
        ENTRIES
        + """\
policies:
  - {id: policy.a, title: 甲, severity: error, message: 不说, source: 测, words: [微信], specs: [
      {text: 加微信, hit: 微信}, {text: 您好}, {text: 微信支付}]}
rewrites:
  - {id: rewrite.a, title: 甲, kind: word, habitual: [你们], professional: 贵店, reason: 敬,
     source: 测, specs: [{from: 你们好, to: 贵店好}, {from: 我们好, to: 贵店好}]}
guards:
  - {id: guard.a, title: 甲, yes: [能退], no: [不能退], examples: [
      {a: 能退, b: 不能退, conflict: true}, {a: 能退, b: 能退的, conflict: true}]}
"""
    )
    found = proved(text)
    assert found.counts["examples"] == 7
    assert [(f.kind, f.mark.line) for f in found.flaws] == [
        ("example", 21), ("example", 24), ("example", 27),
    ]  # fmt: skip
    assert all(f.got is None for f in found.flaws)


# ---- reports ---------------------------------------------------------------------------------


def test_for_programs() -> None:
    text = with_cases("message: 怎么还不发货, entry: none", "message: x, entry: a.b, known: 没有")
    book = book_of(text)
    found = as_json(proved(text), book)
    assert found["passed"] is False
    assert found["phrasebook"] == {"name": book.name, "version": book.version}
    (failure,) = found["failures"]
    assert failure["kind"] == "case"
    assert (failure["file"], failure["column"]) == ("book.yaml", 5)
    assert failure["messages"] == ["怎么还不发货"]
    assert failure["wanted"] == []
    assert failure["got"]["entries"] == ("shipping.rush",)
    assert failure["got"]["decision"] == "answer"
    assert [k["reason"] for k in found["known"]] == ["没有"]


def test_progress_goes_to_the_end() -> None:
    book = book_of(with_cases("message: 怎么还不发货, entry: shipping.rush"))
    steps: list[tuple[int, int]] = []
    prove(Suggester(book, NoEncoder()), (), today=TODAY, progress=lambda *s: steps.append(s))
    assert steps == [(i, 9) for i in range(10)]


def test_the_texts_whose_vectors_are_prepared_are_those_of_the_book() -> None:
    book = book_of(ENTRIES)
    assert set(prepared_texts(book)) == {
        *(a.text for e in book.entries for a in e.asks),
        *(m.text for e in book.entries for m in e.near_misses),
    }
