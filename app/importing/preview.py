"""What an import would do, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.importing.merge import Outcome, Plan
from app.importing.model import NO_REPLY, Finding, Item, Reading

_FIRST = 5
_SHOWN = 100
_KINDS = {"new": "新增", "merged": "并入", "known": "已有", "left": "没有导入"}
_FORMATS = {
    "qa": "问答表格",
    "jsonl": "JSONL",
    "chatwoot": "Chatwoot 快捷回复",
    "qianniu": "千牛快捷短语",
    "dialogue": "对话",
}


def reading_text(reading: Reading) -> Iterator[str]:
    """Lines: the format, the counts, the first five entries."""
    asks = sum(len(item.asks) for item in reading.items)
    counts = f"{len(reading.items)} 个条目，{asks} 条问法"
    yield f"{reading.file}：{_FORMATS[reading.format]}，{counts}。"
    for item in reading.items[:_FIRST]:
        yield from _item_text(item)


def plan_text(plan: Plan) -> Iterator[str]:
    """Lines: the format, what becomes of how many, the first five of those that change the book."""
    yield f"{plan.reading.file}：{_FORMATS[plan.reading.format]}。{counts_text(plan)}"
    changing = [o for o in plan.outcomes if o.kind in ("new", "merged")]
    for outcome in changing[:_FIRST]:
        yield from _outcome_text(outcome)


def counts_text(plan: Plan) -> str:
    """One sentence: how many new, merged, known and left out."""
    counts = [
        f"{said} {len(plan.of(kind))}"  # type: ignore[arg-type]
        for kind, said in _KINDS.items()
    ]
    gained = sum(len(outcome.asks) for outcome in plan.of("merged"))
    return f"{'，'.join(counts)}；并入的问法 {gained} 条。"


def merged_text(plan: Plan) -> Iterator[str]:
    """A line for each item that is merged: where it stood and what the entry gains."""
    merged = plan.of("merged")
    for outcome in merged[:_SHOWN]:
        yield f"并入 {outcome.entry_id}：{'；'.join(outcome.asks)}（{outcome.item.place}）"
    if len(merged) > _SHOWN:
        yield f"……另有 {len(merged) - _SHOWN} 处并入"


def findings_text(findings: Sequence[Finding]) -> Iterator[str]:
    """The findings, up to a hundred, and how many more there are."""
    yield from map(str, findings[:_SHOWN])
    if len(findings) > _SHOWN:
        yield f"……另有 {len(findings) - _SHOWN} 处提醒，用 --json 可以看全部"


def reading_json(reading: Reading, plan: Plan | None = None) -> dict[str, Any]:
    """The whole import as data; `plan` when it goes into a book that exists."""
    body: dict[str, Any] = {
        "file": reading.file,
        "format": reading.format,
        "entries": len(reading.items),
        "asks": sum(len(item.asks) for item in reading.items),
        "findings": [_finding_json(f) for f in (plan.findings if plan else reading.findings)],
    }
    if plan:
        body["outcomes"] = [
            {
                "kind": o.kind, "row": o.item.place.row, "sheet": o.item.place.sheet,
                "entry_id": o.entry_id, "asks": list(o.asks),
            }
            for o in plan.outcomes
        ]  # fmt: skip
    return body


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as data."""
    return [_finding_json(finding) for finding in findings]


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "sheet": finding.place.sheet,
        "row": finding.place.row,
        "message": finding.message,
    }


def _item_text(item: Item) -> Iterator[str]:
    yield f"- {item.title}（{item.place}）"
    yield f"    问法：{'；'.join(item.asks[:3]) or '没有'}{'……' if len(item.asks) > 3 else ''}"
    yield f"    回复：{_short(item.reply or NO_REPLY)}"


def _outcome_text(outcome: Outcome) -> Iterator[str]:
    if outcome.kind == "merged":
        asks = "；".join(outcome.asks[:3])
        yield f"- 并入 {outcome.entry_id}（{outcome.item.place}）：{asks}"
    else:
        yield from _item_text(outcome.item)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
