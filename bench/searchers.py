"""Ways to find the twenty asks nearest to a query among very many, behind one call.

A searcher is built from the asks and gives, for a query, row numbers of at most `LIMIT` asks.
All of them read characters: engines that cut texts into words get character grams as words.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from app.engine.features import char_grams
from app.engine.index import GramIndex
from bench.progress import Progress

LIMIT = 20

Search = Callable[[str], Sequence[int]]


def gram_index(asks: Sequence[str]) -> Search:
    """Huashu's own index."""
    with Progress("building GramIndex", len(asks)) as progress:
        index = GramIndex(asks, progress=lambda done, total: progress.at(done))
    return lambda query: index.candidates(query, LIMIT).tolist()


def rapidfuzz_extract(asks: Sequence[str]) -> Search:
    """RapidFuzz's own search over a list."""

    def search(query: str) -> list[int]:
        found = process.extract(query, asks, scorer=fuzz.WRatio, limit=LIMIT)
        return [row for _, _, row in found]

    return search


def bm25s_grams(asks: Sequence[str]) -> Search:
    """bm25s over characters and pairs of them."""
    import bm25s

    index = bm25s.BM25()
    index.index([char_grams(ask) for ask in asks], show_progress=sys.stderr.isatty())

    def search(query: str) -> list[int]:
        known = [g for g in char_grams(query) if g in index.vocab_dict]
        if not known:
            return []
        k = min(LIMIT, len(asks))
        found, _ = index.retrieve([known], k=k, show_progress=False, n_threads=0)
        return list(map(int, found[0]))

    return search


def tantivy_grams(asks: Sequence[str]) -> Search:
    """Tantivy in memory, the grams as words between spaces."""
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("grams", tokenizer_name="whitespace", index_option="freq")
    schema.add_integer_field("row", stored=True)
    index = tantivy.Index(schema.build())
    writer = index.writer(heap_size=512_000_000, num_threads=1)
    with Progress("building tantivy", len(asks)) as progress:
        for row, ask in enumerate(asks):
            writer.add_document(tantivy.Document(grams=" ".join(char_grams(ask)), row=row))
            progress.step()
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(query: str) -> list[int]:
        terms = [
            (tantivy.Occur.Should, tantivy.Query.term_query(index.schema, "grams", gram))
            for gram in dict.fromkeys(char_grams(query))
        ]
        hits = searcher.search(tantivy.Query.boolean_query(terms), LIMIT, count=False).hits
        return [searcher.doc(address)["row"][0] for _, address in hits]

    return search


def fts5_trigram(asks: Sequence[str]) -> Search:
    """SQLite FTS5 with its trigram tokenizer, any trigram of the query, by bm25."""
    store = sqlite3.connect(":memory:")
    store.execute("CREATE VIRTUAL TABLE ask USING fts5(text, tokenize='trigram', detail='full')")
    with Progress("building FTS5", len(asks)) as progress:
        for row, ask in enumerate(asks):
            store.execute("INSERT INTO ask(rowid, text) VALUES (?, ?)", (row, ask))
            progress.step()
    store.commit()
    find = f"SELECT rowid FROM ask WHERE ask MATCH ? ORDER BY rank LIMIT {LIMIT}"

    def search(query: str) -> list[int]:
        grams = dict.fromkeys(query[i : i + 3].replace('"', '""') for i in range(len(query) - 2))
        if not grams:
            return []
        return [row for (row,) in store.execute(find, (" OR ".join(f'"{g}"' for g in grams),))]

    return search


SEARCHERS: dict[str, Callable[[Sequence[str]], Search]] = {
    "GramIndex": gram_index,
    "RapidFuzz extract": rapidfuzz_extract,
    "bm25s": bm25s_grams,
    "tantivy": tantivy_grams,
    "FTS5 trigram": fts5_trigram,
}
