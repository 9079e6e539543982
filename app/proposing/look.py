"""Looks through the journal of a shop: proposals that the whole book bears, stored as open ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine

from app.bookshelf import known_good, read_folder
from app.encoders.book_encoder import for_one_book
from app.engine.encode import Encoder
from app.engine.head import Memory
from app.engine.normalize import normalize
from app.engine.suggest import Suggester
from app.importing.names import new_id
from app.learn.heard import Heard, Reaction
from app.learn.proposals import Line, Proposal, Refused, propose
from app.proposing.lines import NO_REPLY, BookLine, lines_of
from app.proposing.patches import Files, diff_of, patched
from app.proposing.trial import Trial, Tryout
from app.records import learning
from app.records.database import transaction
from app.records.learning import ProposalRow, Traffic
from app.records.reports import Scope

DAYS = 30
MOST = 60  # proposals of one look: more than anyone decides in an afternoon

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a shop's book and journal are, and what fits books."""

    folder: Path
    store: Engine
    encoder: Encoder
    memory: Memory


def files_in(folder: Path, memory: Memory) -> Files:
    """The texts and the good book of a folder. Raises FolderError, PhrasebookError."""
    texts = read_folder(folder)
    modeline = ""
    if (folder / "schema.json").exists():
        modeline = "# yaml-language-server: $schema=schema.json"
    source = f"客服记录 {date.today().isoformat()}"
    return Files(texts, known_good(texts, memory), source, modeline)


def look(place: Workplace, *, since: datetime | None = None, progress: Progress) -> int:
    """Finds, tries and stores proposals; how many are open now.

    `progress` is called with (what is being done, done, in all). Raises StoreError, FolderError,
    PhrasebookError.
    """
    files = files_in(place.folder, place.memory)
    shop, today = files.book.shop_id, date.today()
    begin = since or datetime.now(UTC) - timedelta(days=DAYS)
    with transaction(place.store) as connection:
        traffic = learning.traffic(connection, Scope(shop, begin))
        decided = learning.stored(connection, shop)
    engine = Suggester(files.book, for_one_book(place.encoder), place.memory)
    found = propose(
        engine,
        [heard_of(row) for row in traffic],
        refused_of(decided),
        today=today,
        progress=lambda done, total: progress("整理", done, total),
    )[:MOST]
    named = list(_named(found, set(files.book.ids())))
    rows = []
    if named:
        tried = _tried(place, files, named, today, progress)
        rows = list(_rows(named, tried, files))
    with transaction(place.store, write=True) as connection:
        learning.replace_open(connection, shop, rows)
    return len(rows)


def _tried(
    place: Workplace,
    files: Files,
    named: Sequence[tuple[str, Proposal]],
    today: date,
    progress: Progress,
) -> Trial:
    def shown(done: int, total: int) -> None:
        progress("测试", done, total)

    tryout = Tryout(files, place.encoder, place.memory, today, shown)
    lines = [line for name, proposal in named for line in lines_of(proposal, name)]
    return tryout.of(lines)


def _named(found: Iterable[Proposal], taken: set[str]) -> Iterable[tuple[str, Proposal]]:
    """Each proposal with the entry or rewrite that it is about; new ones get an id."""
    for proposal in found:
        name = proposal.entry_id
        if proposal.kind == "entry":
            name = new_id(proposal.title, taken, "learned")
        elif proposal.kind == "rewrite":
            name = new_id(proposal.lines[0].text, taken, "rewrite")
        taken.add(name)
        yield name, proposal


def _rows(
    named: Iterable[tuple[str, Proposal]], tried: Trial, files: Files
) -> Iterable[ProposalRow]:
    passed = set(tried.passed)
    rank = 0
    for name, proposal in named:
        lines = lines_of(proposal, name)
        good = [line for line in lines if line in passed]
        if not good:
            continue
        kept = tuple(x for x, line in zip(proposal.lines, lines, strict=True) if line in passed)
        left_out = {line.text: why for line, why in tried.failed.items() if line in lines}
        whole = replace(proposal, lines=kept, count=sum(line.count for line in kept))
        diff = list(diff_of(files, patched(files, good)))
        yield ProposalRow(
            id=proposal_id(files.book.shop_id, whole, name),
            shop=files.book.shop_id,
            kind=whole.kind,
            entry_id=name,
            texts=tuple(line.text for line in kept),
            content={**asdict(whole), "diff": diff, "left_out": left_out},
            phrasebook_version=files.book.version,
            created_at=datetime.now(UTC),
            rank=rank,
        )
        rank += 1


def proposal_id(shop: str, proposal: Proposal, name: str) -> str:
    """Of one shop; the same as long as it says the same."""
    return replace(proposal, entry_id=f"{shop}\0{name}").id


def heard_of(row: Traffic) -> Heard:
    """A row of the journal as the learning takes it."""
    reactions = tuple(Reaction(cast(Any, r.outcome), r.entry_id, r.text) for r in row.reactions)
    messages = tuple(row.message.split("\n"))
    return Heard(
        messages, row.decision, row.offered, row.platform, row.stage, row.channel, reactions
    )


def refused_of(decided: Iterable[ProposalRow]) -> Refused:
    """The wordings of rejected proposals."""
    return Refused(
        frozenset(
            (row.kind, _key(row), normalize(text).core)
            for row in decided
            if row.state == "rejected"
            for text in row.texts
        )
    )


def _key(row: ProposalRow) -> str:
    if row.kind == "rewrite":
        return str(row.content.get("reply", ""))
    return "" if row.kind == "entry" else row.entry_id


def lines_in(row: ProposalRow, texts: Iterable[str], reply: str = "") -> tuple[BookLine, ...]:
    """Those lines of a stored proposal whose wordings are given."""
    content: Mapping[str, Any] = row.content
    wanted = set(texts)
    proposal = Proposal(
        kind=cast(Any, row.kind),
        entry_id=row.entry_id,
        title=content["title"],
        lines=tuple(
            Line(x["text"], x["count"], tuple(x["samples"]), x["belongs"])
            for x in content["lines"]
            if x["text"] in wanted
        ),
        count=content["count"],
        why=content["why"],
        reply=reply or content["reply"] or (NO_REPLY if row.kind == "entry" else ""),
    )
    return lines_of(proposal, row.entry_id)
