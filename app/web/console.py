"""The console: the agents' desk, what its pages share, and the headers that fence them in.

The desk holds no data of its own; its scripts ask the HTTP API that any other program asks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.routing import Match

from app.engine.model import ORDER_STATES, PLATFORMS, STAGES
from app.web.access import needs

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TEMPLATES = Jinja2Templates(directory=_HERE / "templates")  # autoescapes .html

# Paths are relative and one level deep, so that the pages also work below a prefix. A page that
# this application does not serve is not in the navigation.
_PAGES = (
    ("", "接待台"),
    ("book", "话术库"),
    ("unanswered", "未答上"),
    ("review", "审阅"),
    ("figures", "数据"),
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
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

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

router = APIRouter(include_in_schema=False)


@router.get("/", dependencies=[needs("agent")])
async def console(request: Request) -> Response:
    """The agents' desk."""
    return page(request, "console.html", here="", choices=_CHOICES, wording=WORDING)


def page(
    request: Request, template: str, *, here: str, status: int = 200, **values: Any
) -> Response:
    """A page with the navigation and the headers of all pages. `here` is its own path."""
    shown = [(path, title) for path, title in _PAGES if serves(request.app, f"/{path}")]
    given = {"pages": shown, "here": here, **values}
    return _TEMPLATES.TemplateResponse(
        request, template, given, status_code=status, headers=_HEADERS
    )


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
