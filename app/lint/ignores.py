"""Findings that a trainer has looked at and lets stand: `# huashu: ignore=rule-id reason`.

Behind a line the comment speaks for that line; on a line of its own for what the next line
begins, with all that is indented below it. An error can not be ignored: a book with one is not
served, and what would be sent to a customer is never a matter of a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.engine.marks import FileFinding, Mark
from app.engine.yaml_places import Comment, comments

WORD = "huashu"
_SAYS = re.compile(r"#+\s*huashu\s*[:：]\s*(?P<rest>.*)", re.IGNORECASE)
_IGNORE = re.compile(r"ignore\s*[=＝]\s*(?P<rules>[\w.]+(?:\s*[,，、]\s*[\w.]+)*)\s*(?P<reason>.*)")
_COMMA = re.compile(r"\s*[,，、]\s*")


@dataclass(frozen=True, slots=True)
class Ignore:
    """One comment: the rules that it names, why, and the lines (first, last) it speaks for.

    Without rules it could not be read; without a reason it has no effect.
    """

    mark: Mark
    rules: tuple[str, ...]
    reason: str
    lines: tuple[int, int]

    def covers(self, finding: FileFinding) -> bool:
        """Whether it names the rule and speaks for the place of a finding, whatever its grade."""
        first, last = self.lines
        here = finding.mark.file == self.mark.file and first <= finding.mark.line <= last
        return here and finding.rule_id in self.rules

    def lets_stand(self, finding: FileFinding) -> bool:
        """Whether the finding is not to be reported."""
        return bool(self.reason) and finding.severity != "error" and self.covers(finding)


def ignores_of(files: Mapping[str, str]) -> Iterator[Ignore]:
    """The comments of all files, in order. Files must parse."""
    for file in sorted(files):
        if WORD in files[file].lower():
            lines = files[file].split("\n")
            for comment in comments(files[file]):
                says = _SAYS.fullmatch(comment.text.rstrip())
                if says:
                    yield _ignore(Mark(file, comment.line, comment.column), says, comment, lines)


def _ignore(mark: Mark, says: re.Match[str], comment: Comment, lines: list[str]) -> Ignore:
    read = _IGNORE.fullmatch(says["rest"])
    rules = tuple(dict.fromkeys(_COMMA.split(read["rules"]))) if read else ()
    spoken = _below(lines, comment.line) if comment.alone else (comment.line, comment.line)
    return Ignore(mark, rules, read["reason"].strip() if read else "", spoken)


def _below(lines: list[str], line: int) -> tuple[int, int]:
    """The next line with content after this one, and the last of those indented below it."""
    first = line + 1
    while first <= len(lines) and not _content(lines[first - 1]):
        first += 1
    if first > len(lines):
        return line, line
    head = lines[first - 1]
    last = first
    for number in range(first + 1, len(lines) + 1):
        text = lines[number - 1]
        if not text.strip():
            continue
        # A list may stand as deep as the key that it belongs to.
        item = text.lstrip().startswith("- ") and not head.lstrip().startswith("-")
        if _indent(text) < _indent(head) or (_indent(text) == _indent(head) and not item):
            break
        last = number
    return first, last


def _content(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
