"""Lines tried on a whole book: lint, then everything that the book says of itself.

A line that breaks what held before is left out, with the reason. All lines are tried together
first; each line that is the likely cause of a new flaw goes, until nothing new is wrong. A flaw
that stays without the line that was blamed for it clears that line, and halves of the lines are
tried instead of guessing on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import numpy as np
from rapidfuzz.fuzz import ratio

from app.bookshelf import state_of
from app.encoders.book_encoder import for_one_book
from app.encoders.prepared import Prepared
from app.engine.compiled import checker_of, rewriter_of
from app.engine.encode import Encoder
from app.engine.errors import EncoderError
from app.engine.head import Memory
from app.engine.model import FileFinding, Phrasebook
from app.engine.normalize import normalize
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.learn.prove import EXAMPLE_RULES, Flaw, prepared_texts, prove
from app.lint.run import lint
from app.proposing.lines import BookLine
from app.proposing.patches import CanNotPatch, Files, patched

ROUNDS = 8  # after that many, what is left is tried in halves
Progress = Callable[[int, int], None]
_Key = tuple[str, tuple[str, ...], tuple[str, ...]]
_Cause = _Key | str


@dataclass(frozen=True, slots=True)
class Trial:
    """What may go in together, and the others with the reason why not."""

    passed: tuple[BookLine, ...]
    failed: Mapping[BookLine, str]


class Tryout:
    """A book and what was wrong with it before. Fits the book anew for every set of lines."""

    def __init__(
        self, files: Files, encoder: Encoder, memory: Memory, today: date, progress: Progress
    ) -> None:
        """`progress` is called with (texts tried, texts in all) of each round, the first here."""
        self._files, self._encoder, self._memory = files, encoder, memory
        self._today, self._progress = today, progress
        # Lines change no rule: while these are in use, every trial finds them compiled.
        self._rules = checker_of(files.book), rewriter_of(files.book)
        found = lint(*read_book(files.texts), today=today)
        self._errors = _said(found)
        self._known = {_key(f) for f in self._flaws(files.book, files.texts, found)}

    def of(self, lines: Sequence[BookLine]) -> Trial:
        """Which of the lines may go in together."""
        failed: dict[BookLine, str] = {}
        left = self._patchable(list(lines), failed)
        blamed: dict[_Cause, BookLine] = {}
        for _ in range(ROUNDS):
            wrong = self.wrong(left)
            if not wrong:
                return Trial(tuple(left), failed)
            innocent = {blamed[_cause(one)] for one in wrong if _cause(one) in blamed}
            if innocent:
                left = [line for line in lines if line in innocent or line in left]
                failed = {line: why for line, why in failed.items() if line not in innocent}
                break
            for one in wrong:
                line = max(left, key=lambda line: _guilt(line, one))
                blamed[_cause(one)], failed[line] = line, _reason(one)
            left = [line for line in left if line not in failed]
        passed = self._halves(left, (), failed)
        return Trial(passed, failed)

    def wrong(self, lines: Sequence[BookLine]) -> list[Flaw | FileFinding]:
        """What is wrong with the book with these lines that was not before; lint's errors first."""
        if not lines:
            return []
        texts = {**self._files.texts, **patched(self._files, lines)}
        book, read = read_book(texts)
        found = lint(book, read, today=self._today)
        errors = [f for f in found if f.severity == "error" and _text(f) not in self._errors]
        if errors:
            return list(errors)
        return [f for f in self._flaws(book, texts, found) if _key(f) not in self._known]

    def _flaws(
        self, book: Phrasebook, texts: Mapping[str, str], found: Sequence[FileFinding]
    ) -> tuple[Flaw, ...]:
        """What is wrong; a book that had no flaw with this encoder today is spared."""
        key = f"proved-{state_of(texts)}-{sha256(self._encoder.name.encode()).hexdigest()[:12]}"
        if self._memory.read(key) is not None:
            return ()
        flaws = self._proved(book, found)
        if not flaws:
            self._memory.write(key, {"proved": np.ones(1, np.float32)})
        return flaws

    def _proved(self, book: Phrasebook, found: Sequence[FileFinding]) -> tuple[Flaw, ...]:
        shown = [f for f in found if f.rule_id in EXAMPLE_RULES]
        engine = Suggester(book, self._prepared(book), self._memory)
        return prove(engine, shown, today=self._today, progress=self._progress).flaws

    def _prepared(self, book: Phrasebook) -> Encoder:
        encoder = for_one_book(self._encoder)
        try:
            return Prepared(encoder, [normalize(text).core for text in prepared_texts(book)])
        except EncoderError:
            return encoder

    def _patchable(self, lines: list[BookLine], failed: dict[BookLine, str]) -> list[BookLine]:
        kept = []
        for line in lines:
            try:
                patched(self._files, [line])
            except CanNotPatch as error:
                failed[line] = str(error)
            else:
                kept.append(line)
        return kept

    def _halves(
        self, lines: Sequence[BookLine], passed: tuple[BookLine, ...], failed: dict[BookLine, str]
    ) -> tuple[BookLine, ...]:
        """Those of the lines that go in on top of what passed, with it."""
        if not lines:
            return passed
        wrong = self.wrong([*passed, *lines])
        if not wrong:
            return (*passed, *lines)
        if len(lines) == 1:
            failed[lines[0]] = _reason(wrong[0])
            return passed
        middle = len(lines) // 2
        passed = self._halves(lines[:middle], passed, failed)
        return self._halves(lines[middle:], passed, failed)


def _cause(wrong: Flaw | FileFinding) -> _Cause:
    """What is the same for the same thing that is wrong with other lines."""
    return _text(wrong) if isinstance(wrong, FileFinding) else _key(wrong)


def _guilt(line: BookLine, wrong: Flaw | FileFinding) -> float:
    """Higher for a line that is named, that stands at the winning entry, or is alike."""
    if isinstance(wrong, FileFinding):
        return 100.0 * (line.text in wrong.message) + ratio(line.text, wrong.message) / 100
    if line.text in wrong.messages and line.entry_id in wrong.wanted:
        return 1000.0
    won = wrong.got.entries if wrong.got else ()
    shown = "".join(wrong.messages)
    near = 100.0 * (line.entry_id in won) + 50.0 * (line.entry_id in wrong.wanted)
    return near + ratio(normalize(line.text).core, normalize(shown).core)


def _key(flaw: Flaw) -> _Key:
    return flaw.kind, flaw.messages, flaw.wanted


def _said(found: Iterable[FileFinding]) -> set[str]:
    return {_text(f) for f in found if f.severity == "error"}


def _text(finding: FileFinding) -> str:
    """A finding without its line, which moves with every line above it."""
    return f"{finding.mark.file} {finding.rule_id} {finding.message}"


def _reason(wrong: Flaw | FileFinding) -> str:
    return wrong.said if isinstance(wrong, Flaw) else f"{wrong.message}{wrong.hint}"
