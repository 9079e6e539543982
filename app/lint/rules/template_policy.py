"""A text that a customer may get and that a policy forbids: found before it can be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from weakref import WeakKeyDictionary

from app.engine.model import FileFinding, Finding, Phrasebook, Severity
from app.engine.policy import PolicyChecker
from app.lint.context import LintContext
from app.lint.templates import Platform, Template

ID = "template.policy"
SEVERITY: Severity = "error"
TITLE = "违反规范"
WHY = (
    "这段话在某种情形下违反规范，发出去会被平台处罚或误导客户。每种平台、每个日期、变量有没有"
    "值都查过。"
)
HINT = "请换一种说法；如果规范误报，请给它加 exceptions 和例句。"

# A text as it can be used, and what it breaks where.
_Use = tuple[str, tuple[Platform, ...], tuple[str | None, ...], str | None]
_Broken = Sequence[tuple[Finding, Platform]]
# What the last book with these policies came to: most of its texts are those of the next.
_lately: WeakKeyDictionary[PolicyChecker, dict[_Use, _Broken]] = WeakKeyDictionary()


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Checks every text on every platform where it can be used; once a policy and template.

    The severity is the policy's; what a policy only suggests is left to the check of drafts.
    """
    before = _lately.get(context.checker, {})
    now: dict[_Use, _Broken] = {}
    for template in context.templates:
        uses = _uses(template, context)
        now.update((use, before[use] if use in before else _broken(use, context)) for use in uses)
        for policy_id, (finding, platforms) in _by_policy(now[use] for use in uses).items():
            if finding.severity == "suggestion":
                continue
            where = "" if None in platforms else f"（{'、'.join(map(str, platforms))}）"
            said = (
                f"{template.name}里的“{finding.text}”违反规范“{policy_id}”{where}："
                f"{finding.message}"
            )
            yield FileFinding(ID, finding.severity, template.mark, said, _hint(finding))
    _lately[context.checker] = now


def _uses(template: Template, context: LintContext) -> list[_Use]:
    texts = context.outcome(template).texts
    return [(text, template.platforms, template.stages, template.entry_id) for text in texts]


def _broken(use: _Use, context: LintContext) -> _Broken:
    """What a text breaks, and on which platform, in order."""
    text, platforms, stages, entry_id = use
    reading = context.checker.read(text)
    return [
        (finding, platform)
        for platform in platforms
        for stage in stages
        for finding in context.checker.judge(
            reading, platform=platform, stage=stage, entry_id=entry_id
        )
    ]


def _by_policy(broken: Iterable[_Broken]) -> dict[str, tuple[Finding, dict[Platform, None]]]:
    """Policy id -> its first finding and the platforms on which it is one, in order."""
    found: dict[str, tuple[Finding, dict[Platform, None]]] = {}
    for finding, platform in chain.from_iterable(broken):
        _, platforms = found.setdefault(finding.rule_id, (finding, {}))
        platforms[platform] = None
    return found


def _hint(finding: Finding) -> str:
    if not finding.replacements:
        return HINT
    return f"可以改成：{'；'.join(finding.replacements)}。"
