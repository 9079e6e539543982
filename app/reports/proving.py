"""A proving as lines of text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from app.engine.cases import Case
from app.engine.model import Mark, Phrasebook
from app.learn.prove import Flaw, Proving
from app.reports.wording import one_line

_NAMES = {"asks": "问法", "near_misses": "反例", "examples": "例句", "cases": "用例"}


def as_text(found: Proving) -> Iterator[str]:
    """One line a flaw, `file:line:column: what was wanted and what came`, then the count."""
    yield from (one_line(str(flaw)) for flaw in found.flaws)
    tried = "，".join(f"{_NAMES[key]} {count}" for key, count in found.counts.items())
    known = f"（其中 {len(found.known)} 条已知不通过）" if found.known else ""
    result = f"{len(found.flaws)} 处不符。" if found.flaws else "全部相符。"
    yield f"{tried}{known}：{result}"


def as_json(found: Proving, book: Phrasebook) -> dict[str, Any]:
    """What programs read; lines and columns count from 1."""
    return {
        "passed": not found.flaws,
        "phrasebook": {"name": book.name, "version": book.version},
        "counts": dict(found.counts),
        "failures": [_flaw(flaw) for flaw in found.flaws],
        "known": [_known(case) for case in found.known],
    }


def _flaw(flaw: Flaw) -> dict[str, Any]:
    return {
        "kind": flaw.kind,
        **_place(flaw.mark),
        "messages": list(flaw.messages),
        "wanted": list(flaw.wanted),
        "got": asdict(flaw.got) if flaw.got else None,
        "message": flaw.said,
    }


def _known(case: Case) -> dict[str, Any]:
    return {**_place(case.mark), "messages": list(case.messages), "reason": case.known}


def _place(mark: Mark) -> dict[str, Any]:
    return {"file": mark.file, "line": mark.line, "column": mark.column}
