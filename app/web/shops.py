"""Which shops there are, and the books of the one that a request names."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool

from app.bookshelf import Bookshelf, FolderError
from app.engine.errors import HuashuError, PhrasebookError
from app.shop_folders import BrokenShop, UnknownShop
from app.web import schemas as s
from app.web.access import caller, needs, own_shop
from app.web.problems import RESPONSES, Problem
from app.web.service import Service, ServiceDep

MOST_FINDINGS = 50

_Shop = Annotated[str | None, Query(max_length=200, description="店铺编号，不填为默认店铺")]
_AnyShop = Annotated[str | None, Query(max_length=200, description="店铺编号，不填为全部店铺")]


async def _one(shop: _Shop = None) -> str | None:
    return own_shop(shop)


async def _one_or_all(shop: _AnyShop = None) -> str | None:
    return own_shop(shop)


async def _of_form(shop: Annotated[str, Query(max_length=200)] = "") -> str | None:
    return own_shop(shop or None)  # a form sends "" for all


# Of the query: the shop whose book is read, and the one whose journal is. A caller whose key is of
# one shop gets that one, also when none is named.
ShopQuery = Annotated[str | None, Depends(_one)]
JournalShop = Annotated[str | None, Depends(_one_or_all)]
PageShop = Annotated[str | None, Depends(_of_form)]

router = APIRouter(prefix="/v1", tags=["v1"], responses=RESPONSES)


@router.get("/shops", summary="有哪些店铺", dependencies=[needs("agent")])
async def shops(service: ServiceDep) -> s.ShopsOut:
    """Every shop that can be named in a request, the default one first."""
    try:
        found = await run_in_threadpool(service.shops.states)
    except FolderError as error:
        raise Problem(503, "shop_broken", str(error)) from error
    return s.ShopsOut(
        shops=[
            s.ShopOut(
                id=shop.id,
                name=shop.name,
                state=shop.state,
                problem=None if shop.problem is None else str(shop.problem),
                findings=findings(shop.problem),
            )
            for shop in found
            if caller().shop in (None, shop.id)
        ]
    )


async def shelf_of(shop: str | None, service: Service) -> Bookshelf:
    """The books of a shop (None: the caller's own or the default one), perhaps loaded first.

    Raises Problem: 403 for a shop that the caller's key is not for, 404 for one that is not there,
    503 for one whose book has errors.
    """
    shop = own_shop(shop)
    shelf = service.shops.at_hand(shop)
    if shelf or shop is None:
        return shelf or service.bookshelf
    try:
        # Told at once, though others may be loading.
        await run_in_threadpool(service.shops.folders.find, shop)
        # Shielded: who goes away must not take it from the others who wait.
        return await asyncio.shield(asyncio.wrap_future(service.shops.load(shop)))
    except UnknownShop as error:
        raise Problem(404, "shop_unknown", str(error), field="shop") from error
    except BrokenShop as error:
        raise Problem(
            503, "shop_broken", str(error), field="shop", findings=_plain(error.problem)
        ) from error


async def shop_choices(service: Service) -> list[tuple[str, str]]:
    """(id, name) of the shops that a page lets its caller choose; empty when they can't be told.

    The page works without a choice, and /readyz says what is wrong.
    """
    try:
        states = await run_in_threadpool(service.shops.states)
    except FolderError:
        return []
    own = caller().shop
    return [(shop.id, shop.name or shop.id) for shop in states if own in (None, shop.id)]


async def known_shop(shop: str, service: Service) -> None:
    """Raises Problem 404 for a shop that is not there; one with errors is."""
    if service.shops.at_hand(shop):
        return
    try:
        await run_in_threadpool(service.shops.folders.find, shop)
    except UnknownShop as error:
        raise Problem(404, "shop_unknown", str(error), field="shop") from error
    except BrokenShop:
        pass


def findings(problem: HuashuError | None) -> list[s.FileFindingOut]:
    """The errors of a book as its files show them; none for a problem of another kind."""
    if not isinstance(problem, PhrasebookError):
        return []
    return [
        s.FileFindingOut(place=str(f.mark), rule=f.rule_id, message=f.message, hint=f.hint)
        for f in problem.findings
        if f.severity == "error"
    ][:MOST_FINDINGS]


def _plain(problem: HuashuError) -> list[dict[str, str]]:
    return [found.model_dump() for found in findings(problem)]
