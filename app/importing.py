"""Phrasebooks made from other people's files."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import yaml

from app.engine.errors import HuashuError

NO_REPLY = "请在这里填写回复。"
_TAG = re.compile(r"\{(?=[{%#])")  # the brace with which a template tag would begin
_SURROGATE = re.compile("[\ud800-\udfff]")


class ImportFailed(HuashuError):
    """The file can not be imported; nothing was written."""


def import_jsonl(file: Path, to: Path, asks: int | None = None) -> tuple[int, int]:
    """Makes a phrasebook in `to` from lines {"id","asks"[,"title","reply"]}.

    `asks` keeps only the first so many of each entry. Returns (entries, asks). Every bad line
    is named with its number, and then nothing is written at all.
    """
    _must_be_free(to)
    try:
        # Not splitlines: JSON texts may hold U+2028 and other breaks that JSON does not count.
        lines = file.read_text("utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFailed(f"读不了文件“{file}”。请检查路径，并确认是 UTF-8 编码。") from error
    entries, wrong = [], []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entries.append(_entry(line, asks, seen, number))
        except ValueError as error:
            wrong.append(f"第 {number} 行：{error}")
    if not entries and not wrong:
        raise ImportFailed(f"文件“{file}”里没有条目。请每行写一个 JSON 对象，至少有 id 和 asks。")
    if wrong:
        shown = "\n".join(wrong[:20])
        raise ImportFailed(f"有 {len(wrong)} 行不能导入，没有写入任何内容：\n{shown}")
    _write(entries, to)
    return len(entries), sum(len(e["asks"]) for e in entries)


def _must_be_free(to: Path) -> None:
    try:
        taken = to.exists() and (not to.is_dir() or any(to.iterdir()))
    except OSError as error:
        raise ImportFailed(f"用不了文件夹“{to}”（{error.strerror}）。请换一个。") from error
    if taken:
        raise ImportFailed(f"“{to}”已经存在且不为空。请换一个文件夹，以免覆盖。")


def _entry(line: str, most: int | None, seen: dict[str, int], number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
        whole = json.dumps(row, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise ValueError("不是合法的 JSON。") from error
    if _SURROGATE.search(whole):
        raise ValueError("含有不完整的字符（单独的代理码位）。")
    if not isinstance(row, dict) or not isinstance(row.get("id"), str) or not row["id"].strip():
        raise ValueError("缺少 id。")
    asks = row.get("asks")
    if not isinstance(asks, list) or not asks or not all(isinstance(a, str) for a in asks):
        raise ValueError("asks 应为问法的列表，至少一条。")
    name = row["id"].strip()
    if name in seen:
        raise ValueError(f"id “{name}”与第 {seen[name]} 行重复。")
    seen[name] = number
    if not all(isinstance(row.get(k), str | None) for k in ("title", "reply")):
        raise ValueError("title 和 reply 应为文字。")
    kept = list(dict.fromkeys(a.strip() for a in asks if a.strip()))[:most]
    if not kept:
        raise ValueError("asks 里都是空白。")
    return {
        "id": name,
        "title": (row.get("title") or kept[0])[:60],
        "asks": kept,
        "reply": _as_template(row.get("reply") or NO_REPLY),
    }


def _as_template(reply: str) -> str:
    """A foreign reply is plain text: its braces must not be read as template tags."""
    return _TAG.sub("{{ '{' }}", reply)


def _write(entries: list[dict[str, Any]], to: Path) -> None:
    """Written beside and renamed, so that a failure leaves nothing behind."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=to.parent, prefix=".import-") as draft:
            name = to.resolve().name
            book = {"book": {"name": name}, "shop": {"id": "default", "name": name}}
            _dump(Path(draft) / "book.yaml", book)
            _dump(Path(draft) / "entries.yaml", {"entries": entries})
            to.mkdir(exist_ok=True)
            for name in ("book.yaml", "entries.yaml"):
                (Path(draft) / name).replace(to / name)
    except OSError as error:
        raise ImportFailed(f"写不了文件夹“{to}”（{error.strerror}）。请检查权限。") from error


def _dump(path: Path, value: Any) -> None:
    path.write_text(
        yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=4096), encoding="utf-8"
    )
