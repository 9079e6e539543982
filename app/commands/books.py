"""lint and ids: the files of a phrasebook."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    fail,
    from_here,
    plain_errors,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from app.engine.model import FileFinding, Phrasebook
    from app.lint.context import Asked
    from app.settings import Settings


def lint(
    folder: Annotated[Path | None, typer.Argument(help="话术库文件夹，默认为设置里的。")] = None,
    as_json: Json = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="输出 SARIF 2.1.0。")] = False,
    github: Annotated[bool, typer.Option("--github", help="输出 GitHub 注解。")] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="只查载入时查的规则，不逐句试答，一两秒就好。")
    ] = False,
    fix: Annotated[bool, typer.Option("--fix", help="有把握的毛病直接改好，再检查。")] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="只显示 --fix 会改什么，不写文件，也不检查。")
    ] = False,
) -> None:
    """检查话术库文件。退出码：0 没有错误，1 有错误，2 无法检查。示例：huashu lint phrasebook

    加 --diff 时：0 没有可以改的，1 有。
    """
    from app.bookshelf import check_files, read_folder
    from app.commands.progress import progress_bar

    with plain_errors():
        settings = settings_of(folder)
        folder = settings.phrasebook
        if diff:
            _show(read_folder(folder))
            return
        if fix:
            _mend(folder, read_folder(folder))
        answers = None if quick else _answers(settings)
        book, findings = check_files(read_folder(folder), answers, progress_bar("检查", "句"))
    shape = "json" if as_json else "sarif" if sarif else "github" if github else "text"
    _print(folder, book, findings, shape)


def _print(folder: Path, book: Phrasebook, findings: tuple[FileFinding, ...], shape: str) -> None:
    from app.lint.output import as_github, as_json, as_sarif, as_text
    from app.lint.run import has_errors

    if shape == "json":
        print_json(as_json(findings))
    elif shape == "sarif":
        print_json(as_sarif(findings, from_here(folder)))
    elif shape == "github":
        typer.echo(as_github(findings, from_here(folder)), nl=bool(findings))
    else:
        typer.echo(as_text(findings))
        asks = sum(len(e.asks) for e in book.entries)
        typer.echo(f"{len(book.entries)} 个条目，{asks} 条问法，{len(findings)} 处提示。", err=True)
    if has_errors(findings):
        raise typer.Exit(1)


def _answers(settings: Settings) -> Callable[[Phrasebook], Asked]:
    """What answers by a book, by characters alone."""
    from app.engine.encode import NoEncoder
    from app.engine.model import Context
    from app.fit_files import FitFiles
    from app.workbench import fitted

    def answering(book: Phrasebook) -> Asked:
        engine = fitted(book, NoEncoder(), FitFiles(settings.cache_dir))
        context = Context(today=date.today())
        return lambda message: engine.suggest((message,), context)

    return answering


def _changes(before: Mapping[str, str]) -> tuple[Mapping[str, str], tuple[FileFinding, ...]]:
    """The files that `--fix` changes, and the findings that it mends."""
    from app.lint.mending import mended

    if sys.stderr.isatty():
        typer.echo("正在找可以改的地方……", err=True)
    result = mended(before, today=date.today())
    return {n: text for n, text in result.files.items() if text != before[n]}, result.findings


def _show(before: Mapping[str, str]) -> None:
    """The changes as a unified diff on standard output; status 1 when there are any."""
    changed, findings = _changes(before)
    for name, text in changed.items():
        lines = difflib.unified_diff(
            before[name].splitlines(),
            text.splitlines(),
            f"{name}（现在）",
            f"{name}（改后）",
            lineterm="",
        )
        typer.echo("\n".join(lines))
    typer.echo("\n".join(_told(findings, changed, "会改")), err=True)
    if changed:
        raise typer.Exit(1)


def _mend(folder: Path, before: Mapping[str, str]) -> None:
    """Writes the changes, all or none, and says on standard error what they are."""
    from app.book_files import as_it_stood, write_files
    from app.bookshelf import read_folder

    changed, findings = _changes(before)
    files = {}
    for name, text in changed.items():
        raw = (folder / name).read_bytes().decode("utf-8")
        files[name] = as_it_stood(raw, text)
    if read_folder(folder) != before:
        fail("检查时文件又改了，没有写入任何内容。请再运行一次。")
    write_files(folder, files)
    typer.echo("\n".join(_told(findings, changed, "已改")), err=True)


def _told(
    findings: tuple[FileFinding, ...], changed: Mapping[str, str], done: str
) -> Iterator[str]:
    for finding in findings:
        yield f"{finding.mark}: {done} [{finding.rule_id}] {finding.message}"
    if changed:
        yield f"{done} {len(findings)} 处，{len(changed)} 个文件。"
    else:
        yield "没有可以直接改的。"


def ids(phrasebook: Book = None, as_json: Json = False) -> None:
    """列出话术库里的全部编号。示例：huashu ids --json"""
    from app.bookshelf import load_book

    with plain_errors():
        book = load_book(settings_of(phrasebook).phrasebook)
    if as_json:
        print_json(list(book.ids()))
    else:
        typer.echo("\n".join(book.ids()))
