"""What changed between two books: every field of every section, and nothing that did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.bookshelf import read_folder
from app.engine.model import Phrasebook
from app.engine.source import SECTIONS, read_book
from app.learn.book_diff import BookDiff, Change, book_diff
from app.learn.items import SECTIONS as NAMED
from app.reports.diffs import as_text, summary
from tests.learn.small_book import ENTRIES, book_of

SHIPPED = Path(__file__).parents[2] / "phrasebook"
WHOLE = (
    ENTRIES
    + """\
book: {name: 店, thresholds: {answer: 0.8, choose: 0.2}}
shop: {id: s1}
facts: {days: {title: 天数, value: 7天, valid_until: 2027-01-01, otherwise: 以页面为准}}
greetings:
  - {id: greeting.jd, when: {platform: jd}, text: 京东您好。}
  - {id: greeting.any, text: 您好。, variants: [{when: {busy: true}, text: 您好，久等。}]}
closings: [{id: closing.any, text: 再见。}]
lexicon: [[退钱, 退款]]
guards:
  - id: guard.sent
    yes: [已发货]
    no: [没发货]
    examples: [{a: 已发货了, b: 没发货呢, conflict: true}]
guard_units: [天]
moods: {urgent: [急], upset: [气死]}
rewrites:
  - id: rewrite.name
    title: 问姓名
    kind: sentence
    habitual: [你的名字叫什么]
    professional: 请问您怎么称呼
    reason: 用请求的口气。
    source: 测试
    specs: [{from: 你的名字叫什么, to: 请问您怎么称呼}]
policies:
  - id: policy.away
    title: 站外
    severity: error
    message: 不能引导客户到平台外联系。
    source: 测试
    words: [加微信]
    specs: [{text: 您加微信聊, hit: 加微信}]
