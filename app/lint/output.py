"""Findings as text for people, as data for programs, as annotations for GitHub, as SARIF."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from app.engine.model import FileFinding, Severity
from app.lint.reading import READING_RULES
from app.lint.rules import RULES

_GITHUB = {"error": "error", "warning": "warning", "suggestion": "notice"}
_SARIF = {"error": "error", "warning": "warning", "suggestion": "note"}
_COUNTED: tuple[tuple[Severity, str], ...] = (
    ("error", "处错误"),
    ("warning", "处警告"),
    ("suggestion", "条建议"),
)


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """What a SARIF log tells of a rule. `severity` is the gravest that it gives."""

    id: str
    title: str
    help: str
    severity: Severity


LINT_RULES = (
    *(RuleInfo(rule.ID, rule.TITLE, rule.HINT, rule.SEVERITY) for rule in READING_RULES),
    *(RuleInfo(rule.ID, rule.TITLE, rule.HINT, rule.SEVERITY) for rule in RULES),
)


def as_text(findings: Iterable[FileFinding]) -> str:
    """One line a finding, `file:line:column: severity [rule] message hint`, and a count."""
    shown = tuple(findings)
    total = counted(finding.severity for finding in shown)
    return "\n".join((*map(str, shown), f"共 {total}。" if total else "没有问题。"))


def counted(severities: Iterable[Severity]) -> str:
    """How many there are of each severity, the gravest first; empty when there are none."""
    counts = Counter(severities)
    return "、".join(f"{counts[key]} {word}" for key, word in _COUNTED if counts[key])


def as_json(findings: Iterable[FileFinding]) -> list[dict[str, Any]]:
    """One flat mapping a finding; lines and columns count from 1."""
    return [
        {
            "file": finding.mark.file,
            "line": finding.mark.line,
            "column": finding.mark.column,
            "severity": finding.severity,
            "rule_id": finding.rule_id,
            "message": finding.message,
            "hint": finding.hint,
        }
        for finding in findings
    ]


def as_github(findings: Iterable[FileFinding], folder: str = "") -> str:
    """Workflow commands that GitHub shows beside the lines of a pull request.

    `folder` is the book's folder inside the repository: annotations name files from its root.
    https://docs.github.com/actions/reference/workflow-commands-for-github-actions
    """
    return "\n".join(_github_line(finding, folder) for finding in findings)


def _github_line(finding: FileFinding, folder: str) -> str:
    mark = finding.mark
    place = f"file={_property(_within(folder, mark.file))},line={mark.line},col={mark.column}"
    text = _data(f"{finding.message}{finding.hint}")
    return f"::{_GITHUB[finding.severity]} {place},title={_property(finding.rule_id)}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _within(folder: str, file: str) -> str:
    return f"{folder.rstrip('/')}/{file}" if folder else file


def as_sarif(
    findings: Iterable[FileFinding], folder: str = "", rules: Iterable[RuleInfo] = LINT_RULES
) -> dict[str, Any]:
    """A SARIF 2.1.0 log with one run; columns count code points."""
    described = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.title},
            "help": {"text": rule.help},
            "defaultConfiguration": {"level": _SARIF[rule.severity]},
        }
        for rule in rules
    ]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "huashu", "rules": described}},
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(finding, folder) for finding in findings],
            }
        ],
    }


def _sarif_result(finding: FileFinding, folder: str) -> dict[str, Any]:
    mark = finding.mark
    return {
        "ruleId": finding.rule_id,
        "level": _SARIF[finding.severity],
        "message": {"text": f"{finding.message}{finding.hint}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(_within(folder, mark.file))},
                    "region": {"startLine": mark.line, "startColumn": mark.column},
                }
            }
        ],
    }
