"""The application: the only place where the parts are put together."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from watchfiles import awatch

from app import __version__
from app.bookshelf import Bookshelf
from app.encoders import open_encoder
from app.engine.encode import Encoder
from app.fit_files import FitFiles
from app.records.database import open_engine
from app.records.errors import StoreError
from app.records.migrate import upgrade
from app.records.writer import Writer
from app.settings import Settings
from app.shops import Limits, Shops
from app.threads import one_thread_a_process, take_turns_quickly
from app.web import (
    api,
    book_pages,
    chatwoot,
    check,
    console,
    docs,
    doorway,
    entries,
    health,
    incoming,
    journal_pages,
    outgoing,
    problems,
    proposals,
    rehearsal,
    review,
    signin,
    widget,
)
from app.web import shops as shops_routes
from app.web.declared import declared, describe, early
from app.web.gate import Gate, Origins
from app.web.guard import Guard
from app.web.keyring import Keyring
from app.web.metrics import Metrics, MetricsMiddleware
from app.web.service import Service

log = logging.getLogger(__name__)

SETTLE_MS = 150  # without a further change until a save counts as done
LOOK_MS = 1000  # how often to look whether the phrasebook is still the same folder
UNWATCHED_SECONDS = 30
TEND_SECONDS = 1.0
KEYS_SECONDS = 1.0
RECOVER_SECONDS = 1.0  # the circuit breaker decides whether a request is made at all


def create_app(settings: Settings, *, clock: Callable[[], float] = time.monotonic) -> FastAPI:
    """The whole service. Raises HuashuError in plain words when it can not serve.

    `clock` counts the seconds for which a failing encoder is left alone and shops are idle.
    """
    one_thread_a_process()
    take_turns_quickly()
    metrics = Metrics()
    encoder = open_encoder(settings, clock=clock, on_failure=metrics.encoder_failures.inc)
    if not encoder.remote:  # its weights are read while the book is
        threading.Thread(target=encoder.check, name="huashu-encoder", daemon=True).start()
    shops = _open_shops(settings, encoder, metrics, clock)
    upgrade(settings.database_url)
    store = open_engine(settings.database_url)
    guard = Guard(settings, Keyring(store, clock), clock)
    guard.may_serve()
    service = Service(settings, shops, store, Writer(store), metrics, guard)

    app = FastAPI(
        title="话术 Huashu",
        version=__version__,
        description="中国电商客服的回复建议：客户消息 → 可直接发送的回复。",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        # Looked for at every request, though nobody can set it up here.
        telemetry={"tracing": False, "metrics": False, "logs": False},
        openapi_url=None,
    )
    app.state.service = service
    problems.install(app)
    doorway.install(app)
    api.install(app)
    app.include_router(shops_routes.router)
    app.include_router(entries.router)
    app.include_router(check.router)
    app.include_router(proposals.router)
    app.include_router(incoming.router)
    app.include_router(chatwoot.router)
    app.include_router(health.router)
    app.include_router(console.router)
    app.include_router(signin.router)
    app.include_router(book_pages.router)
    app.include_router(journal_pages.router)
    app.include_router(review.router)
    app.include_router(docs.router)
    app.include_router(widget.router)
    docs.mount_static(app)
    console.mount_static(app)
    routes = declared(app)
    describe(app, routes)
    app.add_middleware(problems.BodyLimit, most=settings.max_body)
    app.add_middleware(Gate, guard=guard, early=early(routes))
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.add_middleware(Origins, guard=guard, listed=settings.origins())
    return app


def _open_shops(
    settings: Settings, encoder: Encoder, metrics: Metrics, clock: Callable[[], float]
) -> Shops:
    memory = FitFiles(settings.cache_dir)
    return Shops(
        Bookshelf(settings.phrasebook, encoder, memory),
        settings.shops_folder(),
        lambda folder, shop: Bookshelf(folder, encoder, memory, shop),
        Limits(settings.shops_loaded, settings.shop_idle * 60, settings.watch),
        clock=clock,
        on_load=metrics.shop_loads.inc,
        on_reload=metrics.reloads.inc,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    service.writer.start()
    tasks = [
        asyncio.create_task(_recover(service)),
        asyncio.create_task(rehearsal.run(service.shops)),
        asyncio.create_task(_read_keys(service)),
        asyncio.create_task(outgoing.run(service)),
    ]
    if service.settings.shops:
        tasks.append(asyncio.create_task(_tend(service)))
    if service.settings.watch:
        tasks.append(asyncio.create_task(_watch(service)))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await service.looks.close()
        service.hub.close()
        service.shops.close()
        service.previews.flush()
        await run_in_threadpool(service.writer.close)
        with suppress(StoreError):
            await run_in_threadpool(service.guard.keyring.note_use)
        service.store.dispose()


async def _recover(service: Service) -> None:
    """Asks an encoder that fails until it answers, so that no customer's message has to."""
    while True:
        await asyncio.sleep(RECOVER_SECONDS)
        if service.shops.encoder_problem:
            await run_in_threadpool(service.shops.recover)


async def _read_keys(service: Service) -> None:
    """Notices keys that another process makes or revokes."""
    while True:
        await asyncio.sleep(KEYS_SECONDS)
        try:
            await run_in_threadpool(service.guard.keyring.refresh)
        except Exception:
            log.exception("keys can not be read, trying again")


async def _tend(service: Service) -> None:
    """Drops shops that nobody asks for, loads those whose files changed."""
    while True:
        await asyncio.sleep(TEND_SECONDS)
        try:
            await run_in_threadpool(service.shops.tend)
        except Exception:
            log.exception("shops are not looked after, trying again")


async def _watch(service: Service) -> None:
    """Loads the book again whenever its files change; the old one serves meanwhile.

    The system watches a folder, not its name: when another one takes its place (a new book is
    often moved there whole) it has to be watched anew.
    """
    folder = service.settings.phrasebook

    async def reload() -> None:
        await run_in_threadpool(service.bookshelf.reload, service.metrics.reloads.inc)

    while True:
        known = _identity(folder)
        if known is None:
            await asyncio.sleep(LOOK_MS / 1000)
        else:
            await _watch_while(folder, known, reload)
        if _identity(folder) != known:
            await reload()


async def _watch_while(
    folder: Path, known: tuple[int, int], reload: Callable[[], Awaitable[None]]
) -> None:
    """Calls `reload` after every change; returns when the folder is no longer the known one."""
    begun = False  # what changed before the watch began is told by nobody
    try:
        async for changes in awatch(
            folder, debounce=SETTLE_MS, step=50, rust_timeout=LOOK_MS, yield_on_timeout=True
        ):
            if changes or not begun:
                await reload()
                begun = True
            if _identity(folder) != known:
                return
    except OSError as error:
        log.warning("phrasebook %s can not be watched, trying again: %s", folder, error)
        await asyncio.sleep(UNWATCHED_SECONDS)


def _identity(folder: Path) -> tuple[int, int] | None:
    """Tells one folder from another of the same name; None when there is none."""
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
