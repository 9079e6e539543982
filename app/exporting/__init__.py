"""A phrasebook as files of other tools; what is rendered is the plain text that they can send."""

from app.exporting.plain import plain_reply
from app.exporting.write import ExportFailed, export_book

__all__ = ["ExportFailed", "export_book", "plain_reply"]
