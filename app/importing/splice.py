"""List items put into a YAML file as text: every other character stays as the trainer wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import yaml

from app.importing.yaml_text import scalar

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


class CanNotSplice(Exception):
    """The entry has no list of its own in this file: an anchor, or no list at all."""


def with_asks(text: str, added: Mapping[str, Sequence[str]]) -> str:
    """The file with asks added at the end of the asks of the entries with these ids.

    Lists in lines get lines of their own, indented as the item before; lists in brackets get
    items before the bracket. Raises CanNotSplice.
    """
    inserts = []
    for name, _, fields in _entries(text):
        items = [scalar(ask) for ask in added.get(name, ())]
        inserts += [_insert(text, fields.get("asks"), items)] if items else []
    return _spliced(text, inserts)


def with_near_misses(text: str, added: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """The file with (text, entry that answers it or "") added to the near misses of entries.

    An entry that has none yet gets the list below its asks. Raises CanNotSplice.
    """
    inserts = []
    for name, indent, fields in _entries(text):
        items = [_near_miss(*miss) for miss in added.get(name, ())]
        if items and "near_misses" in fields:
            inserts.append(_insert(text, fields["near_misses"], items))
        elif items:
            inserts.append(_below(text, fields.get("asks"), indent, items))
    return _spliced(text, inserts)


def with_entries(text: str, section: str, items: str) -> str:
    """The file with items, indented by two, at the end of a section that is its last key.

    Raises CanNotSplice.
    """
    root = yaml.compose(text, Loader=_Loader)
    node = _pairs(root).get(section)
    last = root.value[-1][1] if isinstance(root, yaml.MappingNode) and root.value else None
    if node is not last or not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise CanNotSplice
    if node.start_mark.column != 2:
        raise CanNotSplice
    return f"{text}{'' if text.endswith(chr(10)) else chr(10)}{items}"


def _near_miss(text: str, entry: str) -> str:
    return f"{{text: {scalar(text)}, entry: {scalar(entry) if entry else 'none'}}}"


def _spliced(text: str, inserts: Sequence[tuple[int, str]]) -> str:
    for place, new in sorted(inserts, reverse=True):
        text = text[:place] + new + text[place:]
    return text


def _entries(text: str) -> list[tuple[str, int, dict[str, yaml.Node]]]:
    """Of each entry of a file the id, the column of its keys (-1 in braces) and its fields."""
    found = []
    root = yaml.compose(text, Loader=_Loader)
    for entry in _sequence(_pairs(root).get("entries")):
        fields = _pairs(entry)
        name = fields.get("id")
        if isinstance(entry, yaml.MappingNode) and isinstance(name, yaml.ScalarNode):
            column = -1 if entry.flow_style else entry.start_mark.column
            found.append((str(name.value), column, fields))
    return found


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {str(key.value): value for key, value in node.value}


def _sequence(node: yaml.Node | None) -> list[yaml.Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _insert(text: str, node: yaml.Node | None, items: Sequence[str]) -> tuple[int, str]:
    """(offset, what to insert there)."""
    known = _sequence(node)
    if node is None or not known:
        raise CanNotSplice
    if isinstance(node, yaml.SequenceNode) and node.flow_style:
        return known[-1].end_mark.index, "".join(f", {item}" for item in items)
    return _lines(text, known[-1], [f"{' ' * node.start_mark.column}- {item}" for item in items])


def _below(text: str, asks: yaml.Node | None, indent: int, items: Sequence[str]) -> tuple[int, str]:
    """A list of near misses where there is none, below the asks."""
    known = _sequence(asks)
    if not isinstance(asks, yaml.SequenceNode) or not known or indent < 0:
        raise CanNotSplice
    head = f"{' ' * indent}near_misses:"
    lines = [head, *(f"{' ' * indent}  - {item}" for item in items)]
    return _lines(text, asks if asks.flow_style else known[-1], lines)


def _lines(text: str, last: yaml.Node, lines: Sequence[str]) -> tuple[int, str]:
    """Lines of their own below a node."""
    # The end of a block scalar is the start of what follows it: back over blanks and comments.
    if isinstance(last, yaml.ScalarNode) and last.style in ("|", ">"):
        raise CanNotSplice
    if isinstance(last, yaml.CollectionNode) and not last.flow_style:
        raise CanNotSplice
    end = text.find("\n", last.end_mark.index)
    newline = "\r\n" if text[:end].endswith("\r") else "\n"
    shown = "".join(f"{line}{newline}" for line in lines)
    return (end + 1, shown) if end >= 0 else (len(text), f"{newline}{shown}")
