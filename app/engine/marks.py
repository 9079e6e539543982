"""Places in phrasebook files, and what is found wrong there. Lines and columns count from 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["suggestion", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("suggestion", "warning", "error")


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a phrasebook file. `file` is relative to the book's folder."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class FileFinding:
    """One place where a file breaks a lint rule. `hint` says what to do about it.

    `meant` is what must be written there, where there is no doubt; or what the finding is about.
    """

    rule_id: str
    severity: Severity
    mark: Mark
    message: str
    hint: str = ""
    meant: str = ""

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.mark}: {self.severity} [{self.rule_id}] {self.message}{hint}"
