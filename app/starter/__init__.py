"""A small phrasebook that explains itself, to begin with."""

from app.starter.write import StarterFailed, starter_files, write_starter

__all__ = ["StarterFailed", "starter_files", "write_starter"]
