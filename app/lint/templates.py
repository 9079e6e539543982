"""Every template of a book, where it can be used, and every text that it can become.

A template becomes several texts: with each of its variables given or not, on the day of the lint
and on the later days on which one of its facts starts or ends. What is checked today must not
break by itself when a promotion runs out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from app.engine.errors import TemplateError
from app.engine.model import (
    PLATFORMS,
    Context,
    Entry,
    Mark,
    Phrase,
    Phrasebook,
    Variant,
    When,
)
from app.engine.render import render, template_names, template_problem

Platform = str | None
_EVERYWHERE: tuple[Platform, ...] = (None, *PLATFORMS)
MOST = 4  # variables of a template of which every choice is tried
# What a template that is well formed can still raise while it is filled.
_FAILURES = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
# What Python prints for `{{ shop }}` or `{{ shop.days.upper }}`: no text, and another each run.
_OBJECT = re.compile(r"<[^<>]* at 0x[0-9a-f]+>")


@dataclass(frozen=True, slots=True)
class Template:
    """One template: a main text or a variant of an entry, a greeting or a closing.

    `platforms` and `stages` are those on which it can be chosen; None stands for an unknown one.
    Without any platform the template is never chosen. `entry_id` is None for greetings, closings.
    """

    owner: str
    kind: str
    text: str
    mark: Mark
    platforms: tuple[Platform, ...]
    stages: tuple[str | None, ...]
    must: tuple[tuple[str, ...], ...] = ()
    avoid: tuple[str, ...] = ()
    entry_id: str | None = None

    @property
    def name(self) -> str:
        """How messages call it."""
        return f"“{self.owner}”的{self.kind}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The different texts that a template becomes, or what is wrong with it."""

    texts: tuple[str, ...] = ()
    problem: str | None = None


def templates_of(book: Phrasebook) -> Iterator[Template]:
    """Every template: entries, greetings, closings; the main text before its variants."""
    for entry in book.entries:
        yield from _entry_templates(entry)
    for kind, phrases in (("开场白", book.greetings), ("结束语", book.closings)):
        named = {e.greeting for e in book.entries} | {e.closing for e in book.entries}
        for phrase in phrases:
            # An entry that names a phrase takes it whatever the phrase's own condition.
            base = {} if phrase.id in named else phrase.when.values
            yield from _phrase_templates(phrase, kind, base)


def _entry_templates(entry: Entry) -> Iterator[Template]:
    for text, mark, values, earlier in _choices(entry.reply, entry.reply_mark, entry.variants):
        yield Template(
            owner=entry.id,
            kind="回复",
            text=text,
            mark=mark,
            platforms=_platforms(values, earlier),
            stages=_stages(values),
            must=entry.must,
            avoid=entry.avoid,
            entry_id=entry.id,
        )


def _phrase_templates(
    phrase: Phrase, kind: str, base: Mapping[str, frozenset[str]]
) -> Iterator[Template]:
    for text, mark, values, earlier in _choices(phrase.text, phrase.mark, phrase.variants):
        both = {**base, **values}
        for key in base.keys() & values.keys():
            both[key] = base[key] & values[key]
        yield Template(
            owner=phrase.id,
            kind=kind,
            text=text,
            mark=mark,
            platforms=_platforms(both, earlier),
            stages=_stages(both),
            must=phrase.must,
        )


def _choices(
    main: str, mark: Mark, variants: Sequence[Variant]
) -> Iterator[tuple[str, Mark, Mapping[str, frozenset[str]], tuple[When, ...]]]:
    """(text, mark, condition, conditions tried before it) of the main text and each variant."""
    whens = tuple(variant.when for variant in variants)
    yield main, mark, {}, whens
    for number, variant in enumerate(variants):
        yield variant.template, variant.mark, variant.when.values, whens[:number]


def _platforms(
    values: Mapping[str, frozenset[str]], earlier: tuple[When, ...]
) -> tuple[Platform, ...]:
    """The platforms on which the condition can hold while none before it always does."""
    if not all(values.values()):
        return ()
    return tuple(
        platform
        for platform in _EVERYWHERE
        if ("platform" not in values or platform in values["platform"])
        and not any(_covers(when, values, platform) for when in earlier)
    )


def _covers(when: When, values: Mapping[str, frozenset[str]], platform: Platform) -> bool:
    """Whether `when` holds on the platform in every conversation in which `values` do."""
    if when.entries:
        return False
    return all(
        platform in allowed if key == "platform" else key in values and values[key] <= allowed
        for key, allowed in when.values.items()
    )


def _stages(values: Mapping[str, frozenset[str]]) -> tuple[str | None, ...]:
    return tuple(sorted(values["stage"])) if "stage" in values else (None,)


def outcome_of(template: str, book: Phrasebook, today: date) -> Outcome:
    """Every text that the template becomes, without repetition. Never raises on any template."""
    try:
        problem = template_problem(template)
        if problem is not None:
            message, line = problem
            return Outcome(problem=f"{_first_line(message)}（模板第 {line} 行）")
        texts = [
            render(template, book, Context(today=day, variables=variables)).text
            for day in _days(template, book, today)
            for variables in _given(template, book)
        ]
    except _FAILURES as error:
        # TemplateError words its cause for readers; the cause alone fits into a finding.
        return Outcome(problem=_first_line(str(error.__cause__ or error)) or type(error).__name__)
    if any(_OBJECT.search(text) for text in texts):
        return Outcome(problem="填出来的不是文字；店铺信息要写成 shop.名称，后面不要再加别的")
    return Outcome(tuple(dict.fromkeys(texts)))


def _given(template: str, book: Phrasebook) -> Iterator[Mapping[str, str]]:
    """What a request may bring of the variables of a template: every choice of up to four.

    Of more of them none, all, each alone, and all but each.
    """
    mentioned = template_names(template)[0]
    values = {v.id: v.example or v.title for v in book.variables.values() if v.id in mentioned}
    every = len(values)
    counts = tuple(range(every + 1)) if every <= MOST else (0, 1, every - 1, every)
    for count in counts:
        for names in combinations(values, count):
            yield {name: values[name] for name in names}


def _first_line(message: str) -> str:
    return message.partition("\n")[0].rstrip(" .")


def _days(template: str, book: Phrasebook, today: date) -> tuple[date, ...]:
    """Today, and the later days on which a fact of the template changes to another value."""
    days = {today}
    facts = [book.facts[name] for name in template_names(template)[1] if name in book.facts]
    for fact in facts:
        if fact.valid_from is not None and fact.valid_from > today:
            days.add(fact.valid_from)
        if fact.valid_until is not None and today <= fact.valid_until < date.max:
            days.add(fact.valid_until + timedelta(days=1))
    # A day on which a fact has no value at all is the business of fact.expired.
    return tuple(day for day in sorted(days) if day == today or all(fact.on(day) for fact in facts))
