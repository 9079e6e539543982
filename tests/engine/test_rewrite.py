"""Rewrites: every example in the shipped file, and what holds for any draft."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.edits import apply_edits
from app.engine.model import Mark, Rewrite, Spec
from app.engine.rewrite import Rewriter, spec_problems
from app.engine.rules_source import read_rewrites
from app.engine.yaml_nodes import Problems, parse

BOOK = Path(__file__).parents[2] / "phrasebook"
INVENTORY = [
    "sold_out",
    "always_broken",
    "no_phone",
    "wrong_advice",
    "break_again",
    "your_name",
    "you_must",
    "you_are_wrong",
    "need_my_help",
    "done_wrong",
    "not_broken",
    "today_deadline",
    "long_wait",
    "repeat_mistake",
    "not_worse",
    "serious",
    "present",
    "no_stock",
    "no_bargain",
    "you_polite",
    "we",
    "absolute",
]


def load_rewrites() -> tuple[Rewrite, ...]:
    problems = Problems()
    path = BOOK / "rewrites.yaml"
    document = parse(path.read_text("utf-8"), path.name, problems)
    assert document is not None
    found = read_rewrites(document.pairs()["rewrites"], problems)
    assert problems.findings == []
    return found


REWRITES = load_rewrites()
REWRITER = Rewriter(REWRITES)
SPECS = [
    pytest.param(rule, spec, id=f"{rule.id}:{spec.text}")
    for rule in REWRITES
    for spec in rule.specs
]
pieces = st.sampled_from(
    [text for rule in REWRITES for text in rule.habitual]
    + [spec.text for rule in REWRITES for spec in rule.specs]
    + [rule.professional for rule in REWRITES]
    + ["“", "”", "，", "。", "！", "\n", "亲", "你", "必须", "😀", "\ud800", "\x00", " ", "{{ x }}"]
)
drafts = st.one_of(
    st.text(st.characters(exclude_categories=())), st.lists(pieces, max_size=8).map("".join)
)


@pytest.mark.parametrize(("rule", "spec"), SPECS)
def test_spec(rule: Rewrite, spec: Spec) -> None:
    others = tuple(other for other in REWRITES if other.id != rule.id)
    bare = tuple(replace(other, specs=()) for other in others)
    assert spec_problems((*bare, replace(rule, specs=(spec,)))) == []


@pytest.mark.parametrize("name", INVENTORY)
def test_inventory_is_covered(name: str) -> None:
    assert f"rewrite.{name}" in {rule.id for rule in REWRITES}


def test_rules_have_examples_and_reasons() -> None:
    for rule in REWRITES:
        assert len(rule.specs) >= 5 and rule.reason and rule.source, rule.id
        assert any(spec.to == spec.text for spec in rule.specs), rule.id


def test_own_wording_is_marked() -> None:
    own = {rule.id for rule in REWRITES if rule.own_words}
    assert own == {"rewrite.today_deadline"}


@pytest.mark.parametrize("rule", REWRITES, ids=lambda rule: rule.id)
def test_professional_wording_stays(rule: Rewrite) -> None:
    if rule.kind == "sentence":
        assert not REWRITER.rewrite(rule.professional.replace("{rest}", "稍等")).changed


@given(drafts)
@settings(max_examples=400, deadline=None)
def test_edits_are_exact_and_rewriting_is_idempotent(draft: str) -> None:
    result = REWRITER.rewrite(draft)
    assert result.changed == (result.rewritten != draft) == bool(result.edits)
    at = 0
    for edit in result.edits:
        assert at <= edit.start <= edit.end and draft[edit.start : edit.end] == edit.text
        assert edit.text != edit.replacement
        at = edit.end
    assert apply_edits(draft, result.edits) == result.rewritten
    assert not REWRITER.rewrite(result.rewritten).changed


@pytest.mark.parametrize(
    "draft",
    ["你" * 10_000, "你，" * 5_000, "你必须" * 3_333, "卖完了，" * 2_500, "“你" * 5_000,
     "\ud800肯定\x00" * 2_000, "你叫什么 " * 2_000, "不好意思让您" * 1_600],
    ids=lambda draft: draft[:4].encode("ascii", "backslashreplace").decode(),
)  # fmt: skip
def test_evil_draft_is_rewritten_in_time(draft: str) -> None:
    started = time.perf_counter()
    REWRITER.rewrite(draft)
    assert time.perf_counter() - started < 4


@pytest.mark.parametrize(
    "draft",
    ["您说“你叫什么名字”对吗", "模板 {{ 你 }} 不动",
     "歌名《你的名字叫什么》", "商品码 `你A1`"],
)  # fmt: skip
def test_quotations_links_and_code_stay(draft: str) -> None:
    assert not REWRITER.rewrite(draft).changed


@pytest.mark.parametrize(
    "draft",
    ["您没有必要担心这次修后又贵", "我不想给您错误的地址", "这款卖完了吗", "我能给您他的手机号码",
     "不好意思", "真的很抱歉"],
)  # fmt: skip
def test_lookalikes_stay(draft: str) -> None:
    assert not REWRITER.rewrite(draft).changed


def test_emoji_and_punctuation_stay() -> None:
    result = REWRITER.rewrite("😀你叫什么名字啊亲😀，我帮你查~")
    assert result.rewritten == "😀请问，我可以知道您的名字吗？😀，我帮您查~"
    assert [edit.rule_id for edit in result.edits] == ["rewrite.your_name", "rewrite.you_polite"]


def test_stage_of_one_word_answer() -> None:
    assert REWRITER.rewrite("没有", stage="presale").changed
    assert REWRITER.rewrite("没有").changed
    assert not REWRITER.rewrite("没有", stage="aftersale").changed


def test_failing_spec_and_unsound_pattern_are_reported() -> None:
    place = Mark("rewrites.yaml", 9, 9)
    broken = replace(
        REWRITES[0], patterns=("(?=字)",), specs=(Spec("您好", place, to="您好呀"),), mark=place
    )
    found = spec_problems([broken])
    assert [f.rule_id for f in found] == ["rewrite.pattern", "rewrite.spec"]
    assert all(f.hint and f.mark == place for f in found)
