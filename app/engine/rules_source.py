"""Policies and rewrites read from parsed YAML. What is wrong goes to `Problems`."""

from __future__ import annotations

from typing import Literal, cast

from app.engine.model import PLATFORMS, SEVERITIES, STAGES, Policy, Rewrite, Spec
from app.engine.yaml_nodes import Problems, Value

_POLICY_REQUIRED = ("id", "title", "severity", "message", "source", "specs")
_POLICY_LISTS = (
    "words", "patterns", "exceptions", "exception_patterns", "requires", "entries", "replacements",
)  # fmt: skip
_POLICY_KEYS = (
    *_POLICY_REQUIRED, *_POLICY_LISTS, "penalty", "link", "platforms", "stages",
)  # fmt: skip
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


def _policy(item: Value, problems: Problems) -> Policy:
    fields = item.fields(_POLICY_KEYS, _POLICY_REQUIRED)
    severity = fields["severity"].choice(SEVERITIES) if "severity" in fields else "warning"
    lists = {name: _texts(fields, name) for name in _POLICY_LISTS}
    if not any(lists[name] for name in ("words", "patterns", "entries")):
        problems.add(
            "schema.missing_key", item.mark, "这条规范没有触发条件。",
            "请写上 words 或 patterns；只对条目生效的写 entries 和 requires。",
        )  # fmt: skip
    return Policy(
        id=_text(fields, "id"),
        title=_text(fields, "title"),
        severity=severity if severity in SEVERITIES else "warning",
        message=_text(fields, "message"),
        source=_text(fields, "source"),
        mark=item.mark,
        platforms=_choices(fields, "platforms", PLATFORMS),
        stages=_choices(fields, "stages", STAGES),
        penalty=_text(fields, "penalty"),
        link=_text(fields, "link"),
        specs=tuple(_policy_spec(spec) for spec in _list(fields, "specs")),
        **lists,
    )


def _policy_spec(item: Value) -> Spec:
    fields = item.fields(("text", "hit"), ("text",))
    hit = fields["hit"].text() if "hit" in fields else None
    return Spec(text=_text(fields, "text"), mark=item.mark, hit=hit)


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
