"""The cache of vectors: what is known is not encoded again; damaged it costs only time."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.encoders.cache import RECENT, CachedEncoder
from app.engine.encode import Vectors

ASKS = 70
TEXTS = [f"第{i}条问法" for i in range(ASKS)]


class Counting:
    """An encoder whose vectors can be told from each other, and which counts what it encodes."""

    name = "counting"
    dimension = 3
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
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == ["counting.npz"]


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


def arrays(**change: Any) -> Callable[[Path], None]:
    """A well-formed file with other arrays."""

    def write(file: Path) -> None:
        with np.load(file) as stored:
            kept = {name: stored[name] for name in stored.files}
        np.savez(file, **{k: v for k, v in (kept | change).items() if v is not None})

    return write


def no_arrays(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("keys.npy", b"no array")
        archive.writestr("vectors.npy", b"")


def flipped(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(raw)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "noise": lambda file: file.write_bytes(os.urandom(5000)),
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-200]),
    "only a head": lambda file: file.write_bytes(b"PK\x03\x04" + b"\0" * 100),
    "flipped": flipped,
    "no arrays": no_arrays,
    "other names": arrays(keys=None, a=np.zeros(3)),
    "other shape": arrays(vectors=np.zeros((3, 3), np.float32)),
    "no shape": arrays(keys=np.array("a"), vectors=np.array(1.0)),
    "words": arrays(vectors=np.full((ASKS, 3), "x")),
    "not a number": arrays(vectors=np.full((ASKS, 3), np.nan, np.float32)),
    "pickled": arrays(keys=np.array([{"a": 1}], dtype=object), vectors=np.zeros((1, 3))),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    encoded_anew(tmp_path)
    damage(tmp_path / "counting.npz")
    assert encoded_anew(tmp_path) == ASKS
    assert encoded_anew(tmp_path) == 0


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x", encoding="utf-8")
    assert encoded_anew(tmp_path / "cache") == ASKS
    assert (tmp_path / "cache").read_text("utf-8") == "x"


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "counting.npz").mkdir()
    assert encoded_anew(tmp_path) == ASKS
    assert [p.name for p in tmp_path.iterdir()] == ["counting.npz"]  # nothing half-written stays
