"""A template that names a variable or a fact which the book does not have."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.engine.render import template_names
from app.lint.context import LintContext
from app.lint.named import did_you_mean
from app.lint.templates import Template

ID = "template.unknown_name"
SEVERITY: Severity = "error"
TITLE = "模板里的名称不存在"
WHY = "没有定义的名称填不出内容，客户会看到一个空。"
HINT = "变量写在 variables: 下，店铺信息写在 facts: 下、用 {{ shop.名称 }} 引用；请改正或补上。"


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports each unknown variable and fact once a template, with the nearest known name."""
    for template in context.templates:
        if context.outcome(template).problem is not None:
            continue
        variables, facts = template_names(template.text)
        # A whole section that could not be read is one mistake, not one a template.
        if book.variables or not context.read_errors:
            yield from _variables(book, template, variables)
        if book.facts or not context.read_errors:
            yield from _facts(book, template, facts)


def _variables(
    book: Phrasebook, template: Template, names: frozenset[str]
) -> Iterator[FileFinding]:
    for name in sorted(names - book.variables.keys()):
        hint = did_you_mean(name, book.variables, HINT)
        if name in book.facts:
            hint = f"它是店铺信息，请写成 {{{{ shop.{name} }}}}。"
        said = f"{template.name}里的变量“{name}”没有定义。"
        yield FileFinding(ID, SEVERITY, template.mark, said, hint)


def _facts(book: Phrasebook, template: Template, names: frozenset[str]) -> Iterator[FileFinding]:
    for name in sorted(names - book.facts.keys()):
        hint = did_you_mean(name, book.facts, HINT)
        if name in book.variables:
            hint = f"它是变量，请写成 {{{{ {name} }}}}。"
        said = f"{template.name}里的店铺信息“shop.{name}”没有定义。"
        yield FileFinding(ID, SEVERITY, template.mark, said, hint)
