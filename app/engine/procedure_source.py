"""Procedures read from parsed YAML. What is wrong is reported."""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.model import Procedure
from app.engine.yaml_nodes import Value, items, optional

_KEYS = ("id", "title", "kind", "value", "seconds", "max_seconds", "tiers", "applies")
_DETAILS = ("facts", "fields", "categories", "severity", "periods")


def read_procedures(value: Value) -> list[Procedure]:
    """The procedures under `procedures:`."""
    return [_procedure(item) for item in value.items()]


def _procedure(item: Value) -> Procedure:
    found = item.fields((*_KEYS, "source", "note", *_DETAILS), ("id", "value"))
    applies = found["applies"].fields(("entry", "channel")) if "applies" in found else {}
    return Procedure(
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
