"""Each rule: cases/<rule id>.yaml holds small books and where the rule must find something.

`finds` lists `line:column severity` (`file:line:column severity` when there are several files)
of that rule's findings; `says` must stand in one of them. `mend` does what the hint says: pairs
of a text, which must stand in the book once, and what takes its place. `asks: true` is for rules
that ask the book. The first case that fires is the example in docs/lint.zh-CN.md.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.engine.encode import NoEncoder
from app.engine.model import Context, FileFinding
from app.engine.source import read_book
from app.engine.suggest import Suggester
from app.lint.context import Asked
from app.lint.reading import READING_RULES
from app.lint.rules import RULES
from app.lint.run import lint

FOLDER = Path(__file__).parent / "cases"
CASES: dict[str, list[dict[str, Any]]] = {
    path.name.removesuffix(".yaml"): yaml.safe_load(path.read_text("utf-8"))
    for path in sorted(FOLDER.glob("*.yaml"))
}
PARAMETERS = [
    pytest.param(rule_id, case, id=f"{rule_id}:{case['name']}")
    for rule_id, cases in CASES.items()
    for case in cases
]
FIRING = [p for p in PARAMETERS if p.values[1]["finds"]]  # type: ignore[index]
IDS = [rule.ID for rule in RULES]
READING_IDS = [rule.ID for rule in READING_RULES]
# What small books lack all the same, and a mend may bring out by making an item whole.
BESIDE = {"help.missing", "fact.unused", "source.missing", "ask.too_few"}
# What a hint tells to write, in so many words.
TOLD = re.compile(
    r"是不是想写“(.+?)”|请写成 ([a-z]+)。|请改成 (\{\{ .+? \}\})|请改成半角：(.+?)。|请改成“(.+?)”"
)


def files_of(case: dict[str, Any]) -> dict[str, str]:
    return dict(case["files"]) if "files" in case else {"book.yaml": case["book"]}


def found_in(files: dict[str, str], case: dict[str, Any]) -> tuple[FileFinding, ...]:
    book, read_findings = read_book(files)
    today = date.fromisoformat(case.get("today", "2026-11-22"))
    ask = partial(asked, tuple(files.items()), today) if case.get("asks") else None
    return lint(book, read_findings, today=today, files=files, ask=ask)


@cache
def asked(files: tuple[tuple[str, str], ...], today: date) -> Asked:
    engine = Suggester(read_book(dict(files))[0], NoEncoder())
    return lambda message: engine.suggest((message,), Context(today=today))


@pytest.mark.parametrize(("rule_id", "case"), PARAMETERS)
def test_case(rule_id: str, case: dict[str, Any]) -> None:
    files = files_of(case)
    _, read_findings = read_book(files)
    reads = rule_id in READING_IDS
    assert reads or bool(read_findings) == case.get("reading_fails", False), read_findings
    found = sorted(
        (f for f in found_in(files, case) if f.rule_id == rule_id),
        key=lambda f: (f.mark.file, f.mark.line, f.mark.column),
    )
    assert [_shown(finding) for finding in found] == case["finds"], found
    assert any(case.get("says", "") in str(finding) for finding in found) or not found
    assert all(finding.message and finding.hint for finding in found)


def _shown(finding: FileFinding) -> str:
    return f"{finding.mark} {finding.severity}".removeprefix("book.yaml:")


@pytest.mark.parametrize(("rule_id", "case"), FIRING)
def test_the_hint_followed_to_the_letter_clears_the_finding(
    rule_id: str, case: dict[str, Any]
) -> None:
    files = files_of(case)
    before = found_in(files, case)
    for old, new in case["mend"]:
        (name,) = [name for name, text in files.items() for _ in range(text.count(old))]
        files[name] = files[name].replace(old, new)
    after = found_in(files, case)
    assert not [str(f) for f in after if f.rule_id == rule_id]
    known = {f.rule_id for f in before} | BESIDE
    assert not [str(f) for f in after if f.rule_id not in known], "the mend does harm"
    mended = "\n".join(files.values())
    for finding in (f for f in before if f.rule_id == rule_id):
        for told in TOLD.findall(finding.hint):
            assert any(one in mended for one in "".join(told).split("、")), finding


@pytest.mark.parametrize("rule_id", [*IDS, *READING_IDS])
def test_a_rule_has_a_case_that_fires_and_one_that_does_not(rule_id: str) -> None:
    fires = [bool(case["finds"]) for case in CASES[rule_id]]
    assert True in fires
    assert False in fires


def test_no_case_is_without_a_rule() -> None:
    assert CASES.keys() == {*IDS, *READING_IDS}


def test_the_id_names_the_file_of_the_rule() -> None:
    folder = Path(__file__).parents[2] / "app" / "lint" / "rules"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == {rule_id.replace(".", "_") for rule_id in IDS}
    assert len(IDS) == len(files)


@pytest.mark.parametrize("rule", (*RULES, *READING_RULES), ids=[*IDS, *READING_IDS])
def test_a_rule_says_in_chinese_what_it_is_why_and_what_to_do(rule: Any) -> None:
    for text in (rule.TITLE, rule.WHY, rule.HINT):
        assert any("一" <= character <= "鿿" for character in text)
    assert rule.WHY.endswith("。")
    assert rule.HINT.endswith("。")
