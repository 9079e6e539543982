"""A whole reply that the chat window of a platform would not take in one message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from app.engine.model import Entry, FileFinding, Phrase, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.templates import Platform, Template

ID = "reply.too_long"
SEVERITY: Severity = "warning"
TITLE = "回复太长"
WHY = (
    "平台的聊天窗口一条消息放不下这么多字，发不出去或者会被截断；手机上也没有人读得完。"
    "算的是开场白、正文、结束语连在一起最长的那种。"
)
HINT = "请缩短它，或分成几个条目；平台允许更长时，在 book.yaml 的 reply_limits 里写明。"

# Code points. What the chat windows take is not published and changes; a shop states its own.
USUAL = 500


def check(book: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Reports a template once, with the platform whose limit it exceeds by most."""
    entries = {entry.id: entry for entry in book.entries}
    around = [t for t in context.templates if t.entry_id is None]
    for template in context.templates:
        if template.entry_id is None:
            continue
        entry = entries[template.entry_id]
        found = [
            (length - limit, length, limit, platform)
            for platform in template.platforms
            if (limit := _limit(book, platform))
            < (length := _length(template, entry, around, platform, book, context))
        ]
        if found:
            _, length, limit, platform = max(found, key=lambda one: one[0])
            where = f"在 {platform} " if platform else ""
            said = f"{template.name}连开场白、结束语最长 {length} 字，{where}超过 {limit} 字。"
            yield FileFinding(ID, SEVERITY, template.mark, said, HINT)


def _limit(book: Phrasebook, platform: Platform) -> int:
    return book.reply_limits.get(platform, USUAL) if platform else USUAL


def _length(
    template: Template,
    entry: Entry,
    around: Iterable[Template],
    platform: Platform,
    book: Phrasebook,
    context: LintContext,
) -> int:
    parts = [_longest(template, context)]
    for phrases, forced in ((book.greetings, entry.greeting), (book.closings, entry.closing)):
        owners = {phrase.id for phrase in phrases if _may_stand(phrase, forced, entry.id)}
        lengths = (
            _longest(one, context)
            for one in around
            if one.owner in owners and platform in one.platforms
        )
        parts.append(max(lengths, default=0))
    return sum(parts)


def _may_stand(phrase: Phrase, forced: str | None, entry_id: str) -> bool:
    if forced is not None:
        return phrase.id == forced
    globs = phrase.when.entries
    return not globs or any(fnmatchcase(entry_id, glob) for glob in globs)


def _longest(template: Template, context: LintContext) -> int:
    return max(map(len, context.outcome(template).texts), default=0)
