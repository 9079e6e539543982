"""A comment that is meant to let a finding stand, and does not: it can not be read, or may not."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import FileFinding, Phrasebook, Severity
from app.lint.context import LintContext
from app.lint.ignores import Ignore
from app.lint.named import did_you_mean

ID = "ignore.wrong"
SEVERITY: Severity = "warning"
TITLE = "忽略的注释不起作用"
WHY = (
    "忽略一处问题要写清是哪条规则、为什么；写得不全就不起作用，以后的人也看不出当初的理由。"
    "error 不能忽略：有错误的话术库不会载入，会发给客户的错话也不能靠注释放过去。"
)
HINT = "请写成 # huashu: ignore=规则编号 理由。"

_REASON_HINT = "请在规则编号后面空一格，写上理由。"
_ERROR_HINT = "请改正那一处，再删去这条注释。"


def check(_: Phrasebook, context: LintContext) -> Iterator[FileFinding]:
    """Comments without rule, with an unknown one, without reason, and those over an error."""
    for ignore in context.ignores:
        for said, hint in _wrong(ignore, context):
            yield FileFinding(ID, SEVERITY, ignore.mark, said, hint)


def _wrong(ignore: Ignore, context: LintContext) -> Iterator[tuple[str, str]]:
    if not ignore.rules:
        yield "看不懂这条注释。", HINT
        return
    for name in ignore.rules:
        if name not in context.known_rules:
            yield f"没有“{name}”这条规则。", did_you_mean(name, context.known_rules, HINT)
    if not ignore.reason:
        yield f"忽略“{'、'.join(ignore.rules)}”没有写理由，不起作用。", _REASON_HINT
    errors = {f.rule_id for f in context.found if f.severity == "error" and ignore.covers(f)}
    for name in sorted(errors):
        yield f"“{name}”在这里是错误，错误不能忽略。", _ERROR_HINT
