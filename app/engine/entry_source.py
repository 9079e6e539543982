"""Entries, greetings and closings read from parsed YAML. What is wrong is reported."""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.model import (
    CHANNELS,
    MOODS,
    ORDER_STATES,
    PLATFORMS,
    STAGES,
    TURNS,
    Ask,
    Entry,
    NearMiss,
    Phrase,
    Variant,
    When,
)
from app.engine.yaml_nodes import Value, items, optional

WHEN_VALUES: Mapping[str, tuple[str, ...]] = {
    "platform": PLATFORMS,
    "stage": STAGES,
    "order": ORDER_STATES,
    "channel": CHANNELS,
    "mood": MOODS,
    "turn": TURNS,
    "busy": ("true", "false"),
    "callback": ("true", "false"),
}


def read_entries(value: Value) -> list[Entry]:
    """The entries under `entries:`; those without id or reply are reported and left out."""
    entries: list[Entry] = []
    keys = (
        "id", "title", "stage", "source", "must", "avoid", "asks", "near_misses",
        "greeting", "closing", "handoff", "reply", "variants",
    )  # fmt: skip
    for item in value.items():
        found = item.fields(keys, ("id", "title", "reply"))
        if "id" not in found or "reply" not in found:
            continue
        entries.append(
            Entry(
                id=found["id"].text(),
                title=optional(found, "title"),
                stage=found["stage"].choice((*STAGES, "any")) if "stage" in found else "any",
                source=optional(found, "source"),
                asks=tuple(Ask(a.text(), a.mark) for a in items(found, "asks")),
                reply=found["reply"].text(),
                mark=found["id"].mark,
                reply_mark=found["reply"].mark,
                near_misses=tuple(_near_miss(n) for n in items(found, "near_misses")),
                variants=tuple(_variant(v, "reply") for v in items(found, "variants")),
                must=_must(found),
                avoid=found["avoid"].texts() if "avoid" in found else (),
                greeting=optional(found, "greeting") or None,
                closing=optional(found, "closing") or None,
                handoff=optional(found, "handoff") or None,
            )
        )
    return entries


def _near_miss(value: Value) -> NearMiss:
    if not value.is_mapping():
        return NearMiss(value.text(), None, value.mark)
    found = value.fields(("text", "entry"), ("text",))
    entry = optional(found, "entry")
    return NearMiss(
        optional(found, "text"), entry if entry not in ("", "none") else None, value.mark
    )


def read_phrases(value: Value) -> list[Phrase]:
    """The greetings or closings of a file."""
    phrases: list[Phrase] = []
    for item in value.items():
        found = item.fields(
            ("id", "title", "when", "source", "must", "text", "variants"), ("id", "text")
        )
        if "id" not in found or "text" not in found:
            continue
        phrases.append(
            Phrase(
                id=found["id"].text(),
                title=optional(found, "title"),
                when=_when(found["when"]) if "when" in found else When(),
                source=optional(found, "source"),
                text=found["text"].text(),
                mark=found["text"].mark,
                variants=tuple(_variant(v, "text") for v in items(found, "variants")),
                must=_must(found),
            )
        )
    return phrases


def _variant(value: Value, body: str) -> Variant:
    found = value.fields(("when", body), ("when", body))
    when = _when(found["when"]) if "when" in found else When()
    mark = found[body].mark if body in found else value.mark
    return Variant(when, optional(found, body), mark)


def _when(value: Value) -> When:
    found = value.fields((*WHEN_VALUES, "entry"))
    values: dict[str, frozenset[str]] = {}
    for key, allowed in found.items():
        if key in WHEN_VALUES:
            values[key] = frozenset(one.choice(WHEN_VALUES[key]) for one in allowed.each())
    return When(values, found["entry"].texts() if "entry" in found else ())


def _must(found: Mapping[str, Value]) -> tuple[tuple[str, ...], ...]:
    if "must" not in found:
        return ()
    return tuple(tuple(item.split("|")) for item in found["must"].texts())
