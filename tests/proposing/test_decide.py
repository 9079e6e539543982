"""From the journal to the files: looked for, tried on the whole book, accepted or rejected."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.bookshelf import load_book, read_folder
from app.engine.encode import NoEncoder
from app.engine.head import Forgetful
from app.proposing import decide
from app.proposing.lines import BookLine
from app.proposing.look import Workplace, look
from app.proposing.patches import Files
from app.proposing.trial import Tryout
from app.records import journal, learning, migrate
from app.records.database import open_engine, transaction
from app.records.journal import FeedbackRecord, SuggestionRecord
from app.records.learning import ProposalRow
from tests.learn.small_book import TODAY
from tests.web.small_book import write_book

CASES = """\
cases:
  - {message: 帮我开张发票, entry: invoice.get, decision: choose}
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Workplace]:
    folder = write_book(tmp_path / "book")
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/huashu.sqlite3"
    migrate.upgrade(url)
    store = open_engine(url)
    yield Workplace(folder, store, NoEncoder(), Forgetful())
    store.dispose()


def hear(place: Workplace, *messages: tuple[str, str | None, str | None], **more: Any) -> None:
    """(message, outcome, entry) each."""
    with transaction(place.store, write=True) as connection:
        now = datetime.now(UTC)
        for number, (message, outcome, entry) in enumerate(messages):
            name = f"{message}{number}{outcome}"
            record = SuggestionRecord(name, now, "default", message, "none")
            journal.record_suggestions(connection, [record])
            if outcome:
                given: Any = outcome
                journal.record_feedback(
                    connection, FeedbackRecord(name, given, now, entry, more.get("text"))
                )


def looked(place: Workplace) -> list[ProposalRow]:
    look(place, progress=lambda what, done, total: None)
    with transaction(place.store) as connection:
        return list(learning.stored(connection, "default", "open"))


NEW = ("宝贝几时出库给我", "sent", "shipping.rush")


def test_an_accepted_ask_is_one_line_more_and_the_book_answers(place: Workplace) -> None:
    before = read_folder(place.folder)
    hear(place, NEW)
    (one,) = looked(place)
    assert (one.kind, one.entry_id, one.texts) == ("ask", "shipping.rush", (NEW[0],))
    done = decide.accept(place, one.id)
    assert done.files == ("entries.yaml",)
    after = read_folder(place.folder)
    assert after == before | {
        "entries.yaml": before["entries.yaml"].replace(
            "快点发货吧]", "快点发货吧, 宝贝几时出库给我]"
        )
    }
    entry = load_book(place.folder).entry("shipping.rush")
    assert entry is not None
    assert entry.asks[-1].text == NEW[0]
    assert looked(place) == []
    with pytest.raises(decide.ProposalDecided):
        decide.accept(place, one.id)


def test_only_the_chosen_lines_enter(place: Workplace) -> None:
    hear(place, NEW, ("你们到底几时才给寄出去", "sent", "shipping.rush"))
    (one,) = looked(place)
    assert len(one.texts) == 2
    with pytest.raises(decide.ProposalIncomplete, match="不在这条提议里"):
        decide.accept(place, one.id, texts=["别的"])
    with pytest.raises(decide.ProposalIncomplete, match="至少选一条"):
        decide.accept(place, one.id, texts=[])
    decide.accept(place, one.id, texts=[NEW[0]])
    text = read_folder(place.folder)["entries.yaml"]
    assert NEW[0] in text
    assert "几时才给寄出去" not in text


def test_a_rejected_proposal_is_not_asked_again_even_among_new_ones(place: Workplace) -> None:
    hear(place, NEW)
    (one,) = looked(place)
    with pytest.raises(decide.ProposalIncomplete, match="为什么"):
        decide.reject_row(place.store, one.id, "default", "  ")
    decide.reject_row(place.store, one.id, "default", "这家店不这样说")
    assert looked(place) == []
    hear(place, NEW, ("你们到底几时才给寄出去", "sent", "shipping.rush"))
    (other,) = looked(place)
    assert other.texts == ("你们到底几时才给寄出去",)
    with transaction(place.store) as connection:
        (kept,) = learning.stored(connection, "default", "rejected")
    assert (kept.id, kept.reason) == (one.id, "这家店不这样说")


