"""Signing in to the console with a key, and out. Works without scripts."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from app.web.access import Caller, caller, needs, refusal, same
from app.web.doorway import plain_page
from app.web.problems import Problem
from app.web.service import ServiceDep, service_of
from app.web.sessions import end

# Where to go after signing in: a page of this service, relative, so that nothing leads elsewhere.
_PAGE = re.compile(r"(?:[\w.-]+/)*[\w.-]*(?:\?[\w.%&=+-]*)?", re.ASCII)

router = APIRouter(include_in_schema=False, dependencies=[needs("public")])


@router.get("/signin")
async def signin_page(request: Request, service: ServiceDep) -> Response:
    """The form; who needs no key, or has given it already, goes on."""
    to = _wanted(request.query_params.get("next", ""))
    if service.guard.open or caller().by == "session":
        return _go(to)
    return _form(request, to)


@router.post("/signin")
async def signin(request: Request, service: ServiceDep) -> Response:
    """Begins a session when the key is good for the console."""
    given = await _fields(request)
    to = _wanted(given.get("next", ""))
    if service.guard.open:
        return _go(to)
    who = service.guard.with_key(given.get("key", "").strip(), "")
    if who.key is None or not who.may("agent"):
        return _form(request, to, status=401, problem=_why_not(who, given.get("key", "")))
    answer = _go(to)
    service.guard.sessions.begin(request, answer, who.key)
    return answer


@router.post("/signout")
async def signout(request: Request) -> Response:
    """Ends the session of this browser. Raises Problem 403 for a form that is not the page's."""
    who, given = caller(), await _fields(request)
    if who.by == "session" and not same(given.get("csrf_token", ""), who.csrf):
        raise Problem(403, "csrf_wrong", "这个退出请求不是从本页面发出的，请刷新页面后再试。")
    answer = RedirectResponse("signin", status_code=303)
    end(answer)
    return answer


def account(request: Request) -> dict[str, Any]:
    """For every template: whether the service is open, and who is signed in with which token."""
    who = caller()
    return {
        "account": {
            "open": service_of(request).guard.open,
            "name": (who.key.note or who.key.id) if who.key else "",
            "scope": who.scope,
            "shop": who.shop,
            "csrf_token": who.csrf,
        }
    }


def _why_not(who: Caller, key: str) -> str:
    if not key.strip():
        return "请填写密钥。"
    if who.refused == "origin_wrong" or (who.key and not who.may("agent")):
        return "这是插件用的密钥（suggest），不能登录。请用 agent、trainer 或 admin 密钥。"
    return refusal(who.refused or "key_unknown").detail


def _form(request: Request, to: str, *, status: int = 200, problem: str = "") -> Response:
    return plain_page(request, "signin.html", status, next=to, problem=problem)


def _go(to: str) -> RedirectResponse:
    return RedirectResponse(f"./{to}", status_code=303, headers={"Cache-Control": "no-store"})


def _wanted(page: str) -> str:
    return page if len(page) <= 500 and _PAGE.fullmatch(page) and ".." not in page else ""


async def _fields(request: Request) -> dict[str, str]:
    raw = await request.body()
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}
