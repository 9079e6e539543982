"""The whole lint of a phrasebook: what reading found, then every rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import count

from app.engine.model import FileFinding, Phrasebook
from app.lint.context import Asked, LintContext
from app.lint.reading import READING_RULES
from app.lint.rules import LAST, NAMES, NEEDS_WHOLE_BOOK, RESULTS, RULES, THOROUGH, Rule

_NAMES = frozenset(rule.ID for rule in NAMES)
_RESULTS = frozenset(rule.ID for rule in RESULTS)


def lint(
    book: Phrasebook,
    read_findings: Iterable[FileFinding],
    *,
    today: date,
    files: Mapping[str, str] | None = None,
    ask: Callable[[], Asked] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[FileFinding, ...]:
    """Every finding of a book and of reading it, in the order of `by_cause`. Never raises.

    Takes both results of `read_book`. While a file can not be parsed at all, rules that compare
    parts of the book with each other stay silent: every name in that file would seem unknown.

    `files` are the texts that were read: with them comments that let findings stand count, and
    characters that do not show are found. `ask` makes what answers a message by this book: with
    it the rules `THOROUGH` run too, once there are no errors, and `progress` is called with (texts
    tried, texts in all). Neither can add an error, so they decide nothing about what is served.
    """
    found = list(read_findings)
    unparsed = {f.mark.file for f in found if f.rule_id in ("yaml.syntax", "yaml.empty")}
    texts = {name: text for name, text in (files or {}).items() if name not in unparsed}
    context = LintContext(book, today=today, read_errors=has_errors(found), files=texts)
    broken = any(finding.rule_id == "yaml.syntax" for finding in found)
    left_out: tuple[Rule, ...] = (*LAST, *THOROUGH, *(NEEDS_WHOLE_BOOK if broken else ()))
    rules = [rule for rule in RULES if rule not in left_out]
    for rule in rules:
        found.extend(rule.check(book, context))
    if ask and not has_errors(found):
        context.ask, context.step = ask(), _counted(book, progress)
        rules += THOROUGH
        found += (finding for rule in THOROUGH for finding in rule.check(book, context))
    context.ran = frozenset(rule.ID for rule in rules)
    return tuple(sorted(_judged(found, book, context), key=by_cause))


def _counted(book: Phrasebook, progress: Callable[[int, int], None]) -> Callable[[], None]:
    """What the thorough rules call for each text: two of them try every ask, one each near miss."""
    total = sum(2 * len(entry.asks) + len(entry.near_misses) for entry in book.entries)
    done = count(1)
    return lambda: progress(next(done), total)


def _judged(found: list[FileFinding], book: Phrasebook, context: LintContext) -> list[FileFinding]:
    """Without the findings that comments let stand, with what is wrong with these comments."""
    context.known_rules = frozenset(rule.ID for rule in RULES)
    context.known_rules |= {rule.ID for rule in READING_RULES}
    context.found = tuple(found)
    kept = [f for f in found if not any(ignore.lets_stand(f) for ignore in context.ignores)]
    for rule in LAST:
        kept.extend(rule.check(book, context))
    return kept


def has_errors(findings: Iterable[FileFinding]) -> bool:
    """True when the book must not be used."""
    return any(finding.severity == "error" for finding in findings)


def by_cause(finding: FileFinding) -> tuple[int, str, int, int, str, str]:
    """Sorts causes before what follows from them; those alike by file, line and column.

    One mistake can give many errors: an entry whose `id` can not be read is unknown wherever it
    is named, often in files that come earlier. So errors come in this order: what is wrong by
    itself; names that lead nowhere; texts and examples that come out wrong. Then what is no error.
    """
    mark = finding.mark
    return step_of(finding), mark.file, mark.line, mark.column, finding.rule_id, finding.message


def step_of(finding: FileFinding) -> int:
    """How far a finding is from what causes it, as a rule: the first part of `by_cause`."""
    if finding.severity != "error":
        return 3
    return 1 if finding.rule_id in _NAMES else 2 if finding.rule_id in _RESULTS else 0
