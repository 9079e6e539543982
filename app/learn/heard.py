"""What customers wrote and what agents did with the suggestions, by wording. Plain data, no SQL."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.engine.model import Decision
from app.engine.normalize import normalize
from app.engine.personal_data import LABELS, find

LONGEST = 60  # code points of an ask: longer messages tell a story that nobody tells twice
SHORTEST = 2  # characters with content
SPELLINGS = 5  # of one wording that are kept as samples

_MASKED = re.compile("|".join(map(re.escape, LABELS.values())))
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffd]")


@dataclass(frozen=True, slots=True)
class Reaction:
    """What an agent did with a suggestion. `text` is what was sent instead of an edited one.

    `entry_id` None: the agent's program did not say which of the suggestions it was.
    """

    outcome: Literal["sent", "edited", "rejected"]
    entry_id: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One request of the journal, masked. `offered` are entries, best first."""

    messages: tuple[str, ...]
    decision: Decision
    offered: tuple[str, ...] = ()
    platform: str | None = None
    stage: str | None = None
    channel: str = "chat"
    reactions: tuple[Reaction, ...] = ()


@dataclass(slots=True)
class Wording:
    """Messages that are one in comparable form. `unsure` counts those without a sure answer.

    `sent` and `rejected` count what agents did, by entry; `replies` are texts that agents wrote
    where no entry was sent.
    """

    core: str
    count: int = 0
    unsure: int = 0
    spellings: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        """The most frequent spelling; of several the first."""
        return self.spellings.most_common(1)[0][0]

    @property
    def samples(self) -> tuple[str, ...]:
        """Different spellings, the most frequent first."""
        return tuple(text for text, _ in self.spellings.most_common(SPELLINGS))


def may_be_learnt(text: str) -> bool:
    """Whether a message may become wording of the book.

    Nothing in which personal data is, or was before the journal masked it, and nothing that is
    no single short sentence.
    """
    if len(text) > LONGEST or _UNFIT.search(text) or _MASKED.search(text):
        return False
    return len(normalize(text).core) >= SHORTEST and not find(text)


def wordings(heard: Iterable[Heard]) -> Mapping[str, Wording]:
    """By comparable form, in the order of their first time. Bursts are left out.

    Which of several messages a reply was for is told by nobody.
    """
    found: dict[str, Wording] = {}
    for one in heard:
        if len(one.messages) != 1 or not may_be_learnt(one.messages[0].strip()):
            continue
        text = one.messages[0].strip()
        core = normalize(text).core
        wording = found.setdefault(core, Wording(core))
        wording.count += 1
        wording.unsure += one.decision != "answer"
        wording.spellings[text] += 1
        for reaction in one.reactions:
            _count(wording, one, reaction)
    return found


def _count(wording: Wording, one: Heard, reaction: Reaction) -> None:
    first = one.offered[0] if one.offered else None
    named = reaction.entry_id or first
    if reaction.outcome == "rejected":
        # Without a name nothing that was offered would do.
        wording.rejected.update([reaction.entry_id] if reaction.entry_id else one.offered)
    elif named:
        wording.sent[named] += 1
    elif reaction.text and may_be_sent(reaction.text):
        wording.replies[reaction.text] += 1


def may_be_sent(text: str) -> bool:
    """Whether a text that an agent wrote may become a reply of the book."""
    return not (_MASKED.search(text) or find(text) or "\ufffd" in text)
