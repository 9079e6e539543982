"""learn: proposals from the journal, shown, accepted into the book, rejected."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import Book, Json, fail, print_json, settings_of

if TYPE_CHECKING:  # takes a while to import, and `huashu --help` does without
    from app.proposing.look import Workplace

app = typer.Typer(
    help="从客户消息和客服的取舍里整理提议，试过再给人看。示例：huashu learn",
    invoke_without_command=True,
)
Name = Annotated[str, typer.Argument(help="提议的编号，huashu learn 列出的第一栏。")]
Machine = Annotated[bool, typer.Option("--progress-lines", hidden=True)]


def _since(value: str | None) -> str | None:
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        fail(f"“{value}”不是日期。请写成 2026-11-01 的样子。")


@app.callback()
def learn(
    context: typer.Context,
    phrasebook: Book = None,
    since: Annotated[
        str | None,
        typer.Option(callback=_since, help="从哪天起的记录，如 2026-11-01；默认最近 30 天。"),
    ] = None,
    decided: Annotated[bool, typer.Option("--decided", help="列出处理过的，不重新整理。")] = False,
    as_json: Json = False,
    machine: Machine = False,
) -> None:
    """从记录里整理提议，试过再给人看。示例：huashu learn；huashu learn show 3f2a91c07b1e"""
    if context.invoked_subcommand:
        return
    from app.proposing.look import look
    from app.records import learning
    from app.records.database import transaction
    from app.reports.proposals import as_json as one_json
    from app.reports.proposals import as_line

    begin = datetime.combine(date.fromisoformat(since), time.min).astimezone() if since else None
    with _place(phrasebook, as_json) as (place, shop):
        if not decided:
            look(place, since=begin, progress=_progress(machine))
        with transaction(place.store) as connection:
            rows = learning.stored(connection, shop)
    rows = tuple(row for row in rows if (row.state != "open") == decided)
    if as_json:
        print_json({"shop": shop, "proposals": [one_json(row) for row in rows]})
        return
    typer.echo("\n".join(map(as_line, rows)), nl=bool(rows))
    if not decided:
        more = "看一条：huashu learn show 编号。" if rows else "记录里没有新的、试得过的提议。"
        typer.echo(f"{len(rows)} 条提议。{more}", err=True)


@app.command()
def show(name: Name, phrasebook: Book = None, as_json: Json = False) -> None:
    """显示一条提议和它要改的地方。示例：huashu learn show 3f2a91c07b1e"""
    from app.proposing.decide import ProposalUnknown
    from app.records import learning
    from app.records.database import transaction
    from app.reports.proposals import as_json as one_json
    from app.reports.proposals import as_text

    with _place(phrasebook, as_json) as (place, shop):
        with transaction(place.store) as connection:
            row = learning.one(connection, name)
        if row is None or row.shop != shop:
            raise ProposalUnknown(f"没有编号为“{name[:100]}”的提议。请用 huashu learn 看有哪些。")
    if as_json:
        print_json(one_json(row))
    else:
        typer.echo("\n".join(as_text(row)))


@app.command()
def accept(
    name: Name,
    phrasebook: Book = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="只要这一句；可以写几次。")
    ] = None,
    reply: Annotated[str, typer.Option(help="新条目的回复。")] = "",
    as_json: Json = False,
    machine: Machine = False,
) -> None:
    """试过整本话术库后写进文件。示例：huashu learn accept 3f2a91c07b1e --only 还不发啊"""
    from app.proposing.decide import accept as run

    progress = _progress(machine)
    with _place(phrasebook, as_json) as (place, _):
        done = run(
            place,
            name,
            texts=only or None,
            reply=reply,
            progress=lambda n, total: progress("测试", n, total),
        )
    if as_json:
        print_json({"id": name, "files": list(done.files), "texts": list(done.texts)})
    else:
        typer.echo(f"已写入 {'、'.join(done.files)}：{'；'.join(done.texts)}")


@app.command()
def reject(
    name: Name,
    reason: Annotated[str, typer.Option(help="为什么不采纳；以后不再提。")],
    phrasebook: Book = None,
    as_json: Json = False,
) -> None:
    """拒绝一条提议并记下原因。示例：huashu learn reject 3f2a91c07b1e --reason 是另一家店的事"""
    from app.proposing.decide import reject_row

    with _place(phrasebook, as_json) as (place, shop):
        row = reject_row(place.store, name, shop, reason)
    if as_json:
        print_json({"id": row.id, "state": "rejected", "reason": reason.strip()})
    else:
        typer.echo(f"已拒绝 {row.id}，这些说法以后不再提：{'；'.join(row.texts)}")


@contextmanager
def _place(phrasebook: Path | None, as_json: bool) -> Iterator[tuple[Workplace, str]]:
    """The folder with its journal, and the shop that the book is of."""
    from app.engine.errors import HuashuError
    from app.proposing.decide import ProposalError
    from app.proposing.look import files_in
    from app.proposing.place import workplace

    try:
        with workplace(settings_of(phrasebook)) as place:
            yield place, files_in(place.folder, place.memory).book.shop_id
    except ProposalError as error:
        if not as_json:
            fail(str(error))
        print_json({"code": error.code, "detail": str(error)})
        raise typer.Exit(2) from error
    except HuashuError as error:
        fail(str(error))


def _progress(machine: bool) -> Callable[[str, int, int], None]:
    """A bar for people, lines of JSON for the service."""
    from app.commands.progress import Progress, progress_bar

    bars: dict[str, Progress] = {}
    if machine:
        os.nice(10)  # beside a service whose customers wait

    def draw(what: str, done: int, total: int) -> None:
        if machine:
            if done == total or done % 200 == 0:
                said: Any = {"doing": what, "done": done, "total": total}
                print(json.dumps(said, ensure_ascii=False), file=sys.stderr, flush=True)
            return
        if done == 0 or what not in bars:
            bars[what] = progress_bar(what, "句")
        bars[what](done, total)

    return draw
