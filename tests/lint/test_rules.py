"""Each rule: cases/<rule id>.yaml holds small books and where the rule must find something.

`finds` lists `line:column severity` (`file:line:column severity` when there are several files)
of that rule's findings; `says` must stand in one of them.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.engine.model import FileFinding
from app.engine.source import read_book
from app.lint.rules import RULES, Rule
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
IDS = [rule.ID for rule in RULES]


@pytest.mark.parametrize(("rule_id", "case"), PARAMETERS)
def test_case(rule_id: str, case: dict[str, Any]) -> None:
    files = case["files"] if "files" in case else {"book.yaml": case["book"]}
    book, read_findings = read_book(files)
    assert bool(read_findings) == case.get("reading_fails", False), read_findings
    today = date.fromisoformat(case.get("today", "2026-11-22"))
    found = [f for f in lint(book, read_findings, today=today) if f.rule_id == rule_id]
    assert [_shown(finding) for finding in found] == case["finds"], found
    assert any(case.get("says", "") in str(finding) for finding in found) or not found
    assert all(finding.message and finding.hint for finding in found)


def _shown(finding: FileFinding) -> str:
    return f"{finding.mark} {finding.severity}".removeprefix("book.yaml:")


@pytest.mark.parametrize("rule_id", IDS)
def test_a_rule_has_a_case_that_fires_and_one_that_does_not(rule_id: str) -> None:
    fires = [bool(case["finds"]) for case in CASES[rule_id]]
    assert True in fires
    assert False in fires


def test_no_case_is_without_a_rule() -> None:
    assert CASES.keys() == set(IDS)


def test_the_id_names_the_file_of_the_rule() -> None:
    folder = Path(__file__).parents[2] / "app" / "lint" / "rules"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__"}
    assert files == {rule_id.replace(".", "_") for rule_id in IDS}
    assert len(IDS) == len(files)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_says_what_it_is_in_chinese(rule: Rule) -> None:
    assert any("一" <= character <= "鿿" for character in rule.TITLE)
    assert rule.HINT.endswith("。")
