"""Whether an answer is the one that was wanted. A verdict is what is wrong, or None."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from datetime import date
from typing import Any

from app.engine.cases import Case
from app.engine.model import Context
from app.engine.suggestion import Answer
from app.learn.given import given, named


def finds(entry_id: str, answer: Answer) -> str | None:
    """The first suggestion answers with this entry, alone or beside others."""
    first = given(answer)
    if first.decision != "none" and entry_id in first.entries:
        return None
    return f"应由 {entry_id} 回答"


def stays_away(entry_id: str, answer: Answer) -> str | None:
    """No suggestion answers with this entry."""
    if any(entry_id in suggestion.entries for suggestion in answer.suggestions):
        return f"是 {entry_id} 的反例，不该由它回答"
    return None


def comes_out(case: Case, known: Container[str], answer: Answer) -> str | None:
    """The answer is the one of the case; `known` are the entries that the book has."""
    absent = [name for name in case.entries if name not in known]
    if absent:
        return f"要的条目 {'、'.join(absent)} 不存在"
    if not _as_wanted(case, answer):
        return wish(case)
    text = given(answer).text
    missing = ["|".join(words) for words in case.says if not any(w in text for w in words)]
    if missing:
        return f"的回复里应有{''.join(f'“{words}”' for words in missing)}，却是“{text}”"
    return None


def wish(case: Case) -> str:
    """What a case wants, in words."""
    if case.decision == "none":
        return "不该回答"
    how = "至少应列出供选的是" if case.decision == "choose" else "应回答"
    return f"{how} {named(case.entries)}"


def _as_wanted(case: Case, answer: Answer) -> bool:
    if case.decision == "choose":
        offered = {i for s in answer.suggestions for i in s.entries}
        return answer.decision != "none" and set(case.entries) <= offered
    if answer.decision != case.decision:
        return False
    return case.decision == "none" or set(case.entries) == set(given(answer).entries)


def context_of(case: Case, today: date) -> Context:
    """The context in which a case is asked."""
    values: dict[str, Any] = dict(case.context)
    for flag in values.keys() & {"busy", "callback"}:
        values[flag] = values[flag] == "true"
    return replace(Context(today=case.day or today), variables=dict(case.variables), **values)
