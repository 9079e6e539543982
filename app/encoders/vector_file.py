"""One file of vectors by key, read whole and replaced whole; trouble with it is logged only."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.engine.encode import Vectors

log = logging.getLogger(__name__)


class VectorFile:
    """A file that need not exist."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, dimension: int) -> dict[str, Vectors]:
        """The vectors, of width `dimension` unless that is 0. A damaged file is as good as none."""
        if not self._path.is_file():
            return {}
        try:
            # Opened here: of a damaged file numpy leaves its own handle open.
            with self._path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                keys, vectors = stored["keys"], stored["vectors"]
                if vectors.shape != (len(keys), dimension or vectors.shape[1]):
                    raise ValueError("wrong shape")
                if vectors.dtype != np.float32 or not np.isfinite(vectors).all():
                    raise ValueError("wrong numbers")
                return dict(zip(keys.tolist(), vectors, strict=True))
        except Exception as error:  # zip, zlib, header and array each have errors of their own
            log.warning("vector cache %s is unusable (%s), encoding anew", self._path, error)
            return {}

    def write(self, vectors: Mapping[str, Vectors]) -> None:
        """Writes beside and renames, so that a reader never sees half a file."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._path.parent, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as out:
                    np.savez(
                        out, keys=np.array(list(vectors)), vectors=np.stack(list(vectors.values()))
                    )
                Path(name).replace(self._path)
            finally:
                Path(name).unlink(missing_ok=True)  # left over only when something failed
        except OSError as error:
            log.warning("vector cache %s can not be written (%s)", self._path, error)

    def remove(self) -> None:
        """For vectors that are no longer true."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("vector cache %s can not be removed (%s)", self._path, error)
