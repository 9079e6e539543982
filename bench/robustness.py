"""How much is lost when messages are typed badly: `perturb.KINDS`, each kind alone."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import mean

from app.engine.suggest import Suggester
from app.evaluation import Case
from bench.data import cases, encoder, shipped
from bench.peers import char_tfidf, vectors
from bench.perturb import KINDS
from bench.progress import say
from bench.quality import Outcome, huashu, nearest
from bench.report import Section, Table

SEEDS = (1, 2, 3)
Matcher = Callable[[Sequence[Case]], Outcome]


def run(eval_folder: Path) -> Section:
    """Top-1 of each matcher, clean and damaged."""
    inside = [c for c in cases(eval_folder, "messages_dev") if c.expected]
    matchers = _matchers()
    clean = {name: _top1(match, inside) for name, match in matchers.items()}
    rows = [["clean", "", *(f"{share:.3f}" for share in clean.values())]]
    for kind in KINDS:
        say(f"robustness: {kind}")
        damaged = [_damaged(inside, kind, seed) for seed in SEEDS]
        changed = mean(
            a.messages != b.messages for d in damaged for a, b in zip(d, inside, strict=True)
        )
        cells = []
        for name, match in matchers.items():
            share = mean(_top1(match, d) for d in damaged)
            cells.append(f"{share:.3f} ({share - clean[name]:+.3f})")
        rows.append([kind, f"{changed:.0%}", *cells])
    return Section(
        "robustness",
        "Robustness",
        [
            f"Top-1 on the {len(inside)} in-scope messages of messages_dev with the shipped book, "
            f"each message damaged in one way (`bench/perturb.py`), mean of {len(SEEDS)} seeds; in "
            "brackets the difference to clean messages. Huashu with its bundled encoder; a peer "
            "takes the entry of the nearest ask. Not every message can be damaged in every way: "
            "the second column is the share that was.",
            Table(["damage", "changed", *matchers], rows),
        ],
    )


def _matchers() -> dict[str, Matcher]:
    book = shipped()
    engine = Suggester(book, encoder("bundled"))
    return {
        "Huashu": lambda on: huashu(engine, on),
        "character TF-IDF": lambda on: nearest(book, char_tfidf, on),
        "USE vectors": lambda on: nearest(book, vectors, on),
    }


def _top1(match: Matcher, on: Sequence[Case]) -> float:
    return float(match(on).top1.mean())


def _damaged(on: Sequence[Case], kind: str, seed: int) -> list[Case]:
    rng = random.Random(seed)
    return [Case(tuple(KINDS[kind](t, rng) for t in c.messages), c.expected) for c in on]
