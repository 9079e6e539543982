"""The command `huashu` as people run it: as its own process, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.web.small_book import write_book

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120


@dataclass(frozen=True)
class Result:
    """How a command ended and what it wrote."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as JSON, of a command that ended well."""
        assert self.status == 0, self.err
        return json.loads(self.out)

    def refused(self) -> str:
        """The one clear sentence of a command that could not do its work."""
        assert self.status == 2, self.err
        assert self.out == ""
        assert "Traceback" not in self.err
        assert any("\u4e00" <= c <= "\u9fff" for c in self.err)
        return self.err


Huashu = Callable[..., Result]


def command(*arguments: str | Path) -> list[str]:
    """The command line of `huashu` with these arguments."""
    return [sys.executable, "-m", "app.cli", *map(str, arguments)]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """This environment with settings that keep everything in `folder`."""
    return {k: v for k, v in os.environ.items() if not k.startswith("HUASHU_")} | {
        "PYTHONPATH": str(ROOT),
        "HUASHU_PHRASEBOOK": str(folder / "book"),
        "HUASHU_DATABASE_URL": f"sqlite:///{folder}/data/huashu.sqlite3",
        "HUASHU_CACHE_DIR": str(folder / "cache"),
        "HUASHU_ENCODER": "none",
        **settings,
    }


def run(
    folder: Path,
    *arguments: str | Path,
    stdin: bytes = b"",
    seconds: int = SECONDS,
    **settings: str,
) -> Result:
    """Runs `huashu` in the folder, until it ends."""
    ended = subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(folder, **settings),
        input=stdin,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Result(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
def huashu(tmp_path: Path) -> Huashu:
    """`huashu("lint", HUASHU_PORT="…")` in a folder that holds a small phrasebook, `book`."""
    write_book(tmp_path / "book")
    return lambda *arguments, **more: run(tmp_path, *arguments, **more)
