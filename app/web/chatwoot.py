"""Chatwoot: its webhook answered at once, suggestions written as private notes afterwards."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel

from app.chatwoot.errors import ChatwootError
from app.chatwoot.note import mark, note
from app.chatwoot.payload import ChatMessage, NotOurs, read_event
from app.chatwoot.signature import is_genuine
from app.records.outbox import Delivery
from app.settings import Settings
from app.web import schemas as s
from app.web.access import needs
from app.web.ask import ask
from app.web.deliveries import GiveUp, TryLater
from app.web.problems import RESPONSES, Problem
from app.web.service import Service, ServiceDep
from app.web.shops import shelf_of

if TYPE_CHECKING:
    from app.chatwoot.client import Chatwoot

KIND = "chatwoot"
_TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")

# Who may call is decided by Chatwoot's signature or the secret in the address, not by a key.
router = APIRouter(
    prefix="/chatwoot", tags=["Chatwoot"], responses=RESPONSES, dependencies=[needs("public")]
)

# Read raw, since the signature is over its bytes.
_BODY = {"requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}}}
Shop = Annotated[str | None, Query(max_length=200, description="店铺编号，不填为默认店铺")]
Platform = Annotated[s.PlatformName | None, Query(description="平台")]


class TakenOut(BaseModel):
    """What will be done: `taken`, or why nothing."""

    status: str


@router.post("/webhook", summary="Chatwoot 的 webhook（有签名）", openapi_extra=_BODY)
async def signed(
    request: Request, service: ServiceDep, shop: Shop = None, platform: Platform = None
) -> TakenOut:
    """For versions of Chatwoot that sign. 401 for what is not signed with the secret, or old."""
    body = await request.body()
    _genuine(request, body, _secret(service.settings))
    return await _take(body, service, shop, platform)


@router.post("/webhook/{token}", summary="Chatwoot 的 webhook（地址里有口令）", openapi_extra=_BODY)
async def with_token(
    token: str,
    request: Request,
    service: ServiceDep,
    shop: Shop = None,
    platform: Platform = None,
) -> TakenOut:
    """For versions that do not sign: who knows the address may call. A signature is checked."""
    right = service.settings.chatwoot_path_token.get_secret_value()
    if not right or not hmac.compare_digest(token.encode("utf-8", "surrogatepass"), right.encode()):
        raise Problem(404, "not_found", "没有这个地址。")
    body = await request.body()
    secret = service.settings.chatwoot_secret.get_secret_value()
    if secret and "x-chatwoot-signature" in request.headers:
        _genuine(request, body, secret)
    return await _take(body, service, shop, platform)


@router.get("/app", include_in_schema=False)
async def app_page(request: Request, service: ServiceDep) -> Response:
    """The dashboard app: a page for Chatwoot's frame. It holds no data; its script asks."""
    origin = _origin(service.settings)
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {origin}"
    )
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return _TEMPLATES.TemplateResponse(
        request, "chatwoot.html", {"origin": origin}, headers=headers
    )


async def _take(body: bytes, service: Service, shop: str | None, platform: str | None) -> TakenOut:
    message = read_event(_json(body))
    if isinstance(message, NotOurs):
        return TakenOut(status=message.reason)
    known = (await shelf_of(shop, service)).current.book.shop_id
    if message.direction == "outgoing":
        service.hub.answered(known, _conversation(message))
        return TakenOut(status="answered")
    task = {
        "account": message.account,
        "conversation": message.conversation,
        "message": message.id,
        "text": message.text,
        "sender": message.sender,
        "shop": known,
        "platform": platform,
    }
    new = await service.deliveries.put(f"{KIND}:{message.account}:{message.id}", KIND, task)
    return TakenOut(status="taken" if new else "known")


async def deliver_note(delivery: Delivery, service: Service, chatwoot: Chatwoot) -> None:
    """Writes the note to one message, unless an earlier try did. Raises TryLater, GiveUp."""
    task = delivery.task
    account, conversation, message = task["account"], task["conversation"], task["message"]
    try:
        text = await _note(delivery, service)
        # What failed may have been done all the same: a server can fail after storing.
        if delivery.tries == 1 or not await chatwoot.has_note(
            account, conversation, mark(message), message
        ):
            await chatwoot.post_note(account, conversation, text)
    except ChatwootError as error:
        if error.again:
            raise TryLater(str(error), error.after) from error
        raise GiveUp(str(error)) from error
    except Problem as problem:  # a shop that is gone or broken
        if problem.status >= 500:
            raise TryLater(problem.detail) from problem
        raise GiveUp(problem.detail) from problem


async def _note(delivery: Delivery, service: Service) -> str:
    task = delivery.task
    conversation = f"{KIND}:{task['account']}:{task['conversation']}"
    named = {"customer_name": task["sender"]} if task["sender"] else {}
    request = s.SuggestionRequest(
        message=task["text"][: service.settings.max_message],
        shop=task["shop"],
        platform=task["platform"],
        variables=named,
        conversation_id=conversation,
    )
    request_id = hashlib.blake2b(delivery.id.encode(), digest_size=16).hexdigest()
    answer, answer_json = await ask(request, service, request_id)
    if delivery.tries == 1:
        service.hub.message(
            task["shop"],
            conversation,
            task["text"],
            platform=task["platform"],
            customer=task["sender"],
        )
        service.hub.suggestions(task["shop"], conversation, answer_json)
    return note(answer, task["message"])


def _secret(settings: Settings) -> str:
    secret = settings.chatwoot_secret.get_secret_value()
    if not secret:
        raise Problem(
            404,
            "chatwoot_off",
            "没有设置 HUASHU_CHATWOOT_SECRET，这个地址不接收消息。不签名的 Chatwoot 请用 "
            "HUASHU_CHATWOOT_PATH_TOKEN。",
        )
    return secret


def _genuine(request: Request, body: bytes, secret: str) -> None:
    signature = request.headers.get("x-chatwoot-signature", "")
    timestamp = request.headers.get("x-chatwoot-timestamp", "")
    if not is_genuine(secret, timestamp, body, signature, time.time()):
        raise Problem(
            401,
            "signature_wrong",
            "签名不对，或时间相差 5 分钟以上。请检查 HUASHU_CHATWOOT_SECRET 和两台机器的时钟。",
        )


def _json(body: bytes) -> Any:
    try:
        found = json.loads(body)
        # A lone surrogate can be neither stored nor matched.
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Problem(400, "json_invalid", "内容不是合法的 JSON。") from error
    return found


def _origin(settings: Settings) -> str:
    parts = urlsplit(settings.chatwoot_url)
    if not parts.netloc:
        raise Problem(404, "chatwoot_off", "没有设置 HUASHU_CHATWOOT_URL。")
    return f"{parts.scheme}://{parts.netloc}"


def _conversation(message: ChatMessage) -> str:
    return f"{KIND}:{message.account}:{message.conversation}"
