"""Quality of matching, measured on labelled messages."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from app.engine.errors import HuashuError
from app.engine.model import Context
from app.engine.suggest import Suggester
from app.engine.suggestion import Answer
from app.measures import Bin, Figure, Outcomes, figures, reliability

LIMIT = 6  # a composed reply repeats entries; three different ones are wanted
WORST = 15
AHEAD = 64  # cases that are encoded at once
NOTHING = "（无）"


class CasesError(HuashuError):
    """The file of cases can not be read."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled case; `expected` empty means that silence is right."""

    messages: tuple[str, ...]
    expected: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often a message of `expected` (first label) got `got` instead, with one example."""

    expected: str
    got: str
    count: int
    example: str


@dataclass(frozen=True, slots=True)
class Miss:
    """An in-scope case answered with another entry, the surest first."""

    message: str
    expected: tuple[str, ...]
    got: str
    confidence: float
    ask: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Quality over labelled cases; `app.measures` says what each figure is.

    all_parts: share of the cases of several messages of which every expected id was found.
    """

    cases: int
    in_scope: int
    figures: Mapping[str, Figure]
    bursts: int
    all_parts: float
    reliability: tuple[Bin, ...]
    confusions: tuple[Confusion, ...]
    misses: tuple[Miss, ...]


def read_cases(path: Path) -> list[Case]:
    """Reads JSONL. Raises CasesError that names the line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(f"读不了文件“{path}”。请检查路径，并确认是 UTF-8 编码。") from error
    cases = []
    # Not splitlines: JSON texts may hold U+2028 and other breaks that JSON does not count.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            cases.append(_case(line, f"{path}:{number}"))
    if not cases:
        raise CasesError(f"文件“{path}”里没有用例。每行写一个 JSON 对象。")
    return cases


def _case(line: str, place: str) -> Case:
    example = '{"message": "怎么还不发货", "expected": ["shipping.rush"]}'
    wanted = f"{place} 应为一行 JSON，例如 {example}。"
    try:
        row = json.loads(line)
        messages = row["messages"] if "messages" in row else [row["message"]]
        expected = row["expected"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CasesError(wanted) from error
    if not isinstance(messages, list) or not isinstance(expected, list):
        raise CasesError(wanted)
    if not messages or not all(isinstance(t, str) for t in (*messages, *expected)):
        raise CasesError(wanted)
    return Case(tuple(messages), tuple(expected))


def run(engine: Suggester, cases: Sequence[Case], *, progress: bool = False) -> list[Answer]:
    """The whole engine's answer to every case, every ranked entry included."""
    context = Context(today=date.today())
    answers: list[Answer] = []
    for i, case in enumerate(cases):
        if i % AHEAD == 0:
            engine.ahead([m for one in cases[i : i + AHEAD] for m in one.messages])
        answers.append(engine.suggest(case.messages, context, limit=LIMIT, explain=True))
        if progress and i % 50 == 0:
            print(f"\r{i}/{len(cases)}", end="", file=sys.stderr, flush=True)
    if progress:
        print("\r" + " " * 20 + "\r", end="", file=sys.stderr)
    return answers


def outcomes(cases: Sequence[Case], answers: Sequence[Answer]) -> Outcomes:
    """The answers judged by what was expected."""
    ranked = [ranked_ids(a) for a in answers]
    pairs = list(zip(ranked, cases, strict=True))
    return Outcomes(
        first=np.array([bool(set(r[:1]) & set(c.expected)) for r, c in pairs]),
        third=np.array([bool(set(r[:3]) & set(c.expected)) for r, c in pairs]),
        confidence=np.array([a.suggestions[0].confidence if a.suggestions else 0 for a in answers]),
        answered=np.array([a.decision == "answer" for a in answers]),
        inside=np.array([bool(c.expected) for c in cases]),
    )


def evaluate(cases: Sequence[Case], answers: Sequence[Answer]) -> Evaluation:
    """Every figure of the answers, with the confusions and the worst misses."""
    judged = outcomes(cases, answers)
    bursts = [i for i, c in enumerate(cases) if c.expected and len(c.messages) > 1]
    whole = sum(set(cases[i].expected) <= _part_ids(answers[i]) for i in bursts)
    return Evaluation(
        cases=len(cases),
        in_scope=int(judged.inside.sum()),
        figures=figures(judged),
        bursts=len(bursts),
        all_parts=round(whole / len(bursts), 4) if bursts else 0.0,
        reliability=reliability(judged),
        confusions=_confusions(cases, answers),
        misses=_misses(cases, answers),
    )


def ranked_ids(answer: Answer) -> list[str]:
    """The entries of an answer, best first, each once."""
    return list(dict.fromkeys(s.entry_id for s in answer.suggestions))


def _part_ids(answer: Answer) -> set[str]:
    return {p.entry_id for p in answer.parts if p.entry_id and p.decision != "none"}


def _wrong(cases: Sequence[Case], answers: Sequence[Answer]) -> Iterator[tuple[Case, Answer]]:
    for case, answer in zip(cases, answers, strict=True):
        if case.expected and not set(ranked_ids(answer)[:1]) & set(case.expected):
            yield case, answer


def _confusions(cases: Sequence[Case], answers: Sequence[Answer]) -> tuple[Confusion, ...]:
    pairs: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for case, answer in _wrong(cases, answers):
        pair = (case.expected[0], next(iter(ranked_ids(answer)), NOTHING))
        pairs[pair] += 1
        example.setdefault(pair, " / ".join(case.messages))
    return tuple(
        Confusion(expected, got, count, example[expected, got])
        for (expected, got), count in pairs.most_common(WORST)
    )


def _misses(cases: Sequence[Case], answers: Sequence[Answer]) -> tuple[Miss, ...]:
    found = [
        Miss(" / ".join(c.messages), c.expected, s.entry_id, s.confidence, s.proof.ask)
        for c, a in _wrong(cases, answers)
        for s in a.suggestions[:1]
    ]
    return tuple(sorted(found, key=lambda m: -m.confidence)[:WORST])
