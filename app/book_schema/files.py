"""A file of a phrasebook: any of the sections of the reader."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from app.book_schema.entries import Case, Entry, Phrase
from app.book_schema.rules import Guard, OutOfScope, Policy, Procedure, Rewrite
from app.book_schema.shapes import Day, Listed, Shape, Some, Text, chosen, number
from app.engine.source import LONGEST_REPLY


class Thresholds(Shape):
    """多有把握才直接回答、才列出来供选，0 到 1。"""

    answer: Any = chosen(number(0, 1), "达到它就直接回答")
    choose: Any = chosen(number(0, 1), "达到它就列出来供选")


class ReplyLimits(Shape):
    """各平台一条消息最多几个字，不写是 500。"""

    taobao: Any = chosen(number(20, LONGEST_REPLY), "淘宝")
    tmall: Any = chosen(number(20, LONGEST_REPLY), "天猫")
    jd: Any = chosen(number(20, LONGEST_REPLY), "京东")
    pdd: Any = chosen(number(20, LONGEST_REPLY), "拼多多")


class Book(Shape):
    """话术库设置。"""

    name: Text = Field(None, description="话术库的名字")
    language: Text = Field(None, description="语言，zh")
    thresholds: Thresholds | None = None
    reply_limits: ReplyLimits | None = None


class Shop(Shape):
    """这本话术库是哪家店铺的。"""

    id: Some = Field(description="店铺编号")
    name: Text = Field(None, description="店名")


class Fact(Shape):
    """一项店铺信息。"""

    title: Some = Field(description="名称，给人看的")
    value: Some = Field(description="当前的值")
    valid_from: Day | None = Field(None, description="从哪天起有效，如 2026-11-01")
    valid_until: Day | None = Field(None, description="到哪天为止有效，含这一天")
    otherwise: Text = Field(None, description="无效时的说法")
    note: Text = Field(None, description="为什么这样定")


class Variable(Shape):
    """一个变量：每次聊天不同，由请求带来。"""

    title: Some = Field(description="名称，给人看的")
    example: Text = Field(None, description="例子")
    missing: Text = Field(None, description="没有值时的说法")


class Moods(Shape):
    """哪些词说明客户着急或不满。"""

    urgent: Listed | None = None
    upset: Listed | None = None
    exceptions: Listed | None = None
    note: Text = None


class File(Shape):
    """话术库的一个文件。任何文件都可以写任何一节，几个文件的同一节合在一起。"""

    book: Book | None = None
    shop: Shop | None = None
    facts: dict[str, Fact] | None = Field(None, description="店铺信息：一个数字只写一处")
    variables: dict[str, Variable] | None = Field(None, description="变量")
    entries: list[Entry] | None = Field(None, description="条目")
    greetings: list[Phrase] | None = Field(None, description="开场白，自上而下取第一条符合的")
    closings: list[Phrase] | None = Field(None, description="结束语，自上而下取第一条符合的")
    rewrites: list[Rewrite] | None = Field(None, description="改写")
    terms: dict[str, Listed] | None = Field(None, description="规范和改写共用的词组")
    policies: list[Policy] | None = Field(None, description="规范")
    procedures: list[Procedure] | None = Field(None, description="时限和登记要求")
    moods: Moods | None = None
    guards: list[Guard] | None = Field(None, description="防混标记")
    guard_units: Listed | None = Field(None, description="数字后面不算防混的单位")
    lexicon: list[Listed] | None = Field(None, description="同义词，一行一组，第一个是标准说法")
    out_of_scope: list[OutOfScope | str | int | float | bool] | None = Field(
        None, description="不该由话术回答的消息"
    )
    cases: list[Case] | None = Field(None, description="用例，只用来测试")
