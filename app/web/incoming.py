"""The generic way in and out for chat systems: messages posted, what happens streamed."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field, model_validator

from app.chatwoot.signature import sign
from app.records.outbox import Delivery
from app.settings import Settings
from app.web import schemas as s
from app.web.access import caller, needs
from app.web.ask import ask, messages_of
from app.web.deliveries import GiveUp, TryLater
from app.web.hub import Wanted
from app.web.problems import RESPONSES, Problem
from app.web.service import Service, ServiceDep
from app.web.shops import JournalShop, shelf_of

CALLBACK_SECONDS = 10.0

router = APIRouter(prefix="/v1", tags=["v1"], responses=RESPONSES, dependencies=[needs("agent")])


class IncomingRequest(s.Body):
    """What a customer wrote in a conversation of another system."""

    conversation_id: Annotated[s.Short, Field(min_length=1)]
    message: s.Text | None = Field(default=None, examples=["怎么还不发货"])
    messages: list[s.Text] | None = Field(default=None, min_length=1, max_length=50)
    message_id: s.Short | None = Field(
        default=None, description="The other system's id: the same one is taken only once."
    )
    shop: s.ShopId = None
    platform: s.PlatformName | None = None
    customer_name: s.Short | None = None
    callback_url: Annotated[str, Field(max_length=2000)] | None = Field(
        default=None, description="Where the suggestions are posted to; of an allowed origin."
    )

    @model_validator(mode="after")
    def _one_of(self) -> IncomingRequest:
        if (self.message is None) == (self.messages is None):
            raise ValueError("message 和 messages 请填且只填一个")
        return self

    def request(self) -> s.SuggestionRequest:
        """As a request for suggestions."""
        named = {"customer_name": self.customer_name} if self.customer_name else {}
        return s.SuggestionRequest(
            message=self.message,
            messages=self.messages,
            shop=self.shop,
            platform=self.platform,
            variables=named,
            conversation_id=self.conversation_id,
        )


class IncomingOut(BaseModel):
    """The id under which suggestions come: in events, callbacks and for feedback."""

    id: str


@router.post("/incoming", status_code=202, summary="别的系统转来的客户消息")
async def incoming(body: IncomingRequest, service: ServiceDep) -> IncomingOut:
    """Takes a message; suggestions follow as events and, when asked for, as a callback."""
    request = body.request()
    texts = messages_of(request, service)
    if body.callback_url is not None:
        _allowed(body.callback_url, service.settings)
    shop = (await shelf_of(body.shop, service)).current.book.shop_id
    request_id = _request_id(shop, body)
    if body.message_id and not service.arrivals.first(request_id):
        return IncomingOut(id=request_id)
    try:
        await _told(body, texts, shop, request_id, service)
    except BaseException:
        service.arrivals.forget(request_id)  # so that it is taken when it is sent again
        raise
    return IncomingOut(id=request_id)


async def _told(
    body: IncomingRequest, texts: list[str], shop: str, request_id: str, service: Service
) -> None:
    """Tells listeners, and puts the callback where it survives a restart."""
    conversation, customer = body.conversation_id, body.customer_name or ""
    _, answer = await ask(body.request(), service, request_id)
    if body.callback_url is not None:
        told = {"conversation_id": conversation, "answer": json.loads(answer)}
        task = {"url": body.callback_url, "body": json.dumps(told, ensure_ascii=False)}
        await service.deliveries.put(f"callback:{request_id}", "callback", task)
    for text in texts:
        service.hub.message(shop, conversation, text, platform=body.platform, customer=customer)
    service.hub.suggestions(shop, conversation, answer)


@router.post(
    "/incoming/{conversation_id}/answered", status_code=204, summary="这段对话已由客服回复"
)
async def answered(conversation_id: str, service: ServiceDep, shop: s.Short | None = None) -> None:
    """Tells listeners that nobody waits in this conversation any more."""
    known = (await shelf_of(shop, service)).current.book.shop_id
    service.hub.answered(known, conversation_id[:200])


async def room(service: ServiceDep) -> None:
    """Raises Problem when there are too many listeners; a stream that has begun can not say so."""
    if service.hub.full:
        raise Problem(503, "too_many_listeners", "监听的程序太多了，请关掉一些再试。")


@router.get(
    "/events",
    summary="对话里发生的事（SSE）",
    response_class=EventSourceResponse,
    dependencies=[Depends(room)],
)
async def events(
    service: ServiceDep,
    shop: JournalShop = None,
    conversation_id: Annotated[str | None, Query(max_length=200)] = None,
    recent: Annotated[bool, Query(description="先发还记得的")] = False,
    last_event_id: Annotated[str | None, Header(max_length=100)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events `message`, `suggestions` and `answered` for as long as the listener stays."""
    wanted, who = Wanted(shop, conversation_id), caller()
    yield ServerSentEvent(comment="话术", retry=2000)
    async for event in service.hub.follow(wanted, last_event_id, recent):
        if not service.guard.still_good(who):
            return  # its key was revoked meanwhile; whoever comes back is told so
        yield ServerSentEvent(raw_data=event.data, event=event.kind, id=event.id)


async def deliver_callback(delivery: Delivery, settings: Settings) -> None:
    """Posts one callback, signed when there is a secret. Raises TryLater, GiveUp."""
    import httpx  # takes a while, and most services call nobody back

    body, stamp = str(delivery.task["body"]).encode(), str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "X-Huashu-Delivery": delivery.id,
        "X-Huashu-Timestamp": stamp,
    }
    secret = settings.callback_secret.get_secret_value()
    if secret:
        headers["X-Huashu-Signature"] = sign(secret, stamp, body)
    try:
        async with httpx.AsyncClient(timeout=CALLBACK_SECONDS, trust_env=False) as client:
            answer = await client.post(delivery.task["url"], content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TryLater("回调地址没有回答。") from error
    if answer.is_success:
        return
    if answer.status_code >= 500 or answer.status_code in (408, 425, 429):
        raise TryLater(f"回调地址的回答是 {answer.status_code}。")
    raise GiveUp(f"回调地址不接受（{answer.status_code}）。")


def _allowed(url: str, settings: Settings) -> None:
    """Raises Problem for an address that nobody allowed: this service shall not be sent around."""
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
    except ValueError:
        origin = ""
    allowed = settings.callback_list()
    if origin not in allowed or "@" in origin:
        shown = "、".join(allowed) or "没有"
        raise Problem(
            422,
            "callback_not_allowed",
            f"回调地址不在允许之列（现在允许：{shown}）。请让管理员加进 HUASHU_CALLBACK_ORIGINS。",
            field="callback_url",
        )


def _request_id(shop: str, body: IncomingRequest) -> str:
    if not body.message_id:
        return uuid.uuid4().hex
    told = "\x1f".join((shop, body.conversation_id, body.message_id))
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
