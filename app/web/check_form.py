"""What a client of LanguageTool sends to be checked: a form, an address, or both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.engine.model import PLATFORMS, STAGES
from app.web.access import Needs, caller, refusal, set_caller
from app.web.annotated import AnnotatedText, Piece, annotated
from app.web.matches import Chosen
from app.web.problems import Problem
from app.web.service import service_of

MOST_FIELDS = 100

# What is read, for openapi.json. Whatever else a client sends is passed over.
FIELDS: Mapping[str, str] = {
    "text": "要检查的文字",
    "data": "带标记的文字（JSON），代替 text",
    "language": "zh-CN、zh-TW、zh-HK 或 auto",
    "enabledRules": "规则编号，逗号分隔",
    "disabledRules": "规则编号，逗号分隔",
    "enabledCategories": "类别，逗号分隔",
    "disabledCategories": "类别，逗号分隔",
    "enabledOnly": "true：只用 enabledRules 和 enabledCategories",
    "mode": "textLevelOnly：什么也不报",
    "shop": "店铺编号，不填为默认店铺",
    "platform": "、".join(PLATFORMS),
    "stage": "、".join(STAGES),
    "entry_id": "加上属于这个条目的规则",
}


class NeedsFormKey(Needs):
    """The dependency of routes for LanguageTool's clients, which can send no header.

    They send a key as the field `apiKey` (beside a `username` that does not matter), or it is a
    part of the address. Such places end up in logs, so that only keys of scope suggest count.
    """

    async def __call__(self, request: Request) -> None:
        """Raises Problem 401, 403 or 429 unless the caller may call the route."""
        who = caller()
        # A key in a header goes before, also one that is no good.
        if who.by == "nobody" and not who.sent_key:
            key = request.path_params.get("key") or await _key_of(request)
            if key:
                guard = service_of(request).guard
                found = guard.with_key(key, request.headers.get("origin", ""))
                if found.may("agent"):
                    raise refusal("key_too_mighty")
                set_caller(found)
                guard.charge(found)
        await super().__call__(request)


async def _key_of(request: Request) -> str:
    given = _pairs(request.scope["query_string"]) | _pairs(await _body(request))
    return given.get("apiKey", "")


@dataclass(frozen=True, slots=True)
class CheckForm:
    """One request. `empty` asks for nothing but what concerns a text as a whole: no rule does."""

    text: AnnotatedText
    language: str
    chosen: Chosen
    shop: str | None
    platform: str | None
    stage: str | None
    entry_id: str | None
    empty: bool


async def read_form(request: Request) -> CheckForm:
    """The request as it is meant. Raises Problem (400 or 413) in plain words."""
    given = _pairs(request.scope["query_string"]) | _pairs(await _body(request))
    return CheckForm(
        text=_text(given),
        language=given.get("language") or "auto",
        chosen=_chosen(given),
        shop=request.path_params.get("shop") or given.get("shop") or None,
        platform=request.path_params.get("platform") or _one_of(given, "platform", PLATFORMS),
        stage=_one_of(given, "stage", STAGES),
        entry_id=given.get("entry_id") or None,
        empty=given.get("mode") == "textLevelOnly",
    )


async def _body(request: Request) -> bytes:
    try:
        return await request.body()
    except HTTPException as error:
        said = f"请求体超过上限（{error.detail} 字节），请分几次检查。"
        raise Problem(error.status_code, "body_too_large", said) from error
    except ClientDisconnect as error:
        raise Problem(400, "http_error", "请求没有发完，请重发。") from error


def _pairs(raw: bytes) -> dict[str, str]:
    """The fields of a form or of an address, whatever the content type; the last of two counts."""
    try:
        return dict(
            parse_qsl(
                raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
            )
        )
    except ValueError as error:
        raise Problem(
            400,
            "form_invalid",
            "参数读不懂：请用 UTF-8 编码的表单发送，例如 language=zh-CN&text=……。",
        ) from error


def _text(given: Mapping[str, str]) -> AnnotatedText:
    if "text" in given and "data" in given:
        raise _wrong("data", "text 和 data 只能填一个。")
    if "text" in given:
        return annotated([Piece(given["text"], given["text"])])
    if "data" not in given:
        raise _wrong("text", "缺少 text：请填要检查的文字（带标记的文字用 data）。")
    try:
        data = json.loads(given["data"])
    except (ValueError, RecursionError) as error:
        raise _wrong("data", "data 不是合法的 JSON，请检查引号、逗号和括号。") from error
    return annotated(_pieces(data))


def _pieces(data: Any) -> list[Piece]:
    """The pieces of `{"text": …}` or `{"annotation": [{"text"} | {"markup", "interpretAs"}]}`."""
    fields = data if isinstance(data, dict) else {}
    given = [name for name in ("text", "annotation") if fields.get(name) is not None]
    if len(given) != 1:
        raise _wrong("data", "data 里请填 text 或 annotation，且只填一个。")
    if given == ["text"]:
        return [_piece({"text": fields["text"]}, 1)]
    if not isinstance(fields["annotation"], list):
        raise _wrong("data", "data 里的 annotation 应为列表。")
    return [_piece(item, i) for i, item in enumerate(fields["annotation"], 1)]


def _piece(item: Any, number: int) -> Piece:
    match item:
        case {"text": str(), "markup": _} | {"text": str(), "interpretAs": _}:
            pass
        case {"text": str(text)}:
            return Piece(text, text)
        case {"markup": str(markup), "interpretAs": str(meant)}:
            return Piece(markup, meant, markup=True)
        case {"markup": str(markup)} if item.get("interpretAs") is None:
            return Piece(markup, "", markup=True)
    raise _wrong(
        "data",
        f"data 里的第 {number} 段不对：每段填 text，或填 markup（可带 interpretAs），都是文字。",
    )


def _chosen(given: Mapping[str, str]) -> Chosen:
    def ids(name: str) -> frozenset[str]:
        return frozenset(part.strip() for part in given.get(name, "").split(",") if part.strip())

    chosen = Chosen(
        enabled_rules=ids("enabledRules"),
        disabled_rules=ids("disabledRules"),
        enabled_categories=ids("enabledCategories"),
        disabled_categories=ids("disabledCategories"),
        only=given.get("enabledOnly") in ("true", "yes"),
    )
    if chosen.only and (chosen.disabled_rules or chosen.disabled_categories):
        raise _wrong("enabledOnly", "enabledOnly 为 true 时不能再停用规则或类别。")
    if chosen.only and not (chosen.enabled_rules or chosen.enabled_categories):
        raise _wrong("enabledOnly", "enabledOnly 为 true 时请写明启用哪些规则或类别。")
    return chosen


def _one_of(given: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str | None:
    value = given.get(name) or None
    if value is not None and value not in allowed:
        raise _wrong(name, f"{name} 的值“{value[:40]}”不认识，可用：{FIELDS[name]}。")
    return value


def _wrong(field: str, detail: str) -> Problem:
    return Problem(400, "parameter_invalid", detail, field=field)
