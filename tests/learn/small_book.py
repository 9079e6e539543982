"""A small book for the tests of what books do."""

from __future__ import annotations

from datetime import date

from app.engine.model import Phrasebook
from app.engine.source import read_book

TODAY = date(2026, 11, 22)
ENTRIES = """\
entries:
  - id: shipping.rush
    title: 催发货
    asks: [怎么还不发货, 什么时候发货, 催一下发货, 快点发货吧]
    reply: 马上为您催一催。
    variants:
      - {when: {platform: jd}, reply: 京东仓库马上为您催一催。}
  - id: invoice.get
    title: 开发票
    asks: [可以开发票吗, 能开票吗, 怎么开发票]
    near_misses: [发票丢了怎么补]
    reply: "可以的，{% if order_no %}订单{{ order_no }}{% else %}在订单页{% endif %}申请就好。"
  - id: help.unknown
    title: 未收录
    reply: 我先为您核实，稍后回复您。
variables:
  order_no: {title: 订单号}
out_of_scope: [今天天气怎么样, 你喜欢吃什么, 讲个笑话, 附近有什么好玩的]
"""
RUSH = "怎么还不发货"
INVOICE = "可以开发票吗"


def book_of(text: str) -> Phrasebook:
    """The book of one file, which reads without findings."""
    book, findings = read_book({"book.yaml": text})
    assert findings == ()
    return book
