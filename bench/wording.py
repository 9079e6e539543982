"""How long checking and rewriting a draft take, beside a loop of Python's `re` over the rules."""

from __future__ import annotations

import gc
import json
import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from app.engine.folding import fold
from app.engine.model import Phrasebook
from app.engine.policy import PolicyChecker
from app.engine.rewrite import Rewriter
from app.engine.rule_matcher import compile_pattern, sound
from app.engine.rules import Policy, Rewrite
from bench.data import shipped
from bench.progress import Progress, say
from bench.report import Section, Table

SEED = 3
LENGTH = 200  # code points of a draft
DRAFTS = 400
ROUNDS = 5
EXTRA = 50_000  # forbidden words
PATIENCE = 20.0  # seconds for the rounds of one row
LONG = (5_000, 10_000)
_MASK = re.compile(r"\[\w{1,6}\]")  # [数字x]
SHAPES = ("你，", "卖完了吗，", "不，保证", "你必须先", "怎么你老是有", "好亲亲亲", "“你")

Work = Callable[[str], object]


def run(eval_folder: Path) -> Section:
    """Both tables."""
    book = shipped()
    gc.freeze()  # as the service does when it has started
    drafts = make_drafts(eval_folder, book)
    text = "".join(drafts)
    rows = []
    for extra in (0, EXTRA):
        policies = (*book.policies, forbidden(extra, text)) if extra else book.policies
        rows += _rows(replace(book, policies=policies), drafts, extra)
    long = [_long(shape, Rewriter(book.rewrites), PolicyChecker(book.policies)) for shape in SHAPES]
    columns = [
        "extra words",
        "what",
        "work ms, median",
        "to check and rewrite",
        "p99 ms",
        "build s",
    ]
    counted = sum(Rewriter(book.rewrites).rewrite(draft).changed for draft in drafts)
    return Section(
        "wording",
        "Wording",
        [
            f"`PolicyChecker.check` and `Rewriter.rewrite` of a draft of {LENGTH} characters with "
            f"the {len(book.policies)} policies and {len(book.rewrites)} rewrites of the shipped "
            f"book: {DRAFTS} drafts, each of replies of real agents (replies_unlabelled, a digit "
            "for what is masked) and, at a random place, the wording of one example of a rewrite, "
            f"seed {SEED}; {counted} of them are rewritten. Work is processor time, the least of "
            f"{ROUNDS} rounds for each draft after one for warming up, so that what else the "
            "machine does counts little; shown are median and 99th percentile of the drafts. "
            "**Extra words** are forbidden ones in a policy more, three to five characters drawn "
            "from those of the drafts, none of which stands in one.",
            "The **loop of `re`** tries the same words and patterns, one expression for the words "
            "of a rule and one for each pattern, on the folded draft. It does less: no clauses, "
            "no likeness to habitual wording, no exceptions, no combinations, no second pass, "
            "nothing kept from being edited. LanguageTool is left out: its Python client fetches "
            "it when it first runs, and neither PyPI, npm nor Debian carries it.",
            Table(columns, rows),
            "A draft that makes as much work as it can: processor time of both, the best of three.",
            Table(["repeated", *(f"{n:,} characters, ms" for n in LONG), "ratio"], long),
        ],
    )


def make_drafts(eval_folder: Path, book: Phrasebook) -> list[str]:
    """Drafts of `LENGTH` characters: agents' replies with one habitual wording between."""
    lines = (eval_folder / "replies_unlabelled.jsonl").read_text("utf-8").split("\n")
    replies = [_MASK.sub("8", json.loads(line)["reply"]) for line in lines if line.strip()]
    habitual = [spec.text for rule in book.rewrites for spec in rule.specs if spec.to != spec.text]
    rng = random.Random(SEED)
    drafts = []
    for _ in range(DRAFTS):
        parts = rng.sample(replies, 12)
        parts.insert(rng.randrange(4), rng.choice(habitual))
        drafts.append("，".join(parts)[:LENGTH].ljust(LENGTH, "。"))
    return drafts


