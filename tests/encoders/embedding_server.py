"""A server on this machine that speaks OpenAI's embeddings, with switches for what goes wrong."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

Answer = tuple[int, bytes]


def vector(text: str, dimension: int, seed: int = 0) -> list[float]:
    """Hashed character grams; not of length 1, as a server's need not be."""
    row = [0.0] * dimension
    for gram in (*text, *map("".join, pairwise(text))):
        row[zlib.crc32(gram.encode(), seed) % dimension] += 1.0
    return row


class EmbeddingServer:
    """Switches may be turned at any time; `requests` tells what was asked.

    Attributes:
        spoil: turns the right answer into a wrong one (status, body).
        gate: requests wait here while it is not set.
        seed: another number is another model.
    """

    def __init__(self, port: int = 0) -> None:
        self.dimension = 48
        self.seed = 0
        self.spoil: Callable[[dict[str, Any]], Answer] | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._http = _Quiet(("127.0.0.1", port), _handler(self))
        self.port: int = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/v1/embeddings"
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def texts(self) -> list[str]:
        """Every text that was asked for, in order."""
        return [text for request in self.requests for text in request["input"]]

    def answer(self, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        """What goes back for one request."""
        self.requests.append(body)
        self.headers.append(headers)
        self.entered.release()
        self.gate.wait(20)
        right = right_answer([vector(t, self.dimension, self.seed) for t in body["input"]])
        return self.spoil(right) if self.spoil else (200, json.dumps(right).encode())

    def close(self) -> None:
        """Nobody listens any more."""
        self.gate.set()
        self._http.shutdown()
        self._http.server_close()


def right_answer(rows: list[list[float]]) -> dict[str, Any]:
    """In OpenAI's shape, last row first: clients go by the index."""
    data = [{"object": "embedding", "index": i, "embedding": r} for i, r in enumerate(rows)]
    return {"object": "list", "model": "grams", "data": data[::-1]}


def status(code: int) -> Callable[[dict[str, Any]], Answer]:
    """Every answer with this status."""
    return lambda right: (code, json.dumps({"error": {"message": "no"}}).encode())


@contextmanager
def embedding_server(port: int = 0) -> Iterator[EmbeddingServer]:
    """A server until the end of the block."""
    server = EmbeddingServer(port)
    try:
        yield server
    finally:
        server.close()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that did not wait for its answer is what some tests are about."""


def _handler(server: EmbeddingServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            code, content = server.answer(body, {k.lower(): v for k, v in self.headers.items()})
            self.send_response(code)
            if code == 302:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
