"""Rows that ask the same thing become one item; what contradicts is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.engine.normalize import normalize
from app.importing.model import Finding, Item, Place

TITLE = 60  # code points


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a question and the row that it stands in."""

    text: str
    place: Place


@dataclass(slots=True)
class _Group:
    """What several rows say about one question."""

    first: Item
    replied: Place | None
    reply: str | None
    asks: dict[str, Wording] = field(default_factory=dict)  # by comparable form


class Groups:
    """The questions of a file, in the order in which they first come."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}
        self._ids: dict[str, str] = {}  # id -> key of its group
        self._last: _Group | None = None

    def continues(self, place: Place, asks: Sequence[Wording]) -> bool:
        """Whether a row without a question belongs to the one above it: merged cells."""
        last = self._last
        return bool(asks) and last is not None and last.first.place.sheet == place.sheet

    def add(self, item: Item, question: str, asks: Sequence[Wording]) -> Iterator[Finding]:
        """Adds a row, whose `item` has no asks yet. Yields what is wrong with it."""
        if not (question or item.title):
            yield from self._continued(item, asks)
            return
        key = comparable(question) if question else f"{item.title}\0{item.id}"
        if item.id and self._ids.setdefault(item.id, key) != key:
            before = self._groups[self._ids[item.id]].first.place
            said = f"编号“{item.id}”已用在{before}的另一个问题。请换一个。"
            yield Finding("import.id-duplicate", "error", item.place, said)
            return
        group = self._groups.get(key)
        if group is None:
            replied = item.place if item.reply else None
            group = self._groups[key] = _Group(item, replied, item.reply)
            self._last = group
            yield from _take(group, asks)
            return
        self._last = group
        yield from self._repeated(group, item, asks)

    def _continued(self, item: Item, asks: Sequence[Wording]) -> Iterator[Finding]:
        assert self._last is not None
        said = (
            f"没有问题，当作{self._last.first.place}的问题的相似问（合并过的格子只有第一行有字）。"
        )
        yield Finding("import.merged-cells", "warning", item.place, said)
        yield from self._replied(self._last, item)
        yield from _take(self._last, asks)

    def _repeated(self, group: _Group, item: Item, asks: Sequence[Wording]) -> Iterator[Finding]:
        """A row whose question has come before: more wordings of it, or the same row again."""
        yield from self._replied(group, item)
        new = [wording for wording in asks if comparable(wording.text) not in group.asks]
        if not new and item.reply in (None, group.reply):
            said = f"和{group.first.place}是同一个问题，没有新的内容。"
            yield Finding("import.row-duplicate", "warning", item.place, said)
        yield from _take(group, new)

    def _replied(self, group: _Group, item: Item) -> Iterator[Finding]:
        if item.reply is None or item.reply == group.reply:
            return
        if group.reply is None:
            group.reply, group.replied = item.reply, item.place
            return
        said = f"问题和{group.replied}一样，答案却不同。请只留一个答案，或把问题写清楚区别。"
        yield Finding("import.answer-differs", "error", item.place, said)

    def settled(self, *, answers_optional: bool) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
        """The items, and what only shows when all rows are known."""
        findings: list[Finding] = []
        owners: dict[str, _Group] = {}
        for group in self._groups.values():
            if group.reply is None and not answers_optional:
                said = "没有答案。请补上，或删去这一行。"
                findings.append(Finding("import.answer-empty", "error", group.first.place, said))
            if not group.asks:
                said = "没有客户会说的问法，客户问到时找不到它。导入后请补上问法。"
                findings.append(Finding("import.ask-missing", "warning", group.first.place, said))
            for key, wording in group.asks.items():
                owner = owners.setdefault(key, group)
                if owner is not group:
                    other = owner.first.place
                    said = f"“{wording.text}”也是{other}的问法，答案却不同。请删去其中一处。"
                    findings.append(Finding("import.ask-elsewhere", "error", wording.place, said))
        return tuple(_item(group) for group in self._groups.values()), tuple(findings)


def _take(group: _Group, asks: Sequence[Wording]) -> Iterator[Finding]:
    for wording in asks:
        key = comparable(wording.text)
        before = group.asks.setdefault(key, wording)
        if before is not wording:
            said = f"“{wording.text}”和“{before.text}”实际相同，只留一条。"
            yield Finding("import.ask-duplicate", "warning", wording.place, said)


def _item(group: _Group) -> Item:
    first = group.first
    asks = tuple(wording.text for wording in group.asks.values())
    title = (first.title or asks[0])[:TITLE]
    return Item(first.place, first.id, title, asks, group.reply, first.stage, first.category)


def comparable(text: str) -> str:
    """Equal for wordings that the engine can not tell apart."""
    form = normalize(text)
    return form.core or form.fold or text
