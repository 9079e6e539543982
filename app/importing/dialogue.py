"""A chat saved as text, 买家：… and 客服：… in turns -> what was asked and what was replied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.importing.cells import LONGEST_ASK, LONGEST_REPLY, cell_findings, clean, wording_findings
from app.importing.groups import Groups, Wording
from app.importing.model import Finding, ImportFailed, Item, Place
from app.tables import LINE, Table

_TURN = re.compile(
    r"\s*(?:(?P<customer>买家|顾客|客户|用户|访客|问|Q)|(?P<agent>客服|卖家|商家|店家|店小二|小二|答|A))"
    r"\d{0,4}\s*[：:]\s*(?P<text>.*)\Z",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(slots=True)
class _Turn:
    place: Place
    customer: bool
    lines: list[str]


def read_dialogue(table: Table) -> tuple[tuple[Item, ...], tuple[Finding, ...]]:
    """(items, findings) of the lines of a file. Raises ImportFailed when nobody speaks in it."""
    findings: list[Finding] = []
    turns: list[_Turn] = []
    for row in table.rows:
        place = Place("", row.number)
        found = _TURN.match(row.cells[LINE])
        if found:
            customer = bool(found["customer"])
            if turns and turns[-1].customer == customer:
                turns[-1].lines.append(found["text"])
            else:
                turns.append(_Turn(place, customer, [found["text"]]))
        elif turns:
            turns[-1].lines.append(row.cells[LINE])
        else:
            said = "不知道是谁说的。每行请以“买家：”或“客服：”开头。"
            findings.append(Finding("import.speaker-missing", "error", place, said))
    if not turns:
        raise ImportFailed(
            "没有“买家：”“客服：”这样的对话。要导入表格，请存成 CSV 或 XLSX。［import.dialogue］"
        )
    groups = Groups()
    findings += _pairs(turns, groups)
    items, more = groups.settled(answers_optional=False)
    return items, (*findings, *more)


def _pairs(turns: Sequence[_Turn], groups: Groups) -> Iterator[Finding]:
    for at, turn in enumerate(turns):
        text = clean("\n".join(turn.lines))
        if not text:
            yield Finding("import.turn-empty", "error", turn.place, "这里没有说话。请删去或补上。")
        elif not turn.customer:
            if at == 0:
                said = "客服的话前面没有买家的话，没有导入。"
                yield Finding("import.unasked", "warning", turn.place, said)
        elif at + 1 == len(turns):
            said = "买家的话后面没有客服的回复，没有导入。"
            yield Finding("import.unanswered", "warning", turn.place, said)
        else:
            yield from _pair(turn, turns[at + 1], groups)


def _pair(asked: _Turn, replied: _Turn, groups: Groups) -> Iterator[Finding]:
    raw = "\n".join(replied.lines)
    question = "，".join(clean("\n".join(asked.lines)).split("\n"))
    yield from cell_findings("\n".join(asked.lines), asked.place, "买家", LONGEST_ASK)
    yield from cell_findings(raw, replied.place, "客服", LONGEST_REPLY)
    yield from wording_findings(question, asked.place, "买家")
    if clean(raw):
        item = Item(asked.place, "", "", (), clean(raw))
        yield from groups.add(item, question, [Wording(question, asked.place)])
