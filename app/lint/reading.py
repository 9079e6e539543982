"""The rules that reading a file applies (app/engine): what the documentation tells of them."""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.model import Severity


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """As a rule of the lint (see app.lint.rules.Rule), without its check."""

    ID: str
    TITLE: str
    WHY: str
    HINT: str
    SEVERITY: Severity = "error"


READING_RULES: tuple[ReadingRule, ...] = (
    ReadingRule(
        "yaml.syntax",
        "文件不是合法的 YAML",
        "一个字符写错，整个文件都读不懂，里面的条目一条也用不上。",
        "看所指的那一行：缩进对齐、不用制表符；含英文冒号或以 { 开头的文字加英文双引号。",
    ),
    ReadingRule(
        "yaml.empty",
        "文件是空的",
        "空文件多半是存坏了或者忘了写，不提醒就会以为里面的内容还在。",
        "请填写内容，或删除这个文件。",
    ),
    ReadingRule(
        "schema.type",
        "写成了别的样子",
        "这里该是一段文字、一个列表或一组键和值，写成别的就读不出内容。",
        "请对照相邻条目的写法。",
    ),
    ReadingRule(
        "schema.duplicate_key",
        "同一个键写了两次",
        "两处只有一处算数，另一处白写，而且看不出是哪一处。",
        "请删去多余的一个。",
    ),
    ReadingRule(
        "schema.unknown_key",
        "不认识的键",
        "多半是拼错了：写的内容不会起作用，也不会有别的提示。",
        "请从提示列出的键里选；像是拼错的，huashu lint --fix 会替您改。",
    ),
    ReadingRule(
        "schema.missing_key",
        "缺少必填的键",
        "少了它，这一项就不完整，没法用。",
        "请照提示补上。",
    ),
    ReadingRule(
        "schema.choice",
        "值不在可选范围内",
        "程序只认列出的几个值，写别的等于没写，条件永远不成立。",
        "请从提示列出的值里选；写成中文的（售前、淘宝、已发货……），huashu lint --fix 会替您改。",
    ),
    ReadingRule(
        "schema.number",
        "不是数字，或超出范围",
        "写成别的就没法比较大小。",
        "请改成范围内的数。",
    ),
    ReadingRule(
        "schema.date",
        "日期写法不对",
        "认不出的日期就不知道活动哪天开始、哪天结束。",
        "请写成 2026-11-22 的样子；huashu lint --fix 认得 2026/11/22 和 2026年11月22日。",
    ),
    ReadingRule(
        "book.empty",
        "话术库里没有条目",
        "没有条目的话术库什么也答不了，多半是文件夹选错了。",
        "请至少写一个条目。",
    ),
    ReadingRule(
        "book.thresholds",
        "choose 大于 answer",
        "answer 是直接回答的门槛，choose 是列出来供选的门槛，颠倒了就没有供选的一档。",
        "例如 answer: 0.8、choose: 0.30。",
    ),
    ReadingRule(
        "fact.duplicate",
        "同名的店铺信息写在两个地方",
        "两处的值会不一样，回复里用哪一个说不准。",
        "请只保留一处。",
    ),
    ReadingRule(
        "term.duplicate",
        "同名的词组写在两个地方",
        "规范里用这个名称时，分不清说的是哪一组；内置简写的名称也不能再用。",
        "请换一个名称。",
    ),
    ReadingRule(
        "term.pattern",
        "词组的模式有误",
        "用到它的规范都查不出东西。",
        "请照 RE2 写法改正；词组不能绕回自己。",
    ),
    ReadingRule(
        "variable.name",
        "变量名不可用",
        "模板里只认字母、数字和下划线的名称，别的写法填不出来。",
        "请用字母、数字和下划线，字母开头。",
    ),
    ReadingRule(
        "case.message",
        "用例没有客户消息",
        "没有消息，或者 message、messages 都写了，就不知道该问什么。",
        "一句话写 message，连发的几句写 messages。",
    ),
    ReadingRule(
        "case.answer",
        "用例没有写该怎么回答",
        "没有写，或者 entry 和 decision 对不上，就不知道怎样才算对。",
        "请写 entry: 条目编号；不该回答的写 entry: none。",
    ),
)
