"""huashu …: parses, calls, prints, exits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app import __version__
from app.engine.errors import HuashuError
from app.engine.model import PLATFORMS, STAGES
from app.settings import Settings, load_settings

app = typer.Typer(
    name="huashu",
    help="话术：电商客服回复建议。示例：huashu suggest 怎么还不发货",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Book = Annotated[Path | None, typer.Option("--phrasebook", help="话术库文件夹。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")]


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def _one_of(allowed: tuple[str, ...]) -> Callable[[str | None], str | None]:
    """A mistyped platform would otherwise leave out that platform's rules in silence."""

    def checked(value: str | None) -> str | None:
        if value is not None and value not in allowed:
            _fail(f"不认识“{value}”。可用的值：{'、'.join(allowed)}。")
        return value

    return checked


Platform = Annotated[
    str | None, typer.Option(callback=_one_of(PLATFORMS), help="taobao、tmall、jd 或 pdd。")
]
Stage = Annotated[
    str | None, typer.Option(callback=_one_of(STAGES), help="presale、insale 或 aftersale。")
]


@contextmanager
def _plain_errors() -> Iterator[None]:
    """One clear sentence instead of a traceback; exit status 2."""
    try:
        yield
    except HuashuError as error:
        _fail(str(error))


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _text(words: list[str]) -> str:
    """The arguments as one text; `-` reads standard input."""
    return sys.stdin.read() if words == ["-"] else " ".join(words)


def _settings(phrasebook: Path | None = None, **more: object) -> Settings:
    return load_settings(phrasebook=phrasebook, **more)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址。")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口。")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数。")] = 1,
    phrasebook: Book = None,
) -> None:
    """启动服务。示例：huashu serve --port 8000"""
    with _plain_errors():
        settings = _settings(phrasebook, host=host, port=port)

        from app.server import run  # takes a second; a wrong setting is said before

        run(settings, workers)


@app.command()
def suggest(
    message: Annotated[list[str], typer.Argument(help="客户消息；写 - 从标准输入读，每行一条。")],
    phrasebook: Book = None,
    platform: Platform = None,
    stage: Stage = None,
    limit: Annotated[int, typer.Option(min=1, max=10)] = 3,
    as_json: Json = False,
) -> None:
    """给出回复建议。示例：huashu suggest 怎么还不发货 --platform jd"""
    from app.engine.model import Context
    from app.terminal import print_answer
    from app.workbench import suggester

    with _plain_errors():
        engine = suggester(_settings(phrasebook))
        lines = [x for x in _text(message).splitlines() if x.strip()] or [""]
        context = Context(today=date.today(), platform=platform, stage=stage)
        answer = engine.suggest(lines, context, limit=limit)
        if as_json:
            _print_json(asdict(answer))
        else:
            print_answer(answer)


@app.command()
def explain(
    message: Annotated[list[str], typer.Argument(help="客户消息。")],
    phrasebook: Book = None,
    as_json: Json = False,
) -> None:
    """说明为什么这样匹配。示例：huashu explain 15天还能退吗"""
    from app.engine.model import Context
    from app.terminal import print_explanation
    from app.workbench import suggester

    with _plain_errors():
        engine = suggester(_settings(phrasebook))
        text = _text(message)  # once: standard input is empty the second time
        context = Context(today=date.today())
        answer = engine.suggest([text], context, limit=5, explain=True)
        if as_json:
            _print_json(asdict(answer))
        else:
            print_explanation(text, answer)


@app.command()
def rewrite(
    draft: Annotated[list[str], typer.Argument(help="要改写的文字；写 - 从标准输入读。")],
    phrasebook: Book = None,
    platform: Platform = None,
    as_json: Json = False,
) -> None:
    """习惯用语改为专业表达。示例：huashu rewrite 你的名字叫什么"""
    from app.bookshelf import load_book
    from app.engine.rewrite import Rewriter

    with _plain_errors():
        book = load_book(_settings(phrasebook).phrasebook)
        result = Rewriter(book.rewrites).rewrite(_text(draft), platform=platform)
        if as_json:
            _print_json(asdict(result))
            return
        typer.echo(result.rewritten)
        for edit in result.edits:
            typer.echo(
                f"  {edit.text} → {edit.replacement}  [{edit.rule_id}] {edit.message}", err=True
            )


