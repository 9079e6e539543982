"""Templates filled with the shop's facts and the request's variables.

Templates run in Jinja2's sandbox. A missing variable is never an error and never a raw tag: its
neutral wording stands in (`missing:` in the book), otherwise a visible blank such as
【订单号】, and the result says which were filled and which are missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError as JinjaError
from jinja2 import Undefined, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from app.engine.errors import TemplateError
from app.engine.model import Context, Entry, Phrase, Phrasebook, Variant
from app.engine.normalize import printable

MAX_VALUE = 200  # code points of one variable's value

# Characters that do not show; a word that they split would be sent whole and checked in pieces.
# A joiner stays where it joins emoji.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    "|(?<=[\u2e80-\u9fff\uff00-\uffef\\w])\u200d"
)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A filled template; `filled` and `missing` are variable names in order of the book."""

    text: str
    filled: tuple[str, ...]
    missing: tuple[str, ...]


class _Missing(Undefined):
    """Stands in for a variable without a value: false in conditions, neutral when printed."""

    __slots__ = ("_used", "_wording")

    def __init__(self, name: str, wording: str, used: set[str]) -> None:
        super().__init__(name=name)
        self._wording = wording
        self._used = used

    def __str__(self) -> str:
        self._used.add(self._undefined_name or "")
        return self._wording


class _Facts:
    """`shop.x` in templates. An unknown or expired fact becomes a visible blank."""

    def __init__(self, book: Phrasebook, today: date, used: set[str]) -> None:
        self._book, self._today, self._used = book, today, used

    def __str__(self) -> str:
        raise TypeError("shop 后面要写明是哪一项，例如 shop.return_days")

    def __getattr__(self, name: str) -> object:
        fact = self._book.facts.get(name)
        value = fact.on(self._today) if fact else None
        if value is not None:
            return value
        return _Missing(f"shop.{name}", blank(fact.title if fact else name), self._used)


def blank(title: str) -> str:
    """What stands in a reply where the agent has to fill something in."""
    return f"【{title}】"


def _environment() -> ImmutableSandboxedEnvironment:
    # Plain text goes into chat windows; pages escape it where they show it.
    environment = ImmutableSandboxedEnvironment(autoescape=False, trim_blocks=True)
    environment.globals.clear()  # no range(): a template can not run long
    return environment


_ENVIRONMENT = _environment()


@lru_cache(maxsize=16_384)
def _compiled(template: str) -> Any:
    return _ENVIRONMENT.from_string(template)


@lru_cache(maxsize=16_384)
def _names(template: str) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(_ENVIRONMENT.parse(template)))


def template_problem(template: str) -> tuple[str, int] | None:
    """What is wrong with a template's syntax and on which of its lines; None when nothing is."""
    try:
        _names(template)
        _compiled(template)
    except JinjaError as error:
        return str(error), int(getattr(error, "lineno", None) or 1)
    return None


@lru_cache(maxsize=16_384)
def template_names(template: str) -> tuple[frozenset[str], frozenset[str]]:
    """(variables, facts) that a template with valid syntax mentions."""
    tree = _ENVIRONMENT.parse(template)
    facts = {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "shop"
    }
    return _names(template) - {"shop"}, frozenset(facts)


def clean_value(value: str) -> str:
    """A request's value made safe to print: one line, no control characters, bounded."""
    return " ".join(printable(value[: MAX_VALUE * 4]).split())[:MAX_VALUE]


def render(template: str, book: Phrasebook, context: Context) -> Rendered:
    """Fills one template. Raises TemplateError only for templates that lint rejects."""
    used: set[str] = set()
    scope: dict[str, object] = {"shop": _Facts(book, context.today, used)}
    given = {k: clean_value(v) for k, v in context.variables.items()}
    for name, variable in book.variables.items():
        if given.get(name):
            scope[name] = given[name]
        else:
            wording = blank(variable.title) if variable.missing is None else variable.missing
            scope[name] = _Missing(name, wording, used)
    try:
        mentioned = _names(template)
        text = _compiled(template).render(scope)
    except Exception as error:  # a template is data: whatever it raises is its own fault
        raise TemplateError(f"模板无法填写：{error}") from error
    filled = tuple(n for n in book.variables if n in mentioned and given.get(n))
    missing = tuple(n for n in book.variables if n in used)
    expired = tuple(sorted(n for n in used if n not in book.variables))
    return Rendered(_tidy(text), filled, missing + expired)


def _tidy(text: str) -> str:
    """One paragraph without invisible characters.

    YAML folds lines into spaces, which Chinese does not want.
    """
    text = " ".join(_INVISIBLE.sub("", text).split())
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", text)


def choose_template(
    main: str, variants: Iterable[Variant], context: Context, entry_id: str | None = None
) -> str:
    """The first variant whose condition holds, or the main template."""
    for variant in variants:
        if variant.when.holds(context, entry_id):
            return variant.template
    return main


def reply_of(entry: Entry, book: Phrasebook, context: Context) -> Rendered:
    """The body that an entry sends in this context."""
    return render(choose_template(entry.reply, entry.variants, context, entry.id), book, context)


def choose_phrase(
    phrases: Iterable[Phrase], forced: str | None, context: Context, entry_id: str
) -> Phrase | None:
    """The greeting or closing for an entry: the forced one, or the first whose `when` holds."""
    by_id: Mapping[str, Phrase] = {p.id: p for p in phrases}
    if forced and forced in by_id:
        return by_id[forced]
    return next((p for p in by_id.values() if p.when.holds(context, entry_id)), None)


def phrase_text(
    phrase: Phrase | None, book: Phrasebook, context: Context, entry_id: str
) -> Rendered:
    """A greeting or closing filled for an entry; empty when there is none."""
    if phrase is None:
        return Rendered("", (), ())
    template = choose_template(phrase.text, phrase.variants, context, entry_id)
    return render(template, book, context)
