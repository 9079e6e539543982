"""The console: the agents' desk, what its pages share, and the headers that fence them in.

The desk holds no data of its own; its scripts ask the HTTP API that any other program asks.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.routing import Match

from app.engine.model import ORDER_STATES, PLATFORMS, STAGES
from app.web.access import Scope, caller, needs
from app.web.signin import account

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TEMPLATES = Jinja2Templates(  # autoescapes .html
    directory=_HERE / "templates", context_processors=[account]
)

# Paths are relative and one level deep, so that the pages also work below a prefix. A page that
# this application does not serve, or the caller may not open, is not in the navigation.
_PAGES: tuple[tuple[str, str, Scope], ...] = (
    ("", "接待台", "agent"),
    ("book", "话术库", "agent"),
    ("unanswered", "未答上", "trainer"),
    ("review", "审阅", "trainer"),
    ("figures", "数据", "trainer"),
)

# Nothing from elsewhere, nothing inline; the pages may only talk to their own service.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

EVENTS = "v1/events?recent=true"  # conversations that plugins tell of
WORDING = {
    "taobao": "淘宝",
    "tmall": "天猫",
    "jd": "京东",
    "pdd": "拼多多",
    "presale": "售前",
    "insale": "售中",
    "aftersale": "售后",
    "unpaid": "未付款",
    "paid": "已付款，未发货",
    "shipped": "已发货",
    "received": "已签收",
}
_CHOICES = (
    ("platform", "平台", "不限平台", PLATFORMS),
    ("stage", "阶段", "自动判断", STAGES),
    ("order", "订单状态", "未知", ORDER_STATES),
)

# The desk's keys, as its help shows them; docs/console.zh-CN.md has the same.
KEYS = (
    (("Enter",), "在客户消息里：马上查询；在建议上：放进草稿"),
    (("Shift", "Enter"), "在客户消息里：换行，一条消息一行"),
    (("1–3",), "复制第 1 到 3 条建议；在输入框里按 Alt+1 到 Alt+3"),
    (("↓",), "从客户消息末尾到第一条建议，再到下一条；↑ 往回"),
    (("/",), "搜索话术库；在输入框里按 Alt+/"),
    (("Esc",), "清空客户消息"),
    (("Alt", "N"), "新客户"),
    (("Alt", "PageDown"), "下一位客户；Alt+PageUp 上一位"),
    (("Alt", "↓"), "在草稿里：下一处划线；Alt+↑ 上一处"),
    (("Alt", "Enter"), "在草稿里：改掉这一处"),
    (("Alt", "R"), "在草稿里：用改写替换整段"),
    (("Ctrl", "Enter"), "在草稿里：复制草稿"),
    (("?",), "显示这张表"),
)

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[needs("agent")])
async def console(request: Request) -> Response:
    """The agents' desk."""
    return page(
        request,
        "console.html",
        here="",
        choices=_CHOICES,
        wording=WORDING,
        keys=KEYS,
        modules=_modules("main.js"),
        events=EVENTS if serves(request.app, "/v1/events") else None,
    )


def page(
    request: Request, template: str, *, here: str, status: int = 200, **values: Any
) -> Response:
    """A page with the navigation and the headers of all pages. `here` is its own path."""
    shown = [
        (path, title)
        for path, title, scope in _PAGES
        if caller().may(scope) and serves(request.app, f"/{path}")
    ]
    given = {"pages": shown, "here": here, **values}
    return _TEMPLATES.TemplateResponse(
        request, template, given, status_code=status, headers=_HEADERS
    )


@cache
def _modules(name: str) -> tuple[str, ...]:
    """A script and all that it imports: named in the page, they load at once and not in turn."""
    found = [name]
    for script in found:
        text = (_STATIC / script).read_text("utf-8")
        found += [m for m in re.findall(r'from "\./([^"]+)"', text) if m not in found]
    return tuple(sorted(set(found)))


def serves(app: FastAPI, path: str) -> bool:
    """Whether the application has a route for GET at this path."""
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(dict(asked))[0] is Match.FULL for route in app.routes)


@router.get("/favicon.ico", dependencies=[needs("public")])
async def favicon() -> FileResponse:
    """The icon that browsers ask for by themselves."""
    return FileResponse(_STATIC / "favicon.ico", media_type="image/x-icon")


class _Revalidated(StaticFiles):
    """Static files that browsers ask about each time: after an upgrade no page mixes versions."""

    async def get_response(self, path: str, scope: object) -> Response:
        response = await super().get_response(path, scope)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def mount_static(app: FastAPI) -> None:
    """Serves the page's styles, scripts and icons below /static."""
    app.mount("/static", _Revalidated(directory=_STATIC), name="static")
