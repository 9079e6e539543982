"""Which column of a foreign table is what, and with that which tool the table comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

Role = Literal["question", "similar", "answer", "category", "id", "title", "stage", "unused"]

# Headings as tools and people write them; compared without blanks, signs, numbers and case.
_QA: Mapping[Role, str] = {
    "question": "问题 标准问 标准问题 标准问法 主问题 主问 用户问题 客户问题 "
    "买家问题 顾客问题 问句 提问 问 question q faq 标准问句",
    "similar": "相似问 相似问法 相似问题 相似问句 扩展问 扩展问法 扩展问题 "
    "同义问 同义问法 同义问题 近似问 其他问法 更多问法 问法 相似说法 "
    "similarquestions similarquestion similar asks",
    "answer": "答案 回复 回复内容 标准答案 标准回复 答复 回答 回答内容 "
    "应答 应答内容 答 答案内容 答案文本 机器人回复 话术 话术内容 answer a reply response",
    "category": "分类 类目 类别 知识分类 问题分类 所属分类 分类名称 一级分类 目录 category",
    "id": "编号 知识编号 问题编号 条目编号 id 知识id 问题id",
    "title": "标题 知识标题 问题标题 主题 title",
    "stage": "阶段 适用阶段 stage",
    "unused": "序号 备注 状态 启用状态 创建时间 更新时间 修改时间 "
    "创建人 修改人 更新人 生效时间 失效时间 no 命中次数 优先级",
}
_QIANNIU: Mapping[Role, str] = {
    "category": "分组 分组名称 短语分组 所属分组 一级分组 二级分组 分类",
    "title": "快捷短语 快捷编码 快捷码 编码 快捷键 短语标题 标题",
    "answer": "内容 短语内容 话术内容 回复内容 短语 话术",
    "unused": "序号 备注 创建时间 更新时间 排序 使用次数",
}
_CHATWOOT: Mapping[Role, str] = {
    "id": "shortcode",
    "answer": "content",
    "unused": "id accountid createdat updatedat",
}
FORMATS: Mapping[str, Mapping[Role, str]] = {
    "chatwoot": _CHATWOOT,
    "qianniu": _QIANNIU,
    "qa": _QA,
}
_NEEDED: Mapping[str, tuple[Role, ...]] = {
    "chatwoot": ("id", "answer"),
    "qianniu": ("answer",),
    "qa": ("question", "answer"),
}
_NAMED: Mapping[str, str] = {
    "chatwoot": "short_code 和 content",
    "qianniu": "内容，和快捷短语或快捷编码",
    "qa": "问题（或标准问）和答案（或回复）",
}
# What a table has to have to be taken for one without being told.
_TELLING: Mapping[str, frozenset[str]] = {
    "chatwoot": frozenset({"shortcode"}),
    "qianniu": frozenset(
        ["快捷短语", "快捷编码", "快捷码", "快捷键", "短语内容", "短语分组", "短语标题"]
    ),
    "qa": frozenset((_QA["question"] + " " + _QA["similar"]).split()),
}
_NOISE = re.compile(r"[（(][^（）()]*[）)]|[\W\d_]+")


def role_of(heading: str, kind: str) -> Role | None:
    """What a column of a format holds; None for a heading that is not known."""
    plain = _plain(heading)
    return next((r for r, names in FORMATS[kind].items() if plain in names.split()), None)


def detected(headings: Sequence[str]) -> str | None:
    """The format of a table with these headings, or None when none fits."""
    plain = {_plain(heading) for heading in headings}
    for kind in FORMATS:
        if plain & _TELLING[kind] and not missing(headings, kind):
            return kind
    return None


def missing(headings: Sequence[str], kind: str) -> str | None:
    """The columns that the format needs, in words, when one of them is absent."""
    roles = {role_of(heading, kind) for heading in headings}
    return None if roles >= set(_NEEDED[kind]) else _NAMED[kind]


def _plain(heading: str) -> str:
    return _NOISE.sub("", heading).lower()
