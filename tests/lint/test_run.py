"""The whole lint: order, determinism, files that do not parse, any template, purity."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.model import FileFinding, Mark
from app.engine.source import read_book
from app.lint.run import has_errors, lint

TODAY = date(2026, 11, 22)
LINT = Path(__file__).parents[2] / "app" / "lint"
# Files that need each other: names, facts, texts that a policy wants, examples of rewrites.
FILES = {
    "a.yaml": """\
entries:
  - id: a.a
    title: 甲
    reply: "{{ shop.days }}内，{{ order_no }}"
    must: [7天]
    greeting: greeting.x
    near_misses:
      - {text: 换货, entry: b.b}
  - {id: help.unknown, title: 未知, reply: 请稍等}
""",
    "b.yaml": """\
entries:
  - {id: b.b, title: 乙, reply: "不开发票，{{ shop.nope }}"}
greetings:
  - {id: greeting.x, text: 您好, when: {entry: b.*}}
policies:
  - id: policy.x
    title: 票
    severity: error
    message: 必须开
    source: 法
    words: [不开发票]
    specs:
      - {text: 我们不开发票的, hit: 不开发票}
      - {text: 可以开}
""",
    "c.yaml": """\
facts:
  days: {title: 天数, value: 7天}
variables:
  order_no: {title: 订单号}
""",
}


def lint_files(files: dict[str, str]) -> tuple[FileFinding, ...]:
    book, read_findings = read_book(files)
    return lint(book, read_findings, today=TODAY)


def test_a_good_book_has_only_the_findings_that_it_deserves() -> None:
    assert [(str(f.mark), f.rule_id) for f in lint_files(FILES)] == [
        ("b.yaml:2:32", "template.policy"),
        ("b.yaml:2:32", "template.unknown_name"),
    ]


def test_a_file_that_does_not_parse_is_one_finding_and_no_flood() -> None:
    for broken, text in FILES.items():
        files = {**FILES, broken: text + "  : ["}
        found = lint_files(files)
        assert [(f.mark.file, f.rule_id) for f in found] == [(broken, "yaml.syntax")]


def test_findings_of_reading_and_of_rules_stand_in_the_order_of_the_files() -> None:
    files = {
        "b.yaml": "entries:\n  - {id: B*, title: 乙, reply: 好}\n  - {id: C, title: 乙}\n",
        "a.yaml": "entries:\n  - {id: A*, title: 乙, reply: 好, colour: red}\n",
    }
    found = [f for f in lint_files(files) if f.severity == "error"]
    assert [(str(f.mark), f.rule_id) for f in found] == [
        ("a.yaml:2:10", "id.shape"),
        ("a.yaml:2:34", "schema.unknown_key"),
        ("b.yaml:2:10", "id.shape"),
        ("b.yaml:3:5", "schema.missing_key"),
    ]


SOUND = {**FILES, "b.yaml": FILES["b.yaml"].replace("不开发票，{{ shop.nope }}", "有发票")}


@pytest.mark.parametrize(
    ("right", "wrong", "rules"),
    [
        ("id: b.b", "idd: b.b", ["near_miss.entry_unknown"]),
        ("id: greeting.x", "idd: greeting.x", ["reference.unknown"]),
        ("facts:", "factz:", ["template.must"]),
        ("days:", "dayz:", ["template.unknown_name", "template.must"]),
        ("words: [不开发票]", "patterns: ['{票}']", ["policy.pattern", "policy.spec"]),
    ],
)
def test_what_follows_comes_after_its_cause(right: str, wrong: str, rules: list[str]) -> None:
    files = {name: text.replace(right, wrong) for name, text in SOUND.items()}
    assert files != SOUND
    found = [f.rule_id for f in lint_files(files) if f.severity == "error"]
    assert [rule for rule in found if not rule.startswith("schema.")] == rules
    assert found[-len(rules) :] == rules
    assert [f.rule_id for f in lint_files(SOUND) if f.severity == "error"] == []


def test_errors_come_before_what_is_no_error() -> None:
    twice = "entries:\n  - {id: a.b, title: 丁, asks: [在吗, 在吗], reply: 在的}\n"
    files = {**SOUND, "0.yaml": twice, "z.yaml": "entries:\n  - {id: Z*, title: 丙, reply: 好}\n"}
    assert [f.rule_id for f in lint_files(files)][:2] == ["id.shape", "ask.duplicate"]


def test_the_same_book_gives_the_same_findings_whatever_the_order_of_its_files() -> None:
    backwards = dict(reversed(FILES.items()))
    assert lint_files(FILES) == lint_files(FILES) == lint_files(backwards)


def test_only_errors_make_a_book_unusable() -> None:
    mark = Mark("a.yaml", 1, 1)
    warning = FileFinding("ask.duplicate", "warning", mark, "重复")
    error = FileFinding("ask.duplicate", "error", mark, "重复")
    assert not has_errors(())
    assert not has_errors((warning,))
    assert has_errors((warning, error))


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "if", "else", "endif", "for", "x", "in", "endfor"),
        *("set", "=", "macro", "a()", "endmacro", "order_no", "shop", "shop.days", ".a", "[0]"),
        *("|upper", "|nope", "'a'", "1", "0", "/", "-", "~", "(", ")", "好", "9999"),
        *("\n", "\ud800", "\x00"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_no_template_makes_the_lint_raise(template: str) -> None:
    book, read_findings = read_book(FILES)
    assert not read_findings
    entry = next(e for e in book.entries if e.id == "a.a")
    changed = replace(book, entries=(replace(entry, reply=template),))
    for finding in lint(changed, (), today=TODAY):
        assert finding.mark.line >= 1


def test_a_template_that_recurses_or_nests_too_deep_is_a_finding() -> None:
    for template in (
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    ):
        files = {"a.yaml": f'entries:\n  - {{id: a.a, title: 甲, reply: "{template}"}}\n'}
        assert "template.syntax" in {f.rule_id for f in lint_files(files)}


def test_the_lint_imports_nothing_but_the_engine() -> None:
    allowed = {"app.engine", "app.lint", "rapidfuzz"}
    standard = {
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "fnmatch",
        "functools",
        "itertools",
    }
    standard |= {"re", "typing", "urllib", "weakref"}
    for path in LINT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                top = ".".join(name.split(".")[:2]) if name.startswith("app.") else name
                assert top.partition(".")[0] in standard or top in allowed, (path, name)


def test_the_lint_reads_no_clock_and_no_file() -> None:
    for path in LINT.rglob("*.py"):
        text = path.read_text("utf-8")
        for word in ("today()", "now()", "open(", "Path("):
            assert word not in text, (path, word)
