"""A phrasebook's replies and Chatwoot's canned responses, compared by short code."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.chatwoot.client import Canned, Chatwoot


@dataclass(frozen=True, slots=True)
class Plan:
    """What a push would do. `theirs` are canned responses that no entry has: they stay."""

    new: Mapping[str, str]
    changed: Sequence[tuple[Canned, str]]
    same: Sequence[str]
    theirs: Sequence[Canned]

    @property
    def size(self) -> int:
        """How many requests it takes."""
        return len(self.new) + len(self.changed)


def plan_push(replies: Iterable[tuple[str, str]], known: Sequence[Canned]) -> Plan:
    """`replies` are (entry id, reply); the entry's id is the short code."""
    wanted = dict(replies)
    by_code = {canned.short_code: canned for canned in known}
    return Plan(
        new={code: text for code, text in wanted.items() if code not in by_code},
        changed=[
            (by_code[code], text)
            for code, text in wanted.items()
            if code in by_code and by_code[code].content != text
        ],
        same=[c for c, text in wanted.items() if c in by_code and by_code[c].content == text],
        theirs=[canned for canned in known if canned.short_code not in wanted],
    )


async def push(
    plan: Plan, account: int, chatwoot: Chatwoot, progress: Callable[[int, int], None]
) -> None:
    """Carries a plan out; again after a failure, it does what is left. Raises ChatwootError."""
    done = 0
    for code, text in plan.new.items():
        await chatwoot.add_canned(account, code, text)
        progress(done := done + 1, plan.size)
    for canned, text in plan.changed:
        await chatwoot.change_canned(account, canned, text)
        progress(done := done + 1, plan.size)
