"""The rules of the lint, in one list. A new rule is a file here and a line below."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.rules import (
    ask_duplicate,
    ask_empty,
    ask_too_few,
    case_entry_unknown,
    fact_expired,
    fact_unused,
    guard_example,
    help_missing,
    id_duplicate,
    id_shape,
    near_miss_entry_unknown,
    near_miss_is_ask,
    policy_fact,
    policy_pattern,
    policy_spec,
    reference_unknown,
    rewrite_pattern,
    rewrite_spec,
    source_missing,
    template_avoid,
    template_must,
    template_number,
    template_policy,
    template_syntax,
    template_unknown_name,
    variant_unreachable,
)


class Rule(Protocol):
    """What the file of a rule holds."""

    ID: str
    SEVERITY: Severity  # the gravest that it gives
    TITLE: str
    HINT: str

    def check(self, book: Phrasebook, context: LintContext, /) -> Iterator[FileFinding]:
        """Yields the findings of a book. Never raises."""


RULES: tuple[Rule, ...] = (
    id_duplicate,
    id_shape,
    ask_duplicate,
    ask_empty,
    ask_too_few,
    near_miss_is_ask,
    near_miss_entry_unknown,
    reference_unknown,
    template_syntax,
    template_unknown_name,
    template_must,
    template_avoid,
    template_policy,
    template_number,
    variant_unreachable,
    fact_expired,
    fact_unused,
    source_missing,
    policy_pattern,
    policy_fact,
    policy_spec,
    rewrite_pattern,
    rewrite_spec,
    guard_example,
    help_missing,
    case_entry_unknown,
)

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
