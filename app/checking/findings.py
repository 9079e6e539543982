"""What the policies, and the rewrites when wanted, find in replies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.checking.replies import Reply
from app.engine.compiled import checker_of, rewriter_of
from app.engine.model import Edit, Finding, Phrasebook

Check = Callable[[str], Sequence[Finding]]


@dataclass(frozen=True, slots=True)
class ReplyFinding:
    """One finding in one reply; its offsets are those in the reply's text."""

    reply: Reply
    finding: Finding


def checker(
    book: Phrasebook,
    *,
    today: date,
    platform: str | None = None,
    stage: str | None = None,
    rewrites: bool = False,
) -> Check:
    """What finds everything in a text, by start: policies and, when wanted, rewrites.

    A rewrite is a finding of severity suggestion. The check never raises on any str.
    """
    policies, rewriter = checker_of(book), rewriter_of(book) if rewrites else None

    def check(text: str) -> Sequence[Finding]:
        found = policies.check(text, platform=platform, stage=stage, today=today)
        edits = rewriter.rewrite(text, platform=platform, stage=stage).edits if rewriter else ()
        return sorted((*found, *map(_as_finding, edits)), key=lambda f: (f.start, f.end, f.rule_id))

    return check


def _as_finding(edit: Edit) -> Finding:
    return Finding(
        rule_id=edit.rule_id,
        severity="suggestion",
        start=edit.start,
        end=edit.end,
        text=edit.text,
        message=edit.message,
        replacements=(edit.replacement,),
        source=edit.source,
    )


def check_replies(
    replies: Sequence[Reply],
    check: Check,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[ReplyFinding]:
    """The findings reply by reply; a text is checked once, however often it stands there.

    `progress` is told how many replies of how many are done.
    """
    known: dict[str, Sequence[Finding]] = {}
    for done, reply in enumerate(replies, 1):
        if reply.text not in known:
            known[reply.text] = check(reply.text)
        for finding in known[reply.text]:
            yield ReplyFinding(reply, finding)
        progress(done, len(replies))
