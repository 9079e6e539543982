"""Findings in replies as text for people, as data for programs, and as findings in files.

The last is what `app.lint.output` turns into annotations for GitHub and into SARIF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from app.checking.findings import ReplyFinding
from app.checking.replies import Reply, shorter
from app.engine.model import FileFinding, Finding, Mark, Phrasebook
from app.lint.output import RuleInfo, counted

_LONGEST = 40


def as_line(found: ReplyFinding) -> str:
    """`file:line:column: severity [rule] “words” why; what to say instead; source`.

    In a table the place is sheet, row and heading.
    """
    finding = found.finding
    place = _place(found.reply, finding)
    return f"{place}: {finding.severity} [{finding.rule_id}] {explained(finding)}"


def explained(finding: Finding) -> str:
    """The words, why they should not stand, what to say instead, and where the rule is from."""
    better = f" 可改为：{'；'.join(finding.replacements)}。" if finding.replacements else ""
    source = f"（出处：{finding.source}）" if finding.source else ""
    return f"“{_visible(finding.text)}” {finding.message}{better}{source}"


def _place(reply: Reply, finding: Finding) -> str:
    column = _column(reply, finding)
    return (
        f"{reply.file} {_cell(reply)}" if column is None else f"{reply.file}:{reply.line}:{column}"
    )


def _column(reply: Reply, finding: Finding) -> int | None:
    """The column of the words in their line, from 1; None in a table."""
    return None if reply.heading else reply.column + finding.start


def _cell(reply: Reply) -> str:
    sheet = f"“{reply.sheet}”" if reply.sheet else ""
    return f"{sheet}第 {reply.row} 行“{shorter(reply.heading)}”"


def _visible(text: str) -> str:
    """On one line, signs that do not show as ·: they are what splits words to slip past filters."""
    shown = "".join(character if character.isprintable() else "·" for character in text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def as_json(findings: Iterable[ReplyFinding]) -> list[dict[str, Any]]:
    """One flat mapping a finding: its place, and then the fields of POST /v1/check.

    `line` and `row` count from 1; `column` is that of the words in their line, null in a table;
    `start` and `end` are offsets in the reply.
    """
    return [
        {
            "file": found.reply.file,
            "sheet": found.reply.sheet,
            "row": found.reply.row,
            "heading": found.reply.heading,
            "line": found.reply.line,
            "column": _column(found.reply, found.finding),
            **asdict(found.finding),
        }
        for found in findings
    ]


def as_file_findings(
    findings: Iterable[ReplyFinding], named: Callable[[str], str]
) -> Iterator[FileFinding]:
    """The findings with file, line and column; of a table the message names row and heading.

    `named` gives the name by which others know a file, such as its path from the repository.
    """
    for found in findings:
        reply, finding = found.reply, found.finding
        column = _column(reply, finding)
        place = f"{_cell(reply)}：" if column is None else ""
        yield FileFinding(
            rule_id=finding.rule_id,
            severity=finding.severity,
            mark=Mark(named(reply.file), reply.line, column or 1),
            message=f"{place}{explained(finding)}",
        )


def rules_of(book: Phrasebook, *, rewrites: bool) -> tuple[RuleInfo, ...]:
    """The rules that a check applies."""
    policies = (RuleInfo(p.id, p.title, p.message, p.severity) for p in book.policies)
    wording = (RuleInfo(r.id, r.title, r.reason, "suggestion") for r in book.rewrites)
    return (*policies, *(wording if rewrites else ()))


def summary(files: int, replies: int, findings: Iterable[ReplyFinding]) -> str:
    """How much was checked and how many findings there are of each severity."""
    total = counted(found.finding.severity for found in findings) or "没有问题"
    return f"检查了 {files} 个文件、{replies} 条回复：{total}。"
