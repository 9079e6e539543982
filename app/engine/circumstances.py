"""When forbidden wording is none: denied, asked about, supposed, or told as somebody's words.

Each circumstance opens with a word and reaches a few characters further, at most to the end of
its clause. Wording that begins within the reach does not count.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import accumulate

from app.engine.model import Span
from app.engine.rule_matcher import Encoded, Hit

# 不 alone is no negation of what follows: 不过, 不但, 不好意思, 不错; so only whole modal words.
_NEGATION = re.compile(
    r"(?<![能可要是会行好])不(?:要(?!紧|着急|急)|能|可以?(?!思议)|会|得(?!不)|"
    r"用(?!担心|管|着急|急|怕|等|谢)|必(?!担心)|需要?|许|准|允许|支持|接受|应该?|建议|提倡|该|敢|再|做|"
    r"搞|参与|参加|存在|提供|是|算|属于|鼓励|赞成|涉及|收取?|含|代表|等于|进行|承诺|想|愿意?|通过|使用)|"
    r"(?<![能可要是会行好再])不(?=[加留转走刷返送补赔退])|"
    r"(?<!有)没有?(?!问题|关系|事|错|收到|想到|货|了|人|用)|请?勿|切忌|"
    r"(?<![特个级分类区差辨告])别(?!人|家|处|的|急|担心|怕|墅|店|样)|莫(?!名)|从未|并未|尚未|未经|"
    r"绝不|决不|并非|无法|无需|无须|没法|没办法|拒绝|禁止|严禁|杜绝|谨防|警惕|小心|当心|避免|防止|以免|"
    r"远离|抵制|免(?:除|去|收)|[谁哪][敢能会]|难以?(?:保证|说)"
)
_DENIAL = re.compile(
    r"不会|不是(?=说|不|我们|咱|要|所有|全部|每|任何|一定|故意|没|因为)|并非|并不是|没说|没有说|"
    r"不存在|从不|从来不|不可能|怎么会|哪能|哪会|不代表|不等于|不意味|不应该?|不得(?!不)|"
    r"不能(?=因|以|拒|不|说)|没有(?=不|拒绝|规定)|不敢|禁止|严禁|避免|防止|免得|以免|误(?:以为|解)"
)
_CONDITION = re.compile(
    r"如果|若(?!干)|如(?=您|果|需|有|遇|因|商品|发现)|要是|假如|假设|倘若|万一|一旦|即使|就算|除非|无论|不管|"
    r"不论|是否|是不是|有没有|能不能|能否|可否|要不要|需不需要|会不会"
)
# 您说, 客户反馈 …: what follows are their words, unless it only points at them (您说的问题).
_REPORTED = re.compile(
    r"(?<![跟和对给与替向帮请让由要烦])(?:您|你|客户|顾客|买家|对方|有人|有的人|别人|网上|外面|朋友|骗子)"
    r"(?:们|这边|那边|刚才|刚刚|刚|之前|上面|可能|是|会|也|总|在|都){0,3}"
    r"(?:说|讲|问|反馈|反映|提到|提出|提及|担心|怀疑|觉得|认为|以为|咨询|听说|冒充|假冒|谎称|自称)"
    r"(?!的?(?:那个|这个|那家|这家|牌子)|下|一下|一声|说看|话|[点些]|道理|完|个|过了|了[多几半这]|得[对是没很有]|"
    r"的?(?:对|没错|是的|问题|情况|事|建议|意见|有道理|话|要求|订单|商品|内容|信息|图片|地址|电话))"
)
_ASKED = re.compile(r"(?:吗|(?<![什怎那这多])么|嘛\?|是否|是不是|有没有|对不对|对吧\?)")
# 行吗, 好吗 ask for consent to what is said, not whether it is so.
_TAGS = re.compile(r"(?:好|行|可以|成|方便|愿意|同意|怎么样|需要|介意|要)(?:吗|么|嘛\?)$")
# 可以帮我们…吗, 方便加…吗 ask the customer to do it.
_REQUEST = re.compile(
    r"(?:可以|能不能|能否|可否|能|方便|愿意|有没有兴趣|有兴趣|要不要|考虑)(?:您|请|麻烦|先|再){0,2}"
    r"(?:帮|加|给|把|配合|刷|补|做|拍|改|删|撤|转|发|提供|说|关注|添加|扫)"
)
# Closing particles end a clause too: many agents type no punctuation at all.
_BREAKS = re.compile(r"[,。!?;~…\n\r\t 呢哦哈啦吗呀哟嘛]")
_STOPS = re.compile(r"[,。!;~…\n\r\t]")

_OPENERS: dict[str, tuple[re.Pattern[str], int]] = {
    "negation": (_NEGATION, 8),
    "denial": (_DENIAL, 8),
    "condition": (_CONDITION, 16),
    "reported": (_REPORTED, 20),
}
# A warning is about the whole sentence: 让您先转账的都是诈骗.
_WARNING = re.compile(
    r"诈骗|骗子|骗局|骗人的|是骗|防骗|被骗|上当|(?:不要|请勿|切勿|别)(?:轻易)?(?:相信|轻信|上当)|勿信|谨防|警惕|"
    r"违法|犯罪|违规的|钓鱼"
)
_SENTENCE = re.compile(r"[。!?\n]")
CIRCUMSTANCES = (*_OPENERS, "question", "warning")


def counting(encoded: Encoded, hits: list[Hit], names: Iterable[str]) -> list[Hit]:
    """The hits that begin within the reach of none of the circumstances named."""
    for name in names:
        if not hits:
            break
        spans = encoded.remembered(name, partial(_reaches, encoded.folded, name))
        hits = _beyond(hits, spans)
    return hits


def _reaches(text: str, name: str) -> list[Span]:
    """Where a circumstance reaches: from inside its word, which wording may share (没有货)."""
    if name == "question":
        return list(_questions(text))
    if name == "warning":
        return [span for span in _pieces(text, _SENTENCE) if _WARNING.search(text, *span)]
    opener, reach = _OPENERS[name]
    found = []
    for match in opener.finditer(text):
        stop = _BREAKS.search(text, match.end(), match.end() + reach)
        found.append((match.start() + 1, stop.start() if stop else match.end() + reach + 1))
    return found


def _questions(text: str) -> Iterator[Span]:
    """Clauses that ask whether something is so."""
    for start, end in _pieces(text, _STOPS):
        asked = list(_ASKED.finditer(text, start, end))
        if not asked or _REQUEST.search(text, start, end):
            continue
        if not _TAGS.search(text, start, asked[-1].end()):
            yield start, asked[-1].end()


def _pieces(text: str, breaks: re.Pattern[str]) -> Iterator[Span]:
    start = 0
    for stop in breaks.finditer(text):
        yield start, stop.start()
        start = stop.end()
    yield start, len(text)


def _beyond(hits: list[Hit], spans: list[Span]) -> list[Hit]:
    """The hits of which no part begins in a span. Only the furthest end before it matters."""
    if not spans:
        return hits
    spans = sorted(spans)
    starts = [start for start, _ in spans]
    furthest = list(accumulate((end for _, end in spans), max))

    def within(at: int) -> bool:
        before = bisect_right(starts, at) - 1
        return before >= 0 and at < furthest[before]

    return [hit for hit in hits if not any(within(at) for at in hit.parts or (hit.start,))]
