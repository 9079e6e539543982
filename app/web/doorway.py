"""A browser that opens a page without a session is led to the page where one signs in."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

_AGAIN = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0">
<title>话术</title>
<p>正在打开……</p>
</html>
"""


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks for a page, not a program for data."""
    return request.method == "GET" and "text/html" in request.headers.get("accept", "")


def to_signin(request: Request) -> Response:
    """The way to the form, and back to the page afterwards. Relative, as all of the pages are."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        # A link on another site: the browser keeps a same-site cookie back. Asked by a page of
        # its own it sends it.
        return HTMLResponse(_AGAIN, headers={"Cache-Control": "no-store"})
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    query = request.url.query
    wanted = path.lstrip("/") + (f"?{query}" if query else "")
    to = "../" * (path.count("/") - 1) + "signin"
    return RedirectResponse(
        f"{to}?next={quote(wanted, safe='')}" if wanted else to,
        status_code=303,
        headers={"Cache-Control": "no-store"},
    )
