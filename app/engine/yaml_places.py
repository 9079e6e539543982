"""Where things stand in the text of a YAML file: scalars, items of lists, comments.

For those who change a file as text: every other character stays as the trainer wrote it.
Offsets are code points of the text given, end exclusive.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from app.engine.marks import Mark

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

_BLOCK = ("|", ">")


@dataclass(frozen=True, slots=True)
class Place:
    """One node: `text[start:end]`, where it starts in lines (from 1), what it says.

    `kind` is how a scalar is written: `plain`, `quoted` or `block` (its header included);
    `list` and `map` for the others, whose value is empty. `key` marks the key of a pair.
    """

    start: int
    end: int
    line: int
    column: int
    kind: str
    value: str = ""
    key: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its `#` to the end of the line; `alone` when nothing stands before it."""

    start: int
    end: int
    line: int
    column: int
    text: str
    alone: bool


def places(text: str) -> Iterator[Place]:
    """Every node of a file that parses, in order. Raises yaml.YAMLError otherwise."""
    root = yaml.compose(text, Loader=_Loader)
    if root is not None:
        yield from _below(text, root, set(), key=False)


def _below(text: str, node: yaml.Node, seen: set[int], *, key: bool) -> Iterator[Place]:
    if id(node) in seen:  # an alias, which may even stand inside what it names
        return
    seen.add(id(node))
    start, end = node.start_mark, node.end_mark
    if isinstance(node, yaml.ScalarNode):
        block = node.style in _BLOCK
        last = _block_end(text, start.index) if block else end.index
        kind = "block" if block else "quoted" if node.style in ("'", '"') else "plain"
        yield Place(start.index, last, start.line + 1, start.column + 1, kind, str(node.value), key)
        return
    kind = "map" if isinstance(node, yaml.MappingNode) else "list"
    yield Place(start.index, end.index, start.line + 1, start.column + 1, kind, key=key)
    for child in node.value:
        if isinstance(child, tuple):
            yield from _below(text, child[0], seen, key=True)
            yield from _below(text, child[1], seen, key=False)
        else:
            yield from _below(text, child, seen, key=False)


def _block_end(text: str, start: int) -> int:
    """The end of a block scalar's last line; what libyaml calls its end is where the next begins.

    The lines belong to it while they are blank or indented as its first one.
    """
    header = _line_end(text, start)
    indent, end, at = 0, header, header
    while at < len(text):
        stop = _line_end(text, at + 1)
        line = text[at + 1 : stop]
        deep = len(line) - len(line.lstrip(" "))
        if line.strip():
            indent = indent or deep
            if deep < indent or not deep:
                break
            end = stop
        at = stop
    return end


def _line_end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return found if found >= 0 else len(text)


_HASH = re.compile(r"(?<![^\s])#[^\n]*")


def comments(text: str) -> Iterator[Comment]:
    """Every comment of a file that parses, in order. Raises yaml.YAMLError otherwise."""
    inside = [_inside(text, place) for place in places(text) if place.kind not in ("map", "list")]
    for found in _HASH.finditer(text):
        start = found.start()
        if any(first <= start < last for first, last in inside):
            continue
        first = text.rfind("\n", 0, start) + 1
        yield Comment(
            start=start,
            end=found.end(),
            line=text.count("\n", 0, start) + 1,
            column=start - first + 1,
            text=found[0],
            alone=not text[first:start].strip(),
        )


def _inside(text: str, place: Place) -> tuple[int, int]:
    """Where a `#` is text: of a block scalar not in its header, which may have a comment."""
    if place.kind == "block":
        return _line_end(text, place.start), place.end
    return place.start, place.end


def without_item(text: str, mark: Mark) -> tuple[int, int] | None:
    """What to cut so that the item of a list that starts at the mark is gone; None if it is none.

    An item in lines goes with its lines and the comment behind it, one in brackets with one comma.
    A list that would be left without items is not touched.
    """
    root = yaml.compose(text, Loader=_Loader)
    for node in _lists(root, set()):
        for number, item in enumerate(node.value):
            if (item.start_mark.line + 1, item.start_mark.column + 1) == (mark.line, mark.column):
                if len(node.value) == 1:
                    return None
                return _cut(text, node, number)
    return None


def _lists(node: yaml.Node | None, seen: set[int]) -> Iterator[yaml.SequenceNode]:
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        yield node
    if isinstance(node, yaml.CollectionNode):
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                yield from _lists(part, seen)


def _cut(text: str, node: yaml.SequenceNode, number: int) -> tuple[int, int] | None:
    item = node.value[number]
    if node.flow_style:
        if number:
            return node.value[number - 1].end_mark.index, item.end_mark.index
        return item.start_mark.index, node.value[1].start_mark.index
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    if text[start : item.start_mark.index].strip() != "-":
        return None  # a list in a list on one line
    last = item.end_mark.index
    if isinstance(item, yaml.ScalarNode) and item.style in _BLOCK:
        last = _block_end(text, item.start_mark.index)
    elif last > 0 and text[last - 1] == "\n":
        last -= 1
    return start, min(len(text), _line_end(text, last) + 1)
