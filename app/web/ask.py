"""A customer's message that comes from another system instead of a request for suggestions."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool

from app.engine.model import Context
from app.engine.suggestion import Answer
from app.records.journal import SuggestionRecord
from app.web import schemas as s
from app.web import shape
from app.web.service import Service
from app.web.shops import shelf_of


async def ask(body: s.SuggestionRequest, service: Service, request_id: str) -> tuple[Answer, bytes]:
    """What POST /v1/suggestions would answer, and its JSON; journalled once for each id.

    Raises Problem for a shop that is not there or broken.
    """
    started = time.perf_counter()
    texts = [text[: service.settings.max_message] for text in body.texts()]
    suggester = (await shelf_of(body.shop, service)).current
    shop = suggester.book.shop_id
    turn = body.turn or service.turns.turn(shop, body.conversation_id, texts)
    context = Context(
        today=date.today(), platform=body.platform, turn=turn, variables=body.variables
    )
    suggest = partial(suggester.suggest, texts, context, limit=body.limit)
    answer = await run_in_threadpool(suggest) if suggester.encoder.remote else suggest()
    took = round((time.perf_counter() - started) * 1000, 2)
    version = suggester.book.version
    service.metrics.decided(answer.decision)
    record = record_of(request_id, shop, body, texts, answer, version, took)
    service.writer.suggestion(record)
    return answer, shape.numbered(shape.answer(answer, suggester.book), request_id, took)


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
