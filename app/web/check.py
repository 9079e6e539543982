"""LanguageTool's HTTP API: its clients underline Huashu's findings and rewrites in any text box.

Clients put `/check` or `/v2/check` after an address of the user's choice and can say nothing
about a shop, so shop and platform are parts of the address: `/shop/second/lt/jd/v2/check`.
Source: LanguageTool's ApiV2 and TextChecker. Which client asks what is told in docs/api.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from app.engine.folding import is_traditional
from app.engine.model import PLATFORMS
from app.engine.suggest import Suggester
from app.web import languagetool as lt
from app.web import matches as m
from app.web.annotated import AnnotatedText
from app.web.ask import check_length
from app.web.check_form import FIELDS, CheckForm, NeedsFormKey, read_form
from app.web.problems import MEDIA_TYPE, RESPONSES, Problem
from app.web.service import ServiceDep
from app.web.shops import shelf_of

SIMPLIFIED = lt.Language(name="中文（简体）", code="zh", long_code="zh-CN")
TAIWAN = lt.Language(name="中文（台湾繁体）", code="zh", long_code="zh-TW")
HONG_KONG = lt.Language(name="中文（香港繁体）", code="zh", long_code="zh-HK")
_SUBTAGS = {"tw": TAIWAN, "hant": TAIWAN, "hk": HONG_KONG, "mo": HONG_KONG}
# The other languages of LanguageTool. Clients send theirs unasked, whatever the text is in.
_OTHERS = re.compile(
    "ar|ast|be|br|ca|crh|da|de|el|en|eo|es|fa|fr|ga|gl|is|it|ja|km|lt|ml|nl|noop|pl|pt|ro|ru|sk|sl"
    "|sr|sv|ta|tl|uk"
)
_FORM = {
    "type": "object",
    "properties": {
        name: {"type": "string", "description": words} for name, words in FIELDS.items()
    },
}
_REFUSALS: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "出错：一句话说明原因和办法；Accept 里写明 problem+json 时用那种格式。",
        "content": {"text/plain": {"schema": {"type": "string"}}} | RESPONSES["default"]["content"],
    }
}
_BODY = {"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": _FORM}}}}


class PlainErrors(APIRoute):
    """Refuses in plain text, as LanguageTool does: its clients look for matches in any JSON.

    Who names problem+json in Accept gets that.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler with its problems turned into sentences."""
        handler = super().get_route_handler()

        async def plain(request: Request) -> Response:
            try:
                return await handler(request)
            except Problem as problem:
                if MEDIA_TYPE in request.headers.get("accept", ""):
                    raise
                return PlainTextResponse(problem.detail, problem.status)

        return plain


shape = APIRouter(route_class=PlainErrors)
_BOTH = ["GET", "POST"]  # LibreOffice's extension posts where others get


@shape.post(
    "/v2/check",
    summary="按 LanguageTool 的格式检查文字",
    openapi_extra=_BODY,
    response_model_exclude_none=True,
)
@shape.get("/v2/check", include_in_schema=False, response_model_exclude_none=True)
async def check(request: Request, service: ServiceDep) -> lt.CheckAnswer:
    """Findings and rewrites of a text, at once, as LanguageTool's matches."""
    form = await read_form(request)
    check_length(form.text.plain, "text", service, status=413, advice="请缩短，或分段检查。")
    current = (await shelf_of(form.shop, service)).current
    # Plugins send whole pages at every pause in typing: other requests must not wait for that.
    found = [] if form.empty else await run_in_threadpool(_matches, form, current)
    return lt.CheckAnswer(
        language=_language(form.language, form.text.plain),
        matches=found,
        sentence_ranges=_sentence_ranges(form.text),
    )


@shape.get("/v2/languages", summary="按 LanguageTool 的格式列出语言")
async def languages() -> list[lt.Language]:
    """Chinese, in the scripts and regions that clients know."""
    return [SIMPLIFIED, TAIWAN, HONG_KONG]


@shape.get("/v2/info", include_in_schema=False)
async def info() -> lt.Info:
    """Who answers; some clients ask this to see whether an address is right."""
    return lt.Info()


@shape.api_route("/v2/maxtextlength", methods=_BOTH, include_in_schema=False)
async def max_text_length(service: ServiceDep) -> PlainTextResponse:
    """The longest text, as a number."""
    return PlainTextResponse(str(service.settings.max_message))


