"""Why a file can not be read as rows. Each text is Chinese and says what to do.

HuashuError
└── TableError          `.code` is stable, and stands at the end of the text
    ├── TableMissing        table.missing      there is no such file
    ├── TableUnreadable     table.unreadable   a folder, or no permission
    ├── TableFormat         table.format       of a kind that is not read
    ├── TableTooLarge       table.too-large    more than the limits allow
    ├── TableEncoding       table.encoding     no known encoding, or broken characters
    ├── TableDamaged        table.damaged      quotes, JSON or the archive are broken
    ├── TableProtected      table.protected    behind a password
    ├── TableEmpty          table.empty        nothing in it
    └── ColumnUnknown       table.column       no column has the name that was asked for
"""

from __future__ import annotations

from typing import ClassVar

from app.engine.errors import HuashuError


class TableError(HuashuError):
    """A file can not be read.

    Args:
        name: the file, as the person named it.
        reason: what is wrong and what to do, one or more whole sentences.

    Attributes:
        code: stable name of the error, for programs.
    """

    code: ClassVar[str] = "table.damaged"

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        super().__init__(f"{name}：{reason}［{self.code}］")


class TableMissing(TableError):
    code = "table.missing"


class TableUnreadable(TableError):
    code = "table.unreadable"


class TableFormat(TableError):
    code = "table.format"


class TableTooLarge(TableError):
    code = "table.too-large"


class TableEncoding(TableError):
    code = "table.encoding"


class TableDamaged(TableError):
    code = "table.damaged"


class TableProtected(TableError):
    code = "table.protected"


class TableEmpty(TableError):
    code = "table.empty"


class ColumnUnknown(TableError):
    code = "table.column"
