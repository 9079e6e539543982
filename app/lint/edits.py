"""The text of one file of a book, its places, and edits of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from app.engine.model import Mark
from app.engine.yaml_places import Comment, Place, comments, places


@dataclass(frozen=True, slots=True)
class Edit:
    """`text[start:end]` of a file, which is `old`, becomes `new`."""

    start: int
    end: int
    old: str
    new: str


class Source:
    """The text of a file that parses, with its places."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every node, in order."""
        return tuple(places(self.text))

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """Every comment, in order."""
        return tuple(comments(self.text))

    def at(self, mark: Mark, *, key: bool = False) -> Place | None:
        """The node that starts at a mark: a scalar before what holds it."""
        here = [p for p in self.places if (p.line, p.column) == (mark.line, mark.column)]
        return next((p for p in reversed(here) if p.key == key), None)

    def edit(self, start: int, end: int, new: str) -> Edit:
        """The edit that puts `new` there."""
        return Edit(start, end, self.text[start:end], new)

    def offset(self, mark: Mark) -> int:
        """The place of a mark in the text."""
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[: mark.line - 1]) + mark.column - 1

    def body(self, place: Place) -> tuple[int, int]:
        """Of a block scalar the lines below its header, of any other node all of it."""
        if place.kind != "block":
            return place.start, place.end
        header = self.text.find("\n", place.start)
        return (header if 0 <= header < place.end else place.end), place.end

    def within(self, outer: Place, keys: Sequence[str]) -> Iterator[Place]:
        """The scalars that stand under one of these keys inside a node."""
        inside = [p for p in self.places if outer.start <= p.start < outer.end]
        for key, value in pairwise(inside):
            if key.key and key.value in keys and value.kind not in ("map", "list"):
                yield value
