"""Rewrites, policies, guards and procedures."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.book_schema.shapes import (
    Items,
    Listed,
    Shape,
    Some,
    Text,
    choice,
    chosen,
    listed,
    needed,
    number,
)
from app.engine.circumstances import CIRCUMSTANCES
from app.engine.model import DIRECTIONS, PLATFORMS, SEVERITIES, STAGES
from app.engine.personal_data import LABELS
from app.engine.together import WITHIN


def _platforms() -> Any:
    return chosen(listed(PLATFORMS), "只管这些平台；不写都管")


def _stages() -> Any:
    return chosen(listed(STAGES), "只管这些阶段；不写都管")


_SECONDS = number(0, 10_000_000)
_FLAG = choice(("true", "false"))


class RewriteSpec(Shape):
    """改写的例子：from 改成 to；same 是不该动的话。"""

    from_: Text = Field(None, alias="from")
    to: Text = None
    same: Text = None


class Rewrite(Shape):
    """一条改写：习惯用语 → 专业表达。"""

    id: Some = Field(description="编号，全书不能重复")
    title: Some = Field(description="名称，给人看的")
    kind: Any = needed(choice(("sentence", "word")), "sentence 整句换，word 只换词")
    habitual: Listed | None = Field(None, description="习惯用语")
    patterns: Listed | None = Field(None, description="习惯用语的写法（RE2）")
    exceptions: Listed | None = Field(None, description="含有上面的话却不改的说法")
    exception_patterns: Listed | None = Field(None, description="不改的写法（RE2）")
    pairs: dict[str, Text] | None = Field(None, description="习惯用语: 专业表达，逐对写明")
    own_words: Any = chosen(_FLAG, "true 或 false")
    professional: Some = Field(description="专业表达")
    reason: Some = Field(description="为什么这样改，客服看得到")
    source: Some = Field(description="出处")
    platforms: Any = _platforms()
    stages: Any = _stages()
    specs: list[RewriteSpec] = Field(description="例子，载入时逐条检验")


class PolicySpec(Shape):
    """规范的例子：hit 是会查出来的字；没有 hit 的一句不该查出问题。"""

    text: Some = Field(description="一句话")
    hit: Text = Field(None, description="会查出来的字")
    entry: Text = Field(None, description="当作哪个条目的回复来查")
    facts: dict[str, Text] | None = Field(None, description="当作店铺信息是这样来查")


class Together(Shape):
    """几种说法同时出现才算。"""

    all: Listed = Field(description="都要出现的写法（RE2）")
    none: Listed | None = Field(None, description="出现了就不算的写法（RE2）")
    within: Any = chosen(choice(WITHIN), "在多大范围里同时出现")
    requires: Listed | None = Field(None, description="同时还要说明的话")


class Policy(Shape):
    """一条规范：发出去的话里不能说的，或一定要说的。"""

    id: Some = Field(description="编号，全书不能重复")
    title: Some = Field(description="名称，给人看的")
    severity: Any = needed(choice(SEVERITIES), "级别：error 不许发")
    message: Some = Field(description="为什么，怎么改")
    source: Some = Field(description="出处：法规、平台规则的条款")
    words: Listed | None = Field(None, description="词")
    patterns: Listed | None = Field(None, description="写法（RE2）")
    together: list[Together] | None = Field(None, description="几种说法同时出现")
    personal_data: Any = chosen(listed(tuple(LABELS)), "含有这些个人信息就算")
    exceptions: Listed | None = Field(None, description="含有上面的词却没问题的说法")
    exception_patterns: Listed | None = Field(None, description="没问题的写法（RE2）")
    requires: Listed | None = Field(None, description="一定要说的话")
    entries: Listed | None = Field(None, description="只管这些条目的回复")
    replacements: Listed | None = Field(None, description="建议的改法")
    unless: Any = chosen(listed(tuple(CIRCUMSTANCES)), "这些情形下不算")
    penalty: Text = Field(None, description="违反的后果")
    link: Text = Field(None, description="规则原文的网址")
    platforms: Any = _platforms()
    stages: Any = _stages()
    direction: Any = chosen(choice(DIRECTIONS), "out 我们发的话，in 客户的话")
    when_facts: dict[str, Listed] | None = Field(None, description="店铺信息是这样时才管")
    unless_facts: dict[str, Listed] | None = Field(None, description="店铺信息是这样时不管")
    specs: list[PolicySpec] = Field(description="例子，载入时逐条检验")


class GuardExample(Shape):
    """防混标记的例子。"""

    a: Some
    b: Some
    conflict: Any = needed(_FLAG, "true 意思相反，false 不相反")


class Guard(Shape):
    """一条防混标记：哪些说法意思相反。"""

    id: Some = Field(description="编号，全书不能重复")
    title: Text = Field(None, description="名称，给人看的")
    yes: Listed = Field(description="表示“是”的说法")
    no: Listed = Field(description="表示“否”的说法")
    neutral: Listed | None = Field(None, description="两可的说法，不算")
    examples: list[GuardExample] | None = Field(None, description="例子，载入时逐条检验")


class Tier(Shape):
    """同时接待几位客户时的时限。"""

    customers: Any = needed(number(1, 10_000), "同时接待几位")
    seconds: Any = needed(_SECONDS, "秒数")


class Applies(Shape):
    """时限和登记要求管哪些条目、哪个渠道。"""

    entry: Listed | None = None
    channel: Text = None


class Procedure(Shape):
    """时限、登记要求等，显示在回复旁边。"""

    id: Some = Field(description="编号，全书不能重复")
    title: Text = Field(None, description="名称，给人看的")
    kind: Text = Field(None, description="种类，如 sla、case")
    value: Some = Field(description="内容")
    seconds: Any = chosen(_SECONDS, "秒数")
    max_seconds: Any = chosen(_SECONDS, "最多多少秒")
    tiers: list[Tier] | None = Field(None, description="同时接待的人数不同，时限不同")
    applies: Applies | None = None
    source: Text = Field(None, description="出处")
    note: Text = Field(None, description="说明")
    facts: Listed | None = Field(None, description="用到的店铺信息")
    fields: Listed | None = Field(None, description="要登记的各项")
    categories: Listed | None = Field(None, description="分类")
    severity: Listed | None = Field(None, description="级别")
    periods: Listed | None = Field(None, description="时段")


class OutOfScope(Shape):
    """一组不该由话术回答的话。"""

    title: Text = Field(None, description="名称，给人看的")
    note: Text = Field(None, description="说明")
    texts: Items = Field(description="客户的话")