@app.command()
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

    with _plain_errors():
        book = load_book(_settings(phrasebook).phrasebook)
        found = PolicyChecker(book.policies).check(_text(text), platform=platform, stage=stage)
    if as_json:
        _print_json([asdict(f) for f in found])
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


@app.command()
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

    with _plain_errors():
        folder = folder or _settings().phrasebook
        book, findings = check_folder(folder)
    if as_json:
        _print_json(lint_json(findings))
    elif sarif:
        _print_json(as_sarif(findings, _from_here(folder)))
    elif github:
        typer.echo(as_github(findings, _from_here(folder)), nl=bool(findings))
    else:
        typer.echo(as_text(findings))
        asks = sum(len(e.asks) for e in book.entries)
        typer.echo(f"{len(book.entries)} 个条目，{asks} 条问法，{len(findings)} 处提示。", err=True)
    if has_errors(findings):
        raise typer.Exit(1)


def _from_here(folder: Path) -> str:
    """The folder as GitHub and SARIF name it: from the root of the repository, the cwd."""
    whole, here = folder.resolve(), Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else whole.as_posix()


@app.command("eval")
def evaluate(
    cases: Annotated[Path, typer.Argument(help="JSONL：每行 message 或 messages，加 expected。")],
    phrasebook: Book = None,
    encoder: Annotated[str | None, typer.Option(help="句向量，默认为设置里的。")] = None,
    against: Annotated[
        Path | None, typer.Option(help="另一个话术库文件夹：逐项比较，它减去前一个。")
    ] = None,
    against_encoder: Annotated[str | None, typer.Option(help="另一种句向量：逐项比较。")] = None,
    chart: Annotated[Path | None, typer.Option(help="把可靠性图存成 SVG 文件。")] = None,
    as_json: Json = False,
) -> None:
    """用标注消息衡量匹配质量。示例：huashu eval cases.jsonl --chart reliability.svg"""
    from app import evaluation as e
    from app.comparison import compare
    from app.reliability import diagram
    from app.terminal import print_comparison, print_evaluation
    from app.workbench import suggester

    show = sys.stderr.isatty()
    with _plain_errors():
        wanted = e.read_cases(cases)
        answers = e.run(suggester(_settings(phrasebook, encoder=encoder)), wanted, progress=show)
        result = e.evaluate(wanted, answers)
        comparison = None
        if against or against_encoder:
            other = suggester(_settings(against or phrasebook, encoder=against_encoder or encoder))
            comparison = compare(wanted, answers, e.run(other, wanted, progress=show))
        if chart:
            error = result.figures["calibration_error"].value
            _save(chart, diagram(result.reliability, f"可靠性：{cases.name}", error))
    if as_json:
        plain = {name: figure.value for name, figure in result.figures.items()}
        compared = asdict(comparison) if comparison else None
        _print_json(plain | asdict(result) | {"comparison": compared})
        return
    print_evaluation(result)
    if comparison:
        print_comparison(comparison)


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail(f"写不了文件“{path}”（{error.strerror}）。请检查路径和权限。")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="JSONL：每行 id、asks，可有 title、reply。")],
    to: Annotated[Path, typer.Option("--to", help="新话术库的文件夹，须不存在或为空。")],
    asks: Annotated[int | None, typer.Option(min=1, help="每个条目最多取几条问法。")] = None,
) -> None:
    """由 JSONL 生成话术库。示例：huashu import faq.jsonl --to mybook"""
    from app.importing import import_jsonl

    with _plain_errors():
        entries, count = import_jsonl(file, to, asks)
        typer.echo(f"已写入 {to}：{entries} 个条目，{count} 条问法。")


@app.command()
def ids(phrasebook: Book = None, as_json: Json = False) -> None:
    """列出话术库里的全部编号。示例：huashu ids --json"""
    from app.bookshelf import load_book

    with _plain_errors():
        book = load_book(_settings(phrasebook).phrasebook)
    if as_json:
        _print_json(list(book.ids()))
    else:
        typer.echo("\n".join(book.ids()))


@app.command()
def migrate() -> None:
    """建立或升级数据库。示例：huashu migrate"""
    from app.records.migrate import upgrade

    with _plain_errors():
        version = upgrade(_settings().database_url)
        typer.echo(f"数据库已是最新版本（{version}）。")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"huashu {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。")
    ] = False,
) -> None:
    """话术：电商客服回复建议。"""


def main() -> None:
    """The entry point of the command `huashu`."""
    app()


if __name__ == "__main__":
    main()