def test_a_new_entry_needs_a_reply_by_a_person(place: Workplace) -> None:
    hear(place, *[("有没有实体店面", None, None)] * 2, ("你们有实体店面没有", None, None))
    (one,) = looked(place)
    assert one.kind == "entry"
    with pytest.raises(decide.ProposalIncomplete, match="回复"):
        decide.accept(place, one.id)
    with pytest.raises(decide.ProposalBreaks, match="加微信"):
        decide.accept(place, one.id, reply="您加微信聊。")
    done = decide.accept(place, one.id, reply="我们只在网上，没有实体店。")
    assert done.files == ("learned_entries.yaml",)
    entry = load_book(place.folder).entries[-1]
    assert (entry.id, entry.reply) == (one.entry_id, "我们只在网上，没有实体店。")
    assert entry.id.startswith("learned.")


def test_a_line_that_breaks_a_case_is_left_out_with_the_reason(place: Workplace) -> None:
    """An ask that is nearly the case's message would take it from its entry."""
    hear(place, NEW, ("帮我开张发票吧", "sent", "shipping.number"))
    found = looked(place)
    assert [one.texts for one in found] == [(NEW[0],)]
    texts = read_folder(place.folder)
    files = Files(texts, load_book(place.folder), "测试")
    lines = [
        BookLine("ask", "shipping.number", "帮我开张发票吧"),
        BookLine("ask", "shipping.rush", NEW[0]),
    ]
    tried = Tryout(files, NoEncoder(), Forgetful(), TODAY, lambda done, total: None).of(lines)
    assert tried.passed == (lines[1],)
    assert "帮我开张发票" in tried.failed[lines[0]]


def test_a_line_that_was_blamed_in_vain_goes_in(place: Workplace) -> None:
    """Whose ask makes another entry unsure is not told by what answers."""
    (place.folder / "cases.yaml").write_text(
        "cases:\n  - {message: 快递发货了吗, entry: shipping.rush}\n", encoding="utf-8"
    )
    files = Files(read_folder(place.folder), load_book(place.folder), "测试")
    tryout = Tryout(files, NoEncoder(), Forgetful(), TODAY, lambda done, total: None)
    culprit = BookLine("ask", "invoice.get", "发票开了发货吗")
    innocent = BookLine("ask", "shipping.rush", "下单几天了东西也不寄")
    other = BookLine("ask", "shipping.number", "运单编号给一下")
    assert tryout.wrong([innocent, other]) == []
    (wrong,) = tryout.wrong([culprit, innocent, other])
    assert "shipping.rush（" in str(wrong)
    tried = tryout.of([culprit, innocent, other])
    assert tried.passed == (innocent, other)
    assert list(tried.failed) == [culprit]


def test_what_was_wrong_before_is_nobodys_fault(place: Workplace) -> None:
    (place.folder / "cases.yaml").write_text(
        "cases:\n  - {message: 帮我开张发票, entry: shipping.number}\n", encoding="utf-8"
    )
    hear(place, NEW)
    (one,) = looked(place)
    decide.accept(place, one.id)


def test_a_book_that_changed_meanwhile_is_tried_as_it_is_now(place: Workplace) -> None:
    hear(place, NEW)
    (one,) = looked(place)
    path = place.folder / "entries.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("怎么开发票]", f"怎么开发票, {NEW[0]}]"), encoding="utf-8")
    with pytest.raises(decide.ProposalBreaks, match="没有改动"):
        decide.accept(place, one.id)
    assert path.read_text("utf-8").count(NEW[0]) == 1


def test_line_ends_and_byte_order_mark_stay(place: Workplace) -> None:
    path = place.folder / "entries.yaml"
    raw = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(raw)
    hear(place, NEW)
    (one,) = looked(place)
    decide.accept(place, one.id)
    wanted = raw.replace("快点发货吧]".encode(), f"快点发货吧, {NEW[0]}]".encode())
    assert path.read_bytes() == wanted


def test_unknown_and_foreign_proposals(place: Workplace) -> None:
    hear(place, NEW)
    (one,) = looked(place)
    with pytest.raises(decide.ProposalUnknown):
        decide.accept(place, "nothing")
    with pytest.raises(decide.ProposalUnknown):
        decide.reject_row(place.store, one.id, "another", "不是这家店")


def test_masked_personal_data_reaches_no_file(place: Workplace) -> None:
    hear(place, ("几时出库，电话13812345678", "sent", "shipping.rush"))
    assert looked(place) == []
