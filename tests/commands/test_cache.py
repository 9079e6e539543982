"""The cache of vectors: damaged or unwritable it costs time, never the answer."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from app.engine.encode import Vectors
from app.vector_cache import BULK, CachedEncoder
from tests.commands.conftest import Huashu

TEXTS = [f"第{i}条问法" for i in range(BULK)]


class Counting:
    """An encoder whose vectors can be told from each other, and which counts what it encodes."""

    name = "counting"
    dimension = 3

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.encoded += len(texts)
        return np.array([[len(t), ord(t[0]), ord(t[-1])] for t in texts], dtype=np.float32)


def encoded_anew(folder: Path, texts: Sequence[str] = TEXTS) -> int:
    """How many texts a new start has to encode; what comes out is checked."""
    encoder = Counting()
    vectors = CachedEncoder(encoder, folder).encode(texts)
    number = encoder.encoded
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors, Counting().encode(texts))
    return number


def test_a_second_start_encodes_nothing(tmp_path: Path) -> None:
    assert encoded_anew(tmp_path / "a" / "b") == BULK
    assert encoded_anew(tmp_path / "a" / "b") == 0
    assert [p.name for p in (tmp_path / "a" / "b").iterdir()] == ["counting.npz"]


def test_only_what_changed_is_encoded(tmp_path: Path) -> None:
    encoded_anew(tmp_path)
    assert encoded_anew(tmp_path, [*TEXTS[1:], "新的问法", "新的问法", TEXTS[1]]) == 1


def test_lone_surrogates_have_a_place_in_the_cache(tmp_path: Path) -> None:
    texts = [*TEXTS, "\ud800"]
    assert encoded_anew(tmp_path, texts) == BULK + 1
    assert encoded_anew(tmp_path, texts) == 0


def test_short_calls_are_remembered(tmp_path: Path) -> None:
    encoder = Counting()
    cached = CachedEncoder(encoder, tmp_path)
    for _ in range(3):
        rows = cached.encode(["甲", "乙", "甲"])
        assert np.array_equal(rows, Counting().encode(["甲", "乙", "甲"]))
    assert encoder.encoded == 2
    assert cached.encode([]).shape[0] == 0


def empty(file: Path) -> None:
    file.write_bytes(b"")


def noise(file: Path) -> None:
    file.write_bytes(os.urandom(5000))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-200])


def only_a_head(file: Path) -> None:
    file.write_bytes(b"PK\x03\x04" + b"\0" * 100)


def flipped(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(raw)


def other_names(file: Path) -> None:
    np.savez(file, a=np.zeros(3))


def other_shape(file: Path) -> None:
    np.savez(file, keys=np.array(["a", "b"]), vectors=np.zeros((3, 3), np.float32))


def no_shape(file: Path) -> None:
    np.savez(file, keys=np.array("a"), vectors=np.array(1.0))


def words_for_numbers(file: Path) -> None:
    with np.load(file) as stored:
        keys = stored["keys"]
    np.savez(file, keys=keys, vectors=np.full((len(keys), 3), "x"))


def not_a_number(file: Path) -> None:
    with np.load(file) as stored:
        keys = stored["keys"]
    np.savez(file, keys=keys, vectors=np.full((len(keys), 3), np.nan, np.float32))


def pickled(file: Path) -> None:
    np.savez(file, keys=np.array([{"a": 1}], dtype=object), vectors=np.zeros((1, 3)))


def no_arrays(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("keys.npy", b"no array")
        archive.writestr("vectors.npy", b"")


@pytest.mark.parametrize(
    "damage",
    [
        empty, noise, cut, only_a_head, flipped, other_names, other_shape, no_shape,
        words_for_numbers, not_a_number, pickled, no_arrays,
    ],
)  # fmt: skip
def test_a_damaged_file_is_made_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    encoded_anew(tmp_path)
    damage(tmp_path / "counting.npz")
    assert encoded_anew(tmp_path) == BULK
    assert encoded_anew(tmp_path) == 0


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("x", encoding="utf-8")
    assert encoded_anew(tmp_path / "cache") == BULK
    assert (tmp_path / "cache").read_text("utf-8") == "x"


def test_a_folder_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "counting.npz").mkdir()
    assert encoded_anew(tmp_path) == BULK
    assert [p.name for p in tmp_path.iterdir()] == ["counting.npz"]  # nothing half-written stays


def test_the_command_with_the_bundled_encoder(huashu: Huashu, tmp_path: Path) -> None:
    """Its book must have so many asks that the cache is used at all."""
    asks = "\n".join(f"      - 第{i}种蓝鲸的尺码" for i in range(BULK))
    text = f"entries:\n  - id: a.b\n    title: 尺码\n    reply: 好的。\n    asks:\n{asks}\n"
    (tmp_path / "book" / "more.yaml").write_text(text, encoding="utf-8")
    ask = ("suggest", "怎么还不发货", "--json")
    first = huashu(*ask, HUASHU_ENCODER="bundled")
    assert first.json()["suggestions"][0]["entry_id"] == "shipping.rush"
    [file] = (tmp_path / "cache").iterdir()
    file.write_bytes(file.read_bytes()[:1000])
    again = huashu(*ask, HUASHU_ENCODER="bundled")
    assert again.json() == first.json()
    assert file.stat().st_size > 1000
    (tmp_path / "file").write_text("x", encoding="utf-8")
    other = huashu(*ask, HUASHU_ENCODER="bundled", HUASHU_CACHE_DIR=str(tmp_path / "file"))
    assert other.json() == first.json()
