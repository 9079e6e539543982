"""The chat widget: /widget.js, one script without dependencies, and a page that shows it at work.

The script is built from app/web/widget_source by app/widget_build.py.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from app.web.access import needs

_HERE = Path(__file__).parent
_TEMPLATES = Jinja2Templates(directory=_HERE / "templates")  # autoescapes .html
_BUILT = _HERE / "static" / "widget.js"

# As strict as a host's page may be: the widget has to work under it.
_DEMO_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
_DEMO_HEADERS = {
    "Content-Security-Policy": _DEMO_POLICY,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Script:
    """The script, as it is and compressed, with the name of this version of it."""

    plain: bytes
    packed: bytes
    tag: str


@cache
def script() -> Script:
    """Read once in a process."""
    plain = _BUILT.read_bytes()
    # Weak: the same for both encodings.
    tag = f'W/"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return Script(plain, gzip.compress(plain, mtime=0), tag)


@router.get("/widget.js", dependencies=[needs("public")])
async def widget(request: Request) -> Response:
    """The script. Any page may load and read it; it holds nothing that is not public."""
    found = script()
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": found.tag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    known = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {found.tag, found.tag.removeprefix("W/"), "*"}:
        return Response(status_code=304, headers=headers)
    content = found.plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = found.packed
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="text/javascript", headers=headers)


@router.get("/demo", dependencies=[needs("agent")])
async def demo(request: Request, widget: str = "on") -> Response:
    """A made-up chat with the widget beside it; `?widget=off` leaves its place to a userscript."""
    shown = {"widget": widget != "off"}
    return _TEMPLATES.TemplateResponse(request, "demo.html", shown, headers=_DEMO_HEADERS)
