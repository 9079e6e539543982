"""Parts of a text that are somebody else's words or no words at all."""

from __future__ import annotations

from app.engine.model import Span
from app.engine.rule_matcher import Encoded, compile_pattern

_QUOTED = (
    r"“[^“”\n]+”|‘[^‘’\n]+’|「[^「」\n]+」|『[^『』\n]+』|"
    r"《[^《》\n]+》|〈[^〈〉\n]+〉|\"[^\"\n]+\"|'[^'\n]+'"
)
# What stands in brackets is the name of a button, of a shop or of a sticker: 【申请售后】, [爱你].
_NAME = r"【[^【】\n]{1,20}】|\[[^\[\]\n]{1,12}\]"
# Chinese belongs to an address only right after a sign that asks for more of it.
_LINK = (
    r"(?:https?://|www\.)(?:[/=]\p{Han}{1,30}|[0-9a-z.:/?&=%#@_~+,;!-])+"
    r"|[0-9a-z._-]{1,64}@[0-9a-z.-]{1,100}"
)
_CODE = r"`[^`\n]+`|\{\{[^{}\n]*\}\}|\{[^{}\n]*\}|<[^<>\n]+>|#[^#\s]{1,30}#"
# 您留言：… Words of the customer without quotation marks, to the end of the sentence.
_TOLD = (
    r"(?:您|你|客户|顾客|买家|对方)[^,。!?;:\n]{0,6}(?:说|问|留言|备注|反馈|评价|评论|原话|写)"
    r"[^,。!?;:\n]{0,2}:[^。!?;\n]+"
)
# Words such as 您说 or 客户提到 shortly before a quotation show whose words it holds.
_CUSTOMER = (
    r"(?:您|你|客户|顾客|买家|亲|对方)[^,。!?;\n“「\"]{0,6}(?:说|问|提|写|讲|留言|备注|反馈|描述|回复)"
    r"[^。!?;\n“「\"]{0,4}(?:“[^“”\n]+”|「[^「」\n]+」|\"[^\"\n]+\")"
)
_UNTOUCHABLE = compile_pattern("|".join((_QUOTED, _NAME, _LINK, _CODE, _TOLD)))
_QUOTES_CUSTOMER = compile_pattern(_CUSTOMER)
_MARKS = frozenset('“「"')
# Without any of these signs a text holds nothing of the kind.
_SIGNS = frozenset("“‘「『《〈\"'【[:@`{<#")


def untouchable(encoded: Encoded) -> list[Span]:
    """Quotations, titles, names, links, code and template slots: never to be reworded."""
    if _SIGNS.isdisjoint(encoded.folded) and "www." not in encoded.folded:
        return []
    return [hit.whole for hit in encoded.matches(_UNTOUCHABLE)]


def customer_quotes(encoded: Encoded) -> list[Span]:
    """Where the customer's own words are repeated with quotation marks."""
    if _MARKS.isdisjoint(encoded.folded):
        return []
    return [hit.whole for hit in encoded.matches(_QUOTES_CUSTOMER)]
