"""Lines {"id","asks"[,"title","reply"]} -> items."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.importing.groups import TITLE
from app.importing.model import Finding, ImportFailed, Item, Place

_SURROGATE = re.compile("[\ud800-\udfff]")


def read_jsonl(file: Path, asks: int | None) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """(items, findings) of a file; `asks` keeps only the first so many of each item.

    Raises ImportFailed for a file that can not be read or that holds nothing.
    """
    try:
        # Not splitlines: JSON texts may hold U+2028 and other breaks that JSON does not count.
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFailed(f"读不了文件“{file}”。请检查路径，并确认是 UTF-8 编码。") from error
    items: list[Item] = []
    findings: list[Finding] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            items.append(_item(line, asks, seen, number))
        except ValueError as error:
            findings.append(Finding("import.json", "error", Place("", number), str(error)))
    if not items and not findings:
        raise ImportFailed(f"文件“{file}”里没有条目。请每行写一个 JSON 对象，至少有 id 和 asks。")
    return tuple(items), tuple(findings)


def _item(line: str, most: int | None, seen: dict[str, int], number: int) -> Item:
    try:
        row = json.loads(line)
        whole = json.dumps(row, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise ValueError("不是合法的 JSON。") from error
    if _SURROGATE.search(whole):
        raise ValueError("含有不完整的字符（单独的代理码位）。")
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"].strip():
        raise ValueError("缺少 id。")
    if not all(isinstance(row.get(k), str | None) for k in ("title", "reply", "stage")):
        raise ValueError("title 和 reply 应为文字。")
    kept = _asks(row.get("asks"), most, titled=bool(row.get("title")))
    name = row["id"].strip()
    if name in seen:
        raise ValueError(f"id “{name}”与第 {seen[name]} 行重复。")
    seen[name] = number
    title = (row.get("title") or kept[0])[:TITLE]
    return Item(Place("", number), name, title, kept, row.get("reply") or None)


def _asks(asks: object, most: int | None, *, titled: bool) -> tuple[str, ...]:
    """The wordings; an entry with a title may do without, as `help.unknown` does."""
    if titled and asks == []:
        return ()
    if not isinstance(asks, list) or not asks or not all(isinstance(a, str) for a in asks):
        raise ValueError("asks 应为问法的列表，至少一条。")
    kept = tuple(dict.fromkeys(a.strip() for a in asks if a.strip()))[:most]
    if not kept:
        raise ValueError("asks 里都是空白。")
    return kept
