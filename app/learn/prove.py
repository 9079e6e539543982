"""Proves a book: asks find their entry, near misses do not, examples and cases come out.

Each text is asked as a customer would ask it, through the whole engine. The book was fitted on
its asks, so they say nothing about new messages; one that fails shows where entries, guards or
near misses of the book stand against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Literal

from app.engine.cases import Case
from app.engine.model import Context, FileFinding, Mark, Phrasebook
from app.engine.suggest import Suggester
from app.engine.suggestion import Answer
from app.learn.given import MOST, Given, behind, given, named, unsure, why
from app.learn.verdict import comes_out, context_of, finds, stays_away

Kind = Literal["ask", "near_miss", "example", "case", "known"]
AHEAD = 128  # trials that are prepared at once
EXAMPLE_RULES = ("policy.spec", "rewrite.spec", "guard.example")
_NAMES: Mapping[Kind, str] = {"ask": "问法", "near_miss": "反例", "case": "用例"}


@dataclass(frozen=True, slots=True)
class Flaw:
    """One place where the book does not do what it says; `said` is the whole sentence.

    `wanted` are the entries that should have answered (a near miss: the one that should not),
    `got` is what came. Kind `known` is a case that comes out although it is marked as one that
    does not; it has no `got`, nor has an example.
    """

    kind: Kind
    mark: Mark
    messages: tuple[str, ...]
    said: str
    wanted: tuple[str, ...] = ()
    got: Given | None = None

    def __str__(self) -> str:
        return f"{self.mark}: {self.said}"


@dataclass(frozen=True, slots=True)
class Proving:
    """How many of each kind were tried, what failed, and the cases that are known to fail."""

    counts: Mapping[str, int]
    flaws: tuple[Flaw, ...]
    known: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class _Trial:
    """Messages to ask. `verdict` says what is wrong with the answer; None when nothing is."""

    kind: Kind
    mark: Mark
    messages: tuple[str, ...]
    entries: tuple[str, ...]
    context: Context
    verdict: Callable[[Answer], str | None]
    case: Case | None = None


def prove(
    engine: Suggester,
    findings: Iterable[FileFinding],
    *,
    today: date,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Proving:
    """Tries everything that the book says of itself.

    `findings` are those of lint, which tries the examples of policies, rewrites and guards.
    `progress` is called with (texts done, texts in all).
    """
    flaws = [
        Flaw("example", f.mark, (), f"{f.message}{f.hint}")
        for f in findings
        if f.rule_id in EXAMPLE_RULES
    ]
    known: list[Case] = []
    excused = _excused(engine.book.cases)
    trials = list(_trials(engine.book, today))
    for done, trial in enumerate(trials):
        progress(done, len(trials))
        if done % AHEAD == 0:
            engine.ahead([m for one in trials[done : done + AHEAD] for m in one.messages])
        wrong = trial.verdict(engine.suggest(trial.messages, trial.context))
        if trial.case and trial.case.known:
            if wrong:
                known.append(trial.case)
            else:
                flaws.append(_mended(trial.case))
        elif wrong and not excused(trial):
            flaws.append(_flaw(engine, trial, wrong))
    progress(len(trials), len(trials))
    flaws.sort(key=lambda f: (f.mark.file, f.mark.line, f.mark.column))
    return Proving(_counts(engine.book), tuple(flaws), tuple(known))


def prepared_texts(book: Phrasebook) -> list[str]:
    """The texts of the book that `prove` asks: the book is fitted with the vectors of them all."""
    asks = (ask.text for entry in book.entries for ask in entry.asks)
    return [*asks, *(miss.text for entry in book.entries for miss in entry.near_misses)]


def _counts(book: Phrasebook) -> Mapping[str, int]:
    return {
        "asks": sum(len(e.asks) for e in book.entries),
        "near_misses": sum(len(e.near_misses) for e in book.entries),
        "examples": sum(len(policy.specs) for policy in book.policies)
        + sum(len(rewrite.specs) for rewrite in book.rewrites)
        + sum(len(guard.examples) for guard in book.guards),
        "cases": len(book.cases),
    }


def _trials(book: Phrasebook, today: date) -> Iterator[_Trial]:
    plain = Context(today=today)
    for entry in book.entries:
        own = (entry.id,)
        for ask in entry.asks:
            yield _Trial("ask", ask.mark, (ask.text,), own, plain, partial(finds, entry.id))
        for miss in entry.near_misses:
            verdict = partial(stays_away, entry.id)
            yield _Trial("near_miss", miss.mark, (miss.text,), own, plain, verdict)
    ids = {entry.id for entry in book.entries}
    for case in book.cases:
        context, verdict = context_of(case, today), partial(comes_out, case, ids)
        yield _Trial("case", case.mark, case.messages, case.entries, context, verdict, case)


def _excused(cases: Sequence[Case]) -> Callable[[_Trial], bool]:
    """A case that is known to fail speaks for an ask or a near miss of the same wording too."""
    wanted = {case.messages: case.entries for case in cases if case.known}

    def excused(trial: _Trial) -> bool:
        if trial.kind == "case" or trial.messages not in wanted:
            return False
        mine = trial.entries[0] in wanted[trial.messages]
        return mine if trial.kind == "ask" else not mine

    return excused


def _mended(case: Case) -> Flaw:
    shown = " / ".join(case.messages)
    said = f"用例“{shown}”已经通过，请删去它的 known（“{case.known}”）。"
    return Flaw("known", case.mark, case.messages, said, case.entries)


def _flaw(engine: Suggester, trial: _Trial, wrong: str) -> Flaw:
    answer = engine.suggest(trial.messages, trial.context, limit=MOST, explain=True)
    got = given(answer)
    shown = " / ".join(trial.messages)
    said = f"{_NAMES[trial.kind]}“{shown}”{wrong}：{_outcome(got)}（{why(got)}）"
    if trial.kind != "near_miss":
        details = (*unsure(answer), *behind(answer, trial.entries))
        said += "".join(f"；{detail}" for detail in details)
    return Flaw(trial.kind, trial.mark, trial.messages, f"{said}。", trial.entries, got)


def _outcome(got: Given) -> str:
    if got.decision == "none":
        return f"没有作答，最接近 {named(got.entries)}" if got.entries else "没有作答"
    how = "答的是" if got.decision == "answer" else "没有把握直接回答，列出供选的首先是"
    return f"{how} {named(got.entries)}"
