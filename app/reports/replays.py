"""A replay as lines of text and as data. Customers' personal data is masked in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from app.engine.model import Decision, Phrasebook
from app.engine.personal_data import mask
from app.learn.given import Given, named
from app.learn.messages import Asked
from app.learn.replay import Group, Kind, Replay, Sample
from app.learn.words import word_changes
from app.reports.diffs import changed_words
from app.reports.wording import one_line

KINDS: Mapping[Kind, str] = {
    "entry": "改由别的条目回答",
    "vanishes": "不再作答",
    "appears": "开始作答",
    "less_sure": "由直接回答变为请客服选",
    "surer": "由请客服选变为直接回答",
    "text": "条目没变，回复的文字变了",
}
DECISIONS: Mapping[Decision, str] = {"answer": "直接回答", "choose": "请客服选", "none": "不作答"}
SILENCE = "（不作答）"


def as_text(found: Replay) -> Iterator[str]:
    """The groups of each kind with samples and reasons, then the figures."""
    for kind, name in KINDS.items():
        groups = [group for group in found.groups if group.kind == kind]
        if groups:
            yield f"{name}：{found.kinds[kind]} 句"
        for group in groups:
            yield from _group(group)
    for decision, name in DECISIONS.items():
        was, now = found.decisions[decision]
        yield f"{name}  {was} → {now}（{now - was:+d}）"
    yield summary(found)


def summary(found: Replay) -> str:
    """How many messages there were, and how many are answered otherwise."""
    changed = f"{found.changed} 句的回答会变" if found.changed else "回答都不变"
    return f"回放 {found.count} 句（{found.messages} 种说法），{changed}。"


def _group(group: Group) -> Iterator[str]:
    yield f"  {arrow(group)}  {group.count} 句（{group.messages} 种说法）"
    for sample in group.samples:
        often = f"×{sample.asked.count}" if sample.asked.count > 1 else ""
        was, now = sample.before.confidence, sample.after.confidence
        yield f"    “{one_line(wording(sample.asked))}”{often}  把握 {was:.2f} → {now:.2f}"
        yield f"      {one_line(''.join(sample.why))}"
        if group.kind == "text":
            changes = word_changes(sample.before.text, sample.after.text)
            yield f"      {changed_words(changes)}"


def arrow(group: Group) -> str:
    """The entries before and after; one name where they are the same."""
    before = named(group.before) or SILENCE
    after = named(group.after) or SILENCE
    return before if before == after else f"{before} → {after}"


def wording(asked: Asked) -> str:
    """What the customer wrote, without personal data; the messages of a burst behind each other."""
    return mask(" / ".join(asked.messages))


def as_json(found: Replay, before: Phrasebook, after: Phrasebook) -> dict[str, Any]:
    """What programs read."""
    return {
        "before": {"name": before.name, "version": before.version},
        "after": {"name": after.name, "version": after.version},
        "messages": found.messages,
        "count": found.count,
        "changed": found.changed,
        "decisions": {d: {"before": a, "after": b} for d, (a, b) in found.decisions.items()},
        "kinds": dict(found.kinds),
        "groups": [
            {
                "kind": group.kind,
                "before": list(group.before),
                "after": list(group.after),
                "count": group.count,
                "messages": group.messages,
                "samples": [_sample(sample) for sample in group.samples],
            }
            for group in found.groups
        ],
    }


def _sample(sample: Sample) -> dict[str, Any]:
    asked = sample.asked
    return {
        "messages": [mask(text) for text in asked.messages],
        "platform": asked.platform,
        "stage": asked.stage,
        "channel": asked.channel,
        "count": asked.count,
        "before": asdict(sample.before),
        "after": asdict(sample.after),
        "why": list(sample.why),
    }


def shown(given: Given) -> str:
    """The entries of an answer, or that there is none."""
    return SILENCE if given.decision == "none" else named(given.entries)
