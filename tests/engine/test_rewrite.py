"""Rewrites: every example in the shipped file, more drafts, and what holds for any draft."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.edits import apply_edits
from app.engine.folding import to_traditional
from app.engine.model import Mark, Rewrite, Spec
from app.engine.rewrite import Rewriter, RewriteResult, spec_problems
from app.engine.source import read_book

FILE = Path(__file__).parents[2] / "phrasebook" / "rewrites.yaml"
CASES = Path(__file__).parent / "cases" / "rewrites.yaml"
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
    book, findings = read_book({FILE.name: FILE.read_text("utf-8")})
    assert {found.rule_id for found in findings} == {"book.empty"}
    return book.rewrites


REWRITES = load_rewrites()
REWRITER = Rewriter(REWRITES)
SPECS = [
    pytest.param(rule, spec, id=f"{rule.id}:{spec.text}")
    for rule in REWRITES
    for spec in rule.specs
]
MORE: list[dict[str, Any]] = yaml.safe_load(CASES.read_text("utf-8"))


@pytest.mark.parametrize(("rule", "spec"), SPECS)
def test_spec(rule: Rewrite, spec: Spec) -> None:
    others = tuple(other for other in REWRITES if other.id != rule.id)
    bare = tuple(replace(other, specs=()) for other in others)
    assert spec_problems((*bare, replace(rule, specs=(spec,)))) == []


@pytest.mark.parametrize(
    ("rule", "draft", "rewritten"),
    [
        pytest.param(case["rule"], draft, rewritten, id=draft)
        for case in MORE
        for draft, rewritten in case["rewritten"]
    ],
)
def test_more_drafts(rule: str, draft: str, rewritten: str) -> None:
    result = REWRITER.rewrite(draft)
    assert result.rewritten == rewritten
    assert rule in {edit.rule_id for edit in result.edits}


@pytest.mark.parametrize("draft", [draft for case in MORE for draft in case["kept"]])
def test_more_lookalikes(draft: str) -> None:
    assert REWRITER.rewrite(draft) == RewriteResult(draft, False, ())


@pytest.mark.parametrize("name", INVENTORY)
def test_inventory_is_covered(name: str) -> None:
    assert f"rewrite.{name}" in {rule.id for rule in REWRITES}
    assert f"rewrite.{name}" in {case["rule"] for case in MORE}


@pytest.mark.parametrize("rule", REWRITES, ids=lambda rule: rule.id)
def test_rule_has_examples_and_reasons(rule: Rewrite) -> None:
    same = sum(spec.to == spec.text for spec in rule.specs)
    assert len(rule.specs) - same >= 12 and same >= 6
    assert rule.reason and rule.source
    made = [edit for spec in rule.specs for edit in REWRITER.rewrite(spec.text).edits]
    told = {(edit.message, edit.source) for edit in made if edit.rule_id == rule.id}
    assert told == {(rule.reason, rule.source)}


def test_own_wording_is_marked() -> None:
    own = {rule.id for rule in REWRITES if rule.own_words}
    assert own == {"rewrite.today_deadline"}


@pytest.mark.parametrize("rule", REWRITES, ids=lambda rule: rule.id)
def test_professional_wording_stays(rule: Rewrite) -> None:
    if rule.kind == "sentence":
        assert not REWRITER.rewrite(rule.professional.replace("{rest}", "稍等")).changed


# Drafts as agents put them together: clauses, signs between them, emoji, either script.
CLAUSES = sorted(
    {text for rule in REWRITES for text in rule.habitual}
    | {spec.text for rule in REWRITES for spec in rule.specs}
    | {rule.professional for rule in REWRITES}
    | {"亲", "亲爱的", "您好", "不好意思", "但是", "我帮你查一下", "请稍等", "如果", "是不是", "吗"}
)
JOINTS = [
    "，",
    "。",
    "！",
    "？",
    "～",
    "……",
    " ",
    "\n",
    "",
    "、",
    "：",
    "😀",
    "👩‍🔧",
    "𠮷",
    "1️⃣",
    "\u200b",
]
BROKEN = [
    "“",
    "”",
    "「",
    '"',
    "'",
    "{{",
    "`",
    "【",
    "\ud800",
    "\x00",
    "www.",
    "您说：",
    "必须",
    "保证",
]
spoken = st.lists(st.sampled_from(CLAUSES) | st.sampled_from(JOINTS), max_size=9).map("".join)
drafts = st.one_of(
    spoken,
    spoken.map(to_traditional),
    st.lists(st.sampled_from([*CLAUSES, *JOINTS, *BROKEN]), max_size=9).map("".join),
    st.text(st.characters(exclude_categories=())),
)


@given(drafts)
@settings(max_examples=500)
def test_edits_are_exact_and_rewriting_is_idempotent(draft: str) -> None:
    result = REWRITER.rewrite(draft)
    assert result.changed == (result.rewritten != draft) == bool(result.edits)
    at = 0
    for edit in result.edits:
        assert at <= edit.start <= edit.end and draft[edit.start : edit.end] == edit.text
        assert edit.text != edit.replacement
        at = edit.end
    assert apply_edits(draft, result.edits) == result.rewritten
    assert REWRITER.rewrite(result.rewritten) == RewriteResult(result.rewritten, False, ())


@given(drafts)
@settings(max_examples=300)
def test_numbers_and_emoji_are_kept(draft: str) -> None:
    def telling(text: str) -> list[str]:
        return [c for c in text if unicodedata.category(c) in ("Nd", "So", "Cs")]

    assert telling(REWRITER.rewrite(draft).rewritten) == telling(draft)


@st.composite
def protected_drafts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int]]]:
    """A draft, and where in it somebody else's words or no words stand."""
    plain = [text for text in CLAUSES if not re.search(r"[“”「」《》【】{}\"']", text)]
    said = st.sampled_from([text for text in plain if "\n" not in text])
    shut = st.one_of(
        st.tuples(st.sampled_from(["“”", "「」", "『』", "《》", "‘’", '""']), said).map(
            lambda pair: f"{pair[0][0]}{pair[1]}{pair[0][1]}"
        ),
        said.map(lambda text: f"{{{{ {text} }}}}"),
        said.map(lambda text: f"`{text}`"),
        st.sampled_from(
            ["https://a.example/你好?q=保证", "【你的订单】", "[爱你]", "SF10086", "￥9.90"]
        ),
    )
    text, places = "", []
    for _ in range(draw(st.integers(1, 5))):
        text += draw(st.sampled_from(plain)) + draw(st.sampled_from(JOINTS))
        span = draw(shut)
        places.append((len(text), len(text) + len(span)))
        text += span + draw(st.sampled_from(JOINTS[:10]))
    return text, places