procedures: [{id: sla.first, value: 15秒, seconds: 15}]
cases: [{message: 发货了吗, entry: shipping.rush, known: 还答不对}]
"""
)


def changes(before: str, after: str) -> tuple[Change, ...]:
    return book_diff(book_of(before), book_of(after)).changes


def edited(old: str, new: str, text: str = WHOLE) -> Change:
    """The only change that this replacement in the text of the book makes."""
    assert text.count(old) == 1
    (change,) = changes(text, text.replace(old, new))
    return change


@pytest.mark.parametrize(
    ("old", "new", "section", "field"),
    [
        ("name: 店,", "name: 新店,", "book", "name"),
        ("answer: 0.8", "answer: 0.9", "book", "answer"),
        ("choose: 0.2", "choose: 0.1", "book", "choose"),
        ("id: s1", "id: s2", "book", "shop_id"),
        ("title: 催发货", "title: 催", "entries", "title"),
        ("催一催。\n    variants", "催。\n    variants", "entries", "reply"),
        ("京东仓库马上", "京东仓库立刻", "entries", "variants"),
        ("value: 7天", "value: 15天", "facts", "value"),
        ("2027-01-01", "2027-02-01", "facts", "valid_until"),
        ("otherwise: 以页面为准", "otherwise: 看页面", "facts", "otherwise"),
        ("title: 订单号", "title: 单号", "variables", "title"),
        ("京东您好。", "京东亲，您好。", "greetings", "text"),
        ("久等", "请稍等", "greetings", "variants"),
        ("再见。", "回见。", "closings", "text"),
        ("请问您怎么称呼\n", "请问您贵姓\n", "rewrites", "professional"),
        ("severity: error", "severity: warning", "policies", "severity"),
        ("seconds: 15", "seconds: 20", "procedures", "seconds"),
        ("known: 还答不对", "known: 还没改", "cases", "known"),
    ],
)
def test_a_changed_text(old: str, new: str, section: str, field: str) -> None:
    change = edited(old, new)
    assert (change.section, change.kind) == (section, "changed")
    (text,) = change.texts
    assert text.name == field
    assert change.lists == ()
    assert {p.kind for p in text.pieces} - {"same"}


@pytest.mark.parametrize(
    ("old", "new", "section", "field", "gone", "came"),
    [
        ("催一下发货,", "", "entries", "asks", ("催一下发货",), ()),
        ("怎么开发票]", "怎么开发票, 开票]", "entries", "asks", (), ("开票",)),
        ("[发票丢了怎么补]", "[{text: 发票丢了怎么补, entry: help.unknown}]",
         "entries", "near_misses", ("发票丢了怎么补",), ("发票丢了怎么补（entry：help.unknown）",)),
        ("讲个笑话, ", "", "out_of_scope", "out_of_scope", ("讲个笑话",), ()),
        ("[退钱, 退款]", "[退钱, 退款, 返款]", "lexicon", "lexicon",
         ("退钱|退款",), ("退钱|退款|返款",)),
        ("guard_units: [天]", "guard_units: [天, 元]", "guard_units", "guard_units", (), ("元",)),
        ("upset: [气死]", "upset: [气死, 骗子]", "moods", "upset", (), ("骗子",)),
        ("yes: [已发货]", "yes: [已发货, 已寄出]", "guards", "yes", (), ("已寄出",)),
        ("words: [加微信]", "words: [加微信, 加我微信]", "policies", "words", (), ("加我微信",)),
        ("hit: 加微信}", "hit: 微信}", "policies", "specs",
         ("您加微信聊（hit：加微信）",), ("您加微信聊（hit：微信）",)),
    ],
)  # fmt: skip
def test_a_changed_list(
    old: str, new: str, section: str, field: str, gone: tuple[str, ...], came: tuple[str, ...]
) -> None:
    change = edited(old, new)
    assert (change.section, change.kind, change.texts) == (section, "changed", ())
    (part,) = change.lists
    assert (part.name, part.gone, part.new) == (field, gone, came)


@pytest.mark.parametrize(
    "section", ["greetings", "closings", "rewrites", "policies", "procedures", "guards", "cases"]
)
def test_a_section_that_comes_or_goes(section: str) -> None:
    start = WHOLE.index(f"\n{section}:") + 1
    end = next((i for i in range(start + 1, len(WHOLE)) if WHOLE[i - 1] == "\n"
                and WHOLE[i] not in " -\n"), len(WHOLE))  # fmt: skip
    less = WHOLE[:start] + WHOLE[end:]
    came, went = changes(less, WHOLE), changes(WHOLE, less)
    assert {(c.section, c.kind) for c in came} == {(section, "added")}
    assert {(c.section, c.kind) for c in went} == {(section, "removed")}
    assert [c.id for c in came] == [c.id for c in went]
    assert all(c.texts or c.lists for c in (*came, *went))


def test_an_entry_that_came_says_all_of_it() -> None:
    entry = "  - {id: new.one, title: 新, asks: [甲乙, 丙丁], reply: 好的, handoff: warehouse}\n"
    (change,) = changes(ENTRIES, ENTRIES.replace("variables:", f"{entry}variables:"))
    assert (change.kind, change.id, change.title) == ("added", "new.one", "新")
    assert str(change.mark) == "book.yaml:16:10"
    assert {t.name: t.pieces[0].text for t in change.texts} == {
        "title": "新", "stage": "any", "reply": "好的", "handoff": "warehouse",
    }  # fmt: skip
    assert [(p.name, p.new) for p in change.lists] == [("asks", ("甲乙", "丙丁"))]


def test_an_ask_that_moved_says_where() -> None:
    moved = ENTRIES.replace(", 快点发货吧", "").replace(
        "[可以开发票吗", "[快点发货吧, 可以开发票吗"
    )
    rush, invoice = changes(ENTRIES, moved)
    assert rush.lists[0].elsewhere == {"快点发货吧": "invoice.get"}
    assert invoice.lists[0].elsewhere == {"快点发货吧": "shipping.rush"}
    lines = list(as_text(book_diff(book_of(ENTRIES), book_of(moved))))
    assert "    问法 － 快点发货吧（移到 invoice.get）" in lines
    assert "    问法 ＋ 快点发货吧（原在 shipping.rush）" in lines


def test_the_order_counts_where_the_first_that_fits_is_used() -> None:
    one, two = (line for line in WHOLE.splitlines() if line.startswith("  - {id: greeting"))
    swapped = WHOLE.replace(f"{one}\n{two}\n", f"{two}\n{one}\n")
    (change,) = changes(WHOLE, swapped)
    assert (change.section, change.id) == ("greetings", "")
    assert [t.name for t in change.texts] == ["order"]
    assert "".join(p.text for p in change.texts[0].pieces if p.kind != "gone") == (
        "greeting.any、greeting.jd"
    )


def test_the_order_of_variants_counts() -> None:
    first = "{when: {platform: jd}, reply: 京东仓库马上为您催一催。}"
    two = f"{first}\n      - {{when: {{order: shipped}}, reply: 在路上了。}}"
    before = ENTRIES.replace(first, two)
    after = ENTRIES.replace(first, "\n      - ".join(reversed(two.split("\n      - "))))
    (change,) = changes(before, after)
    assert [t.name for t in change.texts] == ["variant_order"]


def test_what_does_not_count() -> None:
    moved = ENTRIES.replace("催一下发货, 快点发货吧", "快点发货吧, 催一下发货")  # order of asks
    commented = "# 说明\n" + ENTRIES.replace("variables:", "\n# 变量\nvariables:")
    assert changes(ENTRIES, moved) == ()
    assert changes(ENTRIES, commented) == ()
    parts = ENTRIES.split("variables:")
    split, findings = read_book({"a.yaml": parts[0], "b/c.yaml": f"variables:{parts[1]}"})
    assert findings == ()
    found = book_diff(book_of(ENTRIES), split)
    assert found.changes == ()
    assert summary(found) == "内容相同，只有文件、注释或排列不同。"
    assert summary(book_diff(split, split)) == "两个话术库完全相同。"


def test_equal_ids_are_told_apart() -> None:
    twice = ENTRIES.replace("variables:", "  - {id: invoice.get, title: 又, reply: 好}\nvariables:")
    (change,) = changes(ENTRIES, twice)
    assert (change.kind, change.id, change.title) == ("added", "invoice.get", "又")


def test_a_term_is_told_once_and_not_with_every_rule_that_uses_it() -> None:
    used = WHOLE.replace("words: [加微信]", "patterns: ['加{站外}']") + "terms: {站外: 微信}\n"
    (change,) = changes(used, used.replace("站外: 微信", "站外: 微信|VX"))
    assert (change.section, change.id) == ("terms", "站外")


def test_counts_and_the_summary() -> None:
    after = WHOLE.replace("0.8", "0.9").replace("再见。", "回见。").replace("[天]", "[天, 元]")
    found = book_diff(book_of(WHOLE), book_of(after))
    assert found.counts() == {
        "book": {"added": 0, "removed": 0, "changed": 1},
        "closings": {"added": 0, "removed": 0, "changed": 1},
        "guard_units": {"added": 0, "removed": 0, "changed": 1},
    }
    assert summary(found) == "设置 改动 1；结束语 改动 1；防混的单位 改动 1。"


def test_long_lists_and_texts_are_cut_short_for_a_terminal() -> None:
    asks = ", ".join(f"问题{i}怎么办" for i in range(30))
    long = "很长的一段没有变的话，" * 10
    before = ENTRIES.replace("我先为您核实", f"{long}我先为您核实")
    after = before.replace("[可以开发票吗", f"[{asks}, 可以开发票吗").replace("我先为", "我为")
    lines = list(as_text(book_diff(book_of(before), book_of(after))))
    assert len([line for line in lines if line.startswith("    问法 ＋ 问题")]) == 12
    assert any("另有 18 条" in line for line in lines)
    (reply,) = (line for line in lines if "回复" in line)
    assert "……" in reply
    assert "[-先-]" in reply
    assert len(reply) < len(long)


def test_nothing_steers_the_terminal() -> None:
    evil = ENTRIES.replace("title: 催发货", r'title: "催\e[2J\u202e发\n货"')
    text = "\n".join(as_text(book_diff(book_of(ENTRIES), book_of(evil))))
    assert not {c for c in text if not c.isprintable()} - {"\n"}
    assert "<001B>[2J<202E>" in text
    assert "⏎" in text


@pytest.fixture(scope="module")
def shipped() -> Phrasebook:
    book, _ = read_book(read_folder(SHIPPED))
    return book


def test_the_shipped_book_is_like_itself(shipped: Phrasebook) -> None:
    assert book_diff(shipped, shipped) == BookDiff(shipped, shipped, ())


def test_every_file_of_the_shipped_book_shows_when_it_goes(shipped: Phrasebook) -> None:
    files = read_folder(SHIPPED)
    for name in files:
        less, _ = read_book({k: v for k, v in files.items() if k != name})
        found = book_diff(shipped, less)
        assert found.changes, name
        assert len(list(as_text(found))) > len(found.changes)


def test_every_section_that_can_be_written_has_a_name() -> None:
    assert SECTIONS.keys() - {"shop"} <= NAMED.keys()
