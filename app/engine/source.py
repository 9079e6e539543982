"""YAML texts -> Phrasebook. Every value keeps its file, line and column.

Any file of a book may hold any of the top-level keys of `SECTIONS`; lists of the same section
in several files are joined in the order of the file names. Cases change no answer: a file with
nothing else does not count for the version, so that a new case does not make a new book.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.engine.case_source import read_cases
from app.engine.cases import Case
from app.engine.entry_source import read_entries, read_phrases
from app.engine.model import (
    PLATFORMS,
    Entry,
    Fact,
    FileFinding,
    Guard,
    GuardExample,
    Mark,
    Moods,
    Phrase,
    Phrasebook,
    Policy,
    Procedure,
    Rewrite,
    Term,
    Thresholds,
    Variable,
)
from app.engine.procedure_source import read_procedures
from app.engine.rules_source import (
    read_policies,
    read_rewrites,
    read_terms,
    rewrites_with_terms,
    with_terms,
)
from app.engine.yaml_nodes import Problems, Value, items, optional, parse

LONGEST_REPLY = 5000  # code points: more than any chat window takes


@dataclass
class _Draft:
    """What has been read so far; becomes a Phrasebook."""

    name: str = "未命名话术库"
    shop_id: str = "default"
    shop_name: str = ""
    shop_mark: Mark | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    reply_limits: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    greetings: list[Phrase] = field(default_factory=list)
    closings: list[Phrase] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    terms: dict[str, Term] = field(default_factory=dict)
    procedures: list[Procedure] = field(default_factory=list)
    moods: Moods = field(default_factory=Moods)
    guards: list[Guard] = field(default_factory=list)
    guard_units: list[str] = field(default_factory=list)
    lexicon: list[tuple[str, ...]] = field(default_factory=list)
    out_of_scope: list[str] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    case_files: set[str] = field(default_factory=set)


def read_book(files: Mapping[str, str]) -> tuple[Phrasebook, tuple[FileFinding, ...]]:
    """Reads a book from its files (relative path -> text).

    Returns the book as far as it could be read, with the findings of reading it. A book with an
    error among the findings must not be used. Never raises on any content.
    """
    problems = Problems()
    draft = _Draft()
    for file in sorted(files):
        root = parse(files[file], file, problems)
        if root is None:
            continue
        sections = root.fields(SECTIONS)
        if sections.keys() == {"cases"}:
            draft.case_files.add(file)
        for section, value in sections.items():
            if section in SECTIONS:
                SECTIONS[section](draft, value, problems)
    if not draft.entries and not problems.findings:
        problems.add(
            "book.empty", Mark(".", 1, 1), "话术库里没有条目。", "请至少写一个 entries 文件。"
        )
    policies = with_terms(draft.policies, draft.terms, problems)
    return _finish(draft, files, policies), tuple(problems.findings)


def _finish(draft: _Draft, files: Mapping[str, str], policies: tuple[Policy, ...]) -> Phrasebook:
    digest = hashlib.sha256()
    for file in sorted(files.keys() - draft.case_files):
        digest.update(file.encode("utf-8", "replace") + b"\0")
        digest.update(files[file].encode("utf-8", "replace") + b"\0")
    return Phrasebook(
        name=draft.name,
        version=digest.hexdigest()[:12],
        shop_id=draft.shop_id,
        thresholds=draft.thresholds,
        entries=tuple(draft.entries),
        greetings=tuple(draft.greetings),
        closings=tuple(draft.closings),
        facts=draft.facts,
        variables=draft.variables,
        rewrites=rewrites_with_terms(draft.rewrites, draft.terms),
        policies=policies,
        terms=draft.terms,
        procedures=tuple(draft.procedures),
        moods=draft.moods,
        guards=tuple(draft.guards),
        guard_units=tuple(draft.guard_units),
        lexicon=tuple(draft.lexicon),
        out_of_scope=tuple(draft.out_of_scope),
        cases=tuple(draft.cases),
        shop_name=draft.shop_name,
        shop_mark=draft.shop_mark,
        reply_limits=draft.reply_limits,
    )


def _book(draft: _Draft, value: Value, _: Problems) -> None:
    found = value.fields(("name", "language", "thresholds", "reply_limits"))
    if "name" in found:
        draft.name = found["name"].text()
    if "reply_limits" in found:
        for platform, limit in found["reply_limits"].fields(PLATFORMS).items():
            draft.reply_limits[platform] = int(limit.number(LONGEST_REPLY, 20, LONGEST_REPLY))
    if "thresholds" in found:
        limits = found["thresholds"].fields(("answer", "choose"))
        default = Thresholds()
        answer = limits["answer"].number(default.answer, 0, 1) if "answer" in limits else None
        choose = limits["choose"].number(default.choose, 0, 1) if "choose" in limits else None
        draft.thresholds = Thresholds(
            default.answer if answer is None else answer,
            default.choose if choose is None else choose,
        )
        if draft.thresholds.choose > draft.thresholds.answer:
            found["thresholds"].report(
                "book.thresholds", "choose 不能大于 answer。", "例如 answer: 0.8、choose: 0.30。"
            )


def _shop(draft: _Draft, value: Value, _: Problems) -> None:
    found = value.fields(("id", "name"), ("id",))
    if "id" in found:
        draft.shop_id, draft.shop_mark = found["id"].text(), found["id"].mark
    draft.shop_name = optional(found, "name")


def _facts(draft: _Draft, value: Value, _: Problems) -> None:
    keys = ("title", "value", "valid_from", "valid_until", "otherwise", "note")
    for name, item in value.pairs().items():
        found = item.fields(keys, ("title", "value"))
        if name in draft.facts:
            item.report("fact.duplicate", f"店铺信息“{name}”在别处已有。", "请只保留一处。")
        draft.facts[name] = Fact(
            id=name,
            title=optional(found, "title"),
            value=optional(found, "value"),
            mark=item.mark,
            valid_from=found["valid_from"].day() if "valid_from" in found else None,
            valid_until=found["valid_until"].day() if "valid_until" in found else None,
            otherwise=optional(found, "otherwise") or None,
            note=optional(found, "note"),
        )


def _variables(draft: _Draft, value: Value, _: Problems) -> None:
    for name, item in value.pairs().items():
        found = item.fields(("title", "example", "missing"), ("title",))
        if not name.isidentifier():
            item.report("variable.name", f"变量名“{name}”不可用。", "请用字母、数字和下划线。")
        draft.variables[name] = Variable(
            id=name,
            title=optional(found, "title"),
            mark=item.mark,
            example=optional(found, "example"),
            missing=found["missing"].text() if "missing" in found else None,
        )


def _entries(draft: _Draft, value: Value, _: Problems) -> None:
    draft.entries.extend(read_entries(value))


def _greetings(draft: _Draft, value: Value, _: Problems) -> None:
    draft.greetings.extend(read_phrases(value))


def _closings(draft: _Draft, value: Value, _: Problems) -> None:
    draft.closings.extend(read_phrases(value))


def _policies(draft: _Draft, value: Value, problems: Problems) -> None:
    draft.policies.extend(read_policies(value, problems))


def _terms(draft: _Draft, value: Value, _: Problems) -> None:
    draft.terms = read_terms(value, draft.terms)


def _rewrites(draft: _Draft, value: Value, problems: Problems) -> None:
    draft.rewrites.extend(read_rewrites(value, problems))


def _procedures(draft: _Draft, value: Value, _: Problems) -> None:
    draft.procedures.extend(read_procedures(value))


def _moods(draft: _Draft, value: Value, _: Problems) -> None:
    found = value.fields(("urgent", "upset", "exceptions", "note"))
    draft.moods = Moods(
        urgent=found["urgent"].texts() if "urgent" in found else (),
        upset=found["upset"].texts() if "upset" in found else (),
        exceptions=found["exceptions"].texts() if "exceptions" in found else (),
    )


def _guards(draft: _Draft, value: Value, _: Problems) -> None:
    for item in value.items():
        found = item.fields(
            ("id", "title", "yes", "no", "neutral", "examples"), ("id", "yes", "no")
        )
        words = {k: found[k].texts() if k in found else () for k in ("yes", "no", "neutral")}
        draft.guards.append(
            Guard(
                id=optional(found, "id"),
                title=optional(found, "title"),
                mark=item.mark,
                yes=words["yes"],
                no=words["no"],
                neutral=words["neutral"],
                examples=tuple(_guard_example(e) for e in items(found, "examples")),
            )
        )


def _guard_example(value: Value) -> GuardExample:
    found = value.fields(("a", "b", "conflict"), ("a", "b", "conflict"))
    conflict = found["conflict"].flag() if "conflict" in found else True
    return GuardExample(optional(found, "a"), optional(found, "b"), conflict, value.mark)


def _guard_units(draft: _Draft, value: Value, _: Problems) -> None:
    draft.guard_units.extend(value.texts())


def _lexicon(draft: _Draft, value: Value, _: Problems) -> None:
    draft.lexicon.extend(item.texts() for item in value.items())


def _out_of_scope(draft: _Draft, value: Value, _: Problems) -> None:
    for item in value.items():
        if item.is_mapping():
            found = item.fields(("title", "note", "texts"), ("texts",))
            draft.out_of_scope.extend(found["texts"].texts() if "texts" in found else ())
        else:
            draft.out_of_scope.append(item.text())


def _cases(draft: _Draft, value: Value, _: Problems) -> None:
    draft.cases.extend(read_cases(value))


SECTIONS: Mapping[str, Callable[[_Draft, Value, Problems], None]] = {
    "book": _book,
    "shop": _shop,
    "facts": _facts,
    "variables": _variables,
    "entries": _entries,
    "greetings": _greetings,
    "closings": _closings,
    "rewrites": _rewrites,
    "terms": _terms,
    "policies": _policies,
    "procedures": _procedures,
    "moods": _moods,
    "guards": _guards,
    "guard_units": _guard_units,
    "lexicon": _lexicon,
    "out_of_scope": _out_of_scope,
    "cases": _cases,
}
