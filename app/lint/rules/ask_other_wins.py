"""An ask that another entry answers: what the book says here it does not do."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ask.other_wins"
SEVERITY: Severity = "warning"
TITLE = "问法由别的条目答了"
WHY = (
    "照这句问法原样去问，得到的是别的条目的回复：两个条目的问法混在一起，"
    "或者防混标记、反例把它挡住了。"
)
HINT = "请把它移到答它的那个条目；不该由那里回答，就在那里把它写成反例并写明本条目的编号。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Asks the book each of its asks as they stand. That no entry answers, `huashu test` tells."""
    if context.ask is None:
        return
    for entry in book.entries:
        for ask in entry.asks:
            answer = context.ask(ask.text)
            context.step()
            if answer.decision == "none" or not answer.suggestions:
                continue
            first = answer.suggestions[0]
            if entry.id not in first.entries:
                said = (
                    f"问法“{ask.text}”由“{'＋'.join(first.entries)}”答了"
                    f"（把握 {first.confidence:.2f}，最像“{first.proof.ask}”）。"
                )
                yield FileFinding(ID, SEVERITY, ask.mark, said, HINT)
