"""Cases read from parsed YAML. What is wrong is reported, and that case left out."""

from __future__ import annotations

from typing import Literal, cast

from app.engine.cases import Case
from app.engine.entry_source import WHEN_VALUES
from app.engine.yaml_nodes import Value, optional

CONTEXT = tuple(key for key in WHEN_VALUES if key != "mood")  # the mood is read in the message
DECISIONS = ("answer", "choose", "none")
NOTHING = "none"  # as an entry: silence is right

_KEYS = ("message", "messages", "entry", "decision", *CONTEXT, "day", "variables", "says", "known")
_MESSAGE_HINT = "请写 message: 一句话，或 messages: [连发的, 几句]。"
_ANSWER_HINT = "请写 entry: 条目编号；不该回答的写 entry: none。"

Fields = dict[str, Value]


def read_cases(value: Value) -> list[Case]:
    """The cases under `cases:`."""
    return [case for item in value.items() if (case := _case(item))]


def _case(item: Value) -> Case | None:
    found = item.fields(_KEYS)
    if not item.is_mapping():
        return None
    messages = _messages(item, found)
    wanted = _wanted(item, found)
    context = {key: found[key].choice(WHEN_VALUES[key]) for key in CONTEXT if key in found}
    variables = found["variables"].pairs() if "variables" in found else {}
    says = found["says"].texts() if "says" in found else ()
    if messages is None or wanted is None:
        return None
    decision, entries = wanted
    return Case(
        messages=messages,
        mark=item.mark,
        decision=cast(Literal["answer", "choose", "none"], decision),
        entries=entries,
        says=tuple(tuple(words.split("|")) for words in says),
        context=context,
        variables={name: text.text() for name, text in variables.items()},
        day=found["day"].day() if "day" in found else None,
        known=optional(found, "known"),
    )


def _messages(item: Value, found: Fields) -> tuple[str, ...] | None:
    given = [key for key in ("message", "messages") if key in found]
    if len(given) != 1:
        said = "message 和 messages 只能写一个。" if given else "这条用例没有客户消息。"
        item.report("case.message", said, _MESSAGE_HINT)
        return None
    value = found[given[0]]
    texts = value.texts() if given[0] == "messages" else (value.text(),)
    if not texts or not all(text.strip() for text in texts):
        value.report("case.message", "客户消息是空的。", _MESSAGE_HINT)
        return None
    return texts


def _wanted(item: Value, found: Fields) -> tuple[str, tuple[str, ...]] | None:
    """(decision, entries); None when they are missing or contradict each other."""
    names = found["entry"].texts() if "entry" in found else ()
    decision = found["decision"].choice(DECISIONS) if "decision" in found else None
    if not all(name.strip() for name in names) or not (names or decision):
        item.report("case.answer", "这条用例没有写该怎么回答。", _ANSWER_HINT)
        return None
    entries = tuple(dict.fromkeys(name for name in names if name != NOTHING))
    silent = decision in (None, "none") and not entries
    sure = decision != "none" and entries and NOTHING not in names
    if not silent and not sure:
        item.report("case.answer", "entry 和 decision 对不上。", _ANSWER_HINT)
        return None
    return ("none" if silent else decision or "answer"), entries
