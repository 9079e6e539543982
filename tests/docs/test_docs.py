"""The documents say what the program does: samples load, tables and lists are complete."""

from __future__ import annotations

import ast
import json
import re
from datetime import date
from pathlib import Path

import pytest
import typer.main
import yaml
from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app.bookshelf import load_book, read_folder
from app.checking.findings import check_replies, checker
from app.checking.output import as_line, summary
from app.checking.replies import sources
from app.cli import app as command_line
from app.engine.compose import Composer, setting
from app.engine.guard_rules import guard_problems
from app.engine.model import Context
from app.engine.policy import PolicyChecker
from app.engine.source import read_book
from app.lint.output import as_text
from app.lint.reading import READING_RULES
from app.lint.rules import RULES
from app.lint.run import lint
from app.lint_page import lint_part, read_cases
from app.proposing import decide
from app.records import errors
from app.rule_pages import CASES, filled, pages
from app.settings import ROOT, Settings
from app.tables import TableError, parse_tables
from app.web import (
    access,
    api,
    check,
    check_form,
    console,
    entries,
    health,
    languagetool,
    proposals,
    schemas,
)
from app.web.metrics import Metrics

DOCS = ROOT / "docs"
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
PAGES = (*READMES, ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md")))
CHINESE = [page for page in PAGES if page.name.endswith(".zh-CN.md")]
TODAY = date(2026, 11, 22)
SHIPPED = ROOT / "phrasebook"


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# ---- YAML samples ----------------------------------------------------------------------------

FENCE = re.compile(r"^(?:<!-- ([a-z ]+) -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[str, str, str, int]]:
    """(mark above the fence, language, text, line) of every fenced block."""
    text = text_of(page)
    return [
        (m[1] or "", m[2], m[3], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)
    ]


YAML_BLOCKS = [
    pytest.param(mark, sample, id=f"{name_of(page)}:{line}")
    for page in PAGES
    for mark, language, sample, line in blocks(page)
    if language == "yaml"
]


@pytest.mark.parametrize(("mark", "sample"), YAML_BLOCKS)
def test_a_yaml_sample_is_a_book_that_loads(mark: str, sample: str) -> None:
    marks = ("complete sample", "faulty sample", "rule example")
    assert mark in marks, "mark the sample in a comment above it"
    if mark != "complete sample":
        return
    files = {"sample.yaml": sample}
    book, read_findings = read_book(files)
    found = lint(book, read_findings, today=TODAY, files=files)
    assert not [str(f) for f in found if f.severity != "suggestion"]
    assert not guard_problems(book.guards)


SAMPLES = [p for p in YAML_BLOCKS if p.values[0] != "rule example"]


@pytest.mark.parametrize(("mark", "sample"), SAMPLES)
def test_a_reply_of_a_sample_breaks_no_shipped_policy(mark: str, sample: str) -> None:
    policies = {k: v for k, v in read_folder(SHIPPED).items() if k.startswith("policies/")}
    book, read_findings = read_book({"sample.yaml": sample, **policies})
    found = lint(book, read_findings, today=TODAY)
    assert not [str(f) for f in found if f.rule_id == "template.policy"]


def test_the_faulty_sample_gives_the_messages_that_are_shown() -> None:
    page = blocks(DOCS / "trainers.zh-CN.md")
    (faulty,) = (sample for mark, _, sample, _ in page if mark == "faulty sample")
    (output,) = (sample for mark, _, sample, _ in page if mark == "output")
    book, read_findings = read_book({"sample.yaml": faulty})
    assert output.strip() == as_text(lint(book, read_findings, today=TODAY)).strip()


def test_the_trainers_guide_shows_every_section_that_the_program_uses() -> None:
    shown = {
        key
        for mark, _, sample, _ in blocks(DOCS / "trainers.zh-CN.md")
        if mark == "complete sample"
        for key in yaml.safe_load(sample)
    }
    told = {"moods", "procedures"}  # named in the tour of the folder
    used = {key for text in read_folder(SHIPPED).values() for key in yaml.safe_load(text)}
    assert used <= shown | told


# ---- README ----------------------------------------------------------------------------------

COMMANDS = sorted(typer.main.get_command(command_line).commands)  # type: ignore[attr-defined]
CURL = (
    "curl -s http://127.0.0.1:8000/v1/suggestions -H 'Content-Type: application/json'"
    ' -d \'{"message": "怎么还不发货"}\''
)


@pytest.mark.parametrize("page", READMES, ids=name_of)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_readme_names_every_command(page: Path, command: str) -> None:
    assert re.search(rf"\bhuashu {command}\b", text_of(page))


@pytest.mark.parametrize("page", READMES, ids=name_of)
def test_a_readme_shows_the_request_and_what_the_shipped_book_answers(page: Path) -> None:
    text = text_of(page)
    assert CURL in text
    (answer,) = (json.loads(s) for _, language, s, _ in blocks(page) if language == "json")
    book = load_book(SHIPPED)
    shown = answer["suggestions"][0]
    composer = Composer(book, PolicyChecker(book.policies, book.facts))
    sent = composer.fixed(shown["entry_id"], setting(Context(today=TODAY), "hans"))
    assert sent is not None
    for field in ("title", "text", "handoff", "source"):
        assert shown[field] == getattr(sent, field)


def test_the_readmes_lead_to_each_other() -> None:
    assert "](README.zh-CN.md)" in text_of(READMES[0])
    assert "](README.md)" in text_of(READMES[1])


def test_the_readmes_have_the_same_headings_code_and_figures() -> None:
    english, chinese = map(text_of, READMES)
    for pattern in (r"^(#+) ", r"^```(\w+)$", r"(FIGURE_\w+)"):
        assert re.findall(pattern, english, re.M) == re.findall(pattern, chinese, re.M)


# ---- links and wording -----------------------------------------------------------------------

LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
LINKS = [
    pytest.param(page, target, id=f"{name_of(page)}->{target}")
    for page in PAGES
    for target in dict.fromkeys(LINK.findall(CODE.sub("", text_of(page))))
    if not re.match(r"[a-z]+:", target)
]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", text_of(page)), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in kept}


@pytest.mark.parametrize(("page", "target"), LINKS)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    assert there.exists()
    assert not anchor or anchor in anchors(there)


@pytest.mark.parametrize("page", CHINESE, ids=name_of)
def test_chinese_text_has_chinese_punctuation(page: Path) -> None:
    prose = re.sub(r"\]\([^)]*\)", "]", CODE.sub("码", text_of(page)))
    assert not re.findall(r"[一-鿿] ?[,;:?!()][^\n]{0,8}|[(][一-鿿][^\n]{0,8}", prose)


# ---- reference tables ------------------------------------------------------------------------


def settings_table() -> str:
    """The table of docs/operations.md, made from the settings themselves."""
    rows = ["| variable | default | is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        value = field.default
        if isinstance(value, bool):
            value = str(value).lower()
        shown = str(value).removeprefix(f"{ROOT}/")
        default = f"`{shown}`" if shown else "empty"
        rows.append(f"| `HUASHU_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def test_operations_lists_every_setting_with_its_default() -> None:
    text = text_of(DOCS / "operations.md")
    between = text.partition("<!-- settings -->")[2].partition("<!-- /settings -->")[0]
    assert between.strip() == settings_table()


def test_operations_lists_every_metric() -> None:
    text = text_of(DOCS / "operations.md")
    for metric in Metrics().registry.collect():
        name = f"{metric.name}_total" if metric.type == "counter" else metric.name
        assert f"| `{name}` |" in text


def reading_rules() -> set[str]:
    """Rule ids that reading gives: the literals in calls of `report` and of `add`."""
    found = set()
    for path in (ROOT / "app" / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("report", "add")
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and re.fullmatch(r"[a-z_]+\.[a-z_]+", str(node.args[0].value))
            ):
                found.add(node.args[0].value)
    return found


def test_the_rules_of_reading_are_those_that_reading_gives() -> None:
    assert {rule.ID for rule in READING_RULES} == reading_rules()


def test_the_page_of_the_lint_is_made_from_its_rules() -> None:
    page = text_of(DOCS / "lint.zh-CN.md")
    assert filled(page, lint_part(read_cases(CASES))) == page, "run: make pages"


def test_the_page_of_the_lint_has_a_section_for_every_rule() -> None:
    headings = re.findall(r"^### .+（([a-z_.]+)）$", text_of(DOCS / "lint.zh-CN.md"), re.MULTILINE)
    assert headings == [rule.ID for rule in (*READING_RULES, *RULES)]


def test_the_lists_of_rules_are_those_of_the_shipped_book() -> None:
    for name, part in pages(load_book(SHIPPED)).items():
        page = text_of(DOCS / name)
        assert filled(page, part) == page, "run: make pages"


def test_the_trainers_guide_lists_every_reason_why_a_file_can_not_be_read() -> None:
    text = text_of(DOCS / "trainers.zh-CN.md")
    codes = {error.code for error in TableError.__subclasses__()}
    assert set(re.findall(r"^\| `(table\.[a-z-]+)` \|", text, re.MULTILINE)) == codes


def test_the_check_of_replies_that_is_shown_gives_what_is_shown() -> None:
    section = text_of(DOCS / "trainers.zh-CN.md").partition("\n## 检查现有回复\n")[2]
    replies = re.search(r"printf '(.+?)'", section)
    shown = re.search(r"^```text\n(.+?)^```", section, re.MULTILINE | re.DOTALL)
    assert replies is not None
    assert shown is not None
    text = replies[1].replace("\\n", "\n").encode()
    (source,) = sources("replies.txt", parse_tables("replies.txt", ".txt", text), ())
    found = list(check_replies(source.replies, checker(load_book(SHIPPED), today=TODAY)))
    *lines, total = shown[1].splitlines()
    assert total == summary(1, len(source.replies), found)
    for line, one in zip(lines, found, strict=True):
        assert as_line(one).startswith(line.partition("……")[0])


def routes(*routers: APIRouter) -> list[str]:
    found = [route for router in routers for route in router.routes]
    told = [r for r in found if isinstance(r, APIRoute) and r.include_in_schema]
    return [f"{min(r.methods)} {r.path}" for r in told]


ACCESS = yaml.safe_load(text_of(ROOT / "tests" / "web" / "routes.yaml"))


ROUTERS = (api.router, entries.router, proposals.router, check.shape, health.router)


@pytest.mark.parametrize("route", routes(*ROUTERS))
def test_the_api_guide_has_every_route_with_an_example(route: str) -> None:
    text = text_of(DOCS / "api.md")
    assert f"`{route}`" in text
    scope = ACCESS[route][0]
    assert f"| `{route}` | {scope} |" in text
    section = text.partition(f"\n## {route}\n")[2].partition("\n## ")[0]
    assert "curl -s" in section


def fields() -> set[str]:
    """Every field of every body of the API."""
    shapes = [x for m in (schemas, languagetool, proposals) for x in vars(m).values()]
    bodies = [s for s in shapes if isinstance(s, type) and issubclass(s, BaseModel)]
    named = {f.alias or name for body in bodies for name, f in body.model_fields.items()}
    return named | set(check_form.FIELDS)


@pytest.mark.parametrize("field", sorted(fields()))
def test_the_api_guide_names_every_field(field: str) -> None:
    assert re.search(rf"[`\".]{field}[`\"]", text_of(DOCS / "api.md"))


def problem_codes() -> set[str]:
    """The codes in calls of `Problem` and `_answer`, and those of the store's errors."""
    found = {error.code for error in errors.StoreError.__subclasses__()}
    found |= {error.code for error in decide.ProposalError.__subclasses__()}
    for path in (ROOT / "app" / "web").glob("*.py"):
        for node in ast.walk(ast.parse(text_of(path))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("Problem", "_answer")
                and len(node.args) > 1
                and isinstance(node.args[1], ast.Constant)
            ):
                found.add(str(node.args[1].value))
    return found | set(access.REFUSALS)


def test_the_api_guide_lists_every_error_code() -> None:
    text = text_of(DOCS / "api.md")
    assert not [code for code in problem_codes() if f"| `{code}` |" not in text]


def test_the_guide_of_the_console_lists_its_keys() -> None:
    text = text_of(DOCS / "console.zh-CN.md")
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \|$", text, re.MULTILINE)
    assert rows == [("+".join(keys), meaning) for keys, meaning in console.KEYS]
