"""What was computed from a book, kept between starts: files of arrays in one folder.

A damaged, foreign or unwritable file is never an error, only slower.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from app.engine.features import Floats

log = logging.getLogger(__name__)

KEPT = 200  # files, one or two a book and day; those not opened for the longest time go first
_SUFFIX = ".fit.npz"


class FitFiles:
    """A memory (`app.engine.head.Memory`) of one file a key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, key: str) -> Mapping[str, Floats] | None:
        """The arrays kept under this key; None when there are none that can be used."""
        path = self._folder / (key + _SUFFIX)
        try:
            # Opened here: of a damaged file numpy leaves its own handle open.
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            if any(a.dtype != np.float32 or not np.isfinite(a).all() for a in arrays.values()):
                raise ValueError("wrong numbers")
            os.utime(path)
        except FileNotFoundError:
            return None
        except Exception as error:  # zip, zlib, header and array each have errors of their own
            log.warning("%s is unusable (%s), computing anew", path, error)
            return None
        return arrays

    def write(self, key: str, arrays: Mapping[str, Floats]) -> None:
        """Writes beside and renames, so that a reader never sees half a file."""
        path = self._folder / (key + _SUFFIX)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
            try:
                with os.fdopen(handle, "wb") as out:
                    np.savez(out, **arrays)  # type: ignore[arg-type]
                Path(name).replace(path)
            finally:
                Path(name).unlink(missing_ok=True)  # left over only when something failed
            self._forget()
        except OSError as error:
            log.warning("%s can not be written (%s)", path, error)

    def _forget(self) -> None:
        files = list(self._folder.glob(f"*{_SUFFIX}"))
        if len(files) > KEPT:
            for old in sorted(files, key=_modified)[:-KEPT]:
                old.unlink(missing_ok=True)


def _modified(file: Path) -> float:
    """When; 0 for a file that another process has just removed."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
