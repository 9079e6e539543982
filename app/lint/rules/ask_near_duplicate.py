"""Two entries with nearly the same ask: the same in standard wording, or but for a character."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import fuzz, process

from app.engine.guard import Guards
from app.engine.index import GramIndex
from app.engine.model import Ask, FileFinding, Phrasebook, Severity
from app.lint.context import LintContext

ID = "ask.near_duplicate"
SEVERITY: Severity = "warning"
TITLE = "两个条目的问法几乎一样"
WHY = (
    "换成标准说法后一样，或者只差一两个字，又没有防混标记把它们分开：客户这样问时，"
    "两个条目都像，答哪一个说不准。"
)
HINT = "请只在最合适的条目里保留一处；两句话真的不是一回事，请在 guards.yaml 里写明怎样分。"

ALIKE = 90.0  # Indel ratio in percent of the standard wordings
_COMPARED = 24  # of the most similar asks


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports the later ask of each such pair, once. Equal cores belong to ask.duplicate."""
    asks = [(entry.id, ask) for entry in book.entries for ask in entry.asks]
    cores = [context.core(ask.text) for _, ask in asks]
    wordings = [context.lexicon.canonical(core) for core in cores]
    index, guards = GramIndex(wordings), Guards(book)
    for later, (owner, ask) in enumerate(asks):
        context.step()
        places = [int(n) for n in index.candidates(wordings[later], _COMPARED) if n < later]
        others = {
            n: wordings[n] for n in places if asks[n][0] != owner and cores[n] != cores[later]
        }
        found = process.extract(
            wordings[later], others, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        )
        for _, _, earlier in found:
            entry_id, before = asks[earlier]
            if not guards.conflict(ask.text, before.text):
                yield _finding(ask, entry_id, before)
                break


def _finding(ask: Ask, owner: str, before: Ask) -> FileFinding:
    said = f"问法“{ask.text}”和“{owner}”的“{before.text}”（{before.mark}）几乎一样。"
    return FileFinding(ID, SEVERITY, ask.mark, said, HINT)
