"""YAML read as nodes, so that every value keeps its line and column.

Scalars are plain text: `yes`, `on`, `12:30` and `007` stay what the trainer typed (the traps of
YAML 1.1 are not resolved). Nothing raises; what is wrong is added to `Problems`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

import yaml
from rapidfuzz import fuzz, process

from app.engine.model import FileFinding, Mark, Severity
from app.engine.yaml_words import in_words, meant_choice

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml: slower, same nodes
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


_NEAR = 70.0  # Indel ratio in percent from which a key is taken for a mistyped one
_CERTAIN = 80.0  # and from which, when no other comes near, there is no doubt which
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
DEEPEST = 32  # levels of nesting; the book's own files need six


class Problems:
    """Collects findings while files are read."""

    def __init__(self) -> None:
        self.findings: list[FileFinding] = []

    def add(
        self,
        rule_id: str,
        mark: Mark,
        message: str,
        hint: str = "",
        severity: Severity = "error",
        meant: str = "",
    ) -> None:
        """Records one finding."""
        self.findings.append(FileFinding(rule_id, severity, mark, message, hint, meant))


class Value:
    """One YAML node with its place. Accessors return a neutral value and report when wrong."""

    def __init__(self, node: yaml.Node, file: str, problems: Problems) -> None:
        self._node = node
        self._file = file
        self._problems = problems

    @property
    def mark(self) -> Mark:
        """Where the node starts."""
        start = self._node.start_mark
        return Mark(self._file, start.line + 1, start.column + 1)

    def report(self, rule_id: str, message: str, hint: str = "", meant: str = "") -> None:
        """Records an error at this node."""
        self._problems.add(rule_id, self.mark, message, hint, meant=meant)

    def is_null(self) -> bool:
        """True for an empty value, `~` or `null`."""
        node = self._node
        return (
            isinstance(node, yaml.ScalarNode)
            and not node.style  # None, or "" with libyaml: plain, not quoted
            and node.value in ("", "~", "null")
        )

    def is_mapping(self) -> bool:
        """True for `key: value` pairs."""
        return isinstance(self._node, yaml.MappingNode)

    def text(self) -> str:
        """A scalar as text; reports and returns "" for lists and mappings."""
        if isinstance(self._node, yaml.ScalarNode):
            return str(self._node.value)
        self.report("schema.type", "这里应是一段文字。", "请改成一行文字，必要时加英文双引号。")
        return ""

    def items(self) -> list[Value]:
        """The items of a list; an empty value is an empty list."""
        if isinstance(self._node, yaml.SequenceNode):
            return [Value(n, self._file, self._problems) for n in self._node.value]
        if not self.is_null():
            self.report("schema.type", "这里应是一个列表。", "每项另起一行，以“- ”开头。")
        return []

    def each(self) -> list[Value]:
        """The items of a list; one bare text counts as a list of one."""
        if isinstance(self._node, yaml.ScalarNode) and not self.is_null():
            return [self]
        return self.items()

    def texts(self) -> tuple[str, ...]:
        """A list of texts; one bare text counts as a list of one."""
        return tuple(item.text() for item in self.each())

    def pairs(self) -> dict[str, Value]:
        """The pairs of a mapping; reports equal keys instead of keeping the last."""
        if not isinstance(self._node, yaml.MappingNode):
            if not self.is_null():
                self.report("schema.type", "这里应是“键: 值”的形式。", "请对照相邻条目的写法。")
            return {}
        found: dict[str, Value] = {}
        for key_node, value_node in self._node.value:
            key = Value(key_node, self._file, self._problems)
            name = key.text()
            if name in found:
                key.report("schema.duplicate_key", f"“{name}”写了两次。", "请删去多余的一个。")
            else:
                found[name] = Value(value_node, self._file, self._problems)
        return found

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Value]:
        """Like `pairs`, with unknown and missing keys reported."""
        found = self.pairs()
        names = tuple(allowed)
        for name in found.keys() - set(names):
            self._unknown(name, [other for other in names if other not in found], names)
        for name in required:
            if name not in found or found[name].is_null():
                self.report("schema.missing_key", f"缺少“{name}”。", f"请补上“{name}:”一行。")
        return found

    def _unknown(self, name: str, free: list[str], names: tuple[str, ...]) -> None:
        """Reports a key at its place, with the one that was meant where that is plain."""
        key = next(k for k, _ in self._node.value if _name(k) == name)
        near = process.extract(name, free, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=2)
        guess = f"是不是想写“{near[0][0]}”？" if near else ""
        certain = [near[0][0]] if len(near) == 1 and near[0][1] >= _CERTAIN else [""]
        Value(key, self._file, self._problems).report(
            "schema.unknown_key",
            f"不认识“{name}”。",
            f"{guess}可用的有：{'、'.join(names)}。",
            certain[0],
        )

    def choice(self, allowed: Iterable[str]) -> str:
        """A text that must be one of `allowed`; returns it either way."""
        text = self.text()
        options = tuple(allowed)
        if text not in options:
            meant = meant_choice(text, options)
            guess = f"请写成 {meant}。" if meant else ""
            hint = f"{guess}可选：{'、'.join(options)}。"
            self.report("schema.choice", f"“{text}”不在可选范围内。", hint, meant)
        return text

    def number(self, default: float, low: float, high: float) -> float:
        """A number within [low, high]; reports and returns `default` otherwise."""
        try:
            number = float(self.text())
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            self.report(
                "schema.number", f"这里应是 {low:g} 到 {high:g} 之间的数。", "请改成范围内的数。"
            )
            return default
        return number

    def flag(self) -> bool:
        """true or false."""
        return self.choice(("true", "false")) == "true"

    def day(self) -> date | None:
        """A date as YYYY-MM-DD; reports and returns None otherwise."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            meant = _meant_day(self.text())
            hint = f"请写成 {meant or '2026-11-22 的样子'}。"
            self.report("schema.date", "日期写法不对。", hint, meant)
            return None


