"""check: a text, or the replies in files, against the rules of the phrasebook."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import (
    Book,
    Json,
    Platform,
    Stage,
    fail,
    from_here,
    plain_errors,
    print_json,
    settings_of,
)

if TYPE_CHECKING:
    from app.checking.findings import ReplyFinding
    from app.checking.replies import Reply
    from app.engine.model import Finding
    from app.lint.output import RuleInfo
    from app.tables import Table

STDIN = "-"
# Documents that are not read: taken for a text, they would be found free of problems.
_OTHERS = (".xls", ".xlsm", ".xlsb", ".ods", ".et", ".doc", ".docx", ".wps", ".pdf", ".json")
_BOOKS = (".yaml", ".yml")
_LARGE = 500_000  # bytes: half a second of reading an XLSX


def check(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="文字或文件...",
            help="要检查的文字，或文件；写 - 从标准输入读。",
        ),
    ],
    phrasebook: Book = None,
    platform: Platform = None,
    stage: Stage = None,
    column: Annotated[
        list[str] | None, typer.Option(help="表格里哪一列是回复，可以写几次；不写就按标题找。")
    ] = None,
    rewrites: Annotated[bool, typer.Option("--rewrites", help="也列出改写，级别为建议。")] = False,
    as_json: Json = False,
    sarif: Annotated[
        bool, typer.Option("--sarif", help="输出 SARIF 2.1.0（检查文件时）。")
    ] = False,
    github: Annotated[
        bool, typer.Option("--github", help="输出 GitHub 注解（检查文件时）。")
    ] = False,
) -> None:
    """按规范检查文字，或文件里的回复。

    文件可以是 .txt、.md（每行一条）、.csv、.tsv、.xlsx、.jsonl；标准输入也是每行一条。
    已有的文件和带这些后缀的都当作文件，其余是文字。
    退出码：0 没有错误，1 有错误，2 无法检查。示例：huashu check replies.xlsx
    """
    from app.bookshelf import load_book
    from app.checking.findings import check_replies, checker
    from app.checking.output import rules_of, summary
    from app.commands.progress import progress_bar

    files = _files(what)
    if not files and (sarif or github or column):
        fail("--sarif、--github、--column 只用于文件。要检查的若是文件，请检查路径。")
    with plain_errors():
        replies = _replies(files, column or ())
        book = load_book(settings_of(phrasebook).phrasebook)
        find = checker(book, today=date.today(), platform=platform, stage=stage, rewrites=rewrites)
    if files:
        found = list(check_replies(replies, find, progress_bar("检查", "条")))
        shape = "json" if as_json else "sarif" if sarif else "github" if github else "text"
        _print_files(found, shape, rules_of(book, rewrites=rewrites))
        typer.echo(summary(len(files), len(replies), found), err=shape != "text")
        severities = {one.finding.severity for one in found}
    else:
        in_text = find(" ".join(what))
        _print_text(in_text, as_json=as_json)
        severities = {finding.severity for finding in in_text}
    if "error" in severities:
        raise typer.Exit(1)


def _files(words: Sequence[str]) -> list[str]:
    """The arguments as files, each once; empty when they are the words of a text.

    A mistyped file must not pass for a text without problems: what looks like a document is a
    file, whether it is there or not.
    """
    files = [word for word in words if _is_file(word)]
    if not files:
        return []
    other = next((word for word in words if word not in files), None)
    if other is not None:
        fail(f"“{other}”不是文件。文字和文件请分开检查。")
    return list(dict.fromkeys(files))


def _is_file(word: str) -> bool:
    from app.tables import SUFFIXES

    path = Path(word)
    if word == STDIN or path.suffix.lower() in (*SUFFIXES, *_OTHERS, *_BOOKS):
        return True
    try:
        return bool(word) and path.exists()
    except OSError:  # longer than a name may be
        return False


def _replies(files: Sequence[str], columns: Sequence[str]) -> list[Reply]:
    """The replies of all files, or none: every file that can not be read is named, status 2."""
    from app.checking.replies import sources
    from app.tables import TableError
    from app.tables.errors import TableEmpty

    replies: list[Reply] = []
    wrong, notes = [], []
    for file in files:
        _announce(file)
        try:
            for source in sources(file, _tables(file), columns):
                replies += source.replies
                notes.append(source.note)
        except TableEmpty as error:
            notes.append(str(error))
        except TableError as error:
            wrong.append(str(error))
    if wrong:
        fail("\n".join(wrong))
    if files and not replies:
        fail("\n".join(filter(None, (*notes, "没有要检查的回复。"))))
    for note in filter(None, notes):
        typer.echo(note, err=True)
    return replies


def _announce(file: str) -> None:
    """A large file takes seconds to read: on a terminal that is said."""
    path = Path(file)
    if sys.stderr.isatty() and file != STDIN and path.is_file() and path.stat().st_size > _LARGE:
        typer.echo(f"正在读取 {file}……", err=True)


def _tables(file: str) -> tuple[Table, ...]:
    from app.tables import MAX_FILE, parse_tables, read_tables
    from app.tables.errors import TableFormat, TableMissing

    if file == STDIN:
        return parse_tables(STDIN, ".txt", sys.stdin.buffer.read(MAX_FILE + 1))
    path = Path(file)
    if path.suffix.lower() in _BOOKS:
        raise TableFormat(file, "话术库的文件请用 huashu lint 检查。")
    if not path.exists():
        raise TableMissing(file, "找不到文件。请检查路径；要检查的若是文字，请写 - 从标准输入读。")
    return read_tables(path)


def _print_text(found: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(f) for f in found])
        return
    for f in found:
        better = f" 可改为：{'；'.join(f.replacements)}" if f.replacements else ""
        typer.echo(f"{f.start}–{f.end} {f.severity} [{f.rule_id}] “{f.text}” {f.message}{better}")
    if not found:
        typer.echo("没有问题。")


def _print_files(found: Sequence[ReplyFinding], shape: str, rules: Sequence[RuleInfo]) -> None:
    from app.checking.output import as_file_findings, as_json, as_line
    from app.lint.output import as_github, as_sarif

    if shape == "json":
        print_json(as_json(found))
    elif shape == "sarif":
        print_json(as_sarif(as_file_findings(found, _from_here), rules=rules))
    elif shape == "github":
        typer.echo(as_github(as_file_findings(found, _from_here)), nl=bool(found))
    else:
        for one in found:
            typer.echo(as_line(one))


def _from_here(file: str) -> str:
    return file if file == STDIN else from_here(Path(file))
