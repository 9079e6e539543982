"""Proposals for the phrasebook: listed, looked for, accepted, rejected. For trainers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from app.bookshelf import Bookshelf
from app.proposing.decide import ProposalError, open_row, reject_row
from app.records import learning
from app.records.database import transaction
from app.records.learning import ProposalRow
from app.reports.proposals import as_json
from app.web.access import needs
from app.web.looks import Looking, Refused
from app.web.problems import RESPONSES, Problem
from app.web.service import Service, ServiceDep
from app.web.shops import ShopQuery, shelf_of

router = APIRouter(prefix="/v1", tags=["v1"], responses=RESPONSES, dependencies=[needs("trainer")])


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AcceptRequest(_Body):
    """Which wordings of a proposal to take, and what a new entry replies."""

    texts: list[str] | None = Field(default=None, max_length=100, description="不填为全部")
    reply: str = Field(default="", max_length=2000, description="新条目的回复")


class RejectRequest(_Body):
    """Why a proposal is not wanted."""

    reason: str = Field(max_length=500, description="为什么不采纳，以后不再提")


class LookingOut(BaseModel):
    """How far the look through the journal is."""

    doing: str
    done: int
    total: int


class ProposalLineOut(BaseModel):
    """One wording, how often it came, in which spellings; of a near miss whose it is."""

    text: str
    count: int
    samples: list[str]
    belongs: str


class LeftOutOut(BaseModel):
    """A wording that the book does not bear, and why."""

    text: str
    why: str


class ProposalOut(BaseModel):
    """One change of the book, tried on the whole of it. `diff` are lines of a unified diff."""

    id: str
    kind: str
    entry_id: str
    title: str
    why: str
    count: int
    lines: list[ProposalLineOut]
    reply: str
    diff: list[str]
    left_out: list[LeftOutOut]
    phrasebook_version: str
    state: str
    reason: str | None


class ProposalsOut(BaseModel):
    """The proposals of a shop; `looking` while the journal is being looked through."""

    shop: str
    looking: LookingOut | None
    problem: str | None
    proposals: list[ProposalOut]


class AcceptedOut(BaseModel):
    """Which files changed, and the wordings that entered the book."""

    id: str
    files: list[str]
    texts: list[str]


class RejectedOut(BaseModel):
    """The decision that is remembered."""

    id: str
    state: str
    reason: str


@router.get("/proposals", summary="从记录里整理出的提议")
async def proposals(
    service: ServiceDep,
    shop: ShopQuery = None,
    decided: Annotated[bool, Query(description="列出处理过的")] = False,
) -> ProposalsOut:
    """The open proposals of a shop, those that most messages speak for first."""
    shelf = await shelf_of(shop, service)
    name = shelf.current.book.shop_id
    rows = await run_in_threadpool(_stored, service, name)
    kept = [row for row in rows if (row.state != "open") == decided]
    looking = service.looks.state(shelf.folder)
    return ProposalsOut(
        shop=name,
        looking=_looking(looking) if looking else None,
        problem=service.looks.problems.get(shelf.folder),
        proposals=[ProposalOut.model_validate(as_json(row)) for row in kept],
    )


@router.post("/proposals", status_code=202, summary="重新从记录里整理提议")
async def look(service: ServiceDep, shop: ShopQuery = None) -> LookingOut:
    """Begins to look through the journal; GET /v1/proposals tells how far it is."""
    shelf = await shelf_of(shop, service)
    return _looking(service.looks.start(shelf.folder))


@router.post("/proposals/{proposal_id}/accept", summary="采纳一条提议")
async def accept(
    proposal_id: str, body: AcceptRequest, service: ServiceDep, shop: ShopQuery = None
) -> AcceptedOut:
    """Tries it on the whole book of this moment, then writes it into the files: all or nothing."""
    shelf = await shelf_of(shop, service)
    await _must_be_open(proposal_id, service, shelf)
    if body.texts == []:
        raise Problem(422, "proposal_incomplete", "一条都没有选。请至少选一条。", field="texts")
    try:
        done = await service.looks.accept(shelf.folder, proposal_id, body.texts, body.reply)
    except Refused as error:
        raise Problem(error.status, error.code, error.detail) from error
    return AcceptedOut.model_validate(done)


@router.post("/proposals/{proposal_id}/reject", summary="拒绝一条提议")
async def reject(
    proposal_id: str, body: RejectRequest, service: ServiceDep, shop: ShopQuery = None
) -> RejectedOut:
    """Remembers the reason: its wordings are not proposed again."""
    shelf = await shelf_of(shop, service)
    name = shelf.current.book.shop_id
    try:
        row = await run_in_threadpool(reject_row, service.store, proposal_id, name, body.reason)
    except ProposalError as error:
        raise _problem(error) from error
    return RejectedOut(id=row.id, state="rejected", reason=body.reason.strip())


async def _must_be_open(name: str, service: Service, shelf: Bookshelf) -> None:
    """Tells at once what the command would tell seconds later."""
    try:
        await run_in_threadpool(open_row, service.store, name, shelf.current.book.shop_id)
    except ProposalError as error:
        raise _problem(error) from error


def _problem(error: ProposalError) -> Problem:
    refused = Refused(error.code, str(error))
    return Problem(refused.status, error.code, refused.detail)


def _stored(service: Service, shop: str) -> tuple[ProposalRow, ...]:
    with transaction(service.store) as connection:
        return learning.stored(connection, shop)


def _looking(found: Looking) -> LookingOut:
    return LookingOut(doing=found.doing, done=found.done, total=found.total)
