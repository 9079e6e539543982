"""The HTTP API, version 1."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from app.engine.model import Context
from app.records import reports
from app.records.database import transaction
from app.records.journal import FeedbackRecord
from app.web import schemas as s
from app.web import shape
from app.web.access import caller, needs, own_shop
from app.web.ask import answer_of, check_length, messages_of, record_of
from app.web.book_search import holding, search
from app.web.problems import RESPONSES, Problem
from app.web.quick import QuickRoute
from app.web.service import ServiceDep, service_of
from app.web.shops import JournalShop, ShopQuery, known_shop, shelf_of

router = APIRouter(prefix="/v1", tags=["v1"], responses=RESPONSES)


def install(app: FastAPI) -> None:
    """Adds the routes. The one that is asked at every message has no router around it."""
    app.router.add_api_route(
        "/v1/suggestions",
        suggestions,
        methods=["POST"],
        response_model=s.SuggestionsOut,
        summary="客户消息 → 可直接发送的回复建议",
        tags=["v1"],
        responses=RESPONSES,
        route_class_override=QuickRoute,
        dependencies=[needs("suggest")],
    )
    app.include_router(router)


async def suggestions(body: s.SuggestionRequest, request: Request) -> Response:
    """Up to `limit` sendable replies with their proof; decision none when nothing is sure."""
    started = time.perf_counter()
    service = service_of(request)
    texts = messages_of(body, service)
    named = own_shop(body.shop)
    shelf = service.shops.at_hand(named) or await shelf_of(named, service)
    suggester = shelf.current
    shop = suggester.book.shop_id
    turn = body.turn or service.turns.turn(shop, body.conversation_id, texts)
    context = Context(
        today=date.today(),
        platform=body.platform,
        stage=body.stage,
        order=body.order,
        channel=body.channel,
        turn=turn,
        busy=body.busy,
        callback=body.callback,
        variables=body.variables,
    )
    answer = await answer_of(
        service, suggester, texts, context, limit=body.limit, explain=body.explain
    )
    request_id = uuid.uuid4().hex
    took = round((time.perf_counter() - started) * 1000, 2)
    service.metrics.decided(answer.decision)
    version = suggester.book.version
    record = record_of(request_id, shop, body, texts, answer, version, took)
    if body.preview:
        service.previews.hold(record)
    else:
        service.previews.settle(record)
        service.writer.suggestion(record)
    rest = service.shapes.get(id(answer), lambda: (answer, shape.answer(answer, suggester.book)))[1]
    return Response(shape.numbered(rest, request_id, took), media_type="application/json")


@router.post("/rewrites", summary="习惯用语 → 专业表达", dependencies=[needs("suggest")])
async def rewrites(body: s.DraftRequest, service: ServiceDep) -> s.RewriteOut:
    """The draft in professional wording, with each edit, its reason and source."""
    check_length(body.draft, "draft", service)
    shelf = await shelf_of(body.shop, service)
    result = shelf.current.rewriter.rewrite(body.draft, platform=body.platform, stage=body.stage)
    return s.RewriteOut(
        rewritten=result.rewritten,
        changed=result.changed,
        edits=[shape.edit(e) for e in result.edits],
    )


@router.post("/check", summary="按规范检查要发出的文字", dependencies=[needs("suggest")])
async def check(body: s.CheckRequest, service: ServiceDep) -> s.CheckOut:
    """Where a text breaks a policy of law, platform or shop."""
    check_length(body.text, "text", service)
    shelf = await shelf_of(body.shop, service)
    found = shelf.current.policies.check(
        body.text,
        platform=body.platform,
        stage=body.stage,
        entry_id=body.entry_id,
        direction=body.direction,
    )
    return s.CheckOut(
        ok=all(f.severity != "error" for f in found), findings=[shape.finding(f) for f in found]
    )


@router.post(
    "/feedback",
    status_code=201,
    summary="记录建议的去向",
    dependencies=[needs("suggest")],
)
async def feedback(body: s.FeedbackRequest, service: ServiceDep) -> s.FeedbackOut:
    """Stores what became of a suggestion; committed before this answers."""
    if body.outcome == "edited" and not (body.text or "").strip():
        raise Problem(
            422,
            "text_missing",
            "outcome 为 edited 时请在 text 里带上实际发送的文字。",
            field="text",
        )
    own = caller().shop
    service.previews.keep(body.suggestion_id, own)
    record = FeedbackRecord(
        suggestion_id=body.suggestion_id,
        outcome=body.outcome,
        created_at=datetime.now(UTC),
        entry_id=body.entry_id,
        text=body.text,
        shop=own,
    )
    return s.FeedbackOut(id=await asyncio.wrap_future(service.writer.feedback(record)))


@router.get("/entries", summary="话术库条目", dependencies=[needs("agent")])
async def entries(
    service: ServiceDep,
    q: Annotated[str, Query(max_length=100, description="标题、编号、问法中含有的文字")] = "",
    stage: s.StageName | None = None,
    similar: Annotated[bool, Query(description="也列出意思相近的条目，排在后面")] = False,
    shop: ShopQuery = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> s.EntriesOut:
    """The entries that hold `q` in title, id or asks, in the order of the book."""
    shelf = await shelf_of(shop, service)
    suggester = shelf.current
    if similar and suggester.encoder.remote:
        found = await run_in_threadpool(search, suggester, q, stage)
    else:
        found = search(suggester, q, stage) if similar else holding(suggester.book, q, stage)
    page = found[offset : offset + limit]
    return s.EntriesOut(total=len(found), entries=[shape.entry(e) for e in page])


@router.get("/entries/{entry_id}", summary="一个条目", dependencies=[needs("agent")])
async def entry(entry_id: str, service: ServiceDep, shop: ShopQuery = None) -> s.EntryOut:
    """One entry by its id."""
    found = (await shelf_of(shop, service)).current.book.entry(entry_id)
    if found is None:
        raise Problem(
            404, "entry_unknown", f"没有编号为“{entry_id[:100]}”的条目，全部条目见 /v1/entries。"
        )
    return shape.entry(found)


@router.get("/unanswered", summary="没有答上的消息", dependencies=[needs("trainer")])
async def unanswered(
    service: ServiceDep,
    shop: JournalShop = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
) -> list[s.UnansweredOut]:
    """Messages to which the decision was none, by wording, the most frequent first."""

    def read() -> tuple[reports.Unanswered, ...]:
        with transaction(service.store) as connection:
            return reports.unanswered(connection, reports.Scope(shop), limit=limit)

    found = await run_in_threadpool(read)
    if shop is not None and not found:
        await known_shop(shop, service)
    return [
        s.UnansweredOut(
            count=u.count,
            first_at=u.first_at.isoformat(),
            last_at=u.last_at.isoformat(),
            samples=list(u.samples),
        )
        for u in found
    ]


@router.get("/stats", summary="用量与采纳情况", dependencies=[needs("trainer")])
async def stats(service: ServiceDep, shop: JournalShop = None) -> s.StatsOut:
    """Suggestions by decision and feedback by outcome."""

    def read() -> reports.Stats:
        with transaction(service.store) as connection:
            return reports.stats(connection, reports.Scope(shop))

    found = await run_in_threadpool(read)
    if shop is not None and not found.suggestions:
        await known_shop(shop, service)
    return s.StatsOut(
        suggestions=found.suggestions,
        decisions={str(k): v for k, v in found.decisions.items()},
        outcomes={str(k): v for k, v in found.outcomes.items()},
        took_ms_p95=found.took_ms_p95,
    )
