"""One wording that the book gives to two owners: ask here, near miss or out of scope there."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Mark, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ask.contradiction"
SEVERITY: Severity = "warning"
TITLE = "问法和反例互相矛盾"
WHY = "一处说这句话由这个条目回答，另一处说它属于别的条目或不该回答。程序两样都学，这句话就答不准。"
HINT = "请决定这句话由谁回答：在反例里写明那个条目的编号，或删去其中一处。"

_SCOPE_HINT = "请从 out_of_scope 里删去它（数字都算一样），或删去这条问法。"
_NOBODY = "不该回答"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Compares content characters; every wording that has another owner is told at its place."""
    asks: dict[str, tuple[str, Mark]] = {}
    for entry in book.entries:
        for ask in entry.asks:
            asks.setdefault(context.core(ask.text), (entry.id, ask.mark))
    asks.pop("", None)
    owners: dict[str, tuple[str | None, Mark]] = {}
    for entry in book.entries:
        for miss in entry.near_misses:
            core = context.core(miss.text)
            if core in asks:
                owner, mark = asks[core]
                # With its own ask it is the business of near_miss.is_ask.
                if owner not in (entry.id, miss.entry):
                    owned = f"却是“{owner}”的问法（{mark}）。"
                    said = f"反例“{miss.text}”写明{_named(miss.entry)}，{owned}"
                    yield FileFinding(ID, SEVERITY, miss.mark, said, HINT)
            elif core:
                before, place = owners.setdefault(core, (miss.entry, miss.mark))
                if before != miss.entry:
                    said = (
                        f"反例“{miss.text}”在这里写明{_named(miss.entry)}，"
                        f"在 {place} 写明{_named(before)}。"
                    )
                    yield FileFinding(ID, SEVERITY, miss.mark, said, HINT)
    yield from _out_of_scope(book, context, asks)


def _out_of_scope(
    book: Phrasebook, context: LintContext, asks: dict[str, tuple[str, Mark]]
) -> Iterator[FileFinding]:
    """An ask is told once, with the first of the texts that are the same to the matcher."""
    told: set[str] = set()
    for text in book.out_of_scope:
        core = context.core(text)
        if core in asks and core not in told:
            told.add(core)
            owner, mark = asks[core]
            said = f"“{owner}”的这条问法也在 out_of_scope 里（“{text}”），那里说不该回答。"
            yield FileFinding(ID, SEVERITY, mark, said, _SCOPE_HINT)


def _named(owner: str | None) -> str:
    return f"属于“{owner}”" if owner else _NOBODY
