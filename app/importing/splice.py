"""New asks put into a YAML file as text: every other character stays as the trainer wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from app.importing.yaml_text import scalar

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class CanNotSplice(Exception):
    """The entry has no list of asks of its own in this file: an anchor, or no list at all."""


def with_asks(text: str, added: Mapping[str, Sequence[str]]) -> str:
    """The file with asks added at the end of the asks of the entries with these ids.

    Lists in lines get lines of their own, indented as the item before; lists in brackets get
    items before the bracket. Raises CanNotSplice.
    """
    inserts = [
        _insert(text, node, added[name]) for name, node in _asks(text).items() if added.get(name)
    ]
    for place, new in sorted(inserts, reverse=True):
        text = text[:place] + new + text[place:]
    return text


def _asks(text: str) -> dict[str, yaml.Node | None]:
    """The list of asks of each entry of a file, by the entry's id."""
    found: dict[str, yaml.Node | None] = {}
    root = yaml.compose(text, Loader=_Loader)
    for entry in _sequence(_pairs(root).get("entries")):
        fields = _pairs(entry)
        name = fields.get("id")
        if isinstance(name, yaml.ScalarNode):
            found[name.value] = fields.get("asks")
    return found


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _sequence(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _insert(text: str, node: yaml.Node | None, asks: Sequence[str]) -> tuple[int, str]:
    """(offset, what to insert there)."""
    items = _sequence(node)
    if node is None or not items:
        raise CanNotSplice
    last = items[-1]
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        return last.end_mark.index, "".join(f", {scalar(ask)}" for ask in asks)
    dash = node.start_mark.column
    # The end of a block scalar is the start of what follows it: back over blanks and comments.
    end = text.find("\n", last.start_mark.index)
    if not isinstance(last, yaml.ScalarNode) or last.style in ("|", ">"):
        raise CanNotSplice
    if last.end_mark.line > last.start_mark.line:
        end = text.find("\n", last.end_mark.index)
    newline = "\r\n" if text[:end].endswith("\r") else "\n"
    lines = "".join(f"{' ' * dash}- {scalar(ask)}{newline}" for ask in asks)
    return (end + 1, lines) if end >= 0 else (len(text), f"{newline}{lines}")
