"""Proposals as lines of text and as data. Everything in them was masked by the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from app.reports.wording import one_line

KINDS: Mapping[str, str] = {
    "ask": "加问法",
    "near_miss": "加反例",
    "entry": "新条目",
    "rewrite": "加改写",
}
STATES: Mapping[str, str] = {"open": "待处理", "accepted": "已采纳", "rejected": "已拒绝"}


class Stored(Protocol):
    """A proposal as the journal's store has it."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def kind(self) -> str:
        """A key of KINDS."""

    @property
    def entry_id(self) -> str:
        """The entry or rewrite that gains."""

    @property
    def state(self) -> str:
        """A key of STATES."""

    @property
    def reason(self) -> str | None:
        """Why it was rejected."""

    @property
    def phrasebook_version(self) -> str:
        """The book that it was tried on."""

    @property
    def content(self) -> dict[str, Any]:
        """Title, lines, count, why, reply, diff, left_out."""


def as_line(one: Stored) -> str:
    """One line: id, kind, entry, how often, the first wordings."""
    texts = [line["text"] for line in one.content["lines"]]
    shown = "；".join(texts[:3]) + (f" 等 {len(texts)} 条" if len(texts) > 3 else "")
    said = f"{one.id}  {KINDS[one.kind]} {one.entry_id}（{one.content['count']} 次）：{shown}"
    return one_line(said)


def as_text(one: Stored) -> Iterator[str]:
    """The whole proposal: why, each wording with its spellings, what is left out, the patch."""
    state = STATES[one.state] + (f"：{one.reason}" if one.reason else "")
    yield one_line(f"{one.id}  {KINDS[one.kind]} {one.entry_id} {one.content['title']}（{state}）")
    yield one_line(one.content["why"])
    for line in one.content["lines"]:
        others = [text for text in line["samples"] if text != line["text"]]
        also = f"，也写作：{'；'.join(others)}" if others else ""
        yield one_line(f"  “{line['text']}” {line['count']} 次{also}")
    if one.kind == "entry":
        yield one_line(f"  回复：{one.content['reply'] or '（还没有，采纳时用 --reply 写上）'}")
    for text, why in one.content["left_out"].items():
        yield one_line(f"  没有列入“{text}”：{why}")
    yield from (one_line(line) for line in one.content["diff"])


def as_json(one: Stored) -> dict[str, Any]:
    """What programs read."""
    content = one.content
    return {
        "id": one.id,
        "kind": one.kind,
        "entry_id": one.entry_id,
        "title": content["title"],
        "why": content["why"],
        "count": content["count"],
        "lines": [
            {
                "text": line["text"],
                "count": line["count"],
                "samples": list(line["samples"]),
                "belongs": line["belongs"],
            }
            for line in content["lines"]
        ],
        "reply": content["reply"],
        "diff": list(content["diff"]),
        "left_out": [{"text": t, "why": w} for t, w in content["left_out"].items()],
        "phrasebook_version": one.phrasebook_version,
        "state": one.state,
        "reason": one.reason,
    }
