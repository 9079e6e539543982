"""What every request passes first: who calls, from where, how often. Plain ASGI, for speed."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.access import CSRF_HEADER, OPEN, SAFE, permit, set_caller
from app.web.access import Scope as AccessScope
from app.web.doorway import told
from app.web.guard import Guard
from app.web.problems import Problem

_READ = {
    name.encode(): name
    for name in (
        "authorization",
        "x-api-key",
        "cookie",
        "origin",
        "host",
        "sec-fetch-site",
        CSRF_HEADER,
    )
}
# Asked all the time by those who watch, or by every page: not counted.
_UNCOUNTED = ("/healthz", "/readyz", "/static/", "/widget.js")


class Gate:
    """Says who calls, and refuses what no route has to see.

    `early` are the routes that take a body, by path, with their scope: who may not call one is
    refused before the body is read. The routes themselves ask again (access.Needs).
    """

    def __init__(self, app: ASGIApp, guard: Guard, early: Mapping[str, AccessScope]) -> None:
        self._app, self._guard, self._early = app, guard, early

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on, or tells why not."""
        if scope["type"] == "http":
            try:
                self._admit(scope)
            except Problem as problem:
                await told(Request(scope), problem)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _admit(self, scope: Scope) -> None:
        guard, method, path = self._guard, scope["method"], scope["path"]
        given = {_READ[n]: v.decode("latin-1") for n, v in scope["headers"] if n in _READ}
        host = given.get("host", "")
        client = scope.get("client")
        address = client[0] if client else None
        if guard.open:
            guard.at_home(address, host)
            who = OPEN
        else:
            if not path.startswith(_UNCOUNTED):
                guard.charge_address(address or "")
            who = guard.identify(given, method)
            guard.charge(who)
        set_caller(who)
        if method in SAFE:
            return
        if not who.sent_key and guard.foreign(
            given.get("origin", ""), given.get("sec-fetch-site", ""), host
        ):
            raise Problem(
                403,
                "page_foreign",
                "这个请求来自别的网站的网页，没有执行。要从那里调用，请使用密钥，"
                "或由管理员在 HUASHU_CORS_ORIGINS 里登记它的来源。",
            )
        needed = self._early.get(path)
        if needed:
            permit(who, needed)


class Origins(CORSMiddleware):
    """Lets pages of other origins read answers: those of the setting and those of widget keys.

    Which keys there are changes while the service runs. A preflight carries no key, so it is
    answered for every origin that any key is bound to.
    """

    def __init__(self, app: ASGIApp, guard: Guard, listed: list[str]) -> None:
        super().__init__(
            app,
            allow_origins=listed,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Authorization", "X-API-Key"],
            expose_headers=["Retry-After"],
        )
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on; without any origin it is as if this were not there."""
        if scope["type"] == "http" and self._guard.has_origins:
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether pages of this origin may read answers."""
        return self._guard.may_read(origin)
