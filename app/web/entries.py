"""What pages and plugins need of the phrasebook besides suggestions: its variables and limits,
and the reply of an entry that an agent chose."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter

from app.engine.model import Context, Phrasebook
from app.web import schemas as s
from app.web import shape
from app.web.access import caller, needs
from app.web.problems import RESPONSES, Problem
from app.web.service import ServiceDep
from app.web.shops import ShopQuery, findings, shelf_of

FIRST_REPLY, AT_ONCE = "sla.first_reply", "sla.concurrent"

router = APIRouter(prefix="/v1", tags=["v1"], responses=RESPONSES)


@router.get("/phrasebook", summary="话术库的变量与时限", dependencies=[needs("suggest")])
async def phrasebook(service: ServiceDep, shop: ShopQuery = None) -> s.BookOut:
    """The variables that replies may ask for, and the time limits for answering.

    Agents are told too what is wrong with the newest files, while the last good ones serve on.
    """
    shelf = await shelf_of(shop, service)
    book, told = shelf.current.book, caller().may("agent")
    return s.BookOut(
        name=book.name,
        shop=book.shop_id,
        version=book.version,
        entries=len(book.entries),
        variables=[
            s.BookVariableOut(id=v.id, title=v.title, example=v.example)
            for v in book.variables.values()
        ],
        limits=limits(book),
        problem=str(shelf.problem) if shelf.problem and told else None,
        findings=findings(shelf.problem) if told else [],
    )


@router.post("/entries/{entry_id}/reply", summary="一个条目的回复", dependencies=[needs("agent")])
async def reply(entry_id: str, body: s.ReplyRequest, service: ServiceDep) -> s.SuggestionOut:
    """The reply of an entry that an agent chose, filled and checked as a suggestion is."""
    suggester = (await shelf_of(body.shop, service)).current
    if suggester.book.entry(entry_id) is None:
        raise Problem(
            404, "entry_unknown", f"没有编号为“{entry_id[:100]}”的条目，全部条目见 /v1/entries。"
        )
    context = Context(
        today=date.today(),
        platform=body.platform,
        stage=body.stage,
        order=body.order,
        channel=body.channel,
        turn=body.turn,
        variables=body.variables,
    )
    made = suggester.reply(entry_id, context, body.message)
    if made is None:
        raise Problem(
            422,
            "reply_withheld",
            f"条目“{entry_id[:100]}”的回复在这个平台违反规范，不能发送。请换一条，并告诉培训员。",
        )
    return s.SuggestionOut.model_validate(shape.suggestion(made, suggester.book))


def limits(book: Phrasebook) -> s.LimitsOut:
    """The book's limits for the first reply and for several customers at once."""
    by_id = {p.id: p for p in book.procedures}
    first, many = by_id.get(FIRST_REPLY), by_id.get(AT_ONCE)
    tiers = sorted(many.tiers) if many else []
    return s.LimitsOut(
        first_reply=first.seconds if first else None,
        at_once=[s.TierOut(customers=customers, seconds=seconds) for customers, seconds in tiers],
    )
