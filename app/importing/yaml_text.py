"""Entries as the YAML that people write: two spaces, lists indented, replies folded."""

from __future__ import annotations

import re

import yaml

from app.importing.model import NO_REPLY, Item

# Text that is one plain scalar in a list, in `key: value` and in [flow, lists] alike.
_PLAIN = re.compile(
    r"[\u4e00-\u9fffA-Za-z]"
    r"(?:[\u4e00-\u9fff\w .。，、！？；：“”（）…/+-]*[\u4e00-\u9fff\w。！？…）”])?"
)
_WORDS = frozenset(["true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"])
_QUOTABLE = re.compile(
    "[\\x20-\x7e\u00a1-\u1fff\u2010-\u2027\u2030-\ud7ff\ue000-\ufefe\uff01-\ufffd]*"
)
_TAG = re.compile(r"\{(?=[{%#])")  # the brace with which a template tag would begin


def as_template(reply: str) -> str:
    """A foreign reply is plain text: its braces must not be read as template tags."""
    return _TAG.sub("{{ '{' }}", reply)


def scalar(text: str) -> str:
    """One line of YAML that reads as exactly this text."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if _QUOTABLE.fullmatch(text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    dumped: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return dumped.rstrip("\n")


def entry_text(item: Item, source: str) -> str:
    """One item of `entries:`. The item has an id; the source is left out when empty."""
    lines = [f"  - id: {scalar(item.id)}", f"    title: {scalar(item.title)}"]
    if item.stage:
        lines.append(f"    stage: {item.stage}")
    if source:
        lines.append(f"    source: {scalar(source)}")
    if item.asks:
        lines.append("    asks:")
        lines += [f"      - {scalar(ask)}" for ask in item.asks]
    lines.append(f"    reply: {_reply(as_template(item.reply or NO_REPLY))}")
    return "\n".join(lines) + "\n"


def _reply(text: str) -> str:
    """Folded on a line of its own; of several lines as they are."""
    lines = text.split("\n")
    if not all(line == line.strip() and line and _QUOTABLE.fullmatch(line) for line in lines):
        return scalar(text)
    return ("|-" if len(lines) > 1 else ">-") + "".join(f"\n      {line}" for line in lines)
