"""The smallest parts of proposals: one line of the book each, so that each is tried alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.learn.proposals import Kind, Proposal

NO_REPLY = "请在这里填写回复。"


@dataclass(frozen=True, slots=True)
class BookLine:
    """One wording for one place. Of a new entry its lines go together.

    `entry_id` is the entry, or the id of the new entry or rewrite; `belongs` the entry that
    answers a near miss; `title` and `reply` are those of the new entry or rewrite.
    """

    kind: Kind
    entry_id: str
    text: str
    belongs: str = ""
    title: str = ""
    reply: str = ""


def lines_of(proposal: Proposal, entry_id: str) -> tuple[BookLine, ...]:
    """What a proposal adds; `entry_id` is the id that a new entry or rewrite gets."""
    return tuple(
        BookLine(proposal.kind, entry_id, line.text, line.belongs, proposal.title, proposal.reply)
        for line in proposal.lines
    )


def of_kind(lines: Iterable[BookLine], kind: Kind) -> dict[str, list[BookLine]]:
    """The lines of one kind by entry, in their order."""
    found: dict[str, list[BookLine]] = {}
    for line in lines:
        if line.kind == kind:
            found.setdefault(line.entry_id, []).append(line)
    return found