@shape.api_route("/v2/configinfo", methods=_BOTH, include_in_schema=False)
async def config_info(request: Request, service: ServiceDep) -> lt.ConfigInfo:
    """The longest text and every rule; LibreOffice's extension asks this before it checks."""
    shelf = await shelf_of(request.path_params.get("shop"), service)
    known = m.rules(shelf.current.book)
    return lt.ConfigInfo(
        parameter=lt.ConfigParameter(max_text_length=service.settings.max_message),
        rules=[
            lt.ConfigRule(
                rule_id=rule.id,
                description=rule.title,
                category_id=m.KINDS[rule.kind].category,
                category_name=m.KINDS[rule.kind].name,
                loc_quality_issue_type=m.KINDS[rule.kind].issue_type,
            )
            for rule in known.values()
        ],
    )


async def known_platform(platform: str) -> None:
    """Raises Problem when the address names a platform that nobody knows."""
    if platform not in PLATFORMS:
        raise Problem(
            404,
            "platform_unknown",
            f"地址里的平台“{platform[:40]}”不认识，可用：{FIELDS['platform']}。",
            field="platform",
        )


async def known_shop(shop: str, service: ServiceDep) -> None:
    """Raises Problem when the address names a shop that is not there or can not be used."""
    await shelf_of(shop, service)


router = APIRouter(tags=["LanguageTool"], responses=_REFUSALS)
# First of all who asks: the shop of the address is looked up in the name of the key.
_KEY = Depends(NeedsFormKey("suggest"))
_OF_PLATFORM, _OF_SHOP = Depends(known_platform), Depends(known_shop)
router.include_router(shape, dependencies=[_KEY])
for _prefix, _known in (
    ("/lt/{platform}", [_OF_PLATFORM]),
    ("/shop/{shop}", [_OF_SHOP]),
    ("/shop/{shop}/lt/{platform}", [_OF_PLATFORM, _OF_SHOP]),
    ("/key/{key}", []),
    ("/key/{key}/lt/{platform}", [_OF_PLATFORM]),
    ("/key/{key}/shop/{shop}", [_OF_SHOP]),
    ("/key/{key}/shop/{shop}/lt/{platform}", [_OF_PLATFORM, _OF_SHOP]),
):
    router.include_router(
        shape, prefix=_prefix, dependencies=[_KEY, *_known], include_in_schema=False
    )


def _matches(form: CheckForm, current: Suggester) -> list[lt.Match]:
    plain = form.text.plain
    findings = current.policies.check(
        plain, platform=form.platform, stage=form.stage, entry_id=form.entry_id
    )
    rewritten = current.rewriter.rewrite(plain, platform=form.platform, stage=form.stage)
    return m.matches(form.text, findings, rewritten.edits, m.rules(current.book), form.chosen)


def _language(code: str, plain: str) -> lt.AnswerLanguage:
    """The language named by `code`, `auto` for the one of the text. Raises Problem."""
    shown = TAIWAN if is_traditional(plain) else SIMPLIFIED
    main, *subtags = code.lower().replace("_", "-").split("-")
    if main == "zh":
        asked = next((_SUBTAGS[tag] for tag in subtags if tag in _SUBTAGS), SIMPLIFIED)
    elif main == "auto" or _OTHERS.fullmatch(main):
        asked = shown
    else:
        raise Problem(
            400,
            "language_unknown",
            f"不认识语言代码“{code[:40]}”，可用：zh-CN、zh-TW、zh-HK、auto。",
            field="language",
        )
    detected = lt.DetectedLanguage(
        name=shown.name, code=shown.long_code, confidence=_share_of_chinese(plain)
    )
    return lt.AnswerLanguage(name=asked.name, code=asked.long_code, detected_language=detected)


def _share_of_chinese(plain: str) -> float:
    """Chinese characters among all letters, from 0 to 1."""
    letters = [character for character in plain if character.isalpha()]
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in letters)
    return round(chinese / len(letters), 2) if letters else 0.0


def _sentence_ranges(text: AnnotatedText) -> list[tuple[int, int]]:
    places = (text.place(start, end) for start, end in m.sentences(text.plain))
    return [(text.units(start), text.units(end)) for start, end in places]
