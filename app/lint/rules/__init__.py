"""The rules of the lint, in one list. A new rule is a file here and a line below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.rules import (
    ask_contradiction,
    ask_duplicate,
    ask_empty,
    ask_near_duplicate,
    ask_other_wins,
    ask_too_few,
    case_entry_unknown,
    fact_dates,
    fact_expired,
    fact_name,
    fact_unused,
    guard_example,
    help_missing,
    id_duplicate,
    id_shape,
    ignore_unused,
    ignore_wrong,
    link_shape,
    near_miss_entry_unknown,
    near_miss_is_ask,
    near_miss_matches,
    policy_fact,
    policy_pattern,
    policy_spec,
    reference_unknown,
    reply_too_long,
    rewrite_pattern,
    rewrite_spec,
    rule_untested,
    source_missing,
    template_avoid,
    template_fact_value,
    template_must,
    template_number,
    template_policy,
    template_syntax,
    template_unknown_name,
    template_wide_marks,
    text_invisible,
    text_script,
    variant_unreachable,
)


class Rule(Protocol):
    """What the file of a rule holds."""

    ID: str
    SEVERITY: Severity  # the gravest that it gives
    TITLE: str
    WHY: str  # what happens when nobody mends it
    HINT: str  # what to do; a finding may say it more exactly

    def check(self, book: Phrasebook, context: LintContext, /) -> Iterator[FileFinding]:
        """Yields the findings of a book. Never raises."""


RULES: tuple[Rule, ...] = (
    id_duplicate,
    id_shape,
    ask_duplicate,
    ask_near_duplicate,
    ask_contradiction,
    ask_other_wins,
    ask_empty,
    ask_too_few,
    near_miss_is_ask,
    near_miss_matches,
    near_miss_entry_unknown,
    reference_unknown,
    template_syntax,
    template_wide_marks,
    template_unknown_name,
    template_must,
    template_avoid,
    template_policy,
    template_fact_value,
    template_number,
    variant_unreachable,
    reply_too_long,
    link_shape,
    text_script,
    text_invisible,
    fact_name,
    fact_expired,
    fact_dates,
    fact_unused,
    source_missing,
    policy_pattern,
    policy_fact,
    policy_spec,
    rewrite_pattern,
    rewrite_spec,
    guard_example,
    rule_untested,
    help_missing,
    case_entry_unknown,
    ignore_wrong,
    ignore_unused,
)

# These compare every ask with all others, or ask the book what it answers, which takes seconds.
# They give warnings only: what is served does not depend on them.
THOROUGH: tuple[Rule, ...] = (ask_near_duplicate, ask_other_wins, near_miss_matches)

# These judge the run itself, after all others.
LAST: tuple[Rule, ...] = (ignore_wrong, ignore_unused)

# These compare parts of the book with each other: wrong while a file could not be parsed.
NEEDS_WHOLE_BOOK: tuple[Rule, ...] = (
    near_miss_entry_unknown,
    reference_unknown,
    template_unknown_name,
    template_must,
    template_policy,
    fact_unused,
    policy_fact,
    rewrite_spec,
    help_missing,
    case_entry_unknown,
)

# Errors of these mostly follow from one elsewhere: what they name was renamed, or not read at all.
NAMES: tuple[Rule, ...] = (
    near_miss_entry_unknown,
    reference_unknown,
    template_unknown_name,
    policy_pattern,
)

# And so do these, one step on: a text or an example comes out otherwise than it should.
RESULTS: tuple[Rule, ...] = (template_must, policy_spec, rewrite_spec, guard_example)
