"""Who may call what: every route names the scope that it needs, and here it is asked for.

Who calls is found out once a request, in gate.py, before anything of the body is read; it is kept
in a context variable, so that a route which forgets to ask about the shop still gets its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import Any, Literal

from fastapi import Depends, Request

from app.records.keys import KeyRecord
from app.web.problems import Problem

# Each scope may do what the one before it may. `public` needs no key.
Scope = Literal["public", "suggest", "agent", "trainer", "admin"]
SCOPES: tuple[Scope, ...] = ("public", "suggest", "agent", "trainer", "admin")
_RANK = {scope: rank for rank, scope in enumerate(SCOPES)}
SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
CSRF_HEADER = "x-csrf-token"

By = Literal["nobody", "open", "key", "session"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request.

    `by` says how it is known: not at all, because the service is open, by a key in the request,
    or by a session of the console. `key` is None unless there is a usable one. `refused` is the
    code of what is wrong with the key that was sent. `csrf` is the token of a session, `proved`
    whether the request carries it or changes nothing; who is no session need not prove it.
    """

    scope: Scope = "public"
    by: By = "nobody"
    key: KeyRecord | None = None
    refused: str | None = None
    csrf: str = ""
    proved: bool = True

    @property
    def shop(self) -> str | None:
        """The only shop that the caller may use; None: every shop."""
        return self.key.shop if self.key else None

    @property
    def sent_key(self) -> bool:
        """Whether a key came with the request, good or not: no page gets that from a browser."""
        return self.by == "key" or self.refused not in (None, "session_ended")

    def may(self, scope: Scope) -> bool:
        """Whether the caller's scope is at least this one."""
        return _RANK[self.scope] >= _RANK[scope]


NOBODY = Caller()
OPEN = Caller(scope="admin", by="open")  # on loopback, while there are no keys
_CALLER: ContextVar[Caller] = ContextVar("huashu_caller", default=NOBODY)

REFUSALS: Mapping[str, tuple[int, str]] = {
    "key_missing": (
        401,
        "这个接口需要密钥：请在请求头里带上 Authorization: Bearer 密钥（或 X-API-Key）。"
        "密钥由管理员用 huashu keys create 生成。",
    ),
    "key_unknown": (401, "不认识这把密钥，请检查有没有抄错或漏字。"),
    "key_expired": (401, "这把密钥已过期，请向管理员要一把新的（huashu keys create）。"),
    "key_revoked": (401, "这把密钥已被撤销，请向管理员要一把新的（huashu keys create）。"),
    "session_ended": (401, "登录已失效，请重新登录。"),
    "origin_wrong": (
        403,
        "这把密钥只能在登记过的网页里用，这次请求来自别处。"
        "请检查 huashu keys create 的 --origin 与网页的地址是否一致。",
    ),
    "key_too_mighty": (403, "写在地址或表单里的密钥只能是 suggest 密钥，请换一把。"),
}


def judge(record: KeyRecord | None, origin: str, now: datetime) -> Caller:
    """Who calls with a key in the request, given what is known of that key.

    A key that is bound to origins is good in their pages only: `origin` is the header.
    """
    if record is None:
        return Caller(refused="key_unknown")
    if record.revoked_at is not None:
        return Caller(refused="key_revoked")
    if record.expired(now):
        return Caller(refused="key_expired")
    if record.origins and origin not in record.origins:
        return Caller(refused="origin_wrong")
    return Caller(scope=record.scope, by="key", key=record)


def caller() -> Caller:
    """Who sent the request that is being answered; NOBODY outside of requests."""
    return _CALLER.get()


def set_caller(found: Caller) -> None:
    """Says who sent the request; for gate.py and the dependencies below."""
    _CALLER.set(found)


def refusal(code: str) -> Problem:
    """The problem with one of the codes above."""
    status, words = REFUSALS[code]
    headers = {"WWW-Authenticate": 'Bearer realm="huashu"'} if status == 401 else None
    return Problem(status, code, words, headers=headers)


def permit(who: Caller, scope: Scope) -> None:
    """Raises Problem 401 or 403 unless the caller may call a route of this scope."""
    if scope == "public":
        return
    if who.by == "nobody":
        raise refusal(who.refused or "key_missing")
    if not who.may(scope):
        raise Problem(
            403,
            "scope_wrong",
            f"这里要 {scope} 密钥，您用的是 {who.scope} 密钥。请向管理员要一把"
            f"（huashu keys create --scope {scope}）。",
        )
    if not who.proved:
        raise Problem(403, "csrf_wrong", "请求头 X-CSRF-Token 不对，请刷新页面后再试。")


def same(given: str, known: str) -> bool:
    """Compares in constant time; an empty text is never the same."""
    return bool(known) and compare_digest(given.encode(), known.encode())


def own_shop(shop: str | None) -> str | None:
    """The shop that a request means: with a key of one shop that one, also when none is named.

    Raises Problem 403 when it names another.
    """
    bound = _CALLER.get().shop
    if bound is None or shop == bound:
        return shop
    if not shop:
        return bound
    raise Problem(
        403,
        "shop_forbidden",
        f"这把密钥只能用于店铺“{bound}”，不能用于“{shop[:60]}”。请换一把密钥，或改正 shop。",
        field="shop",
    )


def every_shop() -> None:
    """Raises Problem 403 when the caller's key is of one shop: for what concerns all of them."""
    bound = _CALLER.get().shop
    if bound is not None:
        raise Problem(
            403, "shop_forbidden", f"这里有所有店铺的数据，而这把密钥只能用于店铺“{bound}”。"
        )


class Needs:
    """The dependency of a route: the least scope of a key that may call it."""

    def __init__(self, scope: Scope) -> None:
        self.scope, self.rank = scope, _RANK[scope]

    async def __call__(self, request: Request) -> None:
        """Raises Problem 401 or 403 unless the caller may call the route."""
        permit(_CALLER.get(), self.scope)


def needs(scope: Scope) -> Any:
    """For `dependencies=[…]` of a route or a router: who may call it."""
    return Depends(Needs(scope))
