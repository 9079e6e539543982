"""Edits of a draft: applied, put in order, merged."""

from __future__ import annotations

import os.path
from collections.abc import Iterable
from dataclasses import replace

from app.engine.folding import to_traditional
from app.engine.model import Edit


def apply_edits(draft: str, edits: Iterable[Edit]) -> str:
    """The draft with sorted, non-overlapping edits applied."""
    parts, at = [], 0
    for edit in edits:
        parts += [draft[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*parts, draft[at:]])


def without_overlaps(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in order; of overlapping ones the first and longest stays."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, -edit.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def in_traditional(edit: Edit) -> Edit:
    """The edit with its replacement in traditional script."""
    return replace(edit, replacement=to_traditional(edit.replacement))


def whole_change(draft: str, rewritten: str, like: Edit) -> Edit:
    """One edit, with the rule of `like`, from the first to the last code point that differ."""
    start = len(os.path.commonprefix([draft, rewritten]))
    room = min(len(draft), len(rewritten)) - start
    tail = len(os.path.commonprefix([draft[::-1][:room], rewritten[::-1][:room]]))
    end = len(draft) - tail
    replacement = rewritten[start : len(rewritten) - tail]
    return replace(like, start=start, end=end, text=draft[start:end], replacement=replacement)
