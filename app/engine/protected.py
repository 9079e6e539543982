"""Parts of a text that are somebody else's words or no words at all."""

from __future__ import annotations

from app.engine.model import Span
from app.engine.rule_matcher import Encoded, compile_pattern

_QUOTED = (
    r"“[^“”\n]{1,400}”|‘[^‘’\n]{1,400}’|「[^「」\n]{1,400}」|『[^『』\n]{1,400}』|"
    r"《[^《》\n]{1,200}》|\"[^\"\n]{1,400}\""
)
_LINK = r"(?:https?://|www\.)[0-9a-z.:/?&=%#@_~+,;!-]{1,1000}|[0-9a-z._-]{1,64}@[0-9a-z.-]{1,100}"
_CODE = r"`[^`\n]{1,400}`|\{\{[^{}\n]{0,200}\}\}|\{[^{}\n]{0,80}\}|<[^<>\n]{1,80}>|#[^#\s]{1,30}#"
# Words such as 您说 or 客户提到 shortly before a quotation show whose words it holds.
_CUSTOMER = (
    r"(?:您|你|客户|顾客|买家|亲|对方)[^,。!?;\n“「\"]{0,6}(?:说|问|提|写|讲|留言|备注|反馈|描述|回复)"
    r"[^。!?;\n“「\"]{0,4}(?:“[^“”\n]{1,400}”|「[^「」\n]{1,400}」|\"[^\"\n]{1,400}\")"
)
_UNTOUCHABLE = compile_pattern(f"{_QUOTED}|{_LINK}|{_CODE}")
_QUOTES_CUSTOMER = compile_pattern(_CUSTOMER)


def untouchable(encoded: Encoded) -> list[Span]:
    """Quotations, titles, links, addresses, code and template slots: never to be reworded."""
    return [hit.whole for hit in encoded.matches(_UNTOUCHABLE)]


def customer_quotes(encoded: Encoded) -> list[Span]:
    """Where the customer's own words are repeated with quotation marks."""
    return [hit.whole for hit in encoded.matches(_QUOTES_CUSTOMER)]
