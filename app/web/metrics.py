"""Prometheus metrics: requests by route, decisions, the journal's queue, the book."""

from __future__ import annotations

import time
from typing import TypeVar, cast

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

M = TypeVar("M", Counter, Histogram)
_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5)


class Metrics:
    """A registry of its own, so that several applications in one process do not collide."""

    def __init__(self) -> None:
        self._children: dict[tuple[int | str, ...], Counter | Histogram] = {}
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "huashu_requests", "HTTP requests", ["route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "huashu_request_seconds",
            "Time to the last byte",
            ["route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.decisions = Counter(
            "huashu_decisions", "Suggestions by decision", ["decision"], registry=self.registry
        )
        self.reloads = Counter(
            "huashu_phrasebook_reloads", "New phrasebooks served", registry=self.registry
        )
        self.journal_queued = Gauge(
            "huashu_journal_queued", "Journal rows not stored yet", registry=self.registry
        )
        self.journal_dropped = Gauge(
            "huashu_journal_dropped", "Journal rows dropped since the start", registry=self.registry
        )
        self.encoder_failures = Counter(
            "huashu_encoder_failures", "Failed requests for vectors", registry=self.registry
        )
        self.encoder_fallback = Gauge(
            "huashu_encoder_fallback",
            "1 while messages are matched by characters because the encoder fails",
            registry=self.registry,
        )
        self.book_good = Gauge(
            "huashu_phrasebook_good", "1 when the newest files are served", registry=self.registry
        )
        self.shops_loaded = Gauge(
            "huashu_shops_loaded", "Shops loaded besides the default one", registry=self.registry
        )
        self.shops_broken = Gauge(
            "huashu_shops_broken", "Other shops with errors in their files", registry=self.registry
        )
        self.shop_loads = Counter(
            "huashu_shop_loads", "Shops loaded because a request named them", registry=self.registry
        )

        self.deliveries = Counter(
            "huashu_deliveries",
            "Notes and callbacks: received, repeated, done, later, failed",
            ["kind", "outcome"],
            registry=self.registry,
        )

    def delivered(self, kind: str, outcome: str) -> None:
        """Counts what became of a note or callback."""
        self._child(self.deliveries, kind, outcome).inc()

    def decided(self, decision: str) -> None:
        """Counts one suggestion request by its decision."""
        self._child(self.decisions, decision).inc()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Counts and times one request."""
        self._child(self.requests, route, str(status)).inc()
        self._child(self.seconds, route).observe(seconds)

    def _child(self, metric: M, *labels: str) -> M:
        """A metric with its labels; kept here, since the library's way to it is long."""
        key: tuple[int | str, ...] = (id(metric), *labels)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = metric.labels(*labels)
        return cast(M, child)


class MetricsMiddleware:
    """Counts and times requests by route template. Plain ASGI, for speed."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on and counts it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.answered(route, status, time.perf_counter() - started)
