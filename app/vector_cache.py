"""Vectors kept between calls and between starts, by content.

Wraps any encoder: recent messages in memory, the asks of a book in one file a model. A changed
book encodes only what changed; a damaged or unwritable cache is never an error, only slower.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.engine.encode import Encoder, Vectors

log = logging.getLogger(__name__)

RECENT = 8192
BULK = 64  # from this many texts on, a call is a book being built, not a message


class CachedEncoder:
    """An encoder with a memory. Not for use from several threads at once while building."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.dimension = encoder.dimension
        self._recent: OrderedDict[str, Vectors] = OrderedDict()
        self._file = folder / f"{encoder.name}.npz" if folder else None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder's own, encoding only texts that are not known yet."""
        if not self.dimension:
            return self._encoder.encode(texts)
        if len(texts) >= BULK:
            return self._bulk(texts)
        missing = [t for t in dict.fromkeys(texts) if t not in self._recent]
        if missing:
            for text, vector in zip(missing, self._encoder.encode(missing), strict=True):
                self._recent[text] = vector
        rows = np.stack([self._recent[t] for t in texts]) if texts else self._encoder.encode([])
        for text in texts:
            self._recent.move_to_end(text)
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        return rows

    def _bulk(self, texts: Sequence[str]) -> Vectors:
        keys = [_key(t) for t in texts]
        known = self._load()
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if missing:
            fresh = self._encoder.encode(list(missing.values()))
            known.update(zip(missing, fresh, strict=True))
            self._save({k: known[k] for k in dict.fromkeys(keys)})
        return np.stack([known[k] for k in keys]).astype(np.float32)

    def _load(self) -> dict[str, Vectors]:
        if self._file is None or not self._file.is_file():
            return {}
        try:
            with np.load(self._file, allow_pickle=False) as stored:
                keys, vectors = stored["keys"], stored["vectors"]
                if vectors.shape != (len(keys), self.dimension):
                    raise ValueError("wrong shape")
                if vectors.dtype != np.float32 or not np.isfinite(vectors).all():
                    raise ValueError("wrong numbers")
                return dict(zip(keys.tolist(), vectors, strict=True))
        except Exception as error:  # zip, zlib, header and array each have errors of their own
            log.warning("vector cache %s is unusable (%s), encoding anew", self._file, error)
            return {}

    def _save(self, vectors: dict[str, Vectors]) -> None:
        """Writes beside and renames, so that a reader never sees half a file."""
        if self._file is None:
            return
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as out:
                    np.savez(
                        out, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values()))
                    )
                Path(name).replace(self._file)
            finally:
                Path(name).unlink(missing_ok=True)  # left over only when something failed
        except OSError as error:
            log.warning("vector cache %s can not be written (%s)", self._file, error)


def _key(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
