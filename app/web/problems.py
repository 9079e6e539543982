"""Errors as application/problem+json (RFC 9457): Chinese words for people, a code for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.engine.errors import HuashuError
from app.records.errors import OtherShopSuggestion, StoreError, UnknownSuggestion

MEDIA_TYPE = "application/problem+json"
MOST_ERRORS = 20  # a body may hold thousands of wrong fields; nobody reads that many

_TEXT = {"type": "string"}
# For openapi.json: what every route answers when it can not do what was asked.
RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "出错：title 与 detail 说明原因和办法，code 供程序判断。",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "title": "Problem",
                    "type": "object",
                    "required": ["type", "title", "status", "code", "detail"],
                    "properties": {
                        **dict.fromkeys(("type", "title", "code", "detail"), _TEXT),
                        "status": {"type": "integer"},
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["field", "message"],
                                "properties": {"field": _TEXT, "message": _TEXT},
                            },
                        },
                    },
                }
            }
        },
    }
}

_TITLES = {
    400: "请求有误",
    401: "需要密钥",
    403: "没有权限",
    404: "找不到",
    405: "不支持这种请求方法",
    413: "内容太长",
    415: "内容类型不对",
    422: "请求内容有误",
    429: "请求太频繁",
    500: "服务内部出错",
    503: "暂时不可用",
}
_CODES = {
    400: "json_invalid",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}
_FIELD_WORDS: Mapping[str, str] = {
    "missing": "缺少这个字段",
    "extra_forbidden": "不认识这个字段，请对照 /docs 检查拼写",
    "string_type": "应为文字",
    "string_unicode": "含有不完整的字符（单独的代理码位），请去掉后再发",
    "string_too_long": "太长，最多 {max_length} 个字符",
    "string_too_short": "不能为空",
    "too_long": "太多，最多 {max_length} 项",
    "too_short": "至少要有 {min_length} 项",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "list_type": "应为列表",
    "dict_type": "应为对象",
    "model_type": "应为 JSON 对象",
    "model_attributes_type": "应为 JSON 对象，请检查 Content-Type 是否为 application/json",
    "literal_error": "可用的值：{expected}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "json_invalid": "不是合法的 JSON，请检查引号、逗号和括号，并用 UTF-8 编码",
}


def title_of(status: int) -> str:
    """What a status means, in a few Chinese words."""
    return _TITLES.get(status, "请求未完成")


class Problem(Exception):
    """Raised in web/ only: becomes a problem+json answer."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.field, self.headers, self.more = (
            status,
            code,
            detail,
            field,
            headers,
            more,
        )

    def answer(self) -> JSONResponse:
        """The answer that tells it."""
        errors = [{"field": self.field, "message": self.detail}] if self.field else []
        return _answer(
            self.status, self.code, self.detail, self.headers, errors=errors, **self.more
        )


class BodyLimit:
    """Refuses request bodies of more than `most` bytes. Plain ASGI.

    Starlette's own limit answers in plain text, past every exception handler.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self._app, self._most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on and counts what is read of its body."""
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self._most:
                raise StarletteHTTPException(413, f"{self._most}")
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)


def problem_body(
    status: int, code: str, detail: str, errors: Sequence[Mapping[str, str]] = (), **more: Any
) -> dict[str, Any]:
    """The fields of one problem. `errors` name the offending fields, each with a message."""
    body: dict[str, Any] = {
        "type": f"urn:huashu:problem:{code}",
        "title": title_of(status),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return body | more


def _answer(
    status: int, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    body = problem_body(status, code, detail, **more)
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def install(app: FastAPI) -> None:
    """Maps every error that can reach the edge, once; doorway.py the Problem."""

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        errors = [_field_error(e) for e in error.errors()[:MOST_ERRORS]]
        if any(e["type"] == "json_invalid" for e in error.errors()):
            return _answer(400, "json_invalid", _FIELD_WORDS["json_invalid"] + "。")
        shown = "；".join(f"{e['field']}：{e['message']}" for e in errors[:5])
        return _answer(422, "invalid_request", f"{shown}。", errors=errors)

    @app.exception_handler(StarletteHTTPException)
    async def _http(request: Request, error: StarletteHTTPException) -> JSONResponse:
        detail = {
            # Raised for bodies that can not be decoded or are nested too deeply.
            400: _FIELD_WORDS["json_invalid"] + "。",
            404: f"没有 {request.url.path} 这个地址，可用的接口见 /docs。",
            405: f"{request.url.path} 不接受 {request.method}，可用的方法见 /docs。",
            413: f"请求体超过上限（{error.detail} 字节），请分几次发送。",
        }.get(error.status_code, "请对照 /docs 检查请求。")
        code = _CODES.get(error.status_code, "http_error")
        # 405 must say which methods there are (RFC 9110, 15.5.6): in the header Allow.
        return _answer(error.status_code, code, detail, error.headers)

    @app.exception_handler(HuashuError)
    async def _known(_: Request, error: HuashuError) -> JSONResponse:
        if isinstance(error, StoreError):
            return _answer(503, error.code, str(error))
        if isinstance(error, UnknownSuggestion):
            return _answer(404, "suggestion.unknown", str(error))
        if isinstance(error, OtherShopSuggestion):
            return _answer(403, "suggestion.other-shop", str(error))
        return _answer(500, "internal", str(error))

    @app.exception_handler(Exception)
    async def _unknown(_: Request, __: Exception) -> JSONResponse:
        return _answer(500, "internal", "服务内部出错，已写入日志。请稍后再试。")


def _field_error(error: Mapping[str, Any]) -> dict[str, str]:
    place = [str(p) for p in error["loc"] if p not in ("body", "query", "path")]
    context = {k: str(v) for k, v in (error.get("ctx") or {}).items()}
    if "expected" in context:
        context["expected"] = context["expected"].replace(" or ", ", ").replace(", ", "、")
    words = _FIELD_WORDS.get(error["type"])
    if error["type"] == "missing" and not place:
        message = "请求体是空的，请发送 JSON 对象"
    elif error["type"] == "value_error":
        message = str(error["msg"]).removeprefix("Value error, ")
    elif words is None:
        message = "值不合要求"
    else:
        message = words.format_map(_Given(context))
    return {"field": ".".join(place) or "body", "message": message}


class _Given(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"
