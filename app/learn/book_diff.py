"""Two phrasebooks: what was added, removed and changed from the first to the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from app.engine.model import Mark, Phrasebook
from app.learn.items import SECTIONS, Item, Keyed, Shown, sections_of
from app.learn.words import Piece, word_changes

Kind = Literal["added", "removed", "changed"]
IN_ORDER = ("greetings", "closings")  # the first that fits is used


@dataclass(frozen=True, slots=True)
class TextChange:
    """The text of a field; `which` tells variants apart and is "" for a field's only text."""

    name: str
    which: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ListChange:
    """What went from a field's list and what came.

    `elsewhere` has the entry from which an ask of `new` came, or to which one of `gone` went.
    """

    name: str
    gone: tuple[str, ...]
    new: tuple[str, ...]
    elsewhere: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One item. `id` is "" for a section that is one item, such as the lexicon.

    `mark` is the place in the second book, of a removed item that in the first.
    """

    section: str
    kind: Kind
    id: str
    title: str
    mark: Mark | None
    texts: tuple[TextChange, ...]
    lists: tuple[ListChange, ...]


@dataclass(frozen=True, slots=True)
class BookDiff:
    """The changes by section, in the order of the second book, what was removed at the end."""

    before: Phrasebook
    after: Phrasebook
    changes: tuple[Change, ...]

    def counts(self) -> dict[str, dict[Kind, int]]:
        """Section -> kind -> how many items, for the sections that changed."""
        found: dict[str, dict[Kind, int]] = {}
        for change in self.changes:
            kinds = found.setdefault(change.section, {"added": 0, "removed": 0, "changed": 0})
            kinds[change.kind] += 1
        return found


def book_diff(before: Phrasebook, after: Phrasebook) -> BookDiff:
    """Compares contents: files, comments and the order of lists do not count."""
    old, new = sections_of(before), sections_of(after)
    order = [*SECTIONS, *(name for name in new if name not in SECTIONS)]
    changes = [c for name in order for c in _section(name, old.get(name, {}), new.get(name, {}))]
    asks = _homes(before), _homes(after)
    return BookDiff(before, after, tuple(_with_homes(c, *asks) for c in changes))


def _section(name: str, old: Mapping[str, Item], new: Mapping[str, Item]) -> Iterator[Change]:
    for key, item in new.items():
        if key not in old:
            yield _change(name, "added" if item.id else "changed", item, {}, item.values)
        elif old[key].values != item.values:
            yield from _changed(name, item, old[key].values)
    for key, item in old.items():
        if key not in new:
            yield _change(name, "removed" if item.id else "changed", item, item.values, {})
    was, now = ([k for k in one if k in other] for one, other in ((old, new), (new, old)))
    if name in IN_ORDER and was != now:
        moved = Item("", "", None, {("order", ""): "、".join(now)})
        yield _change(name, "changed", moved, {("order", ""): "、".join(was)}, moved.values)


def _changed(name: str, item: Item, old: Mapping[Keyed, Shown]) -> Iterator[Change]:
    change = _change(name, "changed", item, old, item.values)
    if change.texts or change.lists:
        yield change


def _change(
    section: str, kind: Kind, item: Item, old: Mapping[Keyed, Shown], new: Mapping[Keyed, Shown]
) -> Change:
    texts, lists = [], []
    for key in dict.fromkeys((*new, *old)):
        was, now = old.get(key, ""), new.get(key, "")
        if was == now:
            continue
        if isinstance(was, tuple) or isinstance(now, tuple):
            change = _list(key[0], was, now)
            lists += [change] if change.gone or change.new else []
        else:
            texts.append(TextChange(*key, word_changes(was, now)))
    return Change(section, kind, item.id, item.title, item.mark, tuple(texts), tuple(lists))


def _list(name: str, was: Shown, now: Shown) -> ListChange:
    old, new = ((x,) if isinstance(x, str) and x else tuple(x) for x in (was, now))
    return ListChange(name, _beyond(old, new), _beyond(new, old))


def _beyond(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    """What these have more of than those, in their order."""
    left = Counter(these) - Counter(those)
    out = []
    for text in these:
        if left[text] > 0:
            left[text] -= 1
            out.append(text)
    return tuple(out)


def _homes(book: Phrasebook) -> dict[str, str]:
    """The wording of each ask -> its entry."""
    return {ask.text: entry.id for entry in book.entries for ask in entry.asks}


def _with_homes(change: Change, before: Mapping[str, str], after: Mapping[str, str]) -> Change:
    """An entry's change with the entries that asks came from or went to."""
    if change.section != "entries":
        return change
    lists = []
    for part in change.lists:
        homes: dict[str, str] = {}
        if part.name == "asks":
            homes |= {text: before[text] for text in part.new if text in before}
            homes |= {text: after[text] for text in part.gone if text in after}
        lists.append(replace(part, elsewhere={t: e for t, e in homes.items() if e != change.id}))
    return replace(change, lists=tuple(lists))
