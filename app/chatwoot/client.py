"""Chatwoot's application API: notes in conversations, canned responses.

Source: Chatwoot application API; the token goes into the header `api_access_token`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app.chatwoot.errors import ChatwootError

PAGES = 20  # of 20 messages each, that are searched for a note
_WORDS = {
    401: "它不接受令牌。请检查 HUASHU_CHATWOOT_TOKEN。",
    403: "令牌的权限不够。请用客服或管理员的令牌。",
    404: "没有这个账户或会话。请检查 HUASHU_CHATWOOT_URL 和账户编号。",
    429: "请求太多，稍后再试。",
}
# Not the request's fault, or one that an operator mends while the message waits.
_AGAIN = {401, 403, 408, 425, 429}


@dataclass(frozen=True, slots=True)
class Canned:
    """One canned response."""

    id: int
    short_code: str
    content: str


class Chatwoot:
    """For one event loop. Every failure is a ChatwootError in plain words."""

    def __init__(self, url: str, token: str, timeout: float = 10.0) -> None:
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/") + "/api/v1/",
            headers={"api_access_token": token},
            timeout=timeout,
            follow_redirects=False,
        )

    async def close(self) -> None:
        """Gives connections back."""
        await self._client.aclose()

    async def post_note(self, account: int, conversation: int, text: str) -> None:
        """Writes a note that only agents see."""
        body = {"content": text, "message_type": "outgoing", "private": True}
        await self._ask("POST", _messages(account, conversation), json=body)

    async def has_note(self, account: int, conversation: int, mark: str, since: int) -> bool:
        """Whether a private note that begins with `mark` is there, later than message `since`."""
        before: int | None = None
        for _ in range(PAGES):
            query = {} if before is None else {"before": str(before)}
            found = _payload(await self._ask("GET", _messages(account, conversation), params=query))
            if any(_begins(message, mark) for message in found):
                return True
            ids = [m["id"] for m in found if isinstance(m.get("id"), int)]
            if not ids or min(ids) <= since or min(ids) == before:
                return False
            before = min(ids)
        return False

    async def canned(self, account: int) -> list[Canned]:
        """Every canned response."""
        listed = await self._ask("GET", f"accounts/{account}/canned_responses")
        return list(_canned(listed))

    async def add_canned(self, account: int, short_code: str, content: str) -> None:
        """A new canned response."""
        body = {"canned_response": {"short_code": short_code, "content": content}}
        await self._ask("POST", f"accounts/{account}/canned_responses", json=body)

    async def change_canned(self, account: int, known: Canned, content: str) -> None:
        """Other content under the same short code."""
        body = {"canned_response": {"short_code": known.short_code, "content": content}}
        await self._ask("PATCH", f"accounts/{account}/canned_responses/{known.id}", json=body)

    async def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = await self._client.request(method, path, **more)
        except httpx.TimeoutException as error:
            raise ChatwootError("Chatwoot 没有按时回答。", again=True) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ChatwootError(
                "连不上 Chatwoot。请检查 HUASHU_CHATWOOT_URL，以及它是否在运行。", again=True
            ) from error
        if answer.is_success:
            return _json(answer)
        words = _WORDS.get(answer.status_code, "请查看它的日志。")
        raise ChatwootError(
            f"Chatwoot 的回答是 {answer.status_code}：{words}",
            again=answer.status_code >= 500 or answer.status_code in _AGAIN,
            after=_seconds(answer.headers.get("retry-after", "")),
        )


def _messages(account: int, conversation: int) -> str:
    return f"accounts/{account}/conversations/{conversation}/messages"


def _json(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    try:
        return answer.json()
    except (ValueError, RecursionError) as error:
        raise ChatwootError(
            "Chatwoot 的回答不是 JSON。请检查 HUASHU_CHATWOOT_URL。", again=True
        ) from error


def _payload(answer: Any) -> list[Mapping[str, Any]]:
    listed = answer.get("payload") if isinstance(answer, Mapping) else answer
    return [m for m in listed if isinstance(m, Mapping)] if isinstance(listed, list) else []


def _begins(message: Mapping[str, Any], mark: str) -> bool:
    content = message.get("content")
    if not (message.get("private") and isinstance(content, str)):
        return False
    return content.partition("\n")[0].strip() == mark


def _canned(listed: Any) -> Iterator[Canned]:
    for item in _payload(listed):
        number, code, content = item.get("id"), item.get("short_code"), item.get("content")
        if isinstance(number, int) and isinstance(code, str) and isinstance(content, str):
            yield Canned(number, code, content)


def _seconds(header: str) -> float | None:
    """Retry-After in seconds; its other form, a date, is left to our own pauses."""
    return min(float(header), 3600.0) if header.isascii() and header.isdigit() else None
