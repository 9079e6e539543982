"""The cache of vectors: what is known is not encoded again; damaged it costs only time."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.encoders import vector_file
from app.encoders.cache import CHUNK, RECENT, CachedEncoder
from app.engine.encode import Vectors

ASKS = 70
TEXTS = [f"第{i}条问法" for i in range(ASKS)]
OTHERS = [f"另一家店第{i}条" for i in range(ASKS)]
FILE = "counting.sqlite3"


class Counting:
    """An encoder whose vectors can be told from each other, and which counts what it encodes."""

    name = "counting"
    dimension = 3
    parts = ()
    remote = False
    problem = None

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        self.encoded += len(texts)
        rows = [[len(t), ord(t[0]), ord(t[-1])] for t in texts]
        return np.array(rows, dtype=np.float32).reshape(-1, 3)

    def check(self) -> None:
        self.encoded += 1


def encoded_anew(folder: Path, texts: Sequence[str] = TEXTS) -> int:
    """How many texts a new start has to encode; what comes out is checked."""
    encoder = Counting()
    vectors = CachedEncoder(encoder, folder).encode(texts, book=True)
    number = encoder.encoded
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, Counting().encode(texts))
    return number


def test_a_second_start_encodes_nothing(tmp_path: Path) -> None:
    assert encoded_anew(tmp_path / "a" / "b") == ASKS
    assert encoded_anew(tmp_path / "a" / "b") == 0
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == [FILE]


def test_only_what_changed_is_encoded(tmp_path: Path) -> None:
    encoded_anew(tmp_path)
    assert encoded_anew(tmp_path, [*TEXTS[1:], "新的问法", "新的问法", TEXTS[1]]) == 1


def test_lone_surrogates_have_a_place_in_the_cache(tmp_path: Path) -> None:
    texts = [*TEXTS, "\ud800"]
    assert encoded_anew(tmp_path, texts) == ASKS + 1
    assert encoded_anew(tmp_path, texts) == 0


def test_messages_are_remembered_but_not_stored(tmp_path: Path) -> None:
    encoder = Counting()
    cached = CachedEncoder(encoder, tmp_path)
    for _ in range(3):
        rows = cached.encode(["甲", "乙", "甲"])
        assert np.array_equal(rows, Counting().encode(["甲", "乙", "甲"]))
    assert encoder.encoded == 2
    assert cached.encode([]).shape == (0, 3)
    assert not list(tmp_path.iterdir())


def test_the_oldest_messages_are_forgotten() -> None:
    encoder = Counting()
    cached = CachedEncoder(encoder, None)
    cached.encode(["甲"])
    cached.encode([f"第{i}句" for i in range(RECENT - 1)])
    cached.encode(["甲"])
    assert encoder.encoded == RECENT
    cached.encode(["乙"])
    cached.encode(["甲"])
    assert encoder.encoded == RECENT + 1
    cached.encode(["第0句"])
    assert encoder.encoded == RECENT + 2


# ---- damage ------------------------------------------------------------------------------------


def sql(command: str) -> Callable[[Path], None]:
    """A change that SQLite itself makes, and so never notices."""

    def change(file: Path) -> None:
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(command)

    return change


def no_table(file: Path) -> None:
    file.unlink()
    sql("CREATE TABLE vectors (name TEXT)")(file)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "noise": lambda file: file.write_bytes(os.urandom(5000)),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-20_000]),
    "only a head": lambda file: file.write_bytes(file.read_bytes()[:100]),
    "another table": no_table,
    "no table": sql("DROP TABLE vectors"),
    "no rows": sql("DELETE FROM vectors"),
    "other width": sql("UPDATE vectors SET vector = x'00000000'"),
    "half a number": sql("UPDATE vectors SET vector = x'000000'"),
    "words": sql("UPDATE vectors SET vector = 'x', used = 'x'"),
    "nothing": sql("UPDATE vectors SET checksum = '', used = 0"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    encoded_anew(tmp_path)
    damage(tmp_path / FILE)
    assert encoded_anew(tmp_path) == ASKS
    assert encoded_anew(tmp_path) == 0


def test_a_vector_under_the_key_of_another_text_is_not_used(tmp_path: Path) -> None:
    encoded_anew(tmp_path)
    last = "(SELECT vector, checksum FROM vectors ORDER BY vector DESC LIMIT 1)"
    sql(f"UPDATE vectors SET (vector, checksum) = {last}")(tmp_path / FILE)
    assert encoded_anew(tmp_path) == ASKS - 1


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(places=st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), min_size=1, max_size=4))
def test_any_changed_bytes_cost_only_time(tmp_path: Path, places: list[tuple[float, int]]) -> None:
    for file in tmp_path.iterdir():
        file.unlink()
    encoded_anew(tmp_path)
    raw = bytearray((tmp_path / FILE).read_bytes())
    for place, change in places:
        raw[int(place * (len(raw) - 1))] ^= change
    (tmp_path / FILE).write_bytes(raw)
    encoded_anew(tmp_path)
    encoded_anew(tmp_path)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x", encoding="utf-8")
    assert encoded_anew(tmp_path / "cache") == ASKS
    assert (tmp_path / "cache").read_text("utf-8") == "x"


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    assert encoded_anew(tmp_path) == ASKS
    assert [p.name for p in tmp_path.iterdir()] == [FILE]  # nothing half-written stays


# ---- several books, several processes ----------------------------------------------------------


def test_books_do_not_drive_each_other_out(tmp_path: Path) -> None:
    assert encoded_anew(tmp_path) == ASKS
    assert encoded_anew(tmp_path, OTHERS) == ASKS
    assert encoded_anew(tmp_path, ["只有一条"]) == 1
    assert encoded_anew(tmp_path) == 0
    assert encoded_anew(tmp_path, [*OTHERS, *TEXTS]) == 0


def test_the_book_that_was_not_opened_for_the_longest_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_file, "MOST", 2 * ASKS * 3 * 4)
    now = time.time()
    monkeypatch.setattr(vector_file.time, "time", lambda: now)
    encoded_anew(tmp_path)
    encoded_anew(tmp_path, OTHERS)
    now += 2 * vector_file.DAY
    assert encoded_anew(tmp_path) == 0  # opened again: now the others are the older ones
    third = [f"第三家店{i}" for i in range(ASKS)]
    assert encoded_anew(tmp_path, third) == ASKS
    assert encoded_anew(tmp_path) == 0
    assert encoded_anew(tmp_path, third) == 0
    assert encoded_anew(tmp_path, OTHERS) == ASKS


def test_one_book_may_be_larger_than_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_file, "MOST", 10)
    large = [f"第{i}条问法" for i in range(2 * CHUNK)]
    assert encoded_anew(tmp_path, large) == 2 * CHUNK
    assert encoded_anew(tmp_path, large) == 0


WRITER = """
import sys
from pathlib import Path
from tests.encoders.test_cache import encoded_anew
for i in range(8):
    encoded_anew(Path(sys.argv[1]), [f"第{sys.argv[2]}家店第{j}条" for j in range(i * 30 + 30)])
"""


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    processes = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(n)], cwd=root)
        for n in range(3)
    ]
    assert [p.wait() for p in processes] == [0] * 3
    for n in range(3):
        assert encoded_anew(tmp_path, [f"第{n}家店第{j}条" for j in range(240)]) == 0
    with closing(sqlite3.connect(tmp_path / FILE)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
