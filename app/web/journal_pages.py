"""Pages made from the journal: messages that nothing answered, and figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from app.records import figures, reports
from app.records.database import transaction
from app.records.errors import StoreError
from app.records.figures import Day, EntryQuestions
from app.records.reports import Scope, Stats, Unanswered
from app.web import charts
from app.web.access import needs
from app.web.console import page
from app.web.service import Service, ServiceDep
from app.web.shops import PageShop, shop_choices

T = TypeVar("T")

CHINA = timezone(timedelta(hours=8))  # without summer time, everywhere in the country
PERIODS = ((7, "7 天"), (30, "30 天"), (90, "90 天"))
MOST = 200
KINDS = {"answer": "直接回答", "choose": "列出待选", "none": "没有答上"}

Days = Annotated[int, Query(ge=1, le=366)]

router = APIRouter(include_in_schema=False, dependencies=[needs("trainer")])


@dataclass(frozen=True, slots=True)
class _Figures:
    """Everything that the page of figures shows."""

    days: tuple[Day, ...]
    entries: tuple[EntryQuestions, ...]
    stats: Stats


@router.get("/unanswered")
async def unanswered(
    request: Request, service: ServiceDep, days: Days = 30, shop: PageShop = None
) -> Response:
    """The messages that nothing answered, the most frequent wording first."""
    since = _midnight(figures.last_days(_today(), days)[0])

    def read(connection: Connection) -> tuple[Unanswered, ...]:
        return reports.unanswered(connection, Scope(shop, since), limit=MOST)

    found, problem = await _read(service, read)
    return page(
        request,
        "unanswered.html",
        here="unanswered",
        status=503 if problem else 200,
        problem=problem,
        found=found or (),
        most=MOST,
        moment=_moment,
        **await _filters(service, days, shop),
    )


@router.get("/figures")
async def figures_page(
    request: Request, service: ServiceDep, days: Days = 30, shop: PageShop = None
) -> Response:
    """Questions, silence and acceptance over days, and by entry."""
    span = figures.last_days(_today(), days)
    scope = Scope(shop, _midnight(span[0]))

    def read(connection: Connection) -> _Figures:
        return _Figures(
            figures.daily(connection, span, CHINA, scope.shop),
            figures.asked_entries(connection, span, CHINA, scope.shop),
            reports.stats(connection, scope),
        )

    found, problem = await _read(service, read)
    return page(
        request,
        "figures.html",
        here="figures",
        status=503 if problem else 200,
        problem=problem,
        found=found,
        chart_data=_chart(found.days) if found else None,
        titles=_titles(service, shop),
        kinds=KINDS,
        share=share,
        **await _filters(service, days, shop),
    )


def share(part: int, whole: int) -> str:
    """A share in whole percent; a dash without anything to take it from."""
    return f"{round(100 * part / whole)}%" if whole else "—"


def _chart(days: Sequence[Day]) -> Mapping[str, object]:
    top = charts.round_top(max(d.questions for d in days))
    words = [
        f"{d.day:%m-%d}：" + "，".join(f"{KINDS[k]} {d.decisions[k]}" for k in d.decisions)
        for d in days
    ]
    counts = [{str(k): n for k, n in d.decisions.items()} for d in days]
    silent = [d.decisions["none"] / d.questions if d.questions else None for d in days]
    used = [d.used / d.shown if d.shown else None for d in days]
    return {
        "top": top,
        "columns": charts.columns(counts, words, top),
        "silence": charts.lines(silent),
        "acceptance": charts.lines(used),
    }


async def _read(service: Service, query: Callable[[Connection], T]) -> tuple[T | None, str]:
    """What a query of the journal finds, or why the journal can not be read."""

    def run() -> T:
        with transaction(service.store) as connection:
            return query(connection)

    try:
        return await run_in_threadpool(run), ""
    except StoreError as error:
        return None, str(error)


async def _filters(service: Service, days: int, shop: str | None) -> dict[str, object]:
    shops = await shop_choices(service)
    return {"days": days, "shop": shop or "", "periods": PERIODS, "shops": shops}


def _titles(service: Service, shop: str | None) -> Mapping[str, str]:
    """Titles of the entries of a shop that is in memory; ids stand for those of others."""
    shelf = service.shops.at_hand(shop) or service.bookshelf
    return {e.id: e.title for e in shelf.current.book.entries}


def _today() -> date:
    return datetime.now(CHINA).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)


def _moment(at: datetime) -> tuple[str, str]:
    """A moment for programs and for people."""
    return at.astimezone(UTC).isoformat(), f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
