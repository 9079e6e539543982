"""Quality of matching, measured on labelled messages."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.engine.errors import HuashuError
from app.engine.model import Context
from app.engine.suggest import Suggester
from app.engine.suggestion import Answer


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
class Evaluation:
    """Shares are of 1. In-scope cases are those with an expected id.

    top1, top3: in-scope cases whose best (three best) entries hold an expected id, whatever the
    decision. recall_at_*: in-scope cases answered rightly when the surest answers are taken
    down to the lowest confidence at which 90 % (80 %) of them, over all cases, are right.
    answer_precision, answered: at the book's own threshold. all_parts: cases of several messages
    of which every expected id was found in the parts.
    """

    cases: int
    in_scope: int
    top1: float
    top3: float
    recall_at_90: float
    recall_at_80: float
    answer_precision: float
    answered: float
    silent_when_right: float
    calibration_error: float
    bursts: int
    all_parts: float
    confusions: tuple[Confusion, ...]


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


def evaluate(engine: Suggester, cases: Sequence[Case], *, progress: bool = False) -> Evaluation:
    """Runs every case through the whole engine."""
    context = Context(today=date.today())
    answers: list[Answer] = []
    for i, case in enumerate(cases):
        answers.append(engine.suggest(case.messages, context, limit=3, explain=True))
        if progress and i % 50 == 0:
            print(f"\r{i}/{len(cases)}", end="", file=sys.stderr, flush=True)
    if progress:
        print("\r" + " " * 20 + "\r", end="", file=sys.stderr)
    return _measure(cases, answers)


def _measure(cases: Sequence[Case], answers: Sequence[Answer]) -> Evaluation:
    ranked = [_ranked(a) for a in answers]
    confidence = [a.suggestions[0].confidence if a.suggestions else 0.0 for a in answers]
    right = [bool(r) and r[0] in c.expected for r, c in zip(ranked, cases, strict=True)]
    inside = [i for i, c in enumerate(cases) if c.expected]
    near = [any(e in cases[i].expected for e in ranked[i][:3]) for i in inside]
    answered = [i for i, a in enumerate(answers) if a.decision == "answer"]
    good = sum(right[i] for i in answered)
    outside = [i for i, c in enumerate(cases) if not c.expected]
    quiet = sum(answers[i].decision != "answer" for i in outside)
    bursts = [i for i in inside if len(cases[i].messages) > 1]
    whole = sum(set(cases[i].expected) <= _part_ids(answers[i]) for i in bursts)
    return Evaluation(
        cases=len(cases),
        in_scope=len(inside),
        top1=_share(sum(right[i] for i in inside), len(inside)),
        top3=_share(sum(near), len(inside)),
        recall_at_90=recall_at(confidence, right, len(inside), 0.9),
        recall_at_80=recall_at(confidence, right, len(inside), 0.8),
        answer_precision=_share(good, len(answered)),
        answered=_share(good, len(inside)),
        silent_when_right=_share(quiet, len(outside)),
        calibration_error=calibration_error(confidence, right),
        bursts=len(bursts),
        all_parts=_share(whole, len(bursts)),
        confusions=_confusions(cases, ranked, right),
    )


def _ranked(answer: Answer) -> list[str]:
    return list(dict.fromkeys(s.entry_id for s in answer.suggestions))


def _part_ids(answer: Answer) -> set[str]:
    return {p.entry_id for p in answer.parts if p.entry_id and p.decision != "none"}


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def recall_at(
    confidence: Sequence[float], right: Sequence[bool], in_scope: int, precision: float
) -> float:
    """Recall of in-scope cases at the lowest confidence that still has this precision."""
    order = sorted(range(len(right)), key=lambda i: -confidence[i])
    best = hits = 0
    for rank, i in enumerate(order, 1):
        hits += right[i]
        if hits >= precision * rank:
            best = hits
    return _share(best, in_scope)


def calibration_error(confidence: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins (Guo et al. 2017)."""
    error = 0.0
    for b in range(bins):
        mine = [i for i, c in enumerate(confidence) if min(int(c * bins), bins - 1) == b]
        if mine:
            gap = sum(confidence[i] for i in mine) - sum(right[i] for i in mine)
            error += abs(gap)
    return round(error / max(1, len(right)), 4)


def _confusions(
    cases: Sequence[Case], ranked: Sequence[Sequence[str]], right: Sequence[bool]
) -> tuple[Confusion, ...]:
    pairs: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for case, found, ok in zip(cases, ranked, right, strict=True):
        if case.expected and not ok:
            pair = (case.expected[0], found[0] if found else "（无）")
            pairs[pair] += 1
            example.setdefault(pair, " / ".join(case.messages))
    return tuple(
        Confusion(expected, got, count, example[expected, got])
        for (expected, got), count in pairs.most_common(15)
    )
