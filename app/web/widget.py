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

from app.web.access import needs
from app.web.console import page

_BUILT = Path(__file__).parent / "static" / "widget.js"

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
    return page(request, "demo.html", here="demo", widget=widget != "off")
