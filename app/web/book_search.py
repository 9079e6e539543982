"""Finding entries of a phrasebook: by the words they hold, then by what the words mean."""

from __future__ import annotations

from datetime import date

from app.engine.model import Context, Entry, Phrasebook
from app.engine.normalize import normalize
from app.engine.suggest import Suggester

SIMILAR = 10  # entries that may follow because they mean the same
# Below this an entry that shares no word is noise; see `confidence` in docs/api.md.
NEAR = 0.02


def holding(book: Phrasebook, q: str, stage: str | None = None) -> list[Entry]:
    """The entries that hold `q` in title, id or asks, in the order of the book; all for ""."""
    wanted = normalize(q).core
    return [e for e in book.entries if _at(e, stage) and (not wanted or _holds(e, q, wanted))]


def search(suggester: Suggester, q: str, stage: str | None = None) -> list[Entry]:
    """Entries whose title or id holds `q`, then those with such an ask, then what means the same.

    The last come from the matcher, the likeliest first. Waits for the encoder when that is another
    process.
    """
    found = holding(suggester.book, q, stage)
    if not q.strip():
        return found
    wanted = normalize(q).core
    found.sort(key=lambda e: not _named(e, q, wanted))
    context = Context(today=date.today(), stage=stage)
    answer = suggester.suggest([q], context, limit=SIMILAR, explain=True)
    near = {x.entry_id for x in answer.suggestions if x.confidence >= NEAR}
    order = [x.entry_id for x in answer.suggestions if x.entry_id in near]
    known = {e.id for e in found}
    more = (suggester.book.entry(entry_id) for entry_id in dict.fromkeys(order))
    return found + [e for e in more if e and e.id not in known and _at(e, stage)]


def _at(entry: Entry, stage: str | None) -> bool:
    return stage is None or entry.stage in (stage, "any")


def _holds(entry: Entry, q: str, wanted: str) -> bool:
    return _named(entry, q, wanted) or any(wanted in normalize(a.text).core for a in entry.asks)


def _named(entry: Entry, q: str, wanted: str) -> bool:
    return q in entry.id or wanted in normalize(f"{entry.title} {entry.id}").core
