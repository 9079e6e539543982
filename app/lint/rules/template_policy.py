"""A text that a customer may get and that a policy forbids: found before it can be sent."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Finding, Phrasebook, Severity
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


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Checks every text on every platform where it can be used; once a policy and template.

    The severity is the policy's; what a policy only suggests is left to the check of drafts.
    """
    for template in context.templates:
        for policy_id, (finding, platforms) in _broken(template, context).items():
            if finding.severity == "suggestion":
                continue
            where = "" if None in platforms else f"（{'、'.join(map(str, platforms))}）"
            said = (
                f"{template.name}里的“{finding.text}”违反规范“{policy_id}”{where}："
                f"{finding.message}"
            )
            yield FileFinding(ID, finding.severity, template.mark, said, _hint(finding))


def _broken(
    template: Template, context: LintContext
) -> dict[str, tuple[Finding, dict[Platform, None]]]:
    """Policy id -> its first finding and the platforms on which it is one, in order."""
    broken: dict[str, tuple[Finding, dict[Platform, None]]] = {}
    for text in context.outcome(template).texts:
        reading = context.checker.read(text)
        for platform in template.platforms:
            for stage in template.stages:
                for finding in context.checker.judge(
                    reading, platform=platform, stage=stage, entry_id=template.entry_id
                ):
                    _, platforms = broken.setdefault(finding.rule_id, (finding, {}))
                    platforms[platform] = None
    return broken


def _hint(finding: Finding) -> str:
    if not finding.replacements:
        return HINT
    return f"可以改成：{'；'.join(finding.replacements)}。"