def _meant_day(text: str) -> str:
    """A day written otherwise, year first, as YYYY-MM-DD; "" when it is none."""
    found = _DAY.fullmatch(text.strip())
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _name(key: yaml.Node) -> str:
    """A key as `Value.text` reads it."""
    return str(key.value) if isinstance(key, yaml.ScalarNode) else ""


def optional(found: Mapping[str, Value], key: str) -> str:
    """The text under a key; "" when it is absent or empty."""
    return found[key].text() if key in found and not found[key].is_null() else ""


def items(found: Mapping[str, Value], key: str) -> list[Value]:
    """The items of the list under a key; none when it is absent."""
    return found[key].items() if key in found else []


def parse(text: str, file: str, problems: Problems) -> Value | None:
    """Parses one file. A syntax error is reported with its place; None is returned then."""
    try:
        text.encode()
        if not _shallow(text, file, problems):
            return None
        node = yaml.compose(text, Loader=_Loader)
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        column = error.start - text.rfind("\n", 0, error.start)
        problems.add("yaml.syntax", Mark(file, line, column), "有不完整的字符。", "请删去它。")
        return None
    except yaml.YAMLError as error:
        _report_syntax(error, file, problems)
        return None
    if node is None:
        problems.add("yaml.empty", Mark(file, 1, 1), "文件是空的。", "请填写内容，或删除这个文件。")
        return None
    return Value(node, file, problems)


def _shallow(text: str, file: str, problems: Problems) -> bool:
    """Whether nothing nests deeper than people write: composing recurses, and would overflow."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            start = event.start_mark
            place = Mark(file, start.line + 1, start.column + 1) if start else Mark(file, 1, 1)
            problems.add("yaml.syntax", place, "嵌套太深。", "请检查多余的括号和缩进。")
            return False
    return True


def _report_syntax(error: yaml.YAMLError, file: str, problems: Problems) -> None:
    mark = getattr(error, "problem_mark", None)
    if "quoted scalar" in str(getattr(error, "context", None)):
        mark = getattr(error, "context_mark", None) or mark  # the quote that is not closed
    place = Mark(file, mark.line + 1, mark.column + 1) if mark else Mark(file, 1, 1)
    detail = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    said, hint = in_words(detail)
    problems.add(
        "yaml.syntax",
        place,
        f"YAML 写法有误：{said}。",
        hint,
    )
