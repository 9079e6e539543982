"""Policies and rewrites read from parsed YAML. What is wrong goes to `Problems`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Literal, cast

from app.engine.circumstances import CIRCUMSTANCES
from app.engine.model import (
    DIRECTIONS,
    PLATFORMS,
    SEVERITIES,
    STAGES,
    Direction,
    Mark,
    Policy,
    Rewrite,
    Severity,
    Spec,
    Term,
    Together,
    Within,
)
from app.engine.personal_data import LABELS
from app.engine.rule_matcher import pattern_problem
from app.engine.terms import BUILT_IN, FACT, resolve
from app.engine.together import WITHIN
from app.engine.yaml_nodes import Problems, Value

_POLICY_REQUIRED = ("id", "title", "severity", "message", "source", "specs")
_POLICY_LISTS = (
    "words", "patterns", "exceptions", "exception_patterns", "requires", "entries", "replacements",
)  # fmt: skip
_POLICY_KEYS = (
    *_POLICY_REQUIRED, *_POLICY_LISTS, "together", "personal_data", "unless", "penalty", "link",
    "platforms", "stages", "direction", "when_facts", "unless_facts",
)  # fmt: skip
_PATTERN_LISTS = ("patterns", "exception_patterns")
_TOGETHER_LISTS = ("all", "none")
_REWRITE_REQUIRED = ("id", "title", "kind", "professional", "reason", "source", "specs")
_REWRITE_LISTS = ("habitual", "patterns", "exceptions", "exception_patterns")
_REWRITE_KEYS = (
    *_REWRITE_REQUIRED, *_REWRITE_LISTS, "pairs", "own_words", "platforms", "stages",
)  # fmt: skip

Fields = dict[str, Value]


def read_policies(value: Value, problems: Problems) -> tuple[Policy, ...]:
    """The policies under `policies:`. A broken rule is reported, and returned as far as it goes."""
    return tuple(_policy(item, problems) for item in value.items())


def read_rewrites(value: Value, problems: Problems) -> tuple[Rewrite, ...]:
    """The rewrites under `rewrites:`. A broken rule is reported, and returned as far as it goes."""
    return tuple(_rewrite(item, problems) for item in value.items())


def read_terms(value: Value, known: Mapping[str, Term]) -> dict[str, Term]:
    """The terms under `terms:`, each a pattern or a list of alternatives, and those known before.

    Of two with one name the first stays, and the second is reported.
    """
    found = dict(known)
    for name, item in value.pairs().items():
        if name in found or name in BUILT_IN or name.startswith(FACT):
            item.report("term.duplicate", f"词组“{name}”在别处已有。", "请换一个名称。")
            continue
        found[name] = Term(name, "|".join(filter(None, item.texts())), item.mark)
    return found


def with_terms(
    policies: Iterable[Policy], terms: Mapping[str, Term], problems: Problems
) -> tuple[Policy, ...]:
    """The policies knowing the terms of the whole book. Unsound terms are reported, and kept."""
    resolved = resolve({name: term.pattern for name, term in terms.items()})
    for name, term in terms.items():
        wrong = pattern_problem(term.pattern, resolved, part=True)
        if wrong is not None:
            hint = "请照 RE2 写法改正；词组不能绕回自己。"
            problems.add("term.pattern", term.mark, f"词组“{name}”的{wrong}。", hint)
    return tuple(replace(policy, terms=resolved) for policy in policies)


def rewrites_with_terms(
    rewrites: Iterable[Rewrite], terms: Mapping[str, Term]
) -> tuple[Rewrite, ...]:
    """The rewrites knowing the terms of the whole book, which `with_terms` has checked."""
    resolved = resolve({name: term.pattern for name, term in terms.items()})
    return tuple(replace(rewrite, terms=resolved) for rewrite in rewrites)


def _policy(item: Value, problems: Problems) -> Policy:
    fields = item.fields(_POLICY_KEYS, _POLICY_REQUIRED)
    lists = {name: _texts(fields, name) for name in _POLICY_LISTS}
    together = tuple(_together(part) for part in _list(fields, "together"))
    personal = tuple(part.choice(tuple(LABELS)) for part in _list(fields, "personal_data"))
    if not (together or personal or any(lists[name] for name in ("words", "patterns", "entries"))):
        problems.add(
            "schema.missing_key", item.mark, "这条规范没有触发条件。",
            "请写上 words、patterns、together 或 personal_data；"
            "只对条目生效的写 entries 和 requires。",
        )  # fmt: skip
    return Policy(
        id=_text(fields, "id"),
        title=_text(fields, "title"),
        severity=_severity(fields),
        message=_text(fields, "message"),
        source=_text(fields, "source"),
        mark=item.mark,
        marks=dict(_pattern_marks(fields)),
        terms={},
        platforms=_choices(fields, "platforms", PLATFORMS),
        stages=_choices(fields, "stages", STAGES),
        direction=_direction(fields),
        when_facts=_facts(fields, "when_facts"),
        unless_facts=_facts(fields, "unless_facts"),
        together=together,
        personal_data=personal,
        unless=tuple(part.choice(CIRCUMSTANCES) for part in _list(fields, "unless")),
        penalty=_text(fields, "penalty"),
        link=_text(fields, "link"),
        specs=tuple(_policy_spec(spec) for spec in _list(fields, "specs")),
        **lists,
    )


def _severity(fields: Fields) -> Severity:
    severity = fields["severity"].choice(SEVERITIES) if "severity" in fields else "warning"
    return severity if severity in SEVERITIES else "warning"


def _direction(fields: Fields) -> Direction:
    return (
        "in" if "direction" in fields and fields["direction"].choice(DIRECTIONS) == "in" else "out"
    )


def _facts(fields: Fields, name: str) -> dict[str, tuple[str, ...]]:
    pairs = fields[name].pairs() if name in fields else {}
    return {fact: words.texts() for fact, words in pairs.items()}


def _together(item: Value) -> Together:
    fields = item.fields((*_TOGETHER_LISTS, "within", "requires"), ("all",))
    within = fields["within"].choice(WITHIN) if "within" in fields else "clause"
    return Together(
        all=_texts(fields, "all"),
        none=_texts(fields, "none"),
        within=cast(Within, within if within in WITHIN else "clause"),
        requires=_texts(fields, "requires") if "requires" in fields else None,
    )


def _pattern_marks(fields: Fields) -> Iterator[tuple[str, Mark]]:
    """Each pattern with its own place, so that a faulty one among many is found at once."""
    groups = [fields, *(part.pairs() for part in _list(fields, "together"))]
    for group in groups:
        for name in (*_PATTERN_LISTS, *_TOGETHER_LISTS):
            for pattern in _list(group, name):
                yield pattern.text(), pattern.mark


def _policy_spec(item: Value) -> Spec:
    fields = item.fields(("text", "hit", "entry", "facts"), ("text",))
    facts = fields["facts"].pairs() if "facts" in fields else {}
    return Spec(
        text=_text(fields, "text"),
        mark=item.mark,
        hit=fields["hit"].text() if "hit" in fields else None,
        entry=fields["entry"].text() if "entry" in fields else None,
        facts={name: value.text() for name, value in facts.items()},
    )


def _rewrite(item: Value, problems: Problems) -> Rewrite:
    fields = item.fields(_REWRITE_KEYS, _REWRITE_REQUIRED)
    kind = fields["kind"].choice(("sentence", "word")) if "kind" in fields else "sentence"
    pairs = fields["pairs"].pairs() if "pairs" in fields else {}
    lists = {name: _texts(fields, name) for name in _REWRITE_LISTS}
    if not (lists["habitual"] or lists["patterns"]):
        problems.add(
            "schema.missing_key", item.mark, "这条改写没有习惯用语。",
            "请写上 habitual 或 patterns。",
        )  # fmt: skip
    return Rewrite(
        id=_text(fields, "id"),
        title=_text(fields, "title"),
        kind=cast(Literal["sentence", "word"], kind if kind == "word" else "sentence"),
        professional=_text(fields, "professional"),
        reason=_text(fields, "reason"),
        source=_text(fields, "source"),
        mark=item.mark,
        pairs=tuple((old, new.text()) for old, new in pairs.items()),
        platforms=_choices(fields, "platforms", PLATFORMS),
        stages=_choices(fields, "stages", STAGES),
        own_words=fields["own_words"].flag() if "own_words" in fields else False,
        specs=tuple(_rewrite_spec(spec) for spec in _list(fields, "specs")),
        terms={},
        **lists,
    )


def _rewrite_spec(item: Value) -> Spec:
    """`{from: …, to: …}`, or `{same: …}` for a draft that must stay untouched."""
    fields = item.fields(("from", "to", "same"))
    if "same" in fields:
        same = fields["same"].text()
        return Spec(text=same, mark=item.mark, to=same)
    if "from" not in fields or "to" not in fields:
        item.report("schema.missing_key", "例句不完整。", "请写成 {from: …, to: …} 或 {same: …}。")
    return Spec(text=_text(fields, "from"), mark=item.mark, to=_text(fields, "to"))


def _text(fields: Fields, name: str) -> str:
    return fields[name].text() if name in fields else ""


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    return fields[name].texts() if name in fields else ()


def _list(fields: Fields, name: str) -> list[Value]:
    return fields[name].items() if name in fields else []


def _choices(fields: Fields, name: str, allowed: tuple[str, ...]) -> frozenset[str]:
    return frozenset(item.choice(allowed) for item in _list(fields, name))