@given(protected_drafts())
@settings(max_examples=300)
def test_what_others_said_is_not_touched(made: tuple[str, list[tuple[int, int]]]) -> None:
    draft, places = made
    for edit in REWRITER.rewrite(draft).edits:
        for start, end in places:
            if edit.start < end and start < edit.end:
                # Kept within the rest of a clause: 你必须点“确认收货”.
                assert edit.start <= start and end <= edit.end
                assert draft[start:end] in edit.replacement


LinesRun = Callable[[Callable[[], object]], int]
EVIL = [
    "你", "你，", "你必须", "你必须先", "卖完了，", "卖完了吗，", "“你", "您说：", "\ud800肯定\x00",
    "你叫什么 ", "不好意思让您", "好亲亲亲", "保证不", "不，保证", "我给您", "a，", "听着，",
    "😀你", "怎么你老是有", "{{你", "[你", "'你", "https://你/", "你们大家",
]  # fmt: skip


@pytest.mark.parametrize(
    "evil", EVIL, ids=[text.encode("ascii", "backslashreplace").decode() for text in EVIL]
)
def test_work_grows_with_the_length_and_no_faster(evil: str, lines_run: LinesRun) -> None:
    part, whole = ((evil * 10_000)[:length] for length in (2_500, 10_000))
    REWRITER.rewrite(part)
    # Four times the text: four times the work when it is linear, sixteen when it is quadratic.
    least = max(lines_run(lambda: REWRITER.rewrite(part)), 2_000)
    assert lines_run(lambda: REWRITER.rewrite(whole)) <= 5 * least


def test_row_of_addresses_ends() -> None:
    assert REWRITER.rewrite("好" + "亲" * 5_000 + "好，你好").rewritten.endswith("，您好")


@pytest.mark.parametrize(
    "draft",
    ["您说“你叫什么名字”对吗", "模板 {{ 你 }} 不动", "歌名《你的名字叫什么》", "商品码 `你A1`",
     "您留言：你们怎么还不发货", "请点【联系你的客服】", "链接 https://a.example/q=你",
     "送您[爱你]表情", "品牌叫你好小熊", "卡片写着‘我保证’"],
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


@pytest.mark.parametrize(
    ("draft", "rewritten"),
    [
        ("你的3号问题确实严重", "您的3号问题确实严重"),
        ("你的问题😀确实严重", "您的问题😀确实严重"),
        ("你必须付3元，你必须签收", "我们要为您那样做，这是我们需要的：请您付3元，"
         "我们要为您那样做，这是我们需要的：请您签收"),
        ("你必須把這裡的𠮷字拍下來", "我們要為您那樣做，這是我們需要的：請您把這裡的𠮷字拍下來"),
    ],
)  # fmt: skip
def test_what_a_clause_tells_besides_is_kept(draft: str, rewritten: str) -> None:
    assert REWRITER.rewrite(draft).rewritten == rewritten


@pytest.mark.parametrize(
    ("pattern", "draft", "rewritten"),
    [
        ("甲[,!]?乙", "甲，乙", "好"),
        ("甲{，}乙", "甲乙啊", "好"),
        (r"甲\s?乙", "说，甲 乙", "说，好"),
        ("甲.乙", "甲，乙", "好"),
        (r"甲\W乙", "甲！乙。丙", "好。丙"),
        ("甲[^丙]{0,3}乙", "甲，乙，丙", "好，丙"),
        (".{1,3}乙", "甲，乙", "好"),
        ("[^,]{1,3}乙", "甲，一乙", "甲，好"),
        ("您?甲", "你甲呢亲", "好"),
        ("[你您]甲", "但是您甲", "但是好"),
        ("甲(?P<word>乙)", "甲乙", "甲，好"),
        ("甲{rest}", "甲一二，三", "好，三"),
    ],
)
def test_pattern_of_a_clause(pattern: str, draft: str, rewritten: str) -> None:
    rule = replace(REWRITES[0], habitual=(), patterns=(pattern,), professional="好", specs=())
    assert Rewriter([rule]).rewrite(draft).rewritten == rewritten


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


def test_unsound_pattern_among_the_pairs_is_reported() -> None:
    word = next(rule for rule in REWRITES if rule.kind == "word")
    broken = replace(word, pairs=(("(?P<word>好)(?!的)", "行"),), specs=())
    assert [f.rule_id for f in spec_problems([broken])] == ["rewrite.pattern"]
    assert not Rewriter([broken]).rewrite("好呀").changed
