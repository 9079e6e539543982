"""The shipped policies: their examples, replies as agents type them, what holds for any text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.model import PLATFORMS, Finding, Phrasebook, Policy, Spec
from app.engine.policy import PolicyChecker
from app.engine.policy_problems import pattern_problems, spec_problems
from app.engine.source import read_book

FOLDER = Path(__file__).parents[2] / "phrasebook" / "policies"
CASES: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases" / "replies.yaml").read_text("utf-8")
)
INVENTORY = (
    "invoice", "free_shipping", "card_fee", "cod", "privacy", "close_order", "off_platform",
    "dispatch_promise", "seven_day", "absolute", "advice", "dispute", "blame", "overpromise",
    "competitor", "review_bribe", "refund_reason", "brushing", "curt", "courtesy",
)  # fmt: skip
LAW = (
    "auto_renew", "citation", "extreme_words", "fake_stock", "false_price", "fraud_safe",
    "gift_terms", "goods_intact", "harassment", "health_claim", "invoice_true",
    "marketing_consent", "no_retaliation", "platform_words", "price_equal", "refund_amount",
    "refund_method", "return_address", "tying", "unfair_terms",
)  # fmt: skip
FORBIDDEN_BY_LAW = (
    "invoice", "off_platform", "review_bribe", "refund_reason", "brushing", "privacy",
    "fraud_safe", "seven_day", "unfair_terms",
)  # fmt: skip


def shipped() -> Phrasebook:
    """A book of the shipped policies alone: without the shop's facts, as their examples are run."""
    files = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.yaml")}
    book, findings = read_book(files)
    assert [f for f in findings if f.rule_id != "book.empty"] == []
    return book


POLICIES = shipped().policies
BY_ID = {policy.id: policy for policy in POLICIES}
CHECKER = PolicyChecker(POLICIES)


def found_by(policy_id: str, text: str, platform: str | None) -> list[Finding]:
    return [f for f in CHECKER.check(text, platform=platform) if f.rule_id == policy_id]


# ---- examples and cases ------------------------------------------------------------------------

SPECS = [
    pytest.param(policy, spec, id=f"{policy.id}:{spec.text}")
    for policy in POLICIES
    for spec in policy.specs
]


def cases(kind: str) -> list[Any]:
    return [
        pytest.param(policy_id, text, case.get("platform"), id=f"{policy_id}:{text}")
        for policy_id, case in CASES.items()
        for text in case.get(kind, ())
    ]


@pytest.mark.parametrize(("policy", "spec"), SPECS)
def test_spec(policy: Policy, spec: Spec) -> None:
    assert spec_problems([replace(policy, specs=(spec,))]) == []


@pytest.mark.parametrize(("policy_id", "text", "platform"), cases("breaks"))
def test_a_reply_that_breaks_a_policy(policy_id: str, text: str, platform: str | None) -> None:
    assert found_by(policy_id, text, platform)


@pytest.mark.parametrize(("policy_id", "text", "platform"), cases("fine"))
def test_a_reply_that_breaks_none(policy_id: str, text: str, platform: str | None) -> None:
    assert found_by(policy_id, text, platform) == []


@pytest.mark.parametrize(("policy_id", "text", "platform"), cases("missed"))
def test_what_is_still_missed(policy_id: str, text: str, platform: str | None) -> None:
    assert found_by(policy_id, text, platform) == [], "found now: move it to breaks"


# ---- the files ---------------------------------------------------------------------------------


def test_shipped_patterns_are_sound() -> None:
    assert pattern_problems(POLICIES) == []


@pytest.mark.parametrize("name", [*INVENTORY, *LAW])
def test_what_the_shop_and_the_law_ask_is_covered(name: str) -> None:
    assert f"policy.{name}" in BY_ID


@pytest.mark.parametrize("name", FORBIDDEN_BY_LAW)
def test_what_is_forbidden_is_an_error(name: str) -> None:
    assert BY_ID[f"policy.{name}"].severity == "error"


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_a_policy_tells_what_why_and_what_instead(policy: Policy) -> None:
    fires = [spec for spec in policy.specs if spec.hit is not None]
    assert len(fires) >= 5
    assert len(policy.specs) - len(fires) >= 5 and len(policy.specs) >= 10
    assert policy.title and policy.message.endswith("。")
    dated = re.search(r"(?:19|20)\d\d|待核实", policy.source)
    assert dated or re.match(r"\d{3} ", policy.source), "a date, or the number of a document"


def test_ids_are_unique() -> None:
    assert len(BY_ID) == len(POLICIES)


# ---- what holds for any text -------------------------------------------------------------------

# Text made of what rules look for finds more than text made of anything.
pieces = st.sampled_from(
    [word for policy in POLICIES for word in (*policy.words, *policy.exceptions)]
    + [spec.text for policy in POLICIES for spec in policy.specs]
    + ["“", "”", "您说", "，", "。", "\n", "不", "吗", "如果", "😀", "👩\u200d👧", "\ud800", "\x00"]
    + ["\u200b", "ＱＱ", "[数字x]", " ", "\u202eשלום", "ﷺ", "e\u0301", "İ"]
)
texts = st.one_of(
    st.text(st.characters(exclude_categories=())), st.lists(pieces, max_size=12).map("".join)
)


@given(texts, st.sampled_from([None, *PLATFORMS]), st.sampled_from(["out", "in"]))
@settings(max_examples=300, deadline=None)
def test_never_raises_and_offsets_are_exact(
    text: str, platform: str | None, direction: Any
) -> None:
    findings = CHECKER.check(
        text, platform=platform, stage="presale", entry_id="product.color", direction=direction
    )
    assert list(findings) == sorted(findings, key=lambda f: f.start)
    for finding in findings:
        assert text[finding.start : finding.end] == finding.text != ""


@given(texts)
@settings(max_examples=100, deadline=None)
def test_a_text_that_was_read_is_judged_as_when_it_is_checked(text: str) -> None:
    reading = CHECKER.read(text)
    for platform in (None, *PLATFORMS):
        assert CHECKER.judge(reading, platform=platform) == CHECKER.check(text, platform=platform)


LinesRun = Callable[[Callable[[], object]], int]
EVIL = (
    "你", "“您说", "保证不能", "\ud800肯定\x00", "发票", "您说“肯定”", "a", "1", "好评返", "如果",
    "不要加", "退款不会", "发票要加点，", "您那边补运费", "吗？", "[数字x]", "微 信", "\u200b",
    "开不了票的", "明天到",
)  # fmt: skip


@pytest.mark.parametrize("piece", EVIL, ids=ascii)
def test_work_grows_with_the_length_and_no_faster(piece: str, lines_run: LinesRun) -> None:
    part, whole = ((piece * 10_000)[:length] for length in (2_500, 10_000))
    CHECKER.check(part)  # RE2 makes its tables while it works
    # Four times the text: four times the work when it is linear, sixteen when it is quadratic.
    # The words and patterns themselves run in linear automata; bench measures those by the clock.
    least = max(lines_run(lambda: CHECKER.check(part)), 2_000)
    assert lines_run(lambda: CHECKER.check(whole)) <= 5 * least
