"""The agent's console: one page, its static files, and the headers that fence it in.

The page holds no data of its own; its scripts ask the HTTP API that any other program asks.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from app.engine.model import ORDER_STATES, PLATFORMS, STAGES
from app.web.access import needs
from app.web.signin import account

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_TEMPLATES = Jinja2Templates(  # autoescapes .html
    directory=_HERE / "templates", context_processors=[account]
)

# Nothing from elsewhere, nothing inline; the page may only talk to its own service.
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

_WORDING = {
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
    """The console page."""
    return _TEMPLATES.TemplateResponse(
        request, "console.html", {"choices": _CHOICES, "wording": _WORDING}, headers=_HEADERS
    )


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
