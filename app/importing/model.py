"""What an import reads and finds: items with their place, findings with stable codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.engine.errors import HuashuError

NO_REPLY = "请在这里填写回复。"
_SHOWN = 100

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a file something stands: the row as its program counts, from 1."""

    sheet: str
    row: int
    unit: str = "行"

    def __str__(self) -> str:
        return (f"工作表“{self.sheet}”" if self.sheet else "") + f"第 {self.row} {self.unit}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a row. An error stops the import of the whole file."""

    code: str
    severity: Severity
    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}：{self.message}［{self.code}］"


@dataclass(frozen=True, slots=True)
class Item:
    """One question with its wordings and its reply, which is plain text and no template.

    `id` is "" where the file names none; `reply` None where it has none and may do without.
    """

    place: Place
    id: str
    title: str
    asks: tuple[str, ...]
    reply: str | None
    stage: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole file: its format, its items in order and what is wrong with it."""

    file: str
    format: str
    items: tuple[Item, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings for which nothing may be written."""
        return tuple(f for f in self.findings if f.severity == "error")


class ImportFailed(HuashuError):
    """The file can not be imported; nothing was written.

    Attributes:
        findings: those of its rows, errors first; empty when the file or the folder is at fault.
    """

    def __init__(self, message: str, findings: tuple[Finding, ...] = ()) -> None:
        self.findings = findings
        super().__init__(message)


def refused(findings: tuple[Finding, ...]) -> ImportFailed:
    """The error that names every finding, up to a hundred; at least one is an error."""
    listed = sorted(findings, key=lambda f: (f.severity != "error", f.place))
    rows = len({f.place for f in listed if f.severity == "error"})
    shown = "\n".join(map(str, listed[:_SHOWN]))
    more = f"\n……另有 {len(listed) - _SHOWN} 处" if len(listed) > _SHOWN else ""
    return ImportFailed(f"有 {rows} 行不能导入，没有写入任何内容：\n{shown}{more}", tuple(listed))
