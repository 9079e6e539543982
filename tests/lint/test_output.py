"""What the user reads: text, JSON, GitHub's annotations, SARIF."""

from __future__ import annotations

import json

from app.engine.model import FileFinding, Mark
from app.lint.output import as_github, as_json, as_sarif, as_text
from app.lint.reading import READING_RULES
from app.lint.rules import RULES

FINDINGS = (
    FileFinding("id.shape", "error", Mark("a,b.yaml", 2, 10), "编号“A”写法不对。", "请改成小写。"),
    FileFinding("template.number", "warning", Mark("a.yaml", 4, 12), "写了 100%\n的数字。"),
    FileFinding("help.missing", "suggestion", Mark(".", 1, 1), "没有 help.unknown。", "请加上。"),
)


def test_text() -> None:
    assert as_text(FINDINGS) == (
        "a,b.yaml:2:10: error [id.shape] 编号“A”写法不对。 请改成小写。\n"
        "a.yaml:4:12: warning [template.number] 写了 100%\n的数字。\n"
        ".:1:1: suggestion [help.missing] 没有 help.unknown。 请加上。\n"
        "共 1 处错误、1 处警告、1 条建议。"
    )
    assert as_text(FINDINGS[:1]).endswith("共 1 处错误。")
    assert as_text(()) == "没有问题。"


def test_json() -> None:
    found = as_json(FINDINGS)
    assert found[0] == {
        "file": "a,b.yaml",
        "line": 2,
        "column": 10,
        "severity": "error",
        "rule_id": "id.shape",
        "message": "编号“A”写法不对。",
        "hint": "请改成小写。",
    }
    assert len(json.loads(json.dumps(found))) == len(FINDINGS)


def test_github_escapes_what_would_end_a_property_or_a_line() -> None:
    assert as_github(FINDINGS, "phrasebook/").split("\n") == [
        "::error file=phrasebook/a%2Cb.yaml,line=2,col=10,title=id.shape"
        "::编号“A”写法不对。请改成小写。",
        "::warning file=phrasebook/a.yaml,line=4,col=12,title=template.number"
        "::写了 100%25%0A的数字。",
        "::notice file=phrasebook/.,line=1,col=1,title=help.missing::没有 help.unknown。请加上。",
    ]
    assert as_github(FINDINGS).startswith("::error file=a%2Cb.yaml,")
    assert as_github(()) == ""


def test_sarif() -> None:
    log = json.loads(json.dumps(as_sarif(FINDINGS, "phrasebook")))
    run = log["runs"][0]
    assert log["version"] == "2.1.0"
    described = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert described == [rule.ID for rule in (*READING_RULES, *RULES)]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "phrasebook/a%2Cb.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 10}
