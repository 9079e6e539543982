"""Vectors kept between calls and between starts, by content.

Wraps any encoder: recent messages in memory, the asks of a book in one file a model. A changed
book encodes only what changed; a damaged or unwritable cache is never an error, only slower.

A server may change its model under the same name. So one text of the book, the witness, goes
along with the first request to it, and with the first after each failure: its vector must be
what it was.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.encoders.vector_file import VectorFile
from app.engine.encode import Encoder, Vectors
from app.engine.errors import EncoderChanged, EncoderError

RECENT = 8192
CHUNK = 512  # asks that are encoded before the file is written, should the encoder fail
ALIKE = 0.98  # cosine; the same text in another batch gives a little less than 1


class CachedEncoder:
    """An encoder with a memory. Messages from any number of threads, one book at a time."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.remote = encoder.remote
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._file = VectorFile(folder / f"{_file_name(encoder.name)}.npz") if folder else None
        self._witness: tuple[str, Vectors] | None = None
        self._sure = False  # that the encoder is the one of the witness

    @property
    def dimension(self) -> int:
        """Width of a vector; 0 when it is not known yet."""
        return self._encoder.dimension

    @property
    def problem(self) -> str | None:
        """Why the encoder's last call failed."""
        return self._encoder.problem

    def encode(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """As the encoder's own, encoding only texts that are not known yet."""
        if not texts:
            return self._encoder.encode(texts)
        if book:
            return self._book(texts)
        with self._lock:
            known = {t: self._recent[t] for t in texts if t in self._recent}
        missing = [t for t in dict.fromkeys(texts) if t not in known]
        if missing:
            known.update(zip(missing, self._fresh(missing), strict=True))
        with self._lock:
            self._recent.update(known)
            for text in known:
                self._recent.move_to_end(text)
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return np.stack([known[t] for t in texts])

    def check(self) -> None:
        """Past the memory."""
        if self._witness and self.remote:
            self._sure = False
            self._fresh([])
        else:
            self._encoder.check()

    def _book(self, texts: Sequence[str]) -> Vectors:
        wanted = {_key(t): t for t in texts}
        stored = self._file.read(self.dimension) if self._file else {}
        known = {k: v for k, v in stored.items() if k in wanted}
        try:
            self._complete(known, wanted)
        except EncoderChanged:
            known = {}  # all anew, by what the encoder is now
            self._complete(known, wanted)
        return np.stack([known[_key(t)] for t in texts])

    def _complete(self, known: dict[str, Vectors], wanted: Mapping[str, str]) -> None:
        """Encodes what is not known; keeps what was reached when the encoder fails midway."""
        self._hear(known, wanted)
        missing = [k for k in wanted if k not in known]
        try:
            for start in range(0, len(missing), CHUNK):
                keys = missing[start : start + CHUNK]
                fresh = self._fresh([wanted[k] for k in keys], book=True)
                known.update(zip(keys, fresh, strict=True))
        except EncoderChanged:
            raise
        except EncoderError:
            self._write(known)
            raise
        if missing:
            self._write(known)
            self._hear(known, wanted)

    def _hear(self, known: Mapping[str, Vectors], wanted: Mapping[str, str]) -> None:
        """Makes one text of the book the witness."""
        first = next(iter(known), None)
        self._witness = (wanted[first], known[first]) if first else None

    def _write(self, known: Mapping[str, Vectors]) -> None:
        if self._file and known:
            self._file.write(known)

    def _fresh(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """From the encoder itself, which must be the one that it was."""
        witness = self._witness if self.remote and not self._sure else None
        asked = [*texts, witness[0]] if witness else texts
        try:
            vectors = self._encoder.encode(asked, book=book)
            if witness and not _alike(vectors[-1], witness[1]):
                raise EncoderChanged("句向量服务给出的向量和以前不同，像是换了模型。")
        except EncoderError as error:
            self._sure = False
            if isinstance(error, EncoderChanged):
                self._forget()
            raise
        self._sure = True
        return vectors[: len(texts)]

    def _forget(self) -> None:
        with self._lock:
            self._recent.clear()
        self._witness = None
        if self._file:
            self._file.remove()


def _alike(a: Vectors, b: Vectors) -> bool:
    return a.shape == b.shape and float(a @ b) >= ALIKE


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _file_name(name: str) -> str:
    """A name that every file system takes, and that no other encoder has."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:80]
    return plain if plain == name else f"{plain}-{_key(name)[:8]}"