def forbidden(count: int, text: str) -> Policy:
    """A policy of so many words, none of which stands in a text."""
    rng = random.Random(SEED)
    alphabet = sorted({character for character in text if "一" <= character <= "鿿"})
    words: dict[str, None] = {}
    while len(words) < count:
        word = "".join(rng.choices(alphabet, k=rng.randint(3, 5)))
        if word not in text:
            words[word] = None
    like = shipped().policies[0]
    made = Policy(
        id="policy.bench", title="", severity="warning", message="", source="", mark=like.mark
    )
    return replace(made, words=tuple(words))


def _rows(book: Phrasebook, drafts: Sequence[str], extra: int) -> list[list[str]]:
    started = time.process_time()
    checker, rewriter = PolicyChecker(book.policies, book.facts), Rewriter(book.rewrites)
    built = time.process_time() - started
    started = time.process_time()
    loop = plain_loop(book)
    loop_built = time.process_time() - started

    def both(draft: str) -> None:
        checker.check(draft)
        rewriter.rewrite(draft)

    works: list[tuple[str, Work, float]] = [
        ("**check and rewrite**", both, built),
        ("check alone", checker.check, built),
        ("rewrite alone", rewriter.rewrite, built),
        ("loop of `re`", loop, loop_built),
    ]
    rows, own = [], 0.0
    for name, work, building in works:
        times = _times(name, work, drafts)
        own = own or median(times)
        middle, late = median(times), sorted(times)[int(len(times) * 0.99)]
        cells = [f"{middle:.3f}", f"{middle / own:.2f} ×", f"{late:.2f}", f"{building:.2f}"]
        rows.append([f"{extra:,}", name, *cells])
    return rows


def plain_loop(book: Phrasebook) -> Work:
    """What a program without this engine would do: every expression of every rule, in turn."""
    rules: tuple[Policy | Rewrite, ...] = (*book.policies, *book.rewrites)
    expressions = [re.compile(text) for rule in rules for text in _expressions(rule)]

    def search(draft: str) -> list[re.Match[str]]:
        folded = fold(draft)
        return [match for each in expressions for match in each.finditer(folded)]

    return search


def _expressions(rule: Policy | Rewrite) -> Iterable[str]:
    if isinstance(rule, Policy):
        words: Sequence[str] = rule.words
        patterns = rule.patterns
    else:
        plain = [old for old, _ in rule.pairs if "(?P<" not in old]
        words = (*rule.habitual, *plain)
        patterns = (*rule.patterns, *(old for old, _ in rule.pairs if "(?P<" in old))
    longest_first = sorted(map(fold, words), key=len, reverse=True)
    if longest_first:
        yield "|".join(map(re.escape, longest_first))
    yield from (compile_pattern(pattern).pattern for pattern in sound(patterns, rule.terms))


def _times(name: str, work: Work, drafts: Sequence[str]) -> list[float]:
    """Least processor time in ms of each draft, in as many rounds as patience allows."""
    say(f"wording: {name}")
    found = [float("inf")] * len(drafts)
    ends = time.monotonic() + PATIENCE
    with Progress(name, len(drafts) * (ROUNDS + 1)) as progress:
        for _ in range(ROUNDS + 1):
            for number, draft in enumerate(drafts):
                started = time.process_time_ns()
                work(draft)
                found[number] = min(found[number], (time.process_time_ns() - started) / 1e6)
                progress.step()
                if time.monotonic() > ends:
                    return [spent for spent in found if spent < float("inf")]
    return found


def _long(shape: str, rewriter: Rewriter, checker: PolicyChecker) -> list[str]:
    times = []
    for size in LONG:
        draft = (shape * size)[:size]
        least = float("inf")
        for _ in range(3):
            started = time.process_time()
            checker.check(draft)
            rewriter.rewrite(draft)
            least = min(least, time.process_time() - started)
        times.append(least * 1000)
    return [f"`{shape}`", *(f"{ms:.1f}" for ms in times), f"{times[1] / times[0]:.2f}"]
