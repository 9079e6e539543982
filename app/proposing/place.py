"""Where proposals are made and decided: the book's folder and the journal that settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.encoders import open_encoder
from app.fit_files import FitFiles
from app.proposing.look import Workplace
from app.records import migrate
from app.records.database import open_engine
from app.settings import Settings
from app.threads import one_thread_a_process


@contextmanager
def workplace(settings: Settings, folder: Path | None = None) -> Iterator[Workplace]:
    """For as long as the block; `folder` is another shop's, None the one of the settings.

    Brings the store to the newest schema. Raises StoreError, EncoderError.
    """
    one_thread_a_process()
    encoder = open_encoder(settings)
    migrate.upgrade(settings.database_url)
    store = open_engine(settings.database_url)
    try:
        memory = FitFiles(settings.cache_dir)
        yield Workplace(folder or settings.phrasebook, store, encoder, memory)
    finally:
        store.dispose()
