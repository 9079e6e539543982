"""huashu chatwoot …: canned responses fetched into a phrasebook, and put from one."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.chatwoot.sync import Plan, plan_push, push
from app.commands.options import Book, Json, fail, plain_errors, print_json, settings_of

if TYPE_CHECKING:
    from app.chatwoot.client import Chatwoot

T = TypeVar("T")
Account = Annotated[int, typer.Option(min=1, help="Chatwoot 里的账户编号（地址栏里的数字）。")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只看会怎样，什么都不写。")]

group = typer.Typer(
    help="和 Chatwoot 互相同步快捷回复。示例：huashu chatwoot push --account 1 --dry-run",
    no_args_is_help=True,
)


@group.command()
def pull(
    account: Account,
    to: Annotated[
        Path | None, typer.Option("--to", help="新话术库的文件夹，须不存在或为空。")
    ] = None,
    into: Annotated[Path | None, typer.Option("--into", help="并入这个已有的话术库。")] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """把 Chatwoot 的快捷回复取进话术库。示例：huashu chatwoot pull --account 1 --into phrasebook"""
    from app.commands.exchange import import_

    with plain_errors():
        known = _ask(lambda chatwoot: chatwoot.canned(account))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"chatwoot-{account}.json"
            listed = [{"short_code": c.short_code, "content": c.content} for c in known]
            file.write_text(json.dumps(listed, ensure_ascii=False), "utf-8")
            import_(file, to, into, "chatwoot", None, dry_run, as_json)


@group.command("push")
def push_(
    account: Account,
    phrasebook: Book = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    """把话术库的回复放进 Chatwoot。示例：huashu chatwoot push --account 1 --dry-run

    条目编号就是快捷码；Chatwoot 里别的快捷回复一律不动，也不删除。
    """
    from app.bookshelf import load_book
    from app.commands.progress import progress_bar
    from app.engine.model import Context
    from app.exporting.rows import chatwoot_rows

    with plain_errors():
        book = load_book(settings_of(phrasebook).phrasebook)
        rows = chatwoot_rows(book, Context(today=date.today()))
        replies = [(row[0], row[1]) for row in rows]
        bar = progress_bar("写入", "条")

        async def work(chatwoot: Chatwoot) -> Plan:
            plan = plan_push(replies, await chatwoot.canned(account))
            if not dry_run:
                await push(plan, account, chatwoot, bar)
            return plan

        plan = _ask(work)
    if as_json:
        print_json(_json(plan, written=not dry_run))
    else:
        _tell(plan, written=not dry_run)


def _ask(work: Callable[[Chatwoot], Awaitable[T]]) -> T:
    from app.chatwoot.client import Chatwoot

    settings = settings_of()
    token = settings.chatwoot_token.get_secret_value()
    if not settings.chatwoot_url or not token:
        fail("请先设置 HUASHU_CHATWOOT_URL（Chatwoot 的地址）和 HUASHU_CHATWOOT_TOKEN（令牌）。")

    async def asked() -> T:
        chatwoot = Chatwoot(settings.chatwoot_url, token, settings.chatwoot_timeout)
        try:
            return await work(chatwoot)
        finally:
            await chatwoot.close()

    return asyncio.run(asked())


def _json(plan: Plan, *, written: bool) -> dict[str, object]:
    return {
        "new": sorted(plan.new),
        "changed": [canned.short_code for canned, _ in plan.changed],
        "same": len(plan.same),
        "theirs": [canned.short_code for canned in plan.theirs],
        "written": written,
    }


def _tell(plan: Plan, *, written: bool) -> None:
    for code in plan.new:
        typer.echo(f"新增 {code}")
    for canned, text in plan.changed:
        typer.echo(f"改动 {canned.short_code}：{_cut(canned.content)} → {_cut(text)}")
    typer.echo(
        f"新增 {len(plan.new)} 条，改动 {len(plan.changed)} 条，相同 {len(plan.same)} 条；"
        f"Chatwoot 里另有 {len(plan.theirs)} 条，不动。"
    )
    if not written:
        typer.echo("这是预览，没有写入。去掉 --dry-run 就会写入。")


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 30 else f"{line[:29]}…"
