"""A book that is loaded after another answers, and is judged, as if it were the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.engine.encode import NoEncoder, Vectors
from app.engine.model import Context, FileFinding, Phrasebook
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.engine.suggestion import Answer
from app.lint.run import lint
from tests.engine.conftest import TODAY

BOOK = """
facts:
  days: {title: 时效, value: 三天}
entries:
  - id: a.send
    title: 发货
    reply: "{{ shop.days }}内发出。"
    asks: [什么时候发货, 几时寄出, 多久能发]
    near_misses: [{text: 什么时候到货, entry: a.come}]
  - {id: a.come, title: 到货, reply: 路上走两天。, asks: [什么时候到, 几天能收到, 多久送到]}
  - {id: a.gift, title: 礼盒, reply: 有礼盒。, asks: [有礼盒吗, 送不送礼盒]}
  - {id: help.unknown, title: 不明, reply: 我问一下。}
lexicon: [[发货, 寄出]]
out_of_scope: [今天天气好]
moods: {urgent: [急死], upset: [差评]}
guards: [{id: g.not, title: 否定, yes: [能], no: [不能]}]
policies:
  - {id: p.best, title: 极限词, severity: error, words: [最好], message: 不要说最好。, source: 自拟,
     specs: [{text: 这是最好的, hit: 最好}, {text: 这个很好}]}
rewrites:
  - {id: r.dear, title: 称呼, kind: word, habitual: [亲], professional: 您, reason: 得体,
     source: 自拟, specs: [{from: 亲请稍等, to: 您请稍等}]}
"""
MESSAGES = (
    "什么时候发货",
    "几时寄出呀",
    "什么时候到货",
    "礼盒送吗",
    "今天天气好",
    "急死了多久能发",
)


class Two(NoEncoder):
    """Vectors that tell even from odd lengths."""

    name, dimension = "two", 2

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        return np.array([[len(t) % 2, (len(t) + 1) % 2] for t in texts], np.float32)


EDITS = [
    ("路上走两天", "路上走四天"),
    ("value: 三天", "value: 五天"),
    ("多久能发]", "多久能发, 还没有寄吗]"),
    ("什么时候到货, entry: a.come", "哪天到货, entry: a.come"),
    ("[发货, 寄出]", "[发货, 寄出], [礼盒, 礼品盒]"),
    ("out_of_scope: [今天天气好]", "out_of_scope: [今天天气好, 礼盒漂亮]"),
    ("urgent: [急死]", "urgent: [多久]"),
    ("yes: [能], no: [不能]", "yes: [送], no: [不送]"),
    ("words: [最好]", "words: [礼盒]"),
    ("{id: a.gift", "{id: a.box"),
    ("title: 礼盒, reply", "title: 盒子, reply"),
    ("什么时候发货, 几时寄出, 多久能发", "多久能发, 什么时候发货, 几时寄出"),
    ("什么时候发货, 几时寄出", "什么时候发货？, 几时寄出"),
    ("\nlexicon", "\nbook: {thresholds: {answer: 0.99, choose: 0.9}}\nlexicon"),
]


def read(text: str) -> Phrasebook:
    return read_book({"book.yaml": text})[0]


def answers(engine: Suggester) -> list[Answer]:
    context = Context(today=TODAY)
    return [engine.suggest([m], context, explain=True) for m in MESSAGES]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_an_engine_after_another_answers_as_a_first_one(old: str, new: str) -> None:
    assert BOOK.count(old) == 1
    before = Suggester(read(BOOK), NoEncoder())
    changed = read(BOOK.replace(old, new))
    after = Suggester(changed, before.encoder, before=before)
    assert answers(after) == answers(Suggester(changed, NoEncoder()))
    assert answers(before) == answers(Suggester(read(BOOK), NoEncoder()))


def test_an_engine_after_one_with_another_encoder_is_fitted_anew() -> None:
    before = Suggester(read(BOOK), NoEncoder())
    after = Suggester(read(BOOK), Two(), before=before)
    assert answers(after) == answers(Suggester(read(BOOK), Two()))


def found(book: Phrasebook) -> set[tuple[str, str]]:
    findings: tuple[FileFinding, ...] = lint(book, (), today=TODAY)
    return {(f.rule_id, f.message) for f in findings if f.severity == "error"}


def test_lint_forgets_nothing_and_remembers_nothing_wrong() -> None:
    book = read(BOOK)
    assert found(book) == set()
    engine = Suggester(book, NoEncoder())
    broken = BOOK.replace("有礼盒。", "这里的礼盒最好。")
    first = found(read(broken))
    assert {rule for rule, _ in first} == {"template.policy"}
    assert found(read(broken)) == first
    assert found(read(BOOK)) == set()
    wrong = replace(book, policies=read(BOOK.replace("hit: 最好", "hit: 很好")).policies)
    assert {rule for rule, _ in found(wrong)} == {"policy.spec"}
    wrong = replace(book, rewrites=read(BOOK.replace("to: 您请", "to: 你请")).rewrites)
    assert {rule for rule, _ in found(wrong)} == {"rewrite.spec"}
    stricter = replace(book, policies=read(BOOK.replace("[最好]", "[两天]")).policies)
    assert {rule for rule, _ in found(stricter)} == {"template.policy", "policy.spec"}
    assert engine.book is book
