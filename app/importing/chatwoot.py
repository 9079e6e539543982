"""Chatwoot's canned responses as its API and its users save them: a JSON list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.importing.model import ImportFailed
from app.tables import Row, Table

_WANTED = '请存成 [{"short_code": "...", "content": "..."}] 的样子。'


def canned_responses(file: Path) -> Table:
    """The responses as a table, numbered from 1. Raises ImportFailed.

    Source: Chatwoot application API, canned responses: objects with short_code and content; the
    list may stand under `payload`.
    """
    try:
        value = json.loads(file.read_text("utf-8-sig"))
        json.dumps(value, ensure_ascii=False).encode()
    except (OSError, ValueError, RecursionError) as error:
        raise ImportFailed(f"读不了文件“{file}”，或不是 JSON。{_WANTED}") from error
    listed = value.get("payload") if isinstance(value, dict) else value
    if not isinstance(listed, list) or not listed:
        raise ImportFailed(f"文件“{file}”里没有快捷回复的列表。{_WANTED}")
    rows = tuple(_row(number, item) for number, item in enumerate(listed, 1))
    return Table("", ("short_code", "content"), None, rows)


def _row(number: int, item: Any) -> Row:
    fields = item if isinstance(item, dict) else {}
    texts = {key: fields.get(key) for key in ("short_code", "content")}
    return Row(number, number, {k: t for k, t in texts.items() if isinstance(t, str) and t.strip()})
