"""import, export, new and schema: books from elsewhere, for elsewhere, and from nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Json, fail, one_of, plain_errors, print_json

if TYPE_CHECKING:
    from app.importing import Reading

IMPORTS = ("qa", "jsonl", "chatwoot", "qianniu", "dialogue")
EXPORTS = ("csv", "xlsx", "jsonl", "chatwoot", "qianniu")


def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV、XLSX、JSONL、Chatwoot 的 JSON，或对话的 TXT。")
    ],
    to: Annotated[
        Path | None, typer.Option("--to", help="新话术库的文件夹，须不存在或为空。")
    ] = None,
    into: Annotated[Path | None, typer.Option("--into", help="并入这个已有的话术库。")] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--format", callback=one_of(IMPORTS), help=f"{'、'.join(IMPORTS)}；默认自己认。"
        ),
    ] = None,
    asks: Annotated[int | None, typer.Option(min=1, help="每个条目最多取几条问法。")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会怎样，什么都不写。")] = False,
    as_json: Json = False,
) -> None:
    """由别处的文件生成话术库，或并入已有的。示例：huashu import faq.xlsx --to mybook"""
    from app.commands.progress import progress_bar
    from app.importing import ImportFailed, must_be_free, read_file, refused
    from app.importing.preview import findings_json

    if (to is None) == (into is None):
        fail("请写 --to 新的文件夹，或 --into 已有的话术库，二选一。")
    with plain_errors():
        if to:
            must_be_free(to)
        try:
            reading = read_file(file, kind, asks, progress_bar("读取", "行"))
            if reading.errors:
                raise refused(reading.findings)
            if into:
                _into(reading, into, dry_run=dry_run, as_json=as_json)
            elif to:
                _to(reading, to, dry_run=dry_run, as_json=as_json)
        except ImportFailed as error:
            if as_json and error.findings:
                print_json({"file": file.name, "findings": findings_json(error.findings)})
                raise typer.Exit(2) from error
            raise


def _to(reading: Reading, to: Path, *, dry_run: bool, as_json: bool) -> None:
    from app.importing import write_book
    from app.importing.preview import findings_text, reading_json, reading_text

    entries, count = (0, 0) if dry_run else write_book(reading, to)
    if as_json:
        print_json({**reading_json(reading), "written": not dry_run})
        return
    _tell(findings_text(reading.findings))
    if dry_run:
        typer.echo("\n".join(reading_text(reading)))
        typer.echo(f"这是预览，没有写入。去掉 --dry-run 就会写入 {to}。")
    else:
        typer.echo(f"已写入 {to}：{entries} 个条目，{count} 条问法。")


def _into(reading: Reading, into: Path, *, dry_run: bool, as_json: bool) -> None:
    from app.bookshelf import load_book
    from app.commands.progress import progress_bar
    from app.importing.into_book import change_of, write_change
    from app.importing.merge import plan_into
    from app.importing.preview import (
        counts_text,
        findings_text,
        merged_text,
        plan_text,
        reading_json,
    )

    today = date.today()
    book = load_book(into)
    plan = plan_into(book, reading, today=today, progress=progress_bar("比对", "条"))
    change = change_of(into, book, plan, today=today)
    if not dry_run:
        write_change(into, change)
    if as_json:
        body = reading_json(reading, plan)
        print_json({**body, "files": sorted(change.files), "written": not dry_run})
        return
    _tell(findings_text(plan.findings))
    _tell([f"检查会多出 {change.hints} 处提示，请运行 huashu lint 看看。"] if change.hints else [])
    if dry_run:
        typer.echo("\n".join(plan_text(plan)))
        typer.echo(f"会改动的文件：{'、'.join(sorted(change.files)) or '没有'}。")
        typer.echo("这是预览，没有写入。去掉 --dry-run 就会写入。")
        return
    typer.echo("\n".join([*merged_text(plan), counts_text(plan)]))
    typer.echo(f"已改动：{'、'.join(sorted(change.files)) or '没有要改的文件'}。")


def _tell(lines: object) -> None:
    for line in lines:  # type: ignore[attr-defined]
        typer.echo(line, err=True)


def export(
    folder: Annotated[Path, typer.Argument(help="话术库文件夹。")],
    file: Annotated[Path, typer.Argument(help="要写的文件：.csv、.xlsx、.jsonl 或 .json。")],
    kind: Annotated[
        str | None,
        typer.Option(
            "--format", callback=one_of(EXPORTS), help=f"{'、'.join(EXPORTS)}；默认看后缀。"
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="文件已有时覆盖它。")] = False,
) -> None:
    """把话术库导出给别的软件用。示例：huashu export phrasebook 话术.xlsx --format qianniu"""
    from app.bookshelf import load_book
    from app.exporting import export_book

    with plain_errors():
        entries = export_book(load_book(folder), file, kind, today=date.today(), force=force)
        typer.echo(f"已写入 {file}：{entries} 个条目。")


def new(
    folder: Annotated[Path, typer.Argument(help="新话术库的文件夹，须不存在或为空。")],
) -> None:
    """新建一本带说明的小话术库。示例：huashu new mybook"""
    from app.starter import write_starter

    with plain_errors():
        write_starter(folder)
        typer.echo(
            f"已写入 {folder}。用编辑器打开，从 shop.yaml 改起；然后运行：\n"
            f"huashu lint {folder}\nhuashu test {folder}"
        )


def schema(
    write: Annotated[
        Path | None, typer.Option("--write", help="存成这个文件；默认输出到屏幕。")
    ] = None,
) -> None:
    """输出话术库文件的 JSON Schema，供编辑器补全。示例：huashu schema --write schema.json"""
    from app.book_schema import schema_text
    from app.commands.options import save

    if write is None:
        typer.echo(schema_text(), nl=False)
    else:
        save(write, schema_text())
