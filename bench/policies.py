"""How many of the replies that break a policy are found, and how often one is blamed wrongly."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from app.engine.model import Phrasebook, Policy
from app.engine.policy import PolicyChecker
from bench.data import shipped
from bench.progress import say
from bench.report import Section, Table

RESAMPLES = 1_000
SEED = 7
LEAST_PRECISION, LEAST_RECALL = 0.90, 0.85
Check = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reply of an agent, the policies that it breaks, and those about which inspectors differ."""

    reply: str
    breaks: frozenset[str]
    may: frozenset[str]


@dataclass(frozen=True, slots=True)
class Counts:
    """Pairs of reply and policy, one number a reply."""

    right: npt.NDArray[np.int_]
    wrong: npt.NDArray[np.int_]
    missed: npt.NDArray[np.int_]


def run(eval_folder: Path) -> Section:
    """Precision and recall on labelled replies, alarms on unlabelled ones, and the time."""
    rows = labelled(eval_folder / "replies_dev.jsonl")
    replies = unlabelled(eval_folder / "replies_unlabelled.jsonl")
    book = shipped()
    table = []
    for name, policies in _peers(book).items():
        say(f"policies: {name}")
        check = _finds(policies, book)
        counts = count(rows, check)
        flagged = sum(bool(check(reply)) for reply in replies)
        table.append(
            [
                name,
                *_figures(counts),
                f"{1000 * flagged / len(replies):.1f}",
                _speed(check, replies),
            ]
        )
    return Section(
        "policies",
        "Policies",
        [
            _told(rows, replies, held=holds(count(rows, _finds(book.policies, book)))),
            Table(["rules", "precision", "recall", "flagged per 1,000", "a reply"], table),
            Table(["policy", "breaches", "found", "wrong"], _by_policy(rows, book)),
        ],
    )


def _told(rows: Sequence[Labelled], replies: Sequence[str], *, held: bool) -> str:
    return (
        f"{len(rows)} replies of agents, labelled with the policies that they break "
        f"({sum(len(row.breaks) for row in rows)} pairs); what two inspectors saw differently "
        "counts neither way. Counted are findings of severity warning and error. **Precision**: "
        "share of the findings that are right; **recall**: share of the breaches that are found; "
        f"in brackets the 95 % interval of {RESAMPLES:,} bootstrap resamples of the replies (seed "
        f"{SEED}). **Flagged**: of 1,000 replies without labels ({len(replies):,} measured), those "
        "with a finding. The rules were worked on with both files at hand, so the first row "
        "flatters itself; it is there to be held (at least "
        f"{LEAST_PRECISION:.2f} and {LEAST_RECALL:.2f}: {'held' if held else '**not held**'}). The "
        "peers are the same rules with less: a list of forbidden words, as shops keep it; the "
        "patterns without exceptions, required wording and circumstances."
    )


def labelled(file: Path) -> list[Labelled]:
    """The rows of a file of labelled replies."""
    return [
        Labelled(row["reply"], frozenset(row["breaks"]), frozenset(row.get("may", ())))
        for row in map(json.loads, filter(str.strip, file.read_text("utf-8").split("\n")))
    ]


def unlabelled(file: Path) -> list[str]:
    """Replies without labels."""
    lines = file.read_text("utf-8").split("\n")
    return [json.loads(line)["reply"] for line in lines if line.strip()]


def count(rows: Sequence[Labelled], check: Check) -> Counts:
    """What a check finds in labelled replies."""
    found = [check(row.reply) for row in rows]
    pairs = list(zip(rows, found, strict=True))
    return Counts(
        right=np.array([len(ids & row.breaks) for row, ids in pairs]),
        wrong=np.array([len(ids - row.breaks - row.may) for row, ids in pairs]),
        missed=np.array([len(row.breaks - ids) for row, ids in pairs]),
    )


def precision(counts: Counts, rows: npt.NDArray[np.intp]) -> float:
    """Share of the findings that are right; 1 when there is none."""
    right = counts.right[rows].sum()
    return float(right / max(1, right + counts.wrong[rows].sum())) if right else 0.0


def recall(counts: Counts, rows: npt.NDArray[np.intp]) -> float:
    """Share of the breaches that are found."""
    right = counts.right[rows].sum()
    return float(right / max(1, right + counts.missed[rows].sum()))


def holds(counts: Counts) -> bool:
    """Whether both figures are as high as they have to be."""
    rows = np.arange(len(counts.right))
    return precision(counts, rows) >= LEAST_PRECISION and recall(counts, rows) >= LEAST_RECALL


def _figures(counts: Counts) -> list[str]:
    n = len(counts.right)
    shown = []
    for figure in (precision, recall):
        rng = np.random.default_rng(SEED)
        found = [figure(counts, rng.integers(0, n, n)) for _ in range(RESAMPLES)]
        low, high = np.percentile(found, [2.5, 97.5])
        shown.append(f"{figure(counts, np.arange(n)):.3f} [{low:.3f}–{high:.3f}]")
    return shown


def _peers(book: Phrasebook) -> Mapping[str, Sequence[Policy]]:
    return {
        "**Huashu**": book.policies,
        "patterns alone": [_bare(policy) for policy in book.policies],
        "words alone": [
            replace(_bare(policy), patterns=(), together=()) for policy in book.policies
        ],
    }


def _bare(policy: Policy) -> Policy:
    joint = tuple(replace(part, none=(), requires=()) for part in policy.together)
    return replace(
        policy, exceptions=(), exception_patterns=(), unless=(), requires=(), together=joint
    )


def _finds(policies: Iterable[Policy], book: Phrasebook) -> Check:
    checker = PolicyChecker(policies, book.facts)

    def check(reply: str) -> frozenset[str]:
        return frozenset(f.rule_id for f in checker.check(reply) if f.severity != "suggestion")

    return check


def _speed(check: Check, replies: Sequence[str]) -> str:
    taken = []
    for reply in replies:
        started = time.perf_counter()
        check(reply)
        taken.append(time.perf_counter() - started)
    return f"{1000 * median(taken):.2f} ms"


def _by_policy(rows: Sequence[Labelled], book: Phrasebook) -> list[list[str]]:
    check = _finds(book.policies, book)
    breaches, found, wrong = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        ids = check(row.reply)
        breaches.update(row.breaks)
        found.update(ids & row.breaks)
        wrong.update(ids - row.breaks - row.may)
    return [
        [f"`{name}`", str(breaches[name]), str(found[name]), str(wrong[name])]
        for name in sorted(breaches.keys() | wrong.keys())
    ]
