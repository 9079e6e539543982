"""Polarity, numbers and near misses: what must not answer.

A guard compares the message with the ask that matched. It never raises a confidence: it takes
an ask out of the running, or vetoes an entry, and says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from app.engine.candidate import Candidate
from app.engine.guard_rules import GuardReader, Reading
from app.engine.model import Entry, Phrasebook
from app.engine.normalize import Normalized, normalize

CONFLICT_FACTOR = 0.3  # what a conflict with every close ask leaves of the confidence
CLOSE = 0.85  # an ask this close (share of the best similarity) can stand in for the best
UNLIKELY = 0.05  # confidence below which there is nothing left for a guard to lower
NEAR_MISS_RATIO = 92.0  # Indel ratio in percent at which a near miss vetoes its entry
# An entry says something of a rule when this share of its asks does, and this share of them the
# same: 人工 is a wish, as most asks for it are, and so opposed to 已经有人工找过我了.
SAID, AGREED = 0.15, 0.9
_UNKNOWN = "0"  # what normalize makes of a masked value


@dataclass(frozen=True, slots=True)
class Guarded:
    """A candidate after the guards; `notes` are Chinese sentences for the proof."""

    candidate: Candidate
    notes: tuple[str, ...]


class Guards:
    """The guards of one book, with its asks and near misses prepared.

    What they read in asks is kept from `before`, if that had the same guards.
    """

    def __init__(self, book: Phrasebook, before: Guards | None = None) -> None:
        self._rules = book.guards, book.guard_units
        same = before if before and before._rules == self._rules else None
        self._reader: GuardReader = same._reader if same else GuardReader(*self._rules)
        self._readings: dict[str, Reading] = {}  # of asks
        if same:
            texts = (ask.text for entry in book.entries for ask in entry.asks)
            read = ((text, same._readings.get(text)) for text in texts)
            self._readings = {text: reading for text, reading in read if reading}
        self._asks: dict[str, Mapping[str, Reading]] = {}  # by entry
        self._misses = {e.id: _cores(e) for e in book.entries if e.near_misses}

    def apply(self, message: Normalized, candidates: Sequence[Candidate]) -> list[Guarded]:
        """The candidates with lowered confidence where a guard speaks, best first."""
        reading = self._reader.read(message.raw)
        found = [
            self._one(message.core, reading, c) if c.confidence >= UNLIKELY else Guarded(c, ())
            for c in candidates
        ]
        return sorted(found, key=lambda g: -g.candidate.confidence)

    def _one(self, core: str, left: Reading, candidate: Candidate) -> Guarded:
        miss = self._near_miss(core, candidate.entry.id)
        if miss:
            veto = f"与反例“{miss}”几乎相同，不采用。"
            return Guarded(replace(candidate, confidence=0.001), (veto,))
        note = self._conflict(left, self._asked(candidate.entry, candidate.ask))
        if not note:
            return Guarded(candidate, ())
        for ask, similarity in candidate.alternatives():
            if similarity < candidate.similarity * CLOSE:
                break
            if not self._conflict(left, self._asked(candidate.entry, ask)):
                return Guarded(replace(candidate, ask=ask, similarity=similarity), ())
        lowered = candidate.confidence * CONFLICT_FACTOR
        return Guarded(replace(candidate, confidence=lowered), (note,))

    def _near_miss(self, core: str, entry_id: str) -> str | None:
        misses = self._misses.get(entry_id)
        if misses is None:
            return None
        texts, cores = misses
        found = process.extractOne(core, cores, scorer=fuzz.ratio, score_cutoff=NEAR_MISS_RATIO)
        return texts[found[2]] if found else None

    def conflict(self, message: str, ask: str) -> str | None:
        """Why message and ask can not mean the same; None when no guard speaks."""
        return self._conflict(self._reader.read(message), self._reader.read(ask))

    def _asked(self, entry: Entry, ask: str) -> Reading:
        """What the guards read in an ask of an entry, in the light of its other asks.

        Where most of them say one thing of two, those few that seem to say the other state
        nothing: 七天无理由的话运费也是我掏 speaks of sending back without saying so. Terse ones,
        which say nothing, mean what nearly all others say.
        """
        known = self._asks.get(entry.id)
        if known is None:
            for text in (ask.text for ask in entry.asks):
                if text not in self._readings:
                    self._readings[text] = self._reader.read(text)
            read = {ask.text: self._readings[ask.text] for ask in entry.asks}
            known = self._asks[entry.id] = _of_one_mind(read)
        return known.get(ask) or self._reader.read(ask)

    def _conflict(self, left: Reading, right: Reading) -> str | None:
        found = self._reader.conflict(left, right)
        if found:
            rule, a, b = found
            return f"{self._reader.titles[rule]}：客户说“{a}”，问法说“{b}”。"
        return _numbers_differ(left, right)


def _of_one_mind(readings: Mapping[str, Reading]) -> Mapping[str, Reading]:
    """The readings of an entry's asks: without the signs of which the opposite is more frequent,
    and, where an ask says nothing, with those that nearly all that say something agree on.
    """
    times = Counter((i, sign[0]) for r in readings.values() for i, sign in r.signs.items())
    shared: dict[int, str] = {}
    for reading in readings.values():
        for i, sign in reading.signs.items():
            both = times[i, "+"] + times[i, "-"]
            if times[i, sign[0]] >= AGREED * both and both >= SAID * len(readings):
                shared.setdefault(i, sign)
    found = {}
    for ask, reading in readings.items():
        silent = {i: sign for i, sign in shared.items() if i not in reading.signs}
        signs = silent | {
            i: sign
            for i, sign in reading.signs.items()
            if times[i, sign[0]] >= times[i, "-" if sign[0] == "+" else "+"]
        }
        found[ask] = reading if signs == reading.signs else replace(reading, signs=signs)
    return found


def _numbers_differ(left: Reading, right: Reading) -> str | None:
    a, b = left.numbers, right.numbers
    if not a or not b:
        return None
    for unit in sorted(a.keys() & b.keys()):
        known = set(a[unit]), set(b[unit])
        if not known[0] & known[1] and _UNKNOWN not in known[0] | known[1]:
            return f"数字不同：客户说{min(a[unit])}{unit}，问法说{min(b[unit])}{unit}。"
    return None


def _cores(entry: Entry) -> tuple[list[str], list[str]]:
    """The near misses of an entry, and what of them is compared."""
    pairs = [(m.text, core) for m in entry.near_misses if (core := normalize(m.text).core)]
    return [text for text, _ in pairs], [core for _, core in pairs]
