"""Tables of questions and answers, of quick phrases and of canned replies -> items."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.importing.cells import LONGEST_ASK, LONGEST_REPLY, cell_findings, clean, wording_findings
from app.importing.groups import Groups, Wording
from app.importing.headings import Role, detected, missing, role_of
from app.importing.model import Finding, ImportFailed, Item, Place
from app.tables import Row, Table

Progress = Callable[[int, int], None]

_STAGES: Mapping[str, str] = {"售前": "presale", "售中": "insale", "售后": "aftersale"}
_SEPARATORS = ("\n", "||", "|", "｜", "；", ";")
_ID = re.compile(r"[\w.-]{1,100}")
_LETTERS = re.compile(r"[\u3400-\u9fff]")
_MOST = 200  # wordings in one cell
_LIMITS: Mapping[Role, int] = {
    "question": LONGEST_ASK,
    "similar": LONGEST_ASK * _MOST,
    "answer": LONGEST_REPLY,
    "title": LONGEST_ASK,
}


def read_rows(
    tables: Sequence[Table], kind: str | None, progress: Progress
) -> tuple[str, tuple[Item, ...], tuple[Finding, ...]]:
    """(format, items, findings) of the tables of a file. Raises ImportFailed when none fits."""
    named = [(table, kind or detected(table.headings)) for table in tables]
    fitting = [(t, f) for t, f in named if f and missing(t.headings, f) is None]
    if not fitting:
        raise ImportFailed(_nothing_fits(tables, kind))
    findings = [
        Finding("import.sheet-skipped", "warning", Place(t.name, _top(t)),
                "这张表没有认得的标题，没有导入。")
        for t in tables if t not in [table for table, _ in fitting]
    ]  # fmt: skip
    groups = Groups()
    total = sum(len(table.rows) for table, _ in fitting)
    done = 0
    for table, found in fitting:
        reader = _Reader(table, found, groups, several=len(tables) > 1)
        findings += reader.headings()
        for row in table.rows:
            progress(done, total)
            findings += reader.row(row)
            done += 1
    progress(total, total)
    items, more = groups.settled(answers_optional=False)
    return fitting[0][1], items, (*findings, *more)


def _nothing_fits(tables: Sequence[Table], kind: str | None) -> str:
    shown = "、".join(tables[0].headings[:12])
    if kind:
        wanted = missing(tables[0].headings, kind)
        return f"找不到要用的列：{wanted}。第一行是：{shown}。［import.heading-missing］"
    return (
        f"认不出这是什么表格。第一行应是标题，要有“问题”和“答案”两列（或 short_code 和 content，"
        f"或快捷短语和内容），现在是：{shown}。［import.heading-missing］"
    )


def _top(table: Table) -> int:
    return table.top.number if table.top else 1


class _Reader:
    """Reads the rows of one table into groups. `several` tables: places name theirs."""

    def __init__(self, table: Table, kind: str, groups: Groups, several: bool) -> None:
        self._table = table
        self._format = kind
        self._groups = groups
        self._sheet = table.name if several else ""
        self._roles = {heading: role_of(heading, kind) for heading in table.headings}

    def headings(self) -> Iterator[Finding]:
        """What is wrong with the row of the headings."""
        place = Place(self._sheet, _top(self._table))
        unknown = [heading for heading, role in self._roles.items() if role is None]
        if unknown:
            said = f"不认识标题“{'”“'.join(unknown)}”，这些列没有导入。"
            yield Finding("import.heading-unknown", "warning", place, said)
        single: tuple[Role, ...] = ("question", "answer", "id", "title", "stage")
        for role in single:
            same = [heading for heading, found in self._roles.items() if found == role]
            if self._format == "qianniu" and role == "title":
                continue
            if len(same) > 1:
                said = f"“{'”和“'.join(same)}”是同一种内容。请只留一列。"
                yield Finding("import.heading-twice", "error", place, said)

    def row(self, row: Row) -> Iterator[Finding]:
        """Puts one row into the groups, or says why not."""
        place = Place(self._sheet, row.number)
        if all(clean(cell) == heading for heading, cell in row.cells.items()):
            yield Finding("import.heading-repeated", "warning", place, "又写了一遍标题，已跳过。")
            return
        for heading, cell in row.cells.items():
            role = self._roles.get(heading)
            if role is not None and role in _LIMITS:
                yield from cell_findings(cell, place, heading, _LIMITS[role])
        question, title = self._first(row, "question"), self._first(row, "title")
        if self._format != "qa":
            title = title or self._first(row, "id")
            question = title if _LETTERS.search(title) else ""
            named = bool(title)
        else:
            named = bool(question or title)
        asks, found = self._asks(row, place, question)
        yield from found
        if not named and self._format != "qa":
            yield Finding("import.code-empty", "error", place, "没有快捷短语或编码。请补上。")
        elif named or self._groups.continues(place, asks):
            yield from self._add(row, place, question, title, asks)
        else:
            yield _nameless(place, bool(asks))

    def _add(
        self, row: Row, place: Place, question: str, title: str, asks: Sequence[Wording]
    ) -> Iterator[Finding]:
        stage, category = self._stage(row)
        answer = self._first(row, "answer")
        yield from self._wrong(row, place, question, answer)
        name = self._first(row, "id")
        if self._format == "chatwoot" and not _ID.fullmatch(name):
            name = ""  # a short code may hold blanks; the title keeps it
        if name and not _ID.fullmatch(name):
            said = f"编号“{name}”写法不对。请用字母、数字、汉字、点、下划线或短横，不留空格。"
            yield Finding("import.id-shape", "error", place, said)
        yield from self._groups.add(
            Item(place, name, title, (), answer or None, stage, category), question, asks
        )

    def _wrong(self, row: Row, place: Place, question: str, answer: str) -> Iterator[Finding]:
        if question and answer == question:
            said = "答案和问题一样。请检查是不是填错了列。"
            yield Finding("import.answer-is-question", "error", place, said)
        named = self._first(row, "stage")
        if named and named not in (*_STAGES, *_STAGES.values(), "any", "不限"):
            said = f"不认识阶段“{named}”，按不限导入。可以写售前、售中、售后。"
            yield Finding("import.stage-unknown", "warning", place, said)

    def _stage(self, row: Row) -> tuple[str, str]:
        """(stage, category): a category that names a stage is one."""
        named, category = self._first(row, "stage"), "／".join(self._all(row, "category"))
        for told in (named, category):
            if told in _STAGES or told in _STAGES.values():
                kept = "" if told == category else category
                return _STAGES.get(told, told), kept
        return "", category

    def _asks(self, row: Row, place: Place, question: str) -> tuple[list[Wording], list[Finding]]:
        """The wordings of a row, the question first, and what is wrong with them."""
        wordings = [Wording(question, place)] if question else []
        findings = list(wording_findings(question, place, "问题")) if question else []
        for heading, cell in row.cells.items():
            if self._roles.get(heading) != "similar":
                continue
            parts = split(clean(cell))
            if len(parts) > _MOST:
                said = f"“{heading}”一格里有 {len(parts)} 条。请确认分隔是换行、| 或分号。"
                findings.append(Finding("import.asks-many", "warning", place, said))
            for part in parts:
                wordings.append(Wording(part, place))
                findings += wording_findings(part, place, heading)
                if len(part) > LONGEST_ASK:
                    said = f"“{heading}”里有一条 {len(part)} 个字。请用换行、| 或分号分开。"
                    findings.append(Finding("import.too-long", "error", place, said))
        return wordings, findings

    def _all(self, row: Row, role: Role) -> list[str]:
        cells = [clean(c) for h, c in row.cells.items() if self._roles.get(h) == role]
        return [" ".join(cell.split()) if role != "answer" else cell for cell in cells if cell]

    def _first(self, row: Row, role: Role) -> str:
        """The cell of a role; of several the one that says most to people."""
        cells = self._all(row, role)
        if role == "title" and self._format == "qianniu":
            cells.sort(key=lambda cell: not _LETTERS.search(cell))
        return cells[0] if cells else ""


def _nameless(place: Place, asks: bool) -> Finding:
    if asks:
        said = "只有相似问，前面没有它所属的问题。请补上问题。"
        return Finding("import.similar-orphan", "error", place, said)
    return Finding("import.question-empty", "error", place, "没有问题。请补上，或删去这一行。")


def split(cell: str) -> list[str]:
    """The wordings of one cell, by the first separator that it has: line break, |, ;."""
    separator = next((s for s in _SEPARATORS if s in cell), "\n")
    return [" ".join(part.split()) for part in cell.split(separator) if part.strip()]
