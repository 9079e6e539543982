"""Other people's files as rows of text: .txt, .md, .csv, .tsv, .jsonl and .xlsx.

`read_tables(path)` gives the tables of a file, whole or not at all: a file with anything wrong in
it raises a `TableError`, whose text says in Chinese what is wrong, where, and what to do.
"""

from app.tables.errors import TableError
from app.tables.model import LINE, Row, Table
from app.tables.read import MAX_FILE, SUFFIXES, parse_tables, read_tables

__all__ = [
    "LINE",
    "MAX_FILE",
    "SUFFIXES",
    "Row",
    "Table",
    "TableError",
    "parse_tables",
    "read_tables",
]
