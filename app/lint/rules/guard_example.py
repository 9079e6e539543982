"""Two example texts that a guard holds for opposites, or does not, against what it states."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.guard_rules import guard_problems
from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "guard.example"
SEVERITY: Severity = "error"
TITLE = "防混标记的例子不符"
WHY = "例子是给防混标记的考题。不符说明标记没有起作用，“能退”和“不能退”会答成一样。"
HINT = "请补充 yes、no 或 neutral 里的说法，或改正例子。"


def check(book: Phrasebook, _: LintContext) -> Iterator[FileFinding]:
    """Reports what the engine finds."""
    yield from guard_problems(book.guards)
