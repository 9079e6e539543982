"""One search over one book: python -m bench.search_worker NAME BOOK, figures as JSON on stdout.

A module of its own, so that the process holds little besides the search.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from app.threads import one_thread_a_process
from bench.books import damaged
from bench.memory import resident
from bench.progress import Progress
from bench.searchers import SEARCHERS, Search

QUERIES = 500
LEAST = 30
PATIENCE = 8.0  # seconds of queries

Figures = dict[str, Any]


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
        return {"missing": f"not installed: {error.name}"}
    build = time.perf_counter() - started
    for text, _ in queries[:5]:
        search(text)
    gc.collect()
    memory = resident() - before
    took, worked, hits = _ask(search, queries)
    return {
        "build": build,
        "memory": memory,
        "work": float(np.median(worked)) * 1000,
        "p50": float(np.median(took)) * 1000,
        "p99": float(np.percentile(took, 99)) * 1000,
        "hit": hits / len(took),
        "queries": len(took),
    }


def _ask(search: Search, queries: list[tuple[str, int]]) -> tuple[list[float], list[float], int]:
    """Seconds by the clock and of the processor for each query, and how many hit."""
    took: list[float] = []
    worked: list[float] = []
    hits = 0
    with Progress("asking", len(queries)) as progress:
        for text, row in queries:
            started, before = time.perf_counter(), time.process_time()
            found = search(text)
            worked.append(time.process_time() - before)
            took.append(time.perf_counter() - started)
            hits += row in found
            progress.step()
            if sum(took) > PATIENCE and len(took) >= LEAST:
                break
    return took, worked, hits


def main() -> None:
    """Reads the arguments, measures, prints."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=SEARCHERS)
    parser.add_argument("book", type=Path)
    arguments = parser.parse_args()
    one_thread_a_process()
    print(json.dumps(measure(arguments.name, arguments.book)))


if __name__ == "__main__":
    main()
