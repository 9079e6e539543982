"""What is said round an ask by habit, as words divided by spaces."""

from __future__ import annotations

# Thanks are not among these: they may be all that is meant.
OPENINGS = (
    "您好 你好 hello hi hey 哈喽 哈啰 哈罗 嗨 早上好 上午好 中午好 下午好 晚上好 亲爱的 亲亲 亲 "
    "客服 小二 掌柜 老板 美女 帅哥 小姐姐 小哥哥 在吗 在么 在不在 有人吗 有人在吗 "
    "不好意思 打扰一下 打扰下 打扰了 打扰 请问一下 请问下 请问 麻烦问一下 麻烦问下 问一下 问下 "
    "想问一下 想问下 想问问 想问 我想问一下 我想问下 我想问问 我想问 想请问 我想请问 "
    "咨询一下 咨询下 想咨询一下 想咨询下 想咨询 我想咨询一下 我想咨询下 我想咨询 "
    "想了解一下 想了解下 我想了解一下 有个问题 有一个问题 还有个问题 还有一个问题 再问一下 再问下 "
    "帮我问一下 帮我问下 帮我问问 我朋友想问 替朋友问 帮朋友问 我是说 我意思是 我的意思是 "
    "回复一下 回复我一下"
)
_REPLY_SOON = "急 急急 在线等 等回复 快点回复 尽快回复 给个准话"
CLOSINGS = (
    f"{_REPLY_SOON} 麻烦尽快回复 请尽快回复 没人吗 麻烦了 麻烦你了 麻烦您了 麻烦亲了 拜托 拜托了 "
    "帮忙看下 帮忙看一下"
)
# After an ask these want it answered soon; alone they may be one.
HASTE = (
    f"{_REPLY_SOON} 快 快点 快些 快快 快点快点 搞快点 很急 着急 挺急的 赶紧 赶紧的 赶快 速度 "
    "速回 尽快 快回 回复 回复我 回个话 快说"
)
