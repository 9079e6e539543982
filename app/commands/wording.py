"""rewrite: the wording of a draft."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    Platform,
    plain_errors,
    print_json,
    settings_of,
    text_of,
)


def rewrite(
    draft: Annotated[list[str], typer.Argument(help="要改写的文字；写 - 从标准输入读。")],
    phrasebook: Book = None,
    platform: Platform = None,
    as_json: Json = False,
) -> None:
    """习惯用语改为专业表达。示例：huashu rewrite 你的名字叫什么"""
    from app.bookshelf import load_book
    from app.engine.compiled import rewriter_of

    with plain_errors():
        book = load_book(settings_of(phrasebook).phrasebook)
        result = rewriter_of(book).rewrite(text_of(draft), platform=platform)
        if as_json:
            print_json(asdict(result))
            return
        typer.echo(result.rewritten)
        for edit in result.edits:
            typer.echo(
                f"  {edit.text} → {edit.replacement}  [{edit.rule_id}] {edit.message}", err=True
            )
