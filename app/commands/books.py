"""lint and ids: the files of a phrasebook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    from_here,
    plain_errors,
    print_json,
    settings_of,
)


def lint(
    folder: Annotated[Path | None, typer.Argument(help="话术库文件夹，默认为设置里的。")] = None,
    as_json: Json = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="输出 SARIF 2.1.0。")] = False,
    github: Annotated[bool, typer.Option("--github", help="输出 GitHub 注解。")] = False,
) -> None:
    """检查话术库文件。退出码：0 没有错误，1 有错误，2 无法检查。示例：huashu lint phrasebook"""
    from app.bookshelf import check_folder
    from app.lint.output import as_github, as_sarif, as_text
    from app.lint.output import as_json as lint_json
    from app.lint.run import has_errors

    with plain_errors():
        folder = folder or settings_of().phrasebook
        book, findings = check_folder(folder)
    if as_json:
        print_json(lint_json(findings))
    elif sarif:
        print_json(as_sarif(findings, from_here(folder)))
    elif github:
        typer.echo(as_github(findings, from_here(folder)), nl=bool(findings))
    else:
        typer.echo(as_text(findings))
        asks = sum(len(e.asks) for e in book.entries)
        typer.echo(f"{len(book.entries)} 个条目，{asks} 条问法，{len(findings)} 处提示。", err=True)
    if has_errors(findings):
        raise typer.Exit(1)


def ids(phrasebook: Book = None, as_json: Json = False) -> None:
    """列出话术库里的全部编号。示例：huashu ids --json"""
    from app.bookshelf import load_book

    with plain_errors():
        book = load_book(settings_of(phrasebook).phrasebook)
    if as_json:
        print_json(list(book.ids()))
    else:
        typer.echo("\n".join(book.ids()))
