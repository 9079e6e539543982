"""Large books for measuring speed, made from the asks of a small one.

An ask of a made book is one clause, or two, taken at random from all asks of the shipped book
(cut at punctuation), in front of it in half of the cases a slot: one of `GOODS`, or a colour and
one of them. A wording that is there already is drawn again, so all asks of a book are distinct;
the shipped asks themselves come first, as at most a third. Same seed, same book; a larger book
begins with the drawn asks of a smaller one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from bench.progress import Progress

SEED = 20
_GOODS = (
    "衣服 裤子 裙子 外套 毛衣 衬衫 羽绒服 卫衣 睡衣 袜子 帽子 围巾 手套 腰带 鞋子 靴子 拖鞋 "
    "凉鞋 书包 钱包 行李箱 雨伞 手表 项链 耳环 眼镜 手机 平板 耳机 音箱 键盘 鼠标 显示器 "
    "路由器 充电器 数据线 移动硬盘 内存卡 相机 打印机 电视 冰箱 洗衣机 空调 风扇 热水器 "
    "电饭煲 微波炉 豆浆机 电水壶 吸尘器 台灯 床垫 被子 枕头 床单 窗帘 沙发 桌子 椅子 书架 "
    "衣柜 地毯 毛巾 牙刷 牙膏 洗发水 沐浴露 洗面奶 面膜 口红 香水 防晒霜 纸巾 洗衣液 垃圾袋 "
    "保温杯 锅 碗 筷子 菜刀 奶粉 尿不湿 玩具 积木 童车 图书 钢笔 笔记本 茶叶 咖啡 牛奶 饼干 "
    "坚果 大米 猫粮 狗粮 鱼缸 帐篷 篮球 跑步机 瑜伽垫 自行车 钓鱼竿"
)
_COLOURS = "黑色 白色 红色 蓝色 绿色 灰色 粉色 紫色 黄色 米色 棕色 银色"
GOODS, COLOURS = _GOODS.split(), _COLOURS.split()
_CUT = re.compile(r"[，,。.？?！!；;：:、\s]+")


def make_book(asks: Sequence[str], size: int, seed: int = SEED) -> list[str]:
    """`size` distinct asks."""
    rng = random.Random(seed)
    clauses = list(dict.fromkeys(c for ask in asks for c in _CUT.split(ask) if len(c) > 1))
    own = list(dict.fromkeys(asks))
    rng.shuffle(own)
    made = dict.fromkeys(own[: size // 3])
    with Progress(f"making {size:,} asks", size) as progress:
        while len(made) < size:
            made[_draw(clauses, rng)] = None
            progress.at(len(made))
    return list(made)


def _draw(clauses: Sequence[str], rng: random.Random) -> str:
    slot = rng.choice(GOODS) if rng.random() < 0.5 else ""
    if slot and rng.random() < 0.5:
        slot = rng.choice(COLOURS) + slot
    first = rng.choice(clauses)
    return slot + first + (rng.choice(clauses) if rng.random() < 0.9 else "")


def damaged(asks: Sequence[str], count: int, seed: int = SEED) -> list[tuple[str, int]]:
    """`count` queries: an ask with one character left out or changed, and its row.

    The new character is one of the book's own. Asks of fewer than four characters are passed over.
    """
    rng = random.Random(seed)
    alphabet = sorted(set("".join(rng.sample(asks, min(len(asks), 2000)))))
    rows = [i for i, ask in enumerate(asks) if len(ask) >= 4]
    queries = []
    for row in rng.choices(rows, k=count):
        text = asks[row]
        at = rng.randrange(len(text))
        new = "" if rng.random() < 0.5 else rng.choice(alphabet)
        queries.append((text[:at] + new + text[at + 1 :], row))
    return queries
