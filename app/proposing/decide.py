"""A person's decision on a proposal: accepted into the files of the book, or rejected for good."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from app.bookshelf import read_folder
from app.engine.errors import HuashuError
from app.importing.into_book import Change, write_change
from app.importing.model import ImportFailed
from app.proposing.lines import BookLine
from app.proposing.look import Workplace, files_in, lines_in
from app.proposing.patches import CanNotPatch, Files, patched
from app.proposing.trial import Tryout
from app.records import learning
from app.records.database import transaction
from app.records.learning import ProposalRow

LONGEST_REASON = 500
_BOM = "\ufeff"


class ProposalError(HuashuError):
    """A decision can not be carried out; nothing was changed.

    Attributes:
        code: stable, for programs.
    """

    code = "proposal_failed"


class ProposalUnknown(ProposalError):
    """There is no such proposal."""

    code = "proposal_unknown"


class ProposalDecided(ProposalError):
    """It was decided before."""

    code = "proposal_decided"


class ProposalBreaks(ProposalError):
    """With it, the book would no longer do what it says, or could not be loaded."""

    code = "proposal_breaks"


class ProposalIncomplete(ProposalError):
    """Something is missing or is not one of the proposal."""

    code = "proposal_incomplete"


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was written: the files that changed and the lines that entered the book."""

    proposal: ProposalRow
    files: tuple[str, ...]
    texts: tuple[str, ...]


def accept(
    place: Workplace,
    name: str,
    *,
    texts: Sequence[str] | None = None,
    reply: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Accepted:
    """Tries the proposal on the book of this moment, then writes it into the files.

    `texts` are the wordings to take (None: all); `reply` is what a new entry says. All or nothing.
    Raises ProposalError, StoreError, FolderError, PhrasebookError.
    """
    with one_at_a_time(place.folder):
        files = files_in(place.folder, place.memory)
        row = open_row(place.store, name, files.book.shop_id)
        chosen = _chosen(row, texts)
        if row.kind == "entry" and not (reply or row.content["reply"]).strip():
            raise ProposalIncomplete("新条目还没有回复。请写上回复再采纳。")
        lines = lines_in(row, chosen, reply.strip())
        try:
            patched(files, lines)
        except CanNotPatch as error:
            raise ProposalBreaks(str(error)) from error
        tryout = Tryout(files, place.encoder, place.memory, date.today(), progress)
        wrong = tryout.wrong(lines)
        if wrong:
            shown = "".join(f"\n{one}" for one in wrong[:5])
            raise ProposalBreaks(f"采纳后话术库会有 {len(wrong)} 处不符，没有改动：{shown}")
        if read_folder(place.folder) != files.texts:
            raise ProposalBreaks("话术库的文件刚刚被改过，没有改动。请再采纳一次。")
        written = _write(place, files, lines)
        _decide(place.store, name, "accepted", None)
    return Accepted(row, written, tuple(chosen))


def reject_row(store: Engine, name: str, shop: str, reason: str) -> ProposalRow:
    """Remembers that a proposal is not wanted and why: its wordings are not proposed again.

    Raises ProposalError, StoreError.
    """
    if not reason.strip():
        raise ProposalIncomplete("请写明为什么不采纳，以后就不会再提。")
    row = open_row(store, name, shop)
    _decide(store, name, "rejected", reason.strip()[:LONGEST_REASON])
    return row


def open_row(store: Engine, name: str, shop: str) -> ProposalRow:
    """A proposal of the shop that nobody has decided on. Raises ProposalError, StoreError."""
    with transaction(store) as connection:
        row = learning.one(connection, name)
    if row is None or row.shop != shop:
        raise ProposalUnknown(f"没有编号为“{name[:100]}”的提议。请用 huashu learn 看有哪些。")
    if row.state != "open":
        done = "采纳" if row.state == "accepted" else f"拒绝（{row.reason}）"
        raise ProposalDecided(f"提议 {name} 已经{done}。")
    return row


def _chosen(row: ProposalRow, texts: Sequence[str] | None) -> list[str]:
    if texts is None:
        return list(row.texts)
    strange = [text for text in texts if text not in row.texts]
    if strange:
        raise ProposalIncomplete(f"“{strange[0][:100]}”不在这条提议里。请照原样填写。")
    if not texts:
        raise ProposalIncomplete("一条都没有选。请至少选一条，或者拒绝这条提议。")
    return [text for text in row.texts if text in texts]


def _write(place: Workplace, files: Files, lines: Sequence[BookLine]) -> tuple[str, ...]:
    """The files that changed. Patched as they are on the disk: line ends and byte order marks stay.

    Raises ProposalBreaks.
    """
    raw = {file: (place.folder / file).read_bytes().decode("utf-8") for file in files.texts}
    plain = {file: text.removeprefix(_BOM) for file, text in raw.items()}
    changed = patched(replace(files, texts=plain), lines)
    marked = {f: _BOM * raw.get(f, "").startswith(_BOM) + text for f, text in changed.items()}
    try:
        write_change(place.folder, Change(marked, 0))
    except ImportFailed as error:
        raise ProposalBreaks(str(error)) from error
    return tuple(sorted(changed))


def _decide(store: Engine, name: str, state: learning.State, reason: str | None) -> None:
    with transaction(store, write=True) as connection:
        decided = learning.decide(connection, name, state, at=datetime.now(UTC), reason=reason)
    if not decided and state == "rejected":
        raise ProposalDecided(f"提议 {name} 已经有人处理了。")


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Waits until no other process writes proposals into this folder; the lock is the folder's."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
