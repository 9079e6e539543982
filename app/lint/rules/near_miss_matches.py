"""A near miss that its entry answers all the same, for instance because it is taken apart."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "near_miss.matches"
SEVERITY: Severity = "warning"
TITLE = "反例还是由本条目答了"
WHY = (
    "反例写明这句话不该由这个条目回答，结果还是它答了：多半是一句话里说了两件事，"
    "程序拆开以后，其中一半正是本条目的问法。"
)
HINT = "请把反例改成只说一件事的一句话，或在 guards.yaml 里写明它和问法怎样分。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Asks the book each of its near misses as they stand."""
    if context.ask is None:
        return
    for entry in book.entries:
        for miss in entry.near_misses:
            answer = context.ask(miss.text)
            context.step()
            for suggestion in answer.suggestions:
                if entry.id in suggestion.entries:
                    said = (
                        f"反例“{miss.text}”还是由“{entry.id}”答了"
                        f"（把握 {suggestion.confidence:.2f}，最像“{suggestion.proof.ask}”）。"
                    )
                    yield FileFinding(ID, SEVERITY, miss.mark, said, HINT)
                    break
