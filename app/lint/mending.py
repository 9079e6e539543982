"""The files of a book with every certain mend carried out, and what was changed.

A mend is kept only when the book that results has no new error and its finding is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.engine.model import FileFinding, Phrasebook
from app.engine.source import read_book
from app.lint.edits import Edit, Source
from app.lint.mends import MENDERS, edits_for
from app.lint.run import lint

_ROUNDS = 8  # a mend may bring out a finding that can be mended in turn

_Files = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Mended:
    """Every file of the book after the mends, and the findings that were mended, in order."""

    files: _Files
    findings: tuple[FileFinding, ...]


@dataclass(frozen=True, slots=True)
class _Mend:
    """Edits in one file that clear findings of one rule at one place."""

    findings: tuple[FileFinding, ...]
    edits: tuple[Edit, ...]

    @property
    def file(self) -> str:
        return self.findings[0].mark.file


def mended(files: _Files, *, today: date) -> Mended:
    """Mends what can be mended for certain. Never raises; unsound files stay as they are."""
    done: list[FileFinding] = []
    refused: set[tuple[str, str, int, int]] = set()
    book, found = _linted(files, today)
    for _ in range(_ROUNDS):
        mends = [m for m in _mends(files, found, book) if _place(m.findings[0]) not in refused]
        if not mends:
            break
        kept, files, book, found = _carried_out(mends, files, found, book, today)
        refused |= {_place(mend.findings[0]) for mend in mends if mend not in kept}
        done += (finding for mend in kept for finding in mend.findings)
    return Mended(files, tuple(done))


def _linted(files: _Files, today: date) -> tuple[Phrasebook, tuple[FileFinding, ...]]:
    book, problems = read_book(files)
    return book, lint(book, problems, today=today, files=files)


def _mends(files: _Files, found: Sequence[FileFinding], book: Phrasebook) -> list[_Mend]:
    """What can be mended in these files as they are, in the order of the files.

    No two mends touch the same characters.
    """
    unparsed = {f.mark.file for f in found if f.rule_id == "yaml.syntax"}
    can = [f for f in found if f.rule_id in MENDERS and f.mark.file in files.keys() - unparsed]
    sources = {name: Source(files[name]) for name in {f.mark.file for f in can}}
    taken: dict[str, list[Edit]] = {}
    mends = []
    for _, group in groupby(sorted(can, key=_place), key=_place):
        findings = tuple(group)
        name = findings[0].mark.file
        edits = tuple(dict.fromkeys(edits_for(sources[name], findings, book)))
        before = taken.setdefault(name, [])
        if edits and not any(a.start < b.end and b.start < a.end for a in edits for b in before):
            before += edits
            mends.append(_Mend(findings, edits))
    return sorted(mends, key=lambda mend: (mend.file, mend.edits[0].start))


def _place(finding: FileFinding) -> tuple[str, str, int, int]:
    return finding.rule_id, finding.mark.file, finding.mark.line, finding.mark.column


def _carried_out(
    mends: list[_Mend],
    files: _Files,
    found: tuple[FileFinding, ...],
    book: Phrasebook,
    today: date,
) -> tuple[list[_Mend], _Files, Phrasebook, tuple[FileFinding, ...]]:
    """All mends at once; when one of them does harm, each half on its own, down to that one."""
    after = _edited(files, mends)
    if after is not None:
        new_book, new_found = _linted(after, today)
        if _better(found, new_found, mends):
            return mends, after, new_book, new_found
    if len(mends) == 1:
        return [], files, book, found
    half = len(mends) // 2
    # The later half first: it does not move the places of the earlier.
    later, files, book, found = _carried_out(mends[half:], files, found, book, today)
    earlier, files, book, found = _carried_out(mends[:half], files, found, book, today)
    return [*earlier, *later], files, book, found


def _edited(files: _Files, mends: Sequence[_Mend]) -> dict[str, str] | None:
    """The files after the edits; None when one of them no longer fits."""
    changed = dict(files)
    edits = [(mend.file, edit) for mend in mends for edit in mend.edits]
    for name, edit in sorted(edits, key=lambda one: -one[1].start):
        text = changed[name]
        if text[edit.start : edit.end] != edit.old:
            return None
        changed[name] = text[: edit.start] + edit.new + text[edit.end :]
    return changed


def _better(
    before: Sequence[FileFinding], after: Sequence[FileFinding], mends: Sequence[_Mend]
) -> bool:
    """No rule has more errors than before, and each mended rule has so many findings less."""
    errors = [Counter(f.rule_id for f in one if f.severity == "error") for one in (before, after)]
    counts = [Counter(f.rule_id for f in one) for one in (before, after)]
    wanted = Counter(finding.rule_id for mend in mends for finding in mend.findings)
    fewer = all(counts[0][rule] - counts[1][rule] >= n for rule, n in wanted.items())
    # Once a file reads, rules that stood still before may find what was wrong all along.
    freed = any(rule.startswith(("schema.", "yaml.")) for rule in wanted)
    return fewer and (freed or not errors[1] - errors[0])
