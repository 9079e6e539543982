"""Phrasebooks made from, or completed with, other people's files.

`read_file` says what a file holds and what is wrong with it; `write_book` makes a new book of it,
`plan_into` and `write_into` merge it into a book that exists. With any error nothing is written.
"""

from __future__ import annotations

from pathlib import Path

from app.importing.model import NO_REPLY, Finding, ImportFailed, Item, Place, Reading, refused
from app.importing.new_book import must_be_free, write_book
from app.importing.read import FORMATS, read_file

__all__ = [
    "FORMATS",
    "NO_REPLY",
    "Finding",
    "ImportFailed",
    "Item",
    "Place",
    "Reading",
    "import_jsonl",
    "must_be_free",
    "read_file",
    "refused",
    "write_book",
]


def import_jsonl(file: Path, to: Path, asks: int | None = None) -> tuple[int, int]:
    """Makes a phrasebook in `to` from lines {"id","asks"[,"title","reply"]}.

    `asks` keeps only the first so many of each entry. Returns (entries, asks). Every bad line
    is named with its number, and then nothing is written at all.
    """
    must_be_free(to)
    reading = read_file(file, "jsonl", asks)
    if reading.errors:
        raise refused(reading.findings)
    return write_book(reading, to)
