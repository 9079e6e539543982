"""/docs: the API described and tried in the browser, from files of this installation only."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles

from app.web.access import needs

router = APIRouter(include_in_schema=False)

_PAGE = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>话术接口文档</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="/static/swagger/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/static/swagger/swagger-ui-bundle.js"></script>
<script src="/static/docs.js"></script>
</html>
"""
# Swagger UI sets style attributes; scripts stay limited to our own files.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


@router.get("/docs", response_class=HTMLResponse, dependencies=[needs("public")])
async def docs() -> HTMLResponse:
    """The page; Swagger UI reads /openapi.json."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


@router.get("/openapi.json", dependencies=[needs("public")])
async def described(request: Request) -> JSONResponse:
    """The API for machines: the same in every installation, so it needs no key."""
    return JSONResponse(request.app.openapi())


def mount_static(app: FastAPI) -> None:
    """Serves Swagger UI's files from the package that carries them."""
    folder = files("fastapi_swagger") / "resources"
    app.mount("/static/swagger", StaticFiles(directory=str(folder)), name="swagger")
