"""A draft that is being edited, and its edits: applied, put in order, merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.engine.model import Edit, Rewrite
from app.engine.policy import in_scope
from app.engine.rule_matcher import Encoded


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft on its way. `taken` marks each code point that must not be edited any more.

    `traditional` is the script of the whole draft, in which replacements are written. `settled`
    are clauses, as `habitual` reads them, that hold nothing to replace: most of them stand again
    in the draft once it is rewritten.
    """

    text: str
    encoded: Encoded
    taken: bytearray
    traditional: bool
    settled: set[str]
    platform: str | None
    stage: str | None

    def free(self, start: int, end: int) -> bool:
        """Whether a span may be edited."""
        return self.taken.find(1, start, end) < 0

    def splits(self, at: int) -> bool:
        """Whether a place lies inside what must not be edited."""
        return 0 < at < len(self.taken) and self.taken[at - 1 : at + 1] == b"\1\1"

    def take(self, start: int, end: int) -> None:
        """Closes a span to further edits."""
        self.taken[start:end] = b"\1" * (end - start)

    def allows(self, rule: Rewrite) -> bool:
        """Whether a rule applies on the draft's platform, in its stage."""
        return in_scope(rule.platforms, rule.stages, self.platform, self.stage)

    def part(self, start: int, end: int) -> Draft:
        """A piece of the draft as a draft of its own."""
        text = self.text[start:end]
        return replace(self, text=text, encoded=Encoded(text), taken=self.taken[start:end])

    def edit(self, start: int, end: int, replacement: str, rule: Rewrite) -> Edit:
        """The edit that puts a replacement in a span, with the reasons of its rule."""
        text = self.text[start:end]
        return Edit(start, end, text, replacement, rule.id, rule.reason, rule.source)


def apply_edits(draft: str, edits: Iterable[Edit]) -> str:
    """The draft with sorted, non-overlapping edits applied."""
    parts, at = [], 0
    for edit in edits:
        parts += [draft[at : edit.start], edit.replacement]
        at = edit.end
    return "".join([*parts, draft[at:]])


def without_overlaps(edits: Iterable[Edit]) -> list[Edit]:
    """Of edits sorted by start those that overlap none before them."""
    kept: list[Edit] = []
    for edit in edits:
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def composed(draft: str, first: Sequence[Edit], then: Sequence[Edit]) -> list[Edit]:
    """The edits of a draft that do what `first` and, on its outcome, `then` do.

    Edits that meet become one, with the rule of the earliest; all others stay as they are.
    """
    halfway = apply_edits(draft, first)
    found: list[Edit] = []
    shift = 0
    for group in _meeting(_shifted(first), then):
        start, end = group[0][0], max(stop for _, stop, _, _ in group)
        later = [edit for _, _, edit, again in group if again]
        grown = sum(
            len(edit.replacement) - len(edit.text) for _, _, edit, again in group if not again
        )
        inside = [replace(edit, start=edit.start - start, end=edit.end - start) for edit in later]
        replacement = apply_edits(halfway[start:end], inside)
        begin, shift = start - shift, shift + grown
        text = draft[begin : end - shift]
        if text != replacement:
            like = group[0][2]
            found.append(
                replace(like, start=begin, end=end - shift, text=text, replacement=replacement)
            )
    return found


# Start and end in the text halfway, the edit, and whether it is one of the second round.
_Placed = tuple[int, int, Edit, bool]


def _shifted(edits: Iterable[Edit]) -> list[_Placed]:
    """Where the replacements of edits stand once all are applied."""
    placed, shift = [], 0
    for edit in edits:
        start = edit.start + shift
        placed.append((start, start + len(edit.replacement), edit, False))
        shift += len(edit.replacement) - len(edit.text)
    return placed


def _meeting(placed: list[_Placed], then: Sequence[Edit]) -> Iterator[list[_Placed]]:
    """Both rounds in order, those that overlap together."""
    both = [*placed, *((edit.start, edit.end, edit, True) for edit in then)]
    group: list[_Placed] = []
    reach = 0
    for item in sorted(both, key=lambda item: item[:2]):
        if group and item[0] >= reach:
            yield group
            group = []
        group.append(item)
        reach = max(reach, item[1]) if len(group) > 1 else item[1]
    if group:
        yield group
