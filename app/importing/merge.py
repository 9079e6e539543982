"""What becomes of each item in a book that exists: merged by likeness, new, known, left out.

Pure: a book and items in, a plan out. An item belongs to an entry when one of its wordings is,
in comparable form, an ask of that entry, or when the engine, by characters alone, would answer
its first wording with that entry: sure (at the book's threshold `answer`), with no other, and by an
ask of nearly the same characters. A small book knows few other things that a message may mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from rapidfuzz.fuzz import ratio

from app.engine.encode import NoEncoder
from app.engine.model import Context, Entry, Phrasebook
from app.engine.suggest import Suggester
from app.exporting.plain import plain_reply
from app.importing.groups import comparable
from app.importing.model import Finding, Item, Reading
from app.importing.names import new_id

ALIKE = 60  # percent of characters, in order, that a wording shares with the nearest ask

Kind = Literal["new", "merged", "known", "left"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of an item. `asks` are the wordings that its entry gains.

    `entry_id` is the new entry's or the one that it is merged into; "" when it is left out.
    """

    kind: Kind
    item: Item
    entry_id: str
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole import into a book; nothing is written yet."""

    reading: Reading
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]  # those of the reading, too

    def of(self, kind: Kind) -> tuple[Outcome, ...]:
        """The outcomes of one kind, in the order of the file."""
        return tuple(o for o in self.outcomes if o.kind == kind)

    def added(self) -> dict[str, tuple[str, ...]]:
        """The asks that each entry of the book gains."""
        found: dict[str, tuple[str, ...]] = {}
        for outcome in self.of("merged"):
            found[outcome.entry_id] = found.get(outcome.entry_id, ()) + outcome.asks
        return found


def plan_into(
    book: Phrasebook,
    reading: Reading,
    *,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """Decides for every item of a reading; `progress` is called with (items done, in all)."""
    merger = _Merger(book, today)
    outcomes: list[Outcome] = []
    findings: list[Finding] = list(reading.findings)
    for done, item in enumerate(reading.items):
        progress(done, len(reading.items))
        outcome, found = merger.decide(item)
        outcomes.append(outcome)
        findings += found
    progress(len(reading.items), len(reading.items))
    return Plan(reading, tuple(outcomes), tuple(findings))


class _Merger:
    """Knows whose every ask of the book is, and which wordings are new already."""

    def __init__(self, book: Phrasebook, today: date) -> None:
        self._book = book
        self._context = Context(today=today)
        self._engine = Suggester(book, NoEncoder()) if book.entries else None
        self._owners = {
            comparable(ask.text): entry.id for entry in book.entries for ask in entry.asks
        }
        self._misses = {
            (entry.id, comparable(miss.text))
            for entry in book.entries
            for miss in entry.near_misses
        }
        self._ids = set(book.ids())
        self._new_asks: set[str] = set()  # in comparable form

    def decide(self, item: Item) -> tuple[Outcome, list[Finding]]:
        owners = {ask: self._owners.get(comparable(ask)) for ask in item.asks}
        exact = list(dict.fromkeys(owner for owner in owners.values() if owner))
        if len(exact) > 1:
            said = f"问法分属“{'”“'.join(exact)}”几个条目，没有导入。请分成几行。"
            split = Finding("import.split", "warning", item.place, said)
            return Outcome("left", item, "", ()), [split]
        owner = exact[0] if exact else self._near(item)
        if owner is None:
            return self._new(item)
        free = [ask for ask, known in owners.items() if known is None]
        return self._merged(item, owner, free)

    def _near(self, item: Item) -> str | None:
        """The only entry that the engine is sure of; the id that the file names first."""
        if self._book.entry(item.id):
            return item.id
        if not item.asks or self._engine is None:
            return None
        answer = self._engine.suggest([item.asks[0]], self._context)
        if answer.decision != "answer" or len(answer.suggestions) < 1 or len(answer.parts) != 1:
            return None
        best = answer.suggestions[0]
        alike = ratio(comparable(item.asks[0]), comparable(best.proof.ask))
        return best.entry_id if alike >= ALIKE else None

    def _new(self, item: Item) -> tuple[Outcome, list[Finding]]:
        forms = {comparable(ask): ask for ask in item.asks}
        kept = tuple(ask for form, ask in forms.items() if form not in self._new_asks)
        if item.asks and not kept:
            said = "问法都和前面的新条目相同，没有导入。"
            return Outcome("left", item, "", ()), [
                Finding("import.row-duplicate", "warning", item.place, said)
            ]
        self._new_asks.update(forms)
        name = item.id
        if not name or name in self._ids:
            name = new_id(item.title, self._ids)
        self._ids.add(name)
        return Outcome("new", replace(item, id=name, asks=kept), name, kept), []

    def _merged(self, item: Item, owner: str, free: Sequence[str]) -> tuple[Outcome, list[Finding]]:
        entry = self._book.entry(owner)
        findings = [] if entry is None else list(self._compared(item, entry))
        kept = []
        for ask in free:
            if (owner, comparable(ask)) in self._misses:
                said = f"“{ask}”是条目“{owner}”的反例，没有并入。"
                findings.append(Finding("import.near-miss", "warning", item.place, said))
            else:
                kept.append(ask)
                self._owners[comparable(ask)] = owner
        kind: Kind = "merged" if kept else "known"
        return Outcome(kind, item, owner, tuple(kept)), findings

    def _compared(self, item: Item, entry: Entry) -> Iterator[Finding]:
        if item.reply is None:
            return
        mine = plain_reply(entry, self._book, self._context)
        if "".join(item.reply.split()) not in ("".join(mine.split()), "".join(entry.reply.split())):
            said = f"条目“{entry.id}”已有另一种回复，没有改动它。请比较后自己决定用哪一个。"
            yield Finding("import.reply-differs", "warning", item.place, said)
