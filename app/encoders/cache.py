"""Vectors kept between calls and between starts, by content.

Wraps any encoder: recent messages in memory, the asks of books in one file a model, which all
books and processes share. A changed book encodes only what changed; a damaged or unwritable
cache is never an error, only slower.

A server may change its model under the same name. So one sentence, the witness, goes along with
the first request to it, and with the first after each failure: its vector must be what it was
here, and what it was when the file was written.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.encoders.vector_file import VectorFile, alike
from app.engine.encode import Encoder, Vectors
from app.engine.errors import EncoderChanged, EncoderError

RECENT = 8192
CHUNK = 512  # asks that are encoded before the file is written
WITNESS = "您好，请问这件商品什么时候发货？"

_OTHER = "句向量服务给出的向量和以前不同，像是换了模型。"


class CachedEncoder:
    """An encoder with a memory. For any number of threads and books.

    Attributes:
        changes: how often the encoder was found to be another one; vectors from before and
            after must not be mixed.
    """

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.remote = encoder.remote
        self.parts = encoder.parts
        self.changes = 0
        self._file = VectorFile(folder / f"{_file_name(encoder.name)}.sqlite3") if folder else None
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._witness: Vectors | None = None
        self._sure = False  # that the encoder is the one of the witness
        self._failures = 0

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
        return self._book(texts) if book else self._messages(texts)

    def check(self) -> None:
        """Past the memory."""
        if self.remote:
            self._sure = False
            self._fresh([])
        else:
            self._encoder.check()

    def _messages(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            changes = self.changes
            known = {t: self._recent[t] for t in texts if t in self._recent}
        missing = [t for t in dict.fromkeys(texts) if t not in known]
        if missing:
            known.update(zip(missing, self._fresh(missing), strict=True))
        with self._lock:
            self._unchanged(changes)
            self._recent.update(known)
            for text in known:
                self._recent.move_to_end(text)
            while len(self._recent) > RECENT:
                self._recent.popitem(last=False)
        return np.stack([known[t] for t in texts])

    def _book(self, texts: Sequence[str]) -> Vectors:
        wanted = {_key(t): t for t in texts}
        try:
            known = self._complete(wanted)
        except EncoderChanged:
            known = self._complete(wanted)  # all anew, by what the encoder is now
        return np.stack([known[_key(t)] for t in texts])

    def _complete(self, wanted: Mapping[bytes, str]) -> dict[bytes, Vectors]:
        """Encodes what is not known; what was reached is kept when the encoder fails midway."""
        changes = self.changes
        known = self._stored(wanted)
        missing = [k for k in wanted if k not in known]
        for start in range(0, len(missing), CHUNK):
            keys = missing[start : start + CHUNK]
            vectors = self._fresh([wanted[k] for k in keys], book=True)
            fresh = dict(zip(keys, vectors, strict=True))
            self._keep(fresh, list(wanted), changes)
            known.update(fresh)
        self._unchanged(changes)
        return known

    def _stored(self, wanted: Mapping[bytes, str]) -> dict[bytes, Vectors]:
        """What the file has of a book, unless another encoder made it."""
        if not self._file:
            return {}
        if not self.remote:
            return self._file.read(list(wanted), self.dimension)
        found = self._file.read([*wanted, _WITNESS_KEY], self.dimension)
        witness = found.get(_WITNESS_KEY)
        if witness is None:
            return {}
        with self._lock:
            if self._witness is None:
                self._witness = witness
            elif not alike(witness, self._witness):
                return {}
        return {k: v for k, v in found.items() if k in wanted and v.shape == witness.shape}

    def _keep(self, fresh: Mapping[bytes, Vectors], book: Sequence[bytes], changes: int) -> None:
        if not self._file:
            return
        with self._lock:
            self._unchanged(changes)
            witness = self._witness
        if witness is None:
            self._file.write(fresh, book)
        else:
            self._file.write({**fresh, _WITNESS_KEY: witness}, [*book, _WITNESS_KEY], _WITNESS_KEY)

    def _fresh(self, texts: Sequence[str], *, book: bool = False) -> Vectors:
        """From the encoder itself, which must be the one that it was."""
        with self._lock:
            asks_witness = self.remote and not self._sure
            changes, failures = self.changes, self._failures
        asked = [*texts, WITNESS] if asks_witness else texts
        try:
            vectors = self._encoder.encode(asked, book=book)
        except EncoderError as error:
            with self._lock:
                self._sure = False
                self._failures += 1
                if isinstance(error, EncoderChanged):
                    self._change_to(None)
            raise
        if asks_witness:
            self._hear(vectors[-1], changes, failures)
        return vectors[: len(texts)]

    def _hear(self, witness: Vectors, changes: int, failures: int) -> None:
        """Compares the witness of a request that began after so many changes and failures."""
        with self._lock:
            self._unchanged(changes)
            if self._witness is None:
                self._witness = witness
            elif not alike(witness, self._witness):
                self._change_to(witness)
            self._sure = self._failures == failures
            self._unchanged(changes)

    def _change_to(self, witness: Vectors | None) -> None:
        self.changes += 1
        self._recent.clear()
        self._witness = witness

    def _unchanged(self, changes: int) -> None:
        if self.changes != changes:
            raise EncoderChanged(_OTHER)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


_WITNESS_KEY = _key(WITNESS)


def _file_name(name: str) -> str:
    """A name that every file system takes, and that no other encoder has."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name)[:80]
    return plain if plain == name else f"{plain}-{_key(name).hex()[:8]}"
