"""What several rules need, computed once in a run of the lint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property

from app.engine.compiled import checker_of, policy_problems_of, rewrite_problems_of
from app.engine.lexicon import Lexicon
from app.engine.model import FileFinding, Phrasebook
from app.engine.normalize import normalize
from app.engine.policy import PolicyChecker
from app.engine.suggestion import Answer
from app.lint.ignores import Ignore, ignores_of
from app.lint.templates import Outcome, Template, outcome_of, templates_of

Asked = Callable[[str], Answer]


class LintContext:
    """One run: the day, whether reading failed somewhere, and results that rules share.

    Lazy, so a rule pays only for what it uses. Not for more than one run or thread.

    Attributes:
        files: the texts of the book's files that parse; empty when the caller has none.
        ask: what the book answers to a message; None when that is not to be tried.
        step: to be called for each ask and near miss that a thorough rule has tried.
        known_rules: the ids of all rules.
        ran, found: for the rules that judge the run itself, which rules ran and what they found.
    """

    def __init__(
        self,
        book: Phrasebook,
        *,
        today: date,
        read_errors: bool = False,
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.today = today
        self.read_errors = read_errors
        self.files = files or {}
        self.ask: Asked | None = None
        self.step: Callable[[], None] = lambda: None
        self.known_rules: frozenset[str] = frozenset()
        self.ran: frozenset[str] = frozenset()
        self.found: tuple[FileFinding, ...] = ()
        self._book = book
        self._cores: dict[str, str] = {}
        self._outcomes: dict[str, Outcome] = {}

    def core(self, text: str) -> str:
        """The content characters of a text, as the index compares them."""
        if text not in self._cores:
            self._cores[text] = normalize(text).core
        return self._cores[text]

    def outcome(self, template: Template) -> Outcome:
        """The texts that a template becomes, or its problem."""
        if template.text not in self._outcomes:
            self._outcomes[template.text] = outcome_of(template.text, self._book, self.today)
        return self._outcomes[template.text]

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Every template of the book."""
        return tuple(templates_of(self._book))

    @cached_property
    def checker(self) -> PolicyChecker:
        """All policies of the book, compiled."""
        return checker_of(self._book)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The synonyms of the book."""
        return Lexicon(self._book.lexicon)

    @cached_property
    def policy_problems(self) -> Sequence[FileFinding]:
        """Examples of policies that fail."""
        return policy_problems_of(self._book)

    @cached_property
    def rewrite_problems(self) -> Sequence[FileFinding]:
        """Unsound patterns of rewrites and examples of theirs that fail."""
        return rewrite_problems_of(self._book)

    @cached_property
    def ignores(self) -> tuple[Ignore, ...]:
        """The comments that let findings stand."""
        return tuple(ignores_of(self.files))
