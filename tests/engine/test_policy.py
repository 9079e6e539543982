"""Policies: every example in the shipped files, and what holds for any text."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.model import Mark, Policy, Spec
from app.engine.policy import PolicyChecker, pattern_problems, spec_problems
from app.engine.rules_source import read_policies
from app.engine.yaml_nodes import Problems, parse

BOOK = Path(__file__).parents[2] / "phrasebook"
INVENTORY = [
    "invoice",
    "free_shipping",
    "card_fee",
    "cod",
    "privacy",
    "close_order",
    "off_platform",
    "dispatch_promise",
    "seven_day",
    "absolute",
    "advice",
    "dispute",
    "blame",
    "overpromise",
    "competitor",
    "review_bribe",
    "refund_reason",
    "brushing",
    "curt",
    "courtesy",
]
FORBIDDEN_BY_LAW = [
    "invoice",
    "off_platform",
    "review_bribe",
    "refund_reason",
    "brushing",
    "privacy",
    "fraud_safe",
    "seven_day",
    "unfair_terms",
]


def load_policies() -> tuple[Policy, ...]:
    problems = Problems()
    found: list[Policy] = []
    for path in sorted((BOOK / "policies").glob("*.yaml")):
        document = parse(path.read_text("utf-8"), f"policies/{path.name}", problems)
        assert document is not None
        found += read_policies(document.pairs()["policies"], problems)
    assert problems.findings == []
    return tuple(found)


POLICIES = load_policies()
CHECKER = PolicyChecker(POLICIES)
ABSOLUTE = next(policy for policy in POLICIES if policy.id == "policy.absolute")
SPECS = [
    pytest.param(policy, spec, id=f"{policy.id}:{spec.text}")
    for policy in POLICIES
    for spec in policy.specs
]
# Text made of what rules look for finds more than text made of anything.
pieces = st.sampled_from(
    [word for policy in POLICIES for word in (*policy.words, *policy.exceptions)]
    + [spec.text for policy in POLICIES for spec in policy.specs]
    + ["“", "”", "您说", "，", "。", "\n", "不", "😀", "\ud800", "\x00", "ＱＱ", "[数字x]", " "]
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=())), st.lists(pieces, max_size=12).map("".join)
)


@pytest.mark.parametrize(("policy", "spec"), SPECS)
def test_spec(policy: Policy, spec: Spec) -> None:
    assert spec_problems([replace(policy, specs=(spec,))]) == []


def test_shipped_patterns_are_sound() -> None:
    assert pattern_problems(POLICIES) == []


@pytest.mark.parametrize("name", INVENTORY)
def test_inventory_is_covered(name: str) -> None:
    assert f"policy.{name}" in {policy.id for policy in POLICIES}


@pytest.mark.parametrize("name", FORBIDDEN_BY_LAW)
def test_what_is_forbidden_is_an_error(name: str) -> None:
    policy = next(policy for policy in POLICIES if policy.id == f"policy.{name}")
    assert policy.severity == "error"


def test_ids_are_unique_and_rules_have_examples() -> None:
    assert len({policy.id for policy in POLICIES}) == len(POLICIES)
    for policy in POLICIES:
        assert len(policy.specs) >= 5, policy.id
        assert any(spec.hit is None for spec in policy.specs), policy.id


@given(texts)
@settings(max_examples=300, deadline=None)
def test_never_raises_and_offsets_are_exact(text: str) -> None:
    findings = CHECKER.check(text, platform="pdd", stage="presale", entry_id="product.color")
    assert list(findings) == sorted(findings, key=lambda f: f.start)
    for finding in findings:
        assert text[finding.start : finding.end] == finding.text != ""


@pytest.mark.parametrize(
    "text",
    ["你" * 10_000, "“您说" * 3_400, "保证不能" * 2_500, "\ud800肯定\x00" * 2_000, "发票" * 5_000,
     "您说“肯定”" * 1_400, "a" * 10_000, "1" * 10_000, "好评返" * 3_300],
    ids=lambda text: text[:6].encode("ascii", "backslashreplace").decode(),
)  # fmt: skip
def test_evil_text_is_checked_in_time(text: str) -> None:
    started = time.perf_counter()
    CHECKER.check(text)
    assert time.perf_counter() - started < 2


def test_offsets_count_code_points_of_the_original() -> None:
    (finding,) = (f for f in CHECKER.check("😀😀ＷＸ：加我ＷＸ。") if f.text == "加我ＷＸ。")
    assert (finding.start, finding.end) == (5, 10)


def test_same_text_on_different_platforms() -> None:
    text = "链接：https://item.jd.com/100.html"
    found = {p: {f.rule_id for f in CHECKER.check(text, platform=p)} for p in ("jd", "pdd", None)}
    assert found == {"jd": set(), "pdd": {"policy.pdd_other_platforms"}, None: set()}


def test_stage_restricts_only_when_known() -> None:
    checker = PolicyChecker([replace(ABSOLUTE, stages=frozenset({"presale"}))])
    assert checker.check("肯定") and checker.check("肯定", stage="presale")
    assert not checker.check("肯定", stage="aftersale")


def test_entry_that_needs_a_word() -> None:
    found = CHECKER.check("这款黑的显瘦", entry_id="product.color")
    assert [f.rule_id for f in found] == ["policy.advice"]
    assert CHECKER.check("建议您选黑的", entry_id="product.color") == ()


def test_customer_quotation_is_no_finding() -> None:
    assert CHECKER.check("您说的“保证不掉色”是哪一款呢") == ()
    assert CHECKER.check("我们“保证”不掉色") != ()


@pytest.mark.parametrize(
    ("pattern", "part"),
    [("(?=字)", "不受支持"), ("字{0,3}", "匹配空白"), ("字.*句", "没有限定长度"), ("(", "不受支持"),
     (r"(字)\1", "不受支持")],
)  # fmt: skip
def test_unsound_pattern_is_reported_and_left_out(pattern: str, part: str) -> None:
    policy = replace(ABSOLUTE, patterns=(pattern,), mark=Mark("x.yaml", 3, 5))
    (finding,) = pattern_problems([policy])
    assert (finding.rule_id, finding.severity) == ("policy.pattern", "error")
    assert part in finding.message and finding.hint and str(finding).startswith("x.yaml:3:5")
    assert PolicyChecker([policy]).check("肯定")[0].text == "肯定"


def test_failing_specs_are_reported_with_their_place() -> None:
    specs = (Spec("肯定的", Mark("x.yaml", 7, 9)), Spec("好的", Mark("x.yaml", 8, 9), hit="好"))
    found = spec_problems([replace(ABSOLUTE, specs=specs)])
    assert [f.rule_id for f in found] == ["policy.spec", "policy.spec"]
    assert "不该报" in found[0].message and "什么也没报" in found[1].message
    assert found[1].mark.line == 8 and found[0].hint


@pytest.mark.parametrize("hidden", ["\u200b", "\u00ad", "\u2060", "\u202e", "\ufe0f"])
def test_characters_that_do_not_show_hide_nothing(hidden: str) -> None:
    text = f"😀您加微{hidden}信聊吧"
    found = [f for f in CHECKER.check(text) if f.rule_id == "policy.off_platform"]
    assert found
    assert all(text[f.start : f.end] == f.text for f in found)
    assert any(hidden in f.text for f in found)
