"""Which schema a store has, and which ones this program knows. Reads; changes nothing.

The revisions are read from the migrations' files, so that a start that has nothing to migrate
needs no Alembic, whose import takes half a second.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

# `migrations` lies beside `app`, in the source tree as well as in site-packages.
FOLDER = Path(__file__).resolve().parents[2] / "migrations"
_REVISION = re.compile(r'^(down_)?revision(?:: [^=]+)? = "([^"]+)"$', re.MULTILINE)


def revision(connection: Connection) -> str | None:
    """The revision of the store; None when there are no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def known() -> frozenset[str]:
    """Every revision that this program knows."""
    return frozenset(name for down, name in _lines() if not down)


@cache
def head() -> str:
    """The newest revision that this program knows: the one that no other follows."""
    (newest,) = known() - {name for down, name in _lines() if down}
    return newest


@cache
def _lines() -> tuple[tuple[str, str], ...]:
    files = sorted((FOLDER / "versions").glob("*.py"))
    return tuple(found for file in files for found in _REVISION.findall(file.read_text("utf-8")))
