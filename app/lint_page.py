"""What docs/lint.zh-CN.md tells of every rule, made from the rules and from their cases.

The example of a rule is the first of its cases that fires (tests/lint/cases), with what the lint
says of it and what the mend beside the case changes.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import yaml

from app.engine.encode import NoEncoder
from app.engine.model import Context, FileFinding, Severity
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.lint.context import Asked
from app.lint.mends import MENDERS
from app.lint.reading import READING_RULES
from app.lint.rules import RULES, THOROUGH
from app.lint.rules.text_invisible import INVISIBLE
from app.lint.run import lint

TODAY = "2026-11-22"  # of a case that does not say
_SEVERITIES: Mapping[Severity, str] = {"error": "错误", "warning": "警告", "suggestion": "建议"}
_CONTEXT = 3  # lines that are shown round a change

Case = Mapping[str, Any]


class Told(Protocol):
    """What the page tells of a rule."""

    @property
    def ID(self) -> str: ...  # noqa: D102, N802
    @property
    def SEVERITY(self) -> Severity: ...  # noqa: D102, N802
    @property
    def TITLE(self) -> str: ...  # noqa: D102, N802
    @property
    def WHY(self) -> str: ...  # noqa: D102, N802
    @property
    def HINT(self) -> str: ...  # noqa: D102, N802


def lint_part(cases: Mapping[str, Sequence[Case]]) -> str:
    """Contents, then every rule: those of reading first. `cases` are by the rule's id."""
    groups: tuple[tuple[str, Sequence[Told]], ...] = (
        ("读文件时的规则", READING_RULES),
        ("读完以后的规则", RULES),
    )
    parts = ["\n".join(line for name, rules in groups for line in _contents(name, rules))]
    for name, rules in groups:
        parts += [f"## {name}", *(_rule(rule, cases[rule.ID]) for rule in rules)]
    return "\n\n".join(parts)


def read_cases(folder: Path) -> Mapping[str, Sequence[Case]]:
    """The cases in a folder, by the id of their rule."""
    return {
        path.name.removesuffix(".yaml"): yaml.safe_load(path.read_text("utf-8"))
        for path in sorted(folder.glob("*.yaml"))
    }


def _contents(name: str, rules: Sequence[Told]) -> Iterator[str]:
    yield f"- [{name}](#{_anchor(name)})"
    for rule in rules:
        heading = f"{rule.TITLE}（{rule.ID}）"
        yield f"  - [`{rule.ID}`](#{_anchor(heading)}) {rule.TITLE} · {_SEVERITIES[rule.SEVERITY]}"


def _anchor(name: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", name.lower()).strip().replace(" ", "-")


def _rule(rule: Told, cases: Sequence[Case]) -> str:
    lines = [
        f"### {rule.TITLE}（{rule.ID}）",
        "",
        f"- 级别：**{rule.SEVERITY}**（{_SEVERITIES[rule.SEVERITY]}）",
        f"- 为什么：{_prose(rule.WHY)}",
        f"- 怎么改：{_prose(rule.HINT)}",
    ]
    if rule.ID in MENDERS:
        lines.append("- 有把握的，`huashu lint --fix` 会直接改好")
    if rule in THOROUGH:
        lines.append("- 只在 `huashu lint` 里查；载入时和 `--quick` 不查")
    case = next(case for case in cases if case["finds"])
    return "\n".join((*lines, "", *_example(rule.ID, case)))


_CODE = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|# huashu: \S+ \S+(?=。)|huashu lint --fix|[a-z.]*[a-z]_[a-z][a-z_]*"
    r"|(?<=以 )\{(?= 开头)|[a-z]+\.(?:yaml|unknown|seven_day)"
)


def _prose(text: str) -> str:
    """What Markdown would read is shown as it is, in code."""
    return _CODE.sub(r"`\g<0>`", text)


def _example(rule_id: str, case: Case) -> Iterator[str]:
    before = dict(case["files"]) if "files" in case else {"book.yaml": case["book"]}
    after = dict(before)
    for old, new in case["mend"]:
        after = {name: text.replace(old, new) for name, text in after.items()}
    yield "例如："
    yield ""
    yield "<!-- rule example -->"
    yield from _block("yaml", _shown(before))
    yield ""
    yield "会报："
    yield ""
    yield from _block("text", [str(f) for f in _found(before, case) if f.rule_id == rule_id])
    yield ""
    yield "改成这样就好："
    yield ""
    yield from _block("diff", _difference(before, after))


def _block(language: str, lines: Sequence[str]) -> Iterator[str]:
    yield f"```{language}"
    yield from (INVISIBLE.sub(lambda m: f"〔U+{ord(m[0]):04X}〕", line) for line in lines)
    yield "```"


def _shown(files: Mapping[str, str]) -> list[str]:
    if len(files) == 1:
        return next(iter(files.values())).rstrip("\n").split("\n")
    return [
        line
        for name, text in files.items()
        for line in (f"# {name}", *text.rstrip("\n").split("\n"))
    ]


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    lines = []
    for name, text in before.items():
        one = difflib.unified_diff(
            text.splitlines(), after[name].splitlines(), name, name, lineterm="", n=_CONTEXT
        )
        lines += [line for line in one if not line.startswith(("--- ", "+++ ", "@@ "))]
    return lines


def _found(files: Mapping[str, str], case: Case) -> tuple[FileFinding, ...]:
    book, problems = read_book(files)
    today = date.fromisoformat(case.get("today", TODAY))

    def asked() -> Asked:
        engine = Suggester(book, NoEncoder())
        return lambda message: engine.suggest((message,), Context(today=today))

    ask = asked if case.get("asks") else None
    return lint(book, problems, today=today, files=files, ask=ask)
