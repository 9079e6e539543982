"""A customer's message that comes from another system instead of a request for suggestions."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool

from app.engine.model import Context
from app.engine.suggest import Suggester
from app.engine.suggestion import Answer
from app.records.journal import SuggestionRecord
from app.web import schemas as s
from app.web import shape
from app.web.problems import Problem
from app.web.service import Service
from app.web.shops import shelf_of


async def ask(body: s.SuggestionRequest, service: Service, request_id: str) -> tuple[Answer, bytes]:
    """What POST /v1/suggestions would answer, and its JSON; journalled once for each id.

    Raises Problem for a shop that is not there or broken.
    """
    started = time.perf_counter()
    texts = body.texts()
    suggester = (await shelf_of(body.shop, service)).current
    shop = suggester.book.shop_id
    turn = body.turn or service.turns.turn(shop, body.conversation_id, texts)
    context = Context(
        today=date.today(), platform=body.platform, turn=turn, variables=body.variables
    )
    answer = await answer_of(service, suggester, texts, context, limit=body.limit)
    took = round((time.perf_counter() - started) * 1000, 2)
    version = suggester.book.version
    service.metrics.decided(answer.decision)
    record = record_of(request_id, shop, body, texts, answer, version, took)
    service.writer.suggestion(record)
    return answer, shape.numbered(shape.answer(answer, suggester.book), request_id, took)


async def answer_of(
    service: Service,
    suggester: Suggester,
    texts: list[str],
    context: Context,
    *,
    limit: int,
    explain: bool = False,
) -> Answer:
    """What `suggester.suggest` answers, found in the way that holds up others least."""
    encoder = suggester.encoder
    suggest = partial(suggester.suggest, texts, context, limit=limit, explain=explain)
    if encoder.remote:  # waiting for another process must not hold up other requests
        return await run_in_threadpool(suggest)
    if encoder.dimension:
        known = suggester.remembered(texts, context, limit=limit, explain=explain)
        if known:
            return known
        await service.batching.turn(suggester, texts)
    return suggest()  # computing is quicker here than in a thread


def messages_of(body: s.SuggestionRequest, service: Service) -> list[str]:
    """The messages of a request. Raises Problem for too long ones, and when all are blank."""
    texts = body.texts()
    for i, text in enumerate(texts):
        name = "message" if body.message is not None else f"messages.{i}"
        check_length(text, name, service)
    if not any(t.strip() for t in texts):
        field = "message" if body.message is not None else "messages"
        raise Problem(422, "message_empty", "消息是空的，请填写客户说的话。", field=field)
    return texts


def check_length(
    text: str,
    field: str,
    service: Service,
    *,
    status: int = 422,
    advice: str = "请缩短，或分几条发送。",
) -> None:
    """Raises Problem for a text that is longer than the setting allows."""
    longest = service.settings.max_message
    if len(text) > longest:
        raise Problem(
            status,
            "text_too_long",
            f"文字有 {len(text)} 个字符，最多 {longest} 个。{advice}",
            field=field,
        )


def record_of(
    request_id: str,
    shop: str,
    body: s.SuggestionRequest,
    texts: list[str],
    answer: Answer,
    version: str,
    took: float,
) -> SuggestionRecord:
    """What the journal keeps of a request and its answer."""
    return SuggestionRecord(
        id=request_id,
        created_at=datetime.now(UTC),
        shop=shop,
        message="\n".join(texts),
        decision=answer.decision,
        platform=body.platform,
        stage=body.stage,
        channel=body.channel,
        conversation_id=body.conversation_id,
        offered=tuple((x.entry_id, x.confidence) for x in answer.suggestions),
        phrasebook_version=version,
        took_ms=took,
    )
