"""The Chinese names of fields and of what changed. A field without one keeps its YAML name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from app.learn.items import SECTIONS

FIELDS: Mapping[str, str] = {
    "name": "名称",
    "shop_id": "店铺编号",
    "shop_name": "店名",
    "answer": "直接回答的门槛",
    "choose": "列出待选的门槛",
    "title": "标题",
    "stage": "阶段",
    "source": "出处",
    "asks": "问法",
    "near_misses": "反例",
    "reply": "回复",
    "variants": "变体",
    "variant_order": "变体的次序",
    "order": "次序",
    "must": "必备的词",
    "avoid": "避免的词",
    "greeting": "开场白",
    "closing": "结束语",
    "handoff": "转给",
    "text": "文字",
    "when": "条件",
    "value": "值",
    "valid_from": "生效日期",
    "valid_until": "截止日期",
    "otherwise": "过期后的说法",
    "note": "说明",
    "example": "例子",
    "missing": "没有值时的说法",
    "severity": "级别",
    "message": "说明",
    "platforms": "平台",
    "stages": "阶段",
    "words": "词",
    "patterns": "模式",
    "exceptions": "例外",
    "exception_patterns": "例外的模式",
    "pattern": "模式",
    "together": "一起出现的模式",
    "personal_data": "个人信息",
    "unless": "不算的情形",
    "direction": "方向",
    "when_facts": "店铺信息里要有",
    "unless_facts": "店铺信息里不能有",
    "requires": "必须同时说",
    "entries": "条目",
    "replacements": "换成",
    "penalty": "后果",
    "link": "链接",
    "specs": "例句",
    "kind": "类别",
    "habitual": "习惯用语",
    "professional": "专业表达",
    "reason": "理由",
    "pairs": "逐词替换",
    "yes": "“是”的说法",
    "no": "“否”的说法",
    "neutral": "两可的说法",
    "examples": "例子",
    "messages": "消息",
    "decision": "判定",
    "says": "回复里的词",
    "context": "情形",
    "variables": "变量",
    "day": "日期",
    "known": "已知不通过",
    "urgent": "着急的词",
    "upset": "不满的词",
}
_JOINER = "\u200d"  # holds emoji together

CHANGED: Mapping[str, str] = {"added": "新增", "removed": "删去", "changed": "改动"}


def field_name(name: str, which: str = "") -> str:
    """A field as people call it, with what tells several texts of it apart."""
    own = FIELDS.get(name) or SECTIONS.get(name) or name
    return f"{own}（{which}）" if which else own


def section_name(name: str) -> str:
    """A section as people call it."""
    return SECTIONS.get(name, name)


def one_line(text: str) -> str:
    """A text on one line of a terminal: breaks become ⏎, what would steer the terminal is shown."""
    shown = text.replace("\r\n", "⏎").replace("\n", "⏎")
    return "".join(f"<{ord(c):04X}>" if _steers(c) else c for c in shown)


def _steers(char: str) -> bool:
    return char != _JOINER and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
