"""docs/benchmarks.md: sections of text and tables, each with the command that makes it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PAGE = Path("docs/benchmarks.md")
HEADER = """# Benchmarks

Made by `make bench` (`python -m bench`); nothing in this file is written by hand. Peers are \
measured in the same run, on the same data and the same machine, so read the ratios: absolute \
times are from a shared machine that had other work to do at the time, and times are medians \
unless the column says otherwise. Everything but time is deterministic. \
`python -m bench NAME --write` renews one section. The peers bm25s and tantivy are the dependency \
group `bench`; wrk is a Debian package.

The data of the quality figures is read from the folder that `--eval` names and is not part of \
the project; what it holds is told in each section.
"""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under column names, all text."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


@dataclass(frozen=True, slots=True)
class Section:
    """One measurement: its name on the command line, a title, and what was found."""

    name: str
    title: str
    parts: Sequence[str | Table]

    def __str__(self) -> str:
        head = f"## {self.title}\n\n`python -m bench {self.name}`, {machine()}, {date.today()}."
        return "\n\n".join([head, *map(str, self.parts)])


def machine() -> str:
    """Processor, cores and Python in a few words."""
    model = platform.processor() or platform.machine()
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.M)
        model = found[1] if found else model
    except OSError:
        pass  # not Linux
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def write(sections: Sequence[Section], names: Sequence[str], page: Path = PAGE) -> None:
    """Puts the sections given into the page and keeps the others, in the order of `names`."""
    kept = _stored(page) | {s.name: str(s) for s in sections}
    parts = [f"<!-- {name} -->\n{kept[name]}\n<!-- /{name} -->" for name in names if name in kept]
    page.write_text("\n\n".join([HEADER.rstrip(), *parts]) + "\n", encoding="utf-8")


def _stored(page: Path) -> dict[str, str]:
    text = page.read_text("utf-8") if page.exists() else ""
    found = re.findall(r"<!-- (\w+) -->\n(.*?)\n<!-- /\1 -->", text, re.DOTALL)
    return dict(found)
