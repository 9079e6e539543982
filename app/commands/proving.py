"""test, diff and replay: what a book does, and what a change of it does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Book, Json, fail, plain_errors, print_json, save, settings_of
from app.engine.errors import PhrasebookError
from app.engine.model import FileFinding, Phrasebook

if TYPE_CHECKING:  # takes a while to import, and `huashu --help` does without
    from app.engine.head import Memory

Html = Annotated[Path | None, typer.Option("--html", help="另存为可在浏览器里打开的网页文件。")]


def _day(value: str | None) -> str | None:
    """A day that is none must not read as another."""
    try:
        return None if value is None else date.fromisoformat(value).isoformat()
    except ValueError:
        fail(f"“{value}”不是日期。请写成 2026-11-01 的样子。")


def _of(folder: Path, read: Callable[[Path], Phrasebook]) -> Phrasebook:
    """The book of one of two folders; when it has errors they say whose they are."""
    try:
        return read(folder)
    except PhrasebookError as error:
        fail(f"文件夹“{folder}”：{error}")


def prove(
    folder: Annotated[Path | None, typer.Argument(help="话术库文件夹，默认为设置里的。")] = None,
    as_json: Json = False,
) -> None:
    """测试话术库。退出码：0 全部相符，1 有不符，2 无法测试。示例：huashu test phrasebook"""
    from app.commands.progress import progress_bar
    from app.encoders import open_encoder
    from app.fit_files import FitFiles
    from app.learn.prove import prepared_texts
    from app.learn.prove import prove as run
    from app.reports import proving as report
    from app.workbench import fitted, prepared

    with plain_errors():
        settings = settings_of(folder)
        memory = FitFiles(settings.cache_dir)
        book, findings = _checked(settings.phrasebook, memory)
        encoder = prepared(open_encoder(settings), prepared_texts(book))
        engine = fitted(book, encoder, memory)
        found = run(engine, findings, today=date.today(), progress=progress_bar("测试", "句"))
    if as_json:
        print_json(report.as_json(found, book))
    else:
        typer.echo("\n".join(report.as_text(found)))
    if found.flaws:
        raise typer.Exit(1)


def _checked(folder: Path, memory: Memory) -> tuple[Phrasebook, tuple[FileFinding, ...]]:
    """The book with the findings of its examples; any other error means that it has no answers."""
    from app.bookshelf import check_folder, known_good, read_folder
    from app.learn.prove import EXAMPLE_RULES

    try:
        return known_good(read_folder(folder), memory), ()
    except PhrasebookError as error:
        broken = (f.severity == "error" and f.rule_id not in EXAMPLE_RULES for f in error.findings)
        if any(broken):
            raise
        return check_folder(folder)


def diff(
    before: Annotated[Path, typer.Argument(help="原来的话术库文件夹。")],
    after: Annotated[Path, typer.Argument(help="改动后的话术库文件夹。")],
    as_json: Json = False,
    html: Html = None,
) -> None:
    """列出两个话术库的不同。示例：huashu diff phrasebook 新的文件夹 --html diff.html"""
    from app.bookshelf import read_book_in
    from app.learn.book_diff import book_diff
    from app.reports import diffs as report

    with plain_errors():
        found = book_diff(_of(before, read_book_in), _of(after, read_book_in))
    if html:
        from app.reports.pages import diff_page

        save(html, diff_page(found))
    if as_json:
        print_json(report.as_json(found))
    else:
        typer.echo("\n".join(report.as_text(found)))


def replay(
    against: Annotated[Path, typer.Option("--against", help="改动后的话术库文件夹。")],
    messages: Annotated[
        Path | None, typer.Argument(help="JSONL 或每行一条的文本；不写就用记录里的。")
    ] = None,
    phrasebook: Book = None,
    since: Annotated[
        str | None,
        typer.Option(callback=_day, help="从哪天起的记录，如 2026-11-01；默认最近 30 天。"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="最多用记录里的几种说法。")] = 2000,
    shop: Annotated[
        str | None, typer.Option(help="哪家店铺的记录，默认是话术库写明的那家。")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="每组列出几种说法。")] = 5,
    as_json: Json = False,
    html: Html = None,
) -> None:
    """用历史消息比较两个话术库的回答。示例：huashu replay messages.txt --against 新的文件夹"""
    from app import history
    from app.commands.progress import progress_bar
    from app.encoders import open_encoder
    from app.fit_files import FitFiles
    from app.learn.replay import replay as run
    from app.reports import replays as report
    from app.workbench import fitted

    with plain_errors():
        settings = settings_of(phrasebook)
        begin = date.fromisoformat(since) if since else None
        memory = FitFiles(settings.cache_dir)
        old, new = _good(settings.phrasebook, memory), _good(against, memory)
        if messages:
            asked = history.from_file(messages)
        else:
            asked = history.from_journal(settings.database_url, begin, limit, shop or old.shop_id)
        encoder = open_encoder(settings)
        before, after = (fitted(book, encoder, memory) for book in (old, new))
        bar = progress_bar("回放", "句")
        found = run(asked, before, after, today=date.today(), samples=samples, progress=bar)
    if html:
        from app.reports.pages import replay_page

        save(html, replay_page(found, old, new))
    if as_json:
        print_json(report.as_json(found, old, new))
    else:
        typer.echo("\n".join(report.as_text(found)))


def _good(folder: Path, memory: Memory) -> Phrasebook:
    """A book without errors; lint is spared one that passed it today."""
    from app.bookshelf import known_good, read_folder

    return _of(folder, lambda place: known_good(read_folder(place), memory))
