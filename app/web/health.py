"""/healthz (alive), /readyz (a good book is loaded, the store answers), /metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import generate_latest
from starlette.concurrency import run_in_threadpool

from app.records.errors import StoreError
from app.records.migrate import check
from app.web.access import caller, every_shop, needs
from app.web.service import ServiceDep
from app.web.shops import findings

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="进程是否存活", dependencies=[needs("public")])
async def healthz() -> dict[str, str]:
    """Always ok while the process answers."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="是否可以服务，以及最新文件有什么问题",
    dependencies=[needs("public")],
)
async def readyz(service: ServiceDep, response: Response) -> dict[str, Any]:
    """200 while a good book is served and the store answers, else 503.

    A broken newest version of the files is told, but the last good book goes on serving: 200.
    So are another shop that is broken, and an encoder that fails, while messages are matched by
    characters alone. What is wrong is told to keys of every shop with scope agent or more.
    """
    # Where reading works and writing does not, only the writer has noticed.
    store = await run_in_threadpool(_store_problem, service) or service.writer.state().error
    shelf, state = service.bookshelf, service.writer.state()
    broken, encoder_problem = service.shops.problems(), service.shops.encoder_problem
    if store:
        response.status_code = 503
    degraded = store or shelf.problem or broken or encoder_problem
    status = {"status": "degraded" if degraded else "ok"}
    if not caller().may("agent") or caller().shop is not None:
        return status
    return {
        **status,
        "access": {"open": service.guard.open},
        "phrasebook": {
            "version": shelf.current.book.version,
            "entries": len(shelf.current.book.entries),
            "newest_files": "good" if shelf.problem is None else "broken",
            "problem": None if shelf.problem is None else str(shelf.problem),
            "findings": [f.model_dump() for f in findings(shelf.problem)],
        },
        "shops": {
            "loaded": service.shops.loaded,
            "broken": [{"id": k, "problem": str(broken[k])} for k in sorted(broken)],
        },
        "store": {
            "status": "away" if store else "ok",
            "code": store.code if store else None,
            "problem": str(store) if store else None,
            "queued": state.queued,
            "dropped": state.dropped,
        },
        "encoder": {
            "name": shelf.current.encoder.name,
            "status": "fallback" if encoder_problem else "ok",
            "problem": encoder_problem,
        },
    }


@router.get(
    "/metrics",
    summary="Prometheus 指标",
    response_class=Response,
    dependencies=[needs("admin")],
)
async def metrics(service: ServiceDep) -> Response:
    """Metrics in Prometheus' text format."""
    every_shop()
    state = service.writer.state()
    service.metrics.journal_queued.set(state.queued)
    service.metrics.journal_dropped.set(state.dropped)
    service.metrics.encoder_fallback.set(1 if service.shops.encoder_problem else 0)
    service.metrics.book_good.set(0 if service.bookshelf.problem else 1)
    service.metrics.shops_loaded.set(service.shops.loaded)
    service.metrics.shops_broken.set(len(service.shops.problems()))
    return Response(
        generate_latest(service.metrics.registry),
        media_type="text/plain; version=0.0.4; charset=utf-8",
    )


def _store_problem(service: ServiceDep) -> StoreError | None:
    try:
        check(service.store)
    except StoreError as error:
        return error
    return None
