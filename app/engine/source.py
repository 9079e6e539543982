"""YAML texts -> Phrasebook. Every value keeps its file, line and column.

Any file of a book may hold any of the top-level keys of `SECTIONS`; lists of the same section
in several files are joined in the order of the file names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from app.engine.entry_source import read_entries, read_phrases
from app.engine.model import (
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
    Thresholds,
    Variable,
)
from app.engine.rules_source import read_policies, read_rewrites
from app.engine.yaml_nodes import Problems, Value, items, optional, parse


@dataclass
class _Draft:
    """What has been read so far; becomes a Phrasebook."""

    name: str = "未命名话术库"
    shop_id: str = "default"
    thresholds: Thresholds = field(default_factory=Thresholds)
    facts: dict[str, Fact] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    greetings: list[Phrase] = field(default_factory=list)
    closings: list[Phrase] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    procedures: list[Procedure] = field(default_factory=list)
    moods: Moods = field(default_factory=Moods)
    guards: list[Guard] = field(default_factory=list)
    guard_units: list[str] = field(default_factory=list)
    lexicon: list[tuple[str, ...]] = field(default_factory=list)
    out_of_scope: list[str] = field(default_factory=list)


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
        for section, value in root.fields(SECTIONS).items():
            if section in SECTIONS:
                SECTIONS[section](draft, value, problems)
    if not draft.entries and not problems.findings:
        problems.add(
            "book.empty", Mark(".", 1, 1), "话术库里没有条目。", "请至少写一个 entries 文件。"
        )
    return _finish(draft, files), tuple(problems.findings)


def _finish(draft: _Draft, files: Mapping[str, str]) -> Phrasebook:
    digest = hashlib.sha256()
    for file in sorted(files):
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
        rewrites=tuple(draft.rewrites),
        policies=tuple(draft.policies),
        procedures=tuple(draft.procedures),
        moods=draft.moods,
        guards=tuple(draft.guards),
        guard_units=tuple(draft.guard_units),
        lexicon=tuple(draft.lexicon),
        out_of_scope=tuple(draft.out_of_scope),
    )


def _book(draft: _Draft, value: Value, _: Problems) -> None:
    found = value.fields(("name", "language", "thresholds"))
    if "name" in found:
        draft.name = found["name"].text()
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
                "book.thresholds", "choose 不能大于 answer。", "例如 answer: 0.75、choose: 0.30。"
            )


def _shop(draft: _Draft, value: Value, _: Problems) -> None:
    found = value.fields(("id", "name"), ("id",))
    if "id" in found:
        draft.shop_id = found["id"].text()


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


def _rewrites(draft: _Draft, value: Value, problems: Problems) -> None:
    draft.rewrites.extend(read_rewrites(value, problems))


_DETAILS = ("facts", "fields", "categories", "severity", "periods")


def _procedures(draft: _Draft, value: Value, _: Problems) -> None:
    keys = ("id", "title", "kind", "value", "seconds", "max_seconds", "tiers", "applies")
    for item in value.items():
        found = item.fields((*keys, "source", "note", *_DETAILS), ("id", "value"))
        applies = found["applies"].fields(("entry", "channel")) if "applies" in found else {}
        draft.procedures.append(
            Procedure(
                id=optional(found, "id"),
                title=optional(found, "title"),
                kind=optional(found, "kind"),
                value=optional(found, "value"),
                source=optional(found, "source"),
                mark=item.mark,
                seconds=_seconds(found, "seconds"),
                max_seconds=_seconds(found, "max_seconds"),
                tiers=_tiers(found),
                entries=applies["entry"].texts() if "entry" in applies else (),
                channel=optional(applies, "channel") or None,
                note=optional(found, "note"),
                details={k: found[k].texts() for k in _DETAILS if k in found},
            )
        )


def _seconds(found: Mapping[str, Value], key: str) -> int | None:
    return int(found[key].number(0, 0, 10_000_000)) if key in found else None


def _tiers(found: Mapping[str, Value]) -> tuple[tuple[int, int], ...]:
    tiers = []
    for tier in items(found, "tiers"):
        pair = tier.fields(("customers", "seconds"), ("customers", "seconds"))
        if "customers" in pair and "seconds" in pair:
            customers = int(pair["customers"].number(1, 1, 10_000))
            tiers.append((customers, _seconds(pair, "seconds") or 0))
    return tuple(tiers)


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


SECTIONS: Mapping[str, Callable[[_Draft, Value, Problems], None]] = {
    "book": _book,
    "shop": _shop,
    "facts": _facts,
    "variables": _variables,
    "entries": _entries,
    "greetings": _greetings,
    "closings": _closings,
    "rewrites": _rewrites,
    "policies": _policies,
    "procedures": _procedures,
    "moods": _moods,
    "guards": _guards,
    "guard_units": _guard_units,
    "lexicon": _lexicon,
    "out_of_scope": _out_of_scope,
}
