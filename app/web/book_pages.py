"""The phrasebook to look through: its entries, found by words or meaning, and where each reply
comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from app.engine.model import STAGES, Context, Entry, Fact, Phrasebook, Policy, Variable, When
from app.engine.render import template_names
from app.engine.suggest import Suggester
from app.engine.suggestion import Suggestion
from app.web.access import needs
from app.web.book_search import search
from app.web.console import WORDING, page
from app.web.problems import Problem
from app.web.service import ServiceDep
from app.web.shops import shelf_of, shop_choices

MOST = 100  # entries of a list; who searches on sees more of what he means
_STAGE_NAMES = {stage: WORDING[stage] for stage in STAGES}
_KEYS = {
    "platform": "平台",
    "stage": "阶段",
    "order": "订单",
    "channel": "渠道",
    "turn": "轮次",
    "mood": "心情",
    "busy": "繁忙",
    "callback": "回电",
}
_VALUES = WORDING | {
    "any": "任何阶段",
    "chat": "聊天",
    "phone": "电话",
    "first": "第一条",
    "later": "后续",
    "calm": "平静",
    "urgent": "着急",
    "upset": "不满",
    "true": "是",
    "false": "否",
}

SEVERITY_NAMES = {"error": "禁止", "warning": "注意", "suggestion": "建议"}
HANDOFFS = {
    "warehouse": "仓库",
    "supervisor": "主管",
    "aftersale": "售后",
    "finance": "财务",
    "human": "人工客服",
}

router = APIRouter(include_in_schema=False, dependencies=[needs("agent")])


@dataclass(frozen=True, slots=True)
class _Detail:
    """An entry with everything that its reply is made from and judged by."""

    entry: Entry
    reply: Suggestion | None
    variants: Sequence[tuple[str, str]]
    near_misses: Sequence[tuple[str, str, str]]
    facts: Sequence[tuple[Fact, str | None]]
    variables: Sequence[Variable]
    own_policies: Sequence[Policy]
    policies: Sequence[Policy]


@router.get("/book")
async def book(
    request: Request,
    service: ServiceDep,
    q: Annotated[str, Query(max_length=100)] = "",
    stage: Annotated[str, Query(max_length=20)] = "",
    entry: Annotated[str, Query(max_length=200)] = "",
    shop: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Entries that hold the words or mean the same, and one of them in full."""
    wanted = stage if stage in STAGES else None
    found: Sequence[Entry] = ()
    detail, problem, status = None, "", 200
    try:
        suggester = (await shelf_of(shop or None, service)).current
        found = await run_in_threadpool(search, suggester, q, wanted)
        detail = _detail(suggester, entry) if entry else None
        if entry and detail is None:
            problem, status = f"没有编号为“{entry}”的条目。它可能改了编号或已删去。", 404
    except Problem as refusal:
        problem, status = refusal.detail, refusal.status
    return page(
        request,
        "book.html",
        here="book",
        status=status,
        q=q,
        stage=wanted or "",
        stages=_STAGE_NAMES,
        words=_VALUES,
        shop=shop,
        shops=await shop_choices(service),
        found=found[:MOST],
        total=len(found),
        detail=detail,
        problem=problem,
        platforms=platforms,
        handoffs=HANDOFFS,
        severities=SEVERITY_NAMES,
    )


def _detail(suggester: Suggester, entry_id: str) -> _Detail | None:
    book = suggester.book
    entry = book.entry(entry_id)
    if entry is None:
        return None
    today = date.today()
    variables, facts = _names([entry.reply, *(v.template for v in entry.variants)])
    policies = [p for p in book.policies if p.direction == "out" and _at(p, entry)]
    own = [p for p in policies if any(fnmatchcase(entry.id, glob) for glob in p.entries)]
    return _Detail(
        entry=entry,
        reply=suggester.reply(entry_id, Context(today=today)),
        variants=[(condition(v.when), v.template) for v in entry.variants],
        near_misses=[_near_miss(m.text, m.entry, book) for m in entry.near_misses],
        facts=[(f, f.on(today)) for name, f in book.facts.items() if name in facts],
        variables=[v for name, v in book.variables.items() if name in variables],
        own_policies=own,
        policies=[p for p in policies if p not in own and not p.entries],
    )


def condition(when: When) -> str:
    """The condition of a variant in Chinese: 平台是淘宝或天猫，阶段是售前."""
    told = [
        f"{_KEYS.get(key, key)}是{'或'.join(_VALUES.get(v, v) for v in _ordered(values))}"
        for key, values in when.values.items()
    ]
    if when.entries:
        told.append(f"条目是{'或'.join(when.entries)}")
    return "，".join(told) or "总是"


def _ordered(values: Iterable[str]) -> list[str]:
    known = list(_VALUES)
    return sorted(values, key=lambda v: (known.index(v) if v in known else len(known), v))


def _names(templates: Iterable[str]) -> tuple[set[str], set[str]]:
    variables: set[str] = set()
    facts: set[str] = set()
    for template in templates:
        named = template_names(template)
        variables |= named[0]
        facts |= named[1]
    return variables, facts


def _near_miss(text: str, entry_id: str | None, book: Phrasebook) -> tuple[str, str, str]:
    """Its words, the id of the entry that it belongs to ("" for none), and that entry's title."""
    other = book.entry(entry_id) if entry_id else None
    return text, other.id if other else "", other.title if other else "不属于任何条目"


def _at(policy: Policy, entry: Entry) -> bool:
    return not policy.stages or entry.stage == "any" or entry.stage in policy.stages


def platforms(policy: Policy) -> str:
    """Where a policy holds, in Chinese."""
    names: Mapping[str, str] = WORDING
    return "、".join(names[p] for p in sorted(policy.platforms)) or "所有平台"
