"""A phrasebook for the desk's tests: every reply and every limit is known."""

from __future__ import annotations

from pathlib import Path

BOOK = """\
book: {name: 试用话术}
shop: {id: default, name: 试用店}
variables:
  tracking_no: {title: 快递单号, example: SF123}
  tracking_status: {title: 物流状态, example: 已到站点}
  customer_name: {title: 客户称呼}
greetings:
  - {id: greeting.first, title: 首问, when: {turn: first}, source: 测试, text: 您好。}
closings:
  - {id: closing.any, title: 结束, source: 测试, text: 祝您愉快。}
procedures:
  - {id: sla.first_reply, title: 首次响应, kind: sla, value: 15秒内, seconds: 15,
     applies: {entry: ["*"]}, source: 测试}
  - id: sla.concurrent
    title: 多位客户
    kind: sla
    value: 分档
    seconds: 60
    tiers: [{customers: 2, seconds: 60}, {customers: 3, seconds: 300}]
    applies: {entry: ["*"]}
    source: 测试
entries:
  - id: shipping.status
    title: 试填单号
    stage: aftersale
    source: 测试
    asks: [蓝鲸包裹的面单编码给我看看, 把蓝鲸面单编码发来]
    near_misses:
      - {text: 蓝鲸包裹怎么还没发出, entry: shipping.rush}
    reply: 您的快递单号是{{ tracking_no }}，目前{{ tracking_status }}，请留意。
    variants:
      - when: {platform: [jd]}
        reply: 京东订单的单号是{{ tracking_no }}。
  - id: shipping.rush
    title: 催发货
    stage: aftersale
    source: 测试
    asks: [怎么还不发货, 什么时候发货, 催一下发货]
    reply: 我马上帮您催仓库。
  - id: invoice.get
    title: 开发票
    stage: any
    source: 测试
    asks: [可以开发票吗, 能开票吗, 怎么开发票]
    reply: 可以的，在订单页申请就好。
  - id: help.unknown
    title: 未收录
    stage: any
    source: 测试
    asks: []
    reply: 我先为您核实，稍后回复您。
"""


def write_desk_book(folder: Path) -> Path:
    """Writes the book into the folder and returns the folder."""
    folder.mkdir(parents=True)
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    return folder
