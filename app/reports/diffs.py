"""The differences of two books as lines of text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from app.learn.book_diff import BookDiff, Change, ListChange, TextChange
from app.learn.words import Piece
from app.reports.wording import CHANGED, field_name, one_line, section_name

MOST = 12  # lines of one list that are printed
_EDGE = 16  # characters of unchanged text that are printed beside a change
_SHAPES = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}


def as_text(found: BookDiff) -> Iterator[str]:
    """Each changed item with its fields, then the count of every section."""
    for change in found.changes:
        place = f"{change.mark}: " if change.mark else ""
        name = " ".join(filter(None, (section_name(change.section), change.id, change.title)))
        yield f"{place}{CHANGED[change.kind]} {one_line(name)}"
        for text in change.texts:
            if text.name == "title" and change.kind != "changed":
                continue  # stands above
            yield f"    {field_name(text.name, text.which)}：{changed_words(text.pieces)}"
        for part in change.lists:
            yield from _list(part)
    yield summary(found)


def summary(found: BookDiff) -> str:
    """How many items of each section changed, in one sentence."""
    parts = []
    for section, kinds in found.counts().items():
        counted = "、".join(f"{CHANGED[kind]} {count}" for kind, count in kinds.items() if count)
        parts.append(f"{section_name(section)} {counted}")
    if parts:
        return "；".join(parts) + "。"
    if found.before.version == found.after.version:
        return "两个话术库完全相同。"
    return "内容相同，只有文件、注释或排列不同。"


def changed_words(pieces: Sequence[Piece], edge: int = _EDGE) -> str:
    """A text with its changes marked, as [-旧-]{+新+}; long unchanged stretches are cut short."""
    out = []
    for place, piece in enumerate(pieces):
        text = one_line(piece.text)
        if piece.kind == "same" and len(text) > 2 * edge + 2:
            head = text[:edge] if place else ""
            tail = text[-edge:] if place < len(pieces) - 1 else ""
            text = f"{head}……{tail}"
        out.append(_SHAPES[piece.kind].format(text))
    return "".join(out)


def _list(part: ListChange) -> Iterator[str]:
    name = field_name(part.name)
    for sign, texts, where in (("－", part.gone, "移到"), ("＋", part.new, "原在")):
        for text in texts[:MOST]:
            home = part.elsewhere.get(text)
            note = f"（{where} {home}）" if home else ""
            yield f"    {name} {sign} {one_line(text)}{note}"
        if len(texts) > MOST:
            yield f"    {name} {sign} ……另有 {len(texts) - MOST} 条，用 --json 或 --html 看全部"


def as_json(found: BookDiff) -> dict[str, Any]:
    """What programs read; places are of the second book, of removed items of the first."""
    return {
        "before": {"name": found.before.name, "version": found.before.version},
        "after": {"name": found.after.name, "version": found.after.version},
        "counts": found.counts(),
        "changes": [_change(change) for change in found.changes],
    }


def _change(change: Change) -> dict[str, Any]:
    mark = change.mark
    return {
        "section": change.section,
        "change": change.kind,
        "id": change.id,
        "title": change.title,
        "file": mark.file if mark else None,
        "line": mark.line if mark else None,
        "column": mark.column if mark else None,
        "texts": [_text(text) for text in change.texts],
        "lists": [asdict(part) for part in change.lists],
    }


def _text(text: TextChange) -> dict[str, Any]:
    return {
        "name": text.name,
        "which": text.which,
        "before": "".join(p.text for p in text.pieces if p.kind != "new"),
        "after": "".join(p.text for p in text.pieces if p.kind != "gone"),
        "pieces": [asdict(piece) for piece in text.pieces],
    }
