"""A phrasebook as sections of items, each a mapping of fields to text: by this books are compared.

Places in files are left out; every other field of the model is in, whatever it may be called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from app.engine.cases import Case
from app.engine.model import Mark, Moods, Phrasebook, Thresholds, Variant

_ELSEWHERE = ("id", "terms")  # an item's key; the book's own terms, repeated in each rule

Shown = str | tuple[str, ...]
Keyed = tuple[str, str]  # field, and what tells several texts of it apart ("" for a single one)

SECTIONS: Mapping[str, str] = {
    "book": "设置",
    "entries": "条目",
    "greetings": "开场白",
    "closings": "结束语",
    "facts": "店铺信息",
    "variables": "变量",
    "lexicon": "同义词",
    "guards": "防混标记",
    "guard_units": "防混的单位",
    "out_of_scope": "不该回答的消息",
    "moods": "语气词",
    "rewrites": "改写",
    "policies": "规范",
    "terms": "词组",
    "procedures": "流程",
    "cases": "用例",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a book. `values` are its fields: a text, or a list whose order says nothing."""

    id: str
    title: str
    mark: Mark | None
    values: Mapping[Keyed, Shown]


def sections_of(book: Phrasebook) -> dict[str, dict[str, Item]]:
    """Section -> key -> item, each in the order of the book. Keys are ids, made distinct.

    What is no list and no mapping is a setting; thresholds are two of them.
    """
    settings: dict[Keyed, Shown] = {}
    found = {"book": {"": Item("", "", None, settings)}}
    for field in fields(book):
        value = getattr(book, field.name)
        if isinstance(value, Thresholds):
            settings |= {(f.name, ""): f"{getattr(value, f.name):g}" for f in fields(value)}
        elif isinstance(value, str | int | float) and field.name != "version":
            settings[field.name, ""] = str(value)
        elif isinstance(value, Moods | Sequence | Mapping) and not isinstance(value, str):
            found[field.name] = _section(field.name, value)
    return found


def _section(name: str, value: Any) -> dict[str, Item]:
    if is_dataclass(value):
        return {"": Item("", "", None, dict(_values(value)))}
    named = value if isinstance(value, Mapping) else dict(enumerate(value))
    if not all(is_dataclass(thing) for thing in named.values()):
        return {"": Item("", "", None, {(name, ""): _texts(value)})}
    items = [_item(key, thing) for key, thing in named.items()]
    return dict(zip(_distinct(item.id for item in items), items, strict=True))


def _item(key: str | int, thing: Any) -> Item:
    own = " / ".join(thing.messages) if isinstance(thing, Case) else getattr(thing, "id", str(key))
    mark = getattr(thing, "mark", None)
    return Item(own, getattr(thing, "title", ""), mark, dict(_values(thing)))


def _values(thing: Any) -> Iterator[tuple[Keyed, Shown]]:
    for field in fields(thing):
        value = getattr(thing, field.name)
        if field.name in ("id", "terms") or _says_nothing(value):  # terms have a section
            continue
        if isinstance(value, tuple) and isinstance(value[0], Variant):
            names = _distinct(_text(variant.when) for variant in value)
            yield from ((("variants", n), v.template) for n, v in zip(names, value, strict=True))
            yield ("variant_order", ""), "、".join(names)
        elif isinstance(value, tuple | frozenset | Mapping):
            yield (field.name, ""), _texts(value)
        else:
            yield (field.name, ""), _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, Mapping):
        return tuple(f"{k}：{_text(v)}" for k, v in value.items())
    texts = map(_text, value)
    return tuple(sorted(texts)) if isinstance(value, frozenset) else tuple(texts)


def _says_nothing(value: Any) -> bool:
    """Places in files, and what a field holds that was not written."""
    if isinstance(value, Mapping) and value:
        return all(isinstance(v, Mark) for v in value.values())
    if is_dataclass(value) and not isinstance(value, Mark):
        return all(_says_nothing(getattr(value, f.name)) for f in fields(value))
    return (
        isinstance(value, Mark)
        or value is None
        or value is False
        or value in ("", (), {}, frozenset())
    )


def _text(value: Any) -> str:
    """One line that tells a value from every other; of an ask or a near miss, its wording."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "，".join(_texts(value))
    if isinstance(value, tuple | list | frozenset):
        return "|".join(_texts(value))
    if is_dataclass(value):
        return _summary([(f.name, getattr(value, f.name)) for f in fields(value)])
    return str(value)


def _summary(named: list[tuple[str, Any]]) -> str:
    """The first field as it is, the others with their names behind it."""
    filled = [(name, _text(value)) for name, value in named if not _says_nothing(value)]
    if not filled:
        return ""
    more = "，".join(f"{name}：{text}" for name, text in filled[1:])
    return filled[0][1] + (f"（{more}）" if more else "")


def _distinct(names: Iterable[str]) -> list[str]:
    """The names with a number behind those that were there before."""
    seen: Counter[Hashable] = Counter()
    out = []
    for name in names:
        seen[name] += 1
        out.append(name if seen[name] == 1 else f"{name}（{seen[name]}）")
    return out
