"""What chat windows put into messages: stickers, pictures, links, markup, masked values."""

from __future__ import annotations

import re

# Names that stand in brackets for a sticker or for what is no text.
_NAMES = (
    "图片 视频 语音 文件 动画表情 表情 位置 名片 微笑 撇嘴 色 发呆 得意 流泪 害羞 闭嘴 睡 "
    "大哭 尴尬 发怒 调皮 呲牙 惊讶 难过 囧 抓狂 吐 偷笑 愉快 白眼 傲慢 困 惊恐 流汗 憨笑 悠闲 "
    "奋斗 咒骂 疑问 嘘 晕 衰 骷髅 敲打 再见 擦汗 抠鼻 鼓掌 坏笑 右哼哼 鄙视 委屈 快哭了 阴险 "
    "亲亲 可怜 玫瑰 凋谢 爱心 心碎 蛋糕 炸弹 便便 月亮 太阳 礼物 拥抱 强 弱 握手 胜利 抱拳 "
    "勾引 拳头 ok 跳跳 发抖 怄火 转圈 捂脸 奸笑 机智 皱眉 耶 红包 旺柴 吃瓜 加油 天啊 打脸 "
    "翻白眼 叹气 苦涩 裂开 笑脸 生病 破涕为笑 脸红 嘿哈 合十 飞吻 可爱 赞 鲜花 笑哭"
)
_STICKER = re.compile(
    r"/:[0-9A-Za-z~!@$%^&*()_+=-]{1,4}|#E-[a-z]\d{2}"
    rf"|\[(?:{'|'.join(sorted(_NAMES.split(), key=len, reverse=True))})\]",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?[a-z][^<>]{0,300}>|&(?:[a-z]{2,8}|#\d{1,6});", re.IGNORECASE)
_URL = r"(?:https?://|www\.)[!-~]+"
_LINK = re.compile(_URL, re.IGNORECASE)
_LINK_AT_AN_END = re.compile(rf"^\s*{_URL}|(?<=\s){_URL}\s*$", re.IGNORECASE)
# Masked values in logs of chats: [数字x], [订单编号], <日期>.
_MASK = re.compile(
    r"[\[<〔【](数字|日期|时间|金额|电话|地址|姓名|订单|链接|单号|邮箱|站点|组织机构|机构)"
    r"[^\]>〕】]{0,4}[\]>〕】]"
)
# Where none of these stands there is no sticker, markup or link.
_CODED = re.compile(r"[/#\[<&]|http|www", re.IGNORECASE)


def without_codes(text: str) -> str:
    """The text without stickers and pictures.

    Where anything else is said, markup goes too, and so does a link before or after it. Another
    link becomes 链接.
    """
    if _CODED.search(text) is None:
        return text
    plain = _STICKER.sub(" ", text)
    said = _LINK_AT_AN_END.sub(" ", _MARKUP.sub(" ", plain))
    return _LINK.sub("链接", said if any(map(str.isalnum, said)) else plain)


def unmasked(text: str) -> str:
    """Masked values as what they stand for: numbers as 0, others by their kind."""
    return _MASK.sub(lambda m: _value(m.group(1)), text)


def _value(kind: str) -> str:
    return "0" if kind in ("数字", "金额", "单号", "电话", "时间") else kind
