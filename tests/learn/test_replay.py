"""The same messages answered by two books: every kind of change, with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.engine.encode import NoEncoder, Vectors
from app.engine.errors import EncoderError
from app.engine.suggest import Suggester
from app.learn.messages import Asked
from app.learn.replay import KINDS, Group, Replay, replay
from app.reports.replays import KINDS as NAMES
from app.reports.replays import as_json, as_text
from tests.learn.small_book import ENTRIES, INVOICE, RUSH, TODAY, book_of

SILENT = "今天天气怎么样"


def replayed(before: str, after: str, *messages: str | Asked, samples: int = 5) -> Replay:
    asked = [m if isinstance(m, Asked) else Asked((m,)) for m in messages]
    engines = (Suggester(book_of(text), NoEncoder()) for text in (before, after))
    return replay(asked, *engines, today=TODAY, samples=samples)


def only_group(before: str, after: str, *messages: str | Asked) -> Group:
    (group,) = replayed(before, after, *messages).groups
    return group


def why(before: str, after: str, message: str | Asked) -> str:
    (sample,) = only_group(before, after, message).samples
    return "".join(sample.why)


def test_the_same_book_changes_nothing() -> None:
    found = replayed(ENTRIES, ENTRIES, RUSH, SILENT, "发货发票")
    assert found.groups == ()
    assert found.changed == 0
    assert found.decisions == {"answer": (1, 1), "choose": (1, 1), "none": (1, 1)}
    assert list(as_text(found))[-1] == "回放 3 句（3 种说法），回答都不变。"


NEVER = "book: {thresholds: {answer: 1, choose: 1}}\n"  # no confidence reaches 1
CHOOSE = "book: {thresholds: {answer: 1, choose: 0.3}}\n"
MOVED = ENTRIES.replace("[怎么还不发货, ", "[").replace("[可以", "[怎么还不发货, 可以")
WORDED = ENTRIES.replace("reply: 马上为您催一催", "reply: 立刻为您催一催")
ONLY_RUSH = """\
entries:
  - {id: shipping.rush, title: 催, asks: [怎么还不发货, 什么时候发货], reply: 催。}
