"""Entries, greetings, closings and cases."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.book_schema.shapes import Day, Items, Listed, Shape, Some, Text, choice, choices, chosen
from app.engine.case_source import DECISIONS
from app.engine.entry_source import WHEN_VALUES
from app.engine.model import STAGES


def _condition(key: str, description: str) -> Any:
    return chosen(choices(WHEN_VALUES[key]), description)


def _known(key: str, description: str) -> Any:
    return chosen(choice(WHEN_VALUES[key]), description)


class When(Shape):
    """在什么情形下：写了的键都要符合，一个键写几个值时符合一个就行。"""

    platform: Any = _condition("platform", "平台")
    stage: Any = _condition("stage", "阶段")
    order: Any = _condition("order", "订单状态")
    channel: Any = _condition("channel", "渠道：chat 聊天，phone 电话")
    mood: Any = _condition("mood", "客户的语气：calm 平静，urgent 着急，upset 不满")
    turn: Any = _condition("turn", "first 会话的第一条，later 后面的")
    busy: Any = _condition("busy", "咨询多、回复慢的时候")
    callback: Any = _condition("callback", "电话回访")
    entry: Listed | None = Field(None, description="条目编号，可用 * 代替一段，如 shipping.*")


class NearMiss(Shape):
    """看着像、但不该由这个条目回答的话。"""

    text: Some = Field(description="客户的话")
    entry: Text = Field(None, description="它真正属于哪个条目；都不属于写 none")


class ReplyVariant(Shape):
    """某种情形下换用的回复。"""

    when: When
    reply: Some = Field(description="这种情形下的回复")


class TextVariant(Shape):
    """某种情形下换用的文字。"""

    when: When
    text: Some = Field(description="这种情形下的文字")


Must = Annotated[Listed | None, Field(description="回复里一定要有的词；| 表示有一个就行")]


class Entry(Shape):
    """一个条目：一类客户问题和它的回复。"""

    id: Some = Field(description="编号，全书不能重复，如 shipping.rush")
    title: Some = Field(description="名称，给人看的")
    stage: Any = chosen(
        choice((*STAGES, "any")), "阶段：presale 售前，insale 售中，aftersale 售后，any 不限"
    )
    source: Text = Field(None, description="出处：文件名和章节，或法规、平台规则的条款")
    must: Must = None
    avoid: Listed | None = Field(None, description="回复里不许有的词")
    asks: Items = Field(None, description="问法：客户的真实说法，十二条以上")
    near_misses: list[NearMiss | str | int | float | bool] | None = Field(
        None, description="反例：看着像、但不该由这个条目回答的话"
    )
    greeting: Text = Field(None, description="固定用哪条开场白")
    closing: Text = Field(None, description="固定用哪条结束语")
    handoff: Text = Field(None, description="转给谁，如 supervisor、finance")
    reply: Some = Field(description="回复；用 {{ shop.名称 }} 引用店铺信息")
    variants: list[ReplyVariant] | None = Field(None, description="不同情形的不同回复")


class Phrase(Shape):
    """一条开场白或结束语。"""

    id: Some = Field(description="编号，全书不能重复")
    title: Text = Field(None, description="名称，给人看的")
    when: When | None = Field(None, description="什么情形下用；不写总是符合")
    source: Text = Field(None, description="出处")
    must: Must = None
    text: Some = Field(description="文字")
    variants: list[TextVariant] | None = Field(None, description="不同情形的不同说法")


class Case(Shape):
    """一条用例：客户这样说，应当这样答。"""

    message: Text = Field(None, description="客户的一句话；和 messages 写一个")
    messages: Listed | None = Field(None, description="客户连发的几句")
    entry: Listed | None = Field(None, description="应由哪个条目回答；不该回答写 none")
    decision: Any = chosen(choice(DECISIONS), "应当怎样判定；不写就是 answer")
    platform: Any = _known("platform", "平台")
    stage: Any = _known("stage", "阶段")
    order: Any = _known("order", "订单状态")
    channel: Any = _known("channel", "渠道")
    turn: Any = _known("turn", "第一条还是后面的")
    busy: Any = _known("busy", "咨询多的时候")
    callback: Any = _known("callback", "电话回访")
    day: Day | None = Field(None, description="在哪一天问，如 2026-11-22")
    variables: dict[str, Text] | None = Field(None, description="这次有哪些变量")
    says: Listed | None = Field(None, description="回复里必须有的词；| 表示有一个就行")
    known: Text = Field(None, description="暂时答不对的原因")
