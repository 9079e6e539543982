"""A Chatwoot on this machine: stores messages, sends webhooks, fails as it is told to.

Shapes: Chatwoot's application API (messages, canned responses) and webhook events.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "agent-token"
PAGE = 20
_MESSAGES = re.compile(r"/api/v1/accounts/(\d+)/conversations/(\d+)/messages")
_CANNED = re.compile(r"/api/v1/accounts/(\d+)/canned_responses(?:/(\d+))?")

Answer = tuple[int, Any, dict[str, str]]


class ChatwootServer:
    """Switches may be turned at any time.

    Attributes:
        faults: what happens to the next POSTs of notes, first to last: a status before anything
            is stored, "lost" (stored, then 500), "slow" (stored, answered too late), "limited"
            (429 with Retry-After); None for nothing.
        requests: method and path of all that was asked.
    """

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.canned: list[dict[str, Any]] = []
        self.faults: list[int | str | None] = []
        self.requests: list[tuple[str, str]] = []
        self.slow_seconds = 1.0
        self._lock = threading.Lock()
        self._http = _Quiet(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    def write(self, conversation: int, text: str, kind: int = 0, *, private: bool = False) -> int:
        """A message that somebody writes in Chatwoot; returns its id."""
        with self._lock:
            number = 1 + max((m["id"] for m in self.messages), default=1000)
            self.messages.append(
                {
                    "id": number,
                    "content": text,
                    "conversation_id": conversation,
                    "message_type": kind,
                    "private": private,
                    "created_at": int(time.time()),
                    "content_type": "text",
                }
            )
        return number

    def notes(self, conversation: int | None = None) -> list[str]:
        """The contents of the private notes, in order."""
        with self._lock:
            return [
                m["content"]
                for m in self.messages
                if m["private"] and conversation in (None, m["conversation_id"])
            ]

    def close(self) -> None:
        """Nobody listens any more."""
        self._http.shutdown()
        self._http.server_close()

    def answer(self, method: str, address: str, body: Any, token: str) -> Answer:
        """What goes back for one request."""
        self.requests.append((method, address))
        if token != TOKEN:
            return 401, {"errors": ["Invalid Access Token"]}, {}
        url = urlsplit(address)
        if found := _MESSAGES.fullmatch(url.path):
            if method == "POST":
                return self._post(int(found[2]), body)
            return 200, self._page(int(found[2]), parse_qs(url.query)), {}
        if found := _CANNED.fullmatch(url.path):
            return self._canned(method, found[2], body)
        return 404, {"error": "Resource could not be found"}, {}

    def _post(self, conversation: int, body: dict[str, Any]) -> Answer:
        with self._lock:
            fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, int):
            return fault, {"error": "no"}, {}
        if fault == "limited":
            return 429, {}, {"retry-after": "1"}
        assert body["private"] is True, "a suggestion must never reach the customer"
        number = self.write(conversation, body["content"], 1, private=True)
        if fault == "lost":
            return 500, {"error": "stored all the same"}, {}
        if fault == "slow":
            time.sleep(self.slow_seconds)
        return 200, {"id": number, "content": body["content"], "private": True}, {}

    def _page(self, conversation: int, query: dict[str, list[str]]) -> dict[str, Any]:
        before = int(query.get("before", ["999999999"])[0])
        with self._lock:
            known = [
                m
                for m in self.messages
                if m["conversation_id"] == conversation and m["id"] < before
            ]
        return {"meta": {}, "payload": sorted(known, key=lambda m: m["id"])[-PAGE:]}

    def _canned(self, method: str, number: str | None, body: Any) -> Answer:
        if method == "GET":
            return 200, self.canned, {}
        given = body["canned_response"]
        if method == "POST":
            if any(c["short_code"] == given["short_code"] for c in self.canned):
                return 422, {"message": "Short code has already been taken"}, {}
            self.canned.append({"id": len(self.canned) + 1, "account_id": 1, **given})
            return 200, self.canned[-1], {}
        known = next(c for c in self.canned if c["id"] == int(number or 0))
        known.update(given)
        return 200, known, {}


def event(message: int, conversation: int, text: str, **more: Any) -> dict[str, Any]:
    """A webhook's body for a customer's message, with what surrounds it in reality."""
    return {
        "event": "message_created",
        "id": message,
        "content": text,
        "content_type": "text",
        "content_attributes": {},
        "created_at": "2026-11-11T08:00:00.000Z",
        "message_type": "incoming",
        "private": False,
        "source_id": None,
        "account": {"id": 1, "name": "店铺"},
        "inbox": {"id": 3, "name": "网页"},
        "sender": {"id": 9, "name": "客户", "type": "contact"},
        "conversation": {
            "id": conversation,
            "inbox_id": 3,
            "status": "open",
            "messages": [{"id": message - 1, "content": "以前的", "message_type": 0}],
        },
        **more,
    }


@contextmanager
def chatwoot_server() -> Iterator[ChatwootServer]:
    """A server until the end of the block."""
    server = ChatwootServer()
    try:
        yield server
    finally:
        server.close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that did not wait for its answer is what some tests are about."""


def _handler(server: ChatwootServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _all(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            token = self.headers.get("api_access_token", "")
            status, content, headers = server.answer(self.command, self.path, body, token)
            raw = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(raw))}.items():
                self.send_header(name, value)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PATCH = _all  # noqa: N815 - names of http.server

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