"""


@pytest.mark.parametrize(
    ("before", "after", "message", "kind", "was", "now"),
    [
        (ENTRIES, MOVED, RUSH, "entry", ("shipping.rush",), ("invoice.get",)),
        (ENTRIES, NEVER + ENTRIES, INVOICE, "vanishes", ("invoice.get",), ()),
        (NEVER + ENTRIES, ENTRIES, INVOICE, "appears", (), ("invoice.get",)),
        (CHOOSE + ENTRIES, ENTRIES, INVOICE, "surer", ("invoice.get",), ("invoice.get",)),
        (ENTRIES, CHOOSE + ENTRIES, INVOICE, "less_sure", ("invoice.get",), ("invoice.get",)),
        (ENTRIES, WORDED, RUSH, "text", ("shipping.rush",), ("shipping.rush",)),
        (ENTRIES, ENTRIES.replace("稍后", "尽快"), SILENT, "text", (), ()),
    ],
)  # fmt: skip
def test_kinds(
    before: str, after: str, message: str, kind: str, was: tuple[str], now: tuple[str]
) -> None:
    group = only_group(before, after, message)
    assert (group.kind, group.before, group.after) == (kind, was, now)
    assert (group.count, group.messages) == (1, 1)
    (sample,) = group.samples
    assert sample.asked.messages == (message,)
    assert sample.why


def test_every_kind_has_a_name() -> None:
    assert tuple(NAMES) == KINDS


def test_why_asks_moved_and_went() -> None:
    said = why(ENTRIES, MOVED, RUSH)
    assert "最像从 shipping.rush 移来的问法“怎么还不发货”。" in said
    came = why(ENTRIES, ENTRIES.replace("[怎么还不发货", "[讲个段子, 怎么还不发货"), "讲个段子")
    assert "最像新加的问法“讲个段子”。" in came
    went = why(NEVER + ENTRIES, ENTRIES.replace("怎么还不发货, ", ""), "怎么还不发")
    assert "原来最像的问法“怎么还不发货”已删去。" in went


def test_why_entries_came_and_went() -> None:
    assert "条目 invoice.get 已删去。" in why(ENTRIES, ONLY_RUSH, INVOICE)
    assert "条目 invoice.get 是新增的。" in why(ONLY_RUSH, ENTRIES, INVOICE)


def test_why_thresholds() -> None:
    said = why(ENTRIES, NEVER + ENTRIES, RUSH)
    assert said.startswith("门槛由 0.8／0.3 改为 1／1，把握没有变（")


def test_why_a_near_miss() -> None:
    after = ENTRIES.replace("[发票丢了怎么补]", "[发票丢了怎么补, 可以开发票么]")
    said = why(ENTRIES, after, "可以开发票么")
    assert "现在 invoice.get 把握 0.00（与反例“可以开发票么”几乎相同，不采用）。" in said


def test_why_a_reply_or_what_stands_round_it() -> None:
    assert why(ENTRIES, WORDED, RUSH) == "shipping.rush 的回复改了。"
    variant = ENTRIES.replace("京东仓库马上", "京东仓库立刻")
    group = only_group(ENTRIES, variant, Asked((RUSH,), platform="jd"))
    assert group.samples[0].why == ("shipping.rush 的回复改了。",)
    greeted = ENTRIES + "greetings: [{id: g.a, text: 您好。}]\n"
    assert why(ENTRIES, greeted, RUSH) == "回复没有改，是店铺信息、变量、开场白或结束语改了。"
    assert why(ENTRIES, ENTRIES.replace("稍后", "尽快"), SILENT) == "不作答时的话改了。"


def test_why_a_message_of_two_questions() -> None:
    said = why(ENTRIES, CHOOSE + ENTRIES, f"{RUSH}？{INVOICE}？")
    assert "这段话原来看作 2 问，现在看作 1 问。" in said


def test_why_a_burst() -> None:
    less = ENTRIES.replace("怎么还不发货, 什么时候发货, ", "").replace("讲个笑话", RUSH)
    assert "现在 shipping.rush 把握 0." in why(ENTRIES, less, Asked((INVOICE, RUSH)))


def test_there_is_always_a_reason() -> None:
    more = ENTRIES.replace("讲个笑话,", "发货发票的事, 讲个笑话,")
    (group,) = replayed(ENTRIES, more, "发货发票").groups
    assert group.samples[0].why == (
        f"把握由 {group.samples[0].before.confidence:.2f} 变为 "
        f"{group.samples[0].after.confidence:.2f}：别的问法、反例、同义词或不该回答的消息改了。",
    )


def test_the_setting_of_a_message_counts() -> None:
    variant = ENTRIES.replace("京东仓库马上", "京东仓库立刻")
    asked = [Asked((RUSH,)), Asked((RUSH,), platform="jd"), Asked((RUSH,), platform="pdd")]
    found = replayed(ENTRIES, variant, *asked)
    assert [s.asked.platform for g in found.groups for s in g.samples] == ["jd"]


def test_counting_grouping_and_sampling() -> None:
    asked = [Asked((f"{RUSH}{'啊' * i}",), count=i) for i in range(1, 8)]
    found = replayed(ENTRIES, WORDED, *asked, Asked((SILENT,), count=100), samples=3)
    (group,) = found.groups
    assert (found.messages, found.count, found.changed) == (8, 128, 28)
    assert (group.count, group.messages) == (28, 7)
    assert [s.asked.count for s in group.samples] == [7, 6, 5]  # the most frequent first
    assert found.decisions == {"answer": (28, 28), "choose": (0, 0), "none": (100, 100)}
    assert found.kinds["text"] == 28


def test_groups_come_by_kind_and_then_by_frequency() -> None:
    after = MOVED.replace("订单页", "订单详情页")
    found = replayed(ENTRIES, after, INVOICE, "能开票吗", Asked((RUSH,), count=9))
    assert [(g.kind, g.count) for g in found.groups] == [("entry", 9), ("text", 2)]


def test_progress_goes_to_the_end() -> None:
    steps: list[tuple[int, int]] = []
    engine = Suggester(book_of(ENTRIES), NoEncoder())
    asked = [Asked((f"第{i}句",)) for i in range(70)]
    replay(asked, engine, engine, today=TODAY, progress=lambda *s: steps.append(s))
    assert steps == [(i, 70) for i in range(71)]


def test_nothing_to_replay() -> None:
    assert replayed(ENTRIES, WORDED).count == 0


class Failing(NoEncoder):
    """An encoder in another process that answers nobody."""

    remote = True

    def encode(self, texts: object, *, book: bool = False) -> Vectors:
        raise EncoderError("不在")


def test_an_encoder_that_fails_does_not_stop_a_replay() -> None:
    engines = (Suggester(book_of(text), Failing()) for text in (ENTRIES, WORDED))
    found = replay([Asked((RUSH,))], *engines, today=TODAY)
    assert [g.kind for g in found.groups] == ["text"]


def test_personal_data_of_customers_is_masked() -> None:
    asked = Asked((f"{RUSH}，我的电话是13812345678",))
    found = replayed(ENTRIES, WORDED, asked)
    book = book_of(ENTRIES)
    assert found.changed == 1
    for text in ("\n".join(as_text(found)), str(as_json(found, book, book))):
        assert "13812345678" not in text
        assert "〔手机号〕" in text


def test_for_programs() -> None:
    before, after = book_of(ENTRIES), book_of(WORDED)
    found = as_json(replayed(ENTRIES, WORDED, replace(Asked((RUSH,)), count=2)), before, after)
    assert found["before"]["version"] != found["after"]["version"]
    assert (found["messages"], found["count"], found["changed"]) == (1, 2, 2)
    assert found["decisions"]["answer"] == {"before": 2, "after": 2}
    (group,) = found["groups"]
    assert (group["kind"], group["before"], group["after"]) == ("text", *[["shipping.rush"]] * 2)
    (sample,) = group["samples"]
    assert sample["messages"] == [RUSH]
    assert "马上" in sample["before"]["text"]
    assert "立刻" in sample["after"]["text"]
