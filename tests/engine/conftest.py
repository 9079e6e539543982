"""Small books for the tests of the engine: YAML text in, a book or a suggester out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from types import FrameType
from typing import Any

import pytest
from hypothesis import settings

from app.engine.encode import NoEncoder
from app.engine.model import Context, Phrasebook
from app.engine.source import read_book
from app.engine.suggest import Suggester

TODAY = date(2026, 11, 22)


# The same examples in every run, without a time limit on slow machines.
settings.register_profile("engine", deadline=None, derandomize=True)
settings.load_profile("engine")


@pytest.fixture(scope="session")
def book_of() -> Callable[[str], Phrasebook]:
    """Reads one file's text as a book without findings."""

    def read(text: str) -> Phrasebook:
        book, findings = read_book({"book.yaml": text})
        assert findings == ()
        return book

    return read


@pytest.fixture(scope="session")
def engine_of(book_of: Callable[[str], Phrasebook]) -> Callable[[str], Suggester]:
    """A suggester without sentence vectors for one file's text."""
    return lambda text: Suggester(book_of(text), NoEncoder())


@pytest.fixture(scope="session")
def context() -> Context:
    return Context(today=TODAY)


@pytest.fixture(scope="session")
def lines_run() -> Callable[[Callable[[], object]], int]:
    """Counts the lines of Python that a call runs: what it costs, told without a clock."""

    def count(call: Callable[[], object]) -> int:
        lines = 0

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            nonlocal lines
            lines += event == "line"
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            call()
        finally:
            sys.settrace(before)
        return lines

    return count
