"""Findings and edits as LanguageTool's matches: which are shown, in what order, with what words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.engine.model import Edit, Finding, Phrasebook, Span
from app.web import languagetool as lt
from app.web.annotated import AnnotatedText, utf16

AROUND = 40  # characters of context on either side, as LanguageTool gives
_SENTENCE = re.compile(r"[^。！？!?…\n]*[。！？!?…\n]*")


@dataclass(frozen=True, slots=True)
class Kind:
    """How grave a match is. Clients choose colours by issue type, LibreOffice by category.

    The category of what must not be sent is not LanguageTool's TYPOS: clients that leave spelling
    to the system switch that one off.
    """

    category: str
    name: str
    issue_type: str


KINDS: Mapping[str, Kind] = {
    "error": Kind("FORBIDDEN", "禁止", "misspelling"),
    "warning": Kind("WARNING", "注意", "grammar"),
    "suggestion": Kind("ADVICE", "建议", "style"),
    "rewrite": Kind("STYLE", "改写", "style"),
}
_GRAVITY = list(KINDS)


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy or rewrite of the book by the words that clients show."""

    id: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rules the client wants. `only`: none but the enabled ones."""

    enabled_rules: frozenset[str] = frozenset()
    disabled_rules: frozenset[str] = frozenset()
    enabled_categories: frozenset[str] = frozenset()
    disabled_categories: frozenset[str] = frozenset()
    only: bool = False

    def allows(self, rule: Rule) -> bool:
        """Whether matches of a rule are shown; a rule named by its id goes before its category."""
        category = KINDS[rule.kind].category
        if self.only:
            return rule.id in self.enabled_rules or category in self.enabled_categories
        if rule.id in self.enabled_rules or rule.id in self.disabled_rules:
            return rule.id not in self.disabled_rules
        return category in self.enabled_categories or category not in self.disabled_categories


@dataclass(frozen=True, slots=True)
class _Note:
    """One thing to say about `plain[start:end]`."""

    start: int
    end: int
    rule: Rule
    message: str
    replacements: tuple[str, ...]
    link: str = ""

    @property
    def span(self) -> Span:
        return self.start, self.end


def rules(book: Phrasebook) -> dict[str, Rule]:
    """Every policy and rewrite of a book by its id."""
    policies = [Rule(p.id, p.title, p.severity) for p in book.policies]
    rewrites = [Rule(r.id, r.title, "rewrite") for r in book.rewrites]
    return {rule.id: rule for rule in (*policies, *rewrites)}


def matches(
    text: AnnotatedText,
    findings: Sequence[Finding],
    edits: Sequence[Edit],
    known: Mapping[str, Rule],
    chosen: Chosen,
) -> list[lt.Match]:
    """The matches of a text by place, the graver first; `known` are the rules of the book."""
    notes = [
        *(_of_finding(f, known) for f in findings),
        *(_of_edit(e, known) for e in edits),
    ]
    shown = _merged(_seen(n, text.plain) for n in notes if chosen.allows(n.rule))
    shown.sort(key=lambda n: (n.start, n.end, _GRAVITY.index(n.rule.kind)))
    return [_match(note, text) for note in shown]


def sentences(plain: str) -> Iterator[Span]:
    """The sentences of a text in order, with the signs that end them; together the whole text."""
    for found in _SENTENCE.finditer(plain):
        if found.end() > found.start():
            yield found.span()


def _of_finding(found: Finding, known: Mapping[str, Rule]) -> _Note:
    rule = known.get(found.rule_id) or Rule(found.rule_id, found.rule_id, found.severity)
    return _Note(found.start, found.end, rule, found.message, tuple(found.replacements), found.link)


def _of_edit(made: Edit, known: Mapping[str, Rule]) -> _Note:
    rule = known.get(made.rule_id) or Rule(made.rule_id, made.rule_id, "rewrite")
    return _Note(made.start, made.end, rule, made.message, (made.replacement,))


def _seen(note: _Note, plain: str) -> _Note:
    """A note that only inserts, widened by a character: clients underline nothing of length 0."""
    if note.start < note.end:
        return note
    start = max(0, note.start - 1)
    end = min(len(plain), start + 1)
    before, after = plain[start : note.start], plain[note.start : end]
    widened = tuple(f"{before}{text}{after}" for text in note.replacements)
    return replace(note, start=start, end=end, replacements=widened)


def _merged(notes: Iterable[_Note]) -> list[_Note]:
    """A rewrite of the very words of a finding lends it its wording and is not told twice."""
    told: list[_Note] = []
    by_span: dict[Span, int] = {}
    for note in notes:
        known = by_span.get(note.span)
        if known is None or note.rule.kind != "rewrite":
            by_span.setdefault(note.span, len(told))
            told.append(note)
        else:
            # The rewrite's wording fits the sentence: it comes first.
            both = (*note.replacements, *told[known].replacements)
            told[known] = replace(told[known], replacements=tuple(dict.fromkeys(both)))
    return told


def _match(note: _Note, text: AnnotatedText) -> lt.Match:
    start, end = text.place(note.start, note.end)
    offset, kind = text.units(start), KINDS[note.rule.kind]
    category = lt.Category(id=kind.category, name=kind.name)
    rule = lt.MatchRule(
        id=note.rule.id,
        description=note.rule.title,
        issue_type=kind.issue_type,
        category=category,
        urls=[lt.Value(value=note.link)] if note.link else None,
    )
    return lt.Match(
        message=note.message,
        short_message=note.rule.title,
        replacements=[lt.Value(value=r) for r in note.replacements],
        offset=offset,
        length=text.units(end) - offset,
        context=_context(text.sent, start, end),
        sentence=_sentence(text.plain, note.start),
        rule=rule,
    )


def _context(sent: str, start: int, end: int) -> lt.MatchContext:
    """The match on one line with what stands around it; `...` where the text goes on."""
    first, last = max(0, start - AROUND), min(len(sent), end + AROUND)
    before = "..." * (first > 0) + _one_line(sent[first:start])
    words = _one_line(sent[start:end])
    after = _one_line(sent[end:last]) + "..." * (last < len(sent))
    return lt.MatchContext(text=before + words + after, offset=utf16(before), length=utf16(words))


def _one_line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")


def _sentence(plain: str, at: int) -> str:
    return next((plain[s:e].strip() for s, e in sentences(plain) if s <= at < e), "")
