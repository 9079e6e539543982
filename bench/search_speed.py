"""Candidates from books of a thousand to a million asks, each search in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from app.settings import ROOT
from bench.books import SEED, make_book
from bench.data import shipped
from bench.progress import say
from bench.report import Section, Table
from bench.search_worker import LEAST, PATIENCE, QUERIES, Figures
from bench.searchers import LIMIT, SEARCHERS

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGEST = {"RapidFuzz extract": 100_000}  # beyond, a query takes seconds
LONGEST = 300  # seconds for building and asking


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
            f"the best {LIMIT}. **Work** is the median processor time of a query, which other "
            "work on the machine hardly lengthens, and the next column its ratio; p50 and p99 "
            "are by the clock, and what waits for a processor shows in them, above all in long "
            "queries. Memory is what the process grew by, the asks themselves left out. Up to "
            f"{QUERIES:,} queries, or as many as end in {PATIENCE:.0f} s (never under {LEAST}). "
            "Each search runs in one thread of its own process, one after another. RapidFuzz "
            "ends at 100,000 asks: beyond, a query takes seconds. What takes longer than "
            f"{LONGEST} s, building included, is cut.",
            _table(found),
            *_ratios(found),
        ],
    )


def _table(found: dict[tuple[str, int], Figures]) -> Table:
    rows = []
    for (name, size), f in found.items():
        if "missing" in f:
            rows.append([f"{size:,}", name, f["missing"], *[""] * 7])
            continue
        own = found["GramIndex", size]["work"]
        title = f"**{name}**" if name == "GramIndex" else name
        cells = [
            f"{f['work']:.3f}",
            f"{f['work'] / own:.1f} ×",
            f"{f['p50']:.3f}",
            f"{f['p99']:.2f}",
        ]
        cells += [f"{f['hit']:.3f}", f"{f['build']:.2f}", f"{f['memory']:.0f}"]
        rows.append([f"{size:,}", title, *cells, f"{f['queries']:,}"])
    columns = ["asks", "search", "work ms", "to GramIndex", "p50 ms", "p99 ms"]
    return Table([*columns, f"hit@{LIMIT}", "build s", "memory MB", "queries"], rows)


def _ratios(found: dict[tuple[str, int], Figures]) -> list[str]:
    own = {size: found["GramIndex", size] for size in SIZES}
    others = {
        name: found[name, 100_000]["work"] / own[100_000]["work"]
        for name in SEARCHERS
        if name != "GramIndex" and "work" in found[name, 100_000]
    }
    growth = own[1_000_000]["work"] / own[100_000]["work"]
    shown = ", ".join(f"{name} {times:.0f} ×" for name, times in others.items())
    return [
        f"In processor time, at 100,000 asks the others take for the median query {shown} "
        "the time of GramIndex; "
        f"from 100,000 to 1,000,000 asks its own median grows {growth:.1f}-fold."
    ]


def _in_process(name: str, book: Path) -> Figures:
    command = [sys.executable, "-m", "bench.search_worker", name, str(book)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return {"missing": f"cut after {LONGEST} s"}
    figures: Figures = json.loads(done.stdout)
    return figures
