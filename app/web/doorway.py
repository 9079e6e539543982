"""What a browser gets for a page it may not open: the form to sign in, or a page that says why."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from app.web.access import caller
from app.web.problems import Problem, title_of

_TEMPLATES = Jinja2Templates(directory=Path(__file__).parent / "templates")
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    # Not no-referrer: a form would then be sent with the origin null.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_AGAIN = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0">
<title>话术</title>
<p>正在打开……</p>
</html>
"""


def install(app: FastAPI) -> None:
    """Answers every Problem: programs with problem+json, people with a page."""

    async def handler(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return told(request, error)

    app.add_exception_handler(Problem, handler)


def told(request: Request, problem: Problem) -> Response:
    """The answer that tells a problem to whoever asked."""
    if not (request.method == "GET" and "text/html" in request.headers.get("accept", "")):
        return problem.answer()
    if problem.status == 401:
        return _to_signin(request)
    if problem.status in (403, 429):
        return _page(request, problem)
    return problem.answer()


def plain_page(
    request: Request, template: str, status: int = 200, **values: object
) -> HTMLResponse:
    """A page without scripts and navigation."""
    return _TEMPLATES.TemplateResponse(
        request, template, values, status_code=status, headers=_HEADERS
    )


def _page(request: Request, problem: Problem) -> Response:
    who = caller()
    answer = plain_page(
        request,
        "refused.html",
        problem.status,
        title=title_of(problem.status),
        detail=problem.detail,
        up=_up(request),
        csrf_token=who.csrf,
    )
    answer.headers.update(problem.headers or {})
    return answer


def _to_signin(request: Request) -> Response:
    """The way to the form, and back to the page afterwards."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        # A link on another site: the browser keeps a same-site cookie back. Asked by a page of
        # its own it sends it.
        return HTMLResponse(_AGAIN, headers={"Cache-Control": "no-store"})
    wanted = _path(request).lstrip("/") + (f"?{request.url.query}" if request.url.query else "")
    to = f"{_up(request)}signin"
    return RedirectResponse(
        f"{to}?next={quote(wanted, safe='')}" if wanted else to,
        status_code=303,
        headers={"Cache-Control": "no-store"},
    )


def _path(request: Request) -> str:
    return request.url.path.removeprefix(request.scope.get("root_path", ""))


def _up(request: Request) -> str:
    """From the page to the service's root: addresses are relative, so that a prefix may be cut."""
    return "../" * (_path(request).count("/") - 1)
