"""rewrite and check: the wording of a draft."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    Platform,
    Stage,
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
    from app.engine.rewrite import Rewriter

    with plain_errors():
        book = load_book(settings_of(phrasebook).phrasebook)
        result = Rewriter(book.rewrites).rewrite(text_of(draft), platform=platform)
        if as_json:
            print_json(asdict(result))
            return
        typer.echo(result.rewritten)
        for edit in result.edits:
            typer.echo(
                f"  {edit.text} → {edit.replacement}  [{edit.rule_id}] {edit.message}", err=True
            )


def check(
    text: Annotated[list[str], typer.Argument(help="要检查的文字；写 - 从标准输入读。")],
    phrasebook: Book = None,
    platform: Platform = None,
    stage: Stage = None,
    as_json: Json = False,
) -> None:
    """按规范检查文字；有 error 时退出码为 1。示例：huashu check 加微信转账便宜10元"""
    from app.bookshelf import load_book
    from app.engine.policy import PolicyChecker

    with plain_errors():
        book = load_book(settings_of(phrasebook).phrasebook)
        found = PolicyChecker(book.policies).check(text_of(text), platform=platform, stage=stage)
    if as_json:
        print_json([asdict(f) for f in found])
    else:
        for f in found:
            better = f" 可改为：{'；'.join(f.replacements)}" if f.replacements else ""
            typer.echo(
                f"{f.start}–{f.end} {f.severity} [{f.rule_id}] “{f.text}” {f.message}{better}"
            )
        if not found:
            typer.echo("没有问题。")
    if any(f.severity == "error" for f in found):
        raise typer.Exit(1)
