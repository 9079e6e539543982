"""The application: the only place where the parts are put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware
from watchfiles import awatch

from app import __version__
from app.bookshelf import Bookshelf, open_encoder
from app.records.database import open_engine
from app.records.migrate import upgrade
from app.records.writer import Writer
from app.settings import Settings
from app.threads import one_thread_a_process
from app.web import api, console, docs, health, problems
from app.web.metrics import Metrics, MetricsMiddleware
from app.web.service import Service

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The whole service. Raises HuashuError in plain words when it can not serve."""
    one_thread_a_process()
    metrics = Metrics()
    encoder = open_encoder(settings.encoder, settings.cache_dir)
    bookshelf = Bookshelf(settings.phrasebook, encoder)
    upgrade(settings.database_url)
    store = open_engine(settings.database_url)
    service = Service(settings, bookshelf, store, Writer(store), metrics)

    app = FastAPI(
        title="话术 Huashu",
        version=__version__,
        description="中国电商客服的回复建议：客户消息 → 可直接发送的回复。",
        lifespan=_lifespan,
        max_body_size=settings.max_body,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    problems.install(app)
    app.include_router(api.router)
    app.include_router(health.router)
    app.include_router(console.router)
    app.include_router(docs.router)
    docs.mount_static(app)
    console.mount_static(app)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    if settings.origins():
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins(),
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", "Authorization", "X-API-Key"],
        )
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    service.writer.start()
    watcher = asyncio.create_task(_watch(service)) if service.settings.watch else None
    try:
        yield
    finally:
        if watcher:
            watcher.cancel()
            with suppress(asyncio.CancelledError):
                await watcher
        await run_in_threadpool(service.writer.close)
        service.store.dispose()


async def _watch(service: Service) -> None:
    """Loads the book again whenever its files change; the old one serves meanwhile."""
    async for _ in awatch(service.settings.phrasebook, debounce=300, step=100):
        await run_in_threadpool(service.bookshelf.reload, service.metrics.reloads.inc)
