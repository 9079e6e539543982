"""The other ends of a chat system's connection: a listener to events, a server for callbacks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx


class Listener:
    """Reads a stream in a thread of its own."""

    def __init__(self, url: str, **headers: str) -> None:
        self.events: list[tuple[str, str, dict[str, Any]]] = []  # kind, id, data
        self._url, self._headers = url, headers
        self._ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self._ready.wait(10)

    def wait(self, count: int) -> list[tuple[str, str, dict[str, Any]]]:
        """The events, once there are so many."""
        until = time.monotonic() + 10
        while time.monotonic() < until and len(self.events) < count:
            time.sleep(0.02)
        assert len(self.events) >= count, self.events
        return self.events

    def _read(self) -> None:
        with (
            httpx.Client(trust_env=False, timeout=30) as client,
            client.stream("GET", self._url, headers=self._headers) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            fields: dict[str, str] = {}
            try:
                for line in answer.iter_lines():
                    self._ready.set()
                    name, _, value = line.partition(": ")
                    if line:
                        fields[name] = value
                    elif "event" in fields:
                        data = json.loads(fields["data"])
                        self.events.append((fields["event"], fields["id"], data))
                        fields = {}
            except httpx.TransportError:
                pass  # the service was stopped


class Calls:
    """Where callbacks come in."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.origin = f"http://127.0.0.1:{server.server_address[1]}"
        self.statuses: list[int] = []
        self.made: list[tuple[str, dict[str, str], bytes]] = []  # path, headers, body

    def wait(self, count: int) -> list[tuple[str, dict[str, str], bytes]]:
        """The calls, once there are so many."""
        until = time.monotonic() + 10
        while time.monotonic() < until and len(self.made) < count:
            time.sleep(0.02)
        assert len(self.made) == count
        return self.made


@contextmanager
def answering() -> Iterator[Calls]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            calls.made.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(calls.statuses.pop(0) if calls.statuses else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    calls = Calls(server)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield calls
    server.shutdown()
    server.server_close()
