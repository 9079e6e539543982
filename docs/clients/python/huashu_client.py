"""A client of the Huashu API on httpx, to copy from.

python huashu_client.py http://127.0.0.1:8000 怎么还不发货
"""

from __future__ import annotations

import os
import sys
from types import TracebackType
from typing import Any, Self

import httpx


class HuashuProblem(Exception):
    """The service refuses: `code` is for programs, the text is its own Chinese sentence."""

    def __init__(self, status: int, code: str, detail: str, retry_after: float | None) -> None:
        super().__init__(detail)
        self.status, self.code, self.retry_after = status, code, retry_after


class Huashu:
    """One for a program; it keeps its connection. Raises HuashuProblem, httpx.TransportError."""

    def __init__(self, service: str, key: str | None = None, *, timeout: float = 10) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=service, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def suggestions(self, message: str | list[str], **more: Any) -> dict[str, Any]:
        """Replies for one message or several; `more` are fields such as platform, variables."""
        field = "message" if isinstance(message, str) else "messages"
        return self._post("/v1/suggestions", {field: message, **more})

    def rewrites(self, draft: str, **more: Any) -> dict[str, Any]:
        """The draft in professional wording."""
        return self._post("/v1/rewrites", {"draft": draft, **more})

    def check(self, text: str, **more: Any) -> list[dict[str, Any]]:
        """Where a text breaks a policy."""
        found: list[dict[str, Any]] = self._post("/v1/check", {"text": text, **more})["findings"]
        return found

    def feedback(
        self, suggestion_id: str, outcome: str, entry_id: str, text: str | None = None
    ) -> None:
        """What became of a suggestion: displayed, sent, edited (with the text) or rejected."""
        body = {"suggestion_id": suggestion_id, "entry_id": entry_id, "outcome": outcome}
        self._post("/v1/feedback", body if text is None else {**body, "text": text})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(path, json=body)
        if answer.is_success:
            found: dict[str, Any] = answer.json()
            return found
        try:
            told = answer.json()
        except ValueError:  # a proxy's page, for instance
            told = {}
        wait = answer.headers.get("retry-after", "")
        raise HuashuProblem(
            answer.status_code,
            told.get("code", "http_error"),
            told.get("detail", f"服务没有正常回答（HTTP {answer.status_code}）"),
            float(wait) if wait.isdigit() else None,
        )


def main(service: str, *messages: str) -> None:
    """Prints what to reply to the messages."""
    with Huashu(service, os.environ.get("HUASHU_KEY")) as huashu:
        for message in messages:
            answer = huashu.suggestions(message, platform="taobao")
            replies = answer["suggestions"] or [r for r in (answer["fallback"],) if r]
            print(f"{message} → {answer['decision']}")
            for reply in replies:
                print(f"  {reply['text']}")
                huashu.feedback(answer["id"], "displayed", reply["entry_id"])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("用法：python huashu_client.py 服务地址 客户的话…")
    try:
        main(*sys.argv[1:])
    except HuashuProblem as problem:
        sys.exit(f"被拒绝（{problem.status} {problem.code}）：{problem}")
    except httpx.TransportError:
        sys.exit("话术服务连不上")
