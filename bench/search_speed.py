"""Candidates from books of a thousand to a million asks, each search in a process of its own."""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.settings import ROOT
from app.threads import one_thread_a_process
from bench.books import SEED, damaged, make_book
from bench.data import shipped
from bench.memory import resident
from bench.progress import Progress, say
from bench.report import Section, Table
from bench.searchers import LIMIT, SEARCHERS

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGEST = {"RapidFuzz extract": 100_000}  # beyond, a query takes seconds
QUERIES = 1_000
LEAST = 30
PATIENCE = 20.0  # seconds of queries

Figures = dict[str, Any]


def run(eval_folder: Path) -> Section:
    """One row for each search and size."""
    asks = [a.text for e in shipped().entries for a in e.asks]
    found: dict[tuple[str, int], Figures] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            book = Path(folder) / f"{size}.txt"
            book.write_text("\n".join(make_book(asks, size)), encoding="utf-8")
            for name in SEARCHERS:
                if size <= LARGEST.get(name, size):
                    say(f"index: {name}, {size:,} asks")
                    found[name, size] = _in_process(name, book)
    return Section(
        "index",
        "Candidates from large books",
        [
            "Books made from the asks of the shipped one: a clause of them or two, drawn at "
            "random, in half of the cases after an article, which in half of these has a colour; "
            f"all asks distinct, seed {SEED} (`bench/books.py`). A query is an ask with one "
            "character left out or changed, by turns of a coin; a **hit** when the ask is among "
            f"the best {LIMIT}. Memory is what the process grew by, the asks themselves left "
            f"out. Up to {QUERIES:,} queries, or as many as end in {PATIENCE:.0f} s "
            f"(never under {LEAST}). Each search runs in one thread of its own process, one "
            "after another. RapidFuzz ends at 100,000 asks: beyond, a query takes seconds.",
            _table(found),
            *_ratios(found),
        ],
    )


def _table(found: dict[tuple[str, int], Figures]) -> Table:
    rows = []
    for (name, size), f in found.items():
        if "missing" in f:
            rows.append([f"{size:,}", name, f"not installed: {f['missing']}", *[""] * 6])
            continue
        own = found["GramIndex", size]["p50"]
        title = f"**{name}**" if name == "GramIndex" else name
        cells = [f"{f['p50']:.3f}", f"{f['p99']:.2f}", f"{f['p50'] / own:.1f} ×"]
        cells += [f"{f['hit']:.3f}", f"{f['build']:.2f}", f"{f['memory']:.0f}"]
        rows.append([f"{size:,}", title, *cells, f"{f['queries']:,}"])
    columns = ["asks", "search", "p50 ms", "p99 ms", "p50 to GramIndex", f"hit@{LIMIT}"]
    return Table([*columns, "build s", "memory MB", "queries"], rows)


def _ratios(found: dict[tuple[str, int], Figures]) -> list[str]:
    own = {size: found["GramIndex", size] for size in SIZES}
    others = {
        name: found[name, 100_000]["p50"] / own[100_000]["p50"]
        for name in SEARCHERS
        if name != "GramIndex" and "p50" in found[name, 100_000]
    }
    growth = own[1_000_000]["p50"] / own[100_000]["p50"]
    shown = ", ".join(f"{name} {times:.0f} ×" for name, times in others.items())
    return [
        f"At 100,000 asks the others take, for the median query, {shown} the time of GramIndex; "
        f"from 100,000 to 1,000,000 asks its own median grows {growth:.1f}-fold."
    ]


def _in_process(name: str, book: Path) -> Figures:
    command = [sys.executable, "-m", "bench.search_speed", name, str(book)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def measure(name: str, book: Path) -> Figures:
    """Builds one search and asks it, in this process."""
    asks = book.read_text("utf-8").split("\n")
    queries = damaged(asks, QUERIES)
    gc.collect()
    before = resident()
    started = time.perf_counter()
    try:
        search = SEARCHERS[name](asks)
    except ModuleNotFoundError as error:
        return {"missing": error.name}
    build = time.perf_counter() - started
    for text, _ in queries[:5]:
        search(text)
    gc.collect()
    memory = resident() - before
    took, hits = _ask(search, queries)
    return {
        "build": build,
        "memory": memory,
        "p50": float(np.median(took)) * 1000,
        "p99": float(np.percentile(took, 99)) * 1000,
        "hit": hits / len(took),
        "queries": len(took),
    }


def _ask(search: Callable[[str], Any], queries: list[tuple[str, int]]) -> tuple[list[float], int]:
    took: list[float] = []
    hits = 0
    with Progress("asking", len(queries)) as progress:
        for text, row in queries:
            started = time.perf_counter()
            found = search(text)
            took.append(time.perf_counter() - started)
            hits += row in found
            progress.step()
            if sum(took) > PATIENCE and len(took) >= LEAST:
                break
    return took, hits


def main() -> None:
    """One search and one book, figures as JSON on stdout."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=SEARCHERS)
    parser.add_argument("book", type=Path)
    arguments = parser.parse_args()
    one_thread_a_process()
    print(json.dumps(measure(arguments.name, arguments.book)))


if __name__ == "__main__":
    main()
