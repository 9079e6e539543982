"""What the first use of each entry would have to wait for, done soon after its book is loaded.

Templates are compiled, and the automata of policies grown, when they are first needed. After a
start or a changed book that is with one customer after the other. So every reply is made once in
the background, with a pause after each, in which requests have the processor to themselves. Whoever
saves again and again is let finish first: the next save would make the work vain.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from weakref import WeakSet, ref

from starlette.concurrency import run_in_threadpool

from app.engine.model import Context
from app.engine.pinyin import syllables
from app.engine.spelling import dictionary
from app.engine.suggest import Suggester
from app.huge_pages import gather
from app.shops import Shops

log = logging.getLogger(__name__)

LOOK_SECONDS = 1.0  # so long a start or a load has the processor to itself
QUIET_LOOKS = 3  # without another new book, before the last ones are rehearsed
PAUSE_SECONDS = 0.005
MOST = 500  # replies of one book: beyond that most are seldom needed


async def run(shops: Shops) -> None:
    """Rehearses the book of every shop that is loaded, until cancelled."""
    known: WeakSet[Suggester] = WeakSet()
    await asyncio.sleep(LOOK_SECONDS)
    for table in (dictionary, syllables):
        await run_in_threadpool(table)
    waiting, quiet = _new(shops, known), QUIET_LOOKS  # nobody saved before the start
    while True:
        if waiting and quiet >= QUIET_LOOKS:
            for one in waiting:
                await _rehearse(one)
            waiting = []
            log.info("%d MB of memory in huge pages", await run_in_threadpool(gather))
        await asyncio.sleep(LOOK_SECONDS)
        new = _new(shops, known)
        waiting += new
        quiet = 0 if new else quiet + 1


def _new(shops: Shops, known: WeakSet[Suggester]) -> list[ref[Suggester]]:
    """What answers now and is not known; it is known from then on."""
    new = [suggester for suggester in shops.serving() if suggester not in known]
    known.update(new)
    return [ref(suggester) for suggester in new]


async def _rehearse(which: ref[Suggester]) -> None:
    """One reply at a time: neither a stop nor the memory of a dropped shop waits for the rest."""
    context, number = Context(today=date.today()), 0
    try:
        while await run_in_threadpool(_reply, which, number, context):
            number += 1
            await asyncio.sleep(PAUSE_SECONDS)
    except Exception:
        log.exception("a phrasebook can not be rehearsed")


def _reply(which: ref[Suggester], number: int, context: Context) -> bool:
    """Makes the reply of one entry; False after the last one, or when the book is gone."""
    suggester = which()
    if suggester is None:
        return False
    entries = suggester.book.entries[:MOST]
    if number < len(entries):
        suggester.reply(entries[number].id, context)
        return True
    book = suggester.book
    log.info("phrasebook %s of shop %s rehearsed", book.version, book.shop_id)
    return False
