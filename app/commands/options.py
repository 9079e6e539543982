"""Options and small courtesies that commands share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from app.engine.errors import HuashuError
from app.engine.model import PLATFORMS, STAGES
from app.settings import Settings, load_settings

Book = Annotated[Path | None, typer.Option("--phrasebook", help="话术库文件夹。")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")]


def fail(message: str) -> NoReturn:
    """Says what is wrong on standard error and ends with status 2."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def one_of(allowed: tuple[str, ...]) -> Callable[[str | None], str | None]:
    """A check: a mistyped platform would leave out that platform's rules in silence."""

    def checked(value: str | None) -> str | None:
        if value is not None and value not in allowed:
            fail(f"不认识“{value}”。可用的值：{'、'.join(allowed)}。")
        return value

    return checked


Platform = Annotated[
    str | None, typer.Option(callback=one_of(PLATFORMS), help="taobao、tmall、jd 或 pdd。")
]
Stage = Annotated[
    str | None, typer.Option(callback=one_of(STAGES), help="presale、insale 或 aftersale。")
]


@contextmanager
def plain_errors() -> Iterator[None]:
    """One clear sentence instead of a traceback; exit status 2."""
    try:
        yield
    except HuashuError as error:
        fail(str(error))


def print_json(value: Any) -> None:
    """Indented, with Chinese as it is."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def text_of(words: list[str]) -> str:
    """The arguments as one text; `-` reads standard input."""
    return sys.stdin.read() if words == ["-"] else " ".join(words)


def settings_of(phrasebook: Path | None = None, **more: object) -> Settings:
    """The settings of the environment, with the options of the command above them."""
    return load_settings(phrasebook=phrasebook, **more)


def save(path: Path, text: str) -> None:
    """Writes a file, or says why not and ends with status 2."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"写不了文件“{path}”（{error.strerror}）。请检查路径和权限。")


def from_here(folder: Path) -> str:
    """The folder as GitHub and SARIF name it: from the root of the repository, the cwd."""
    whole, here = folder.resolve(), Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else whole.as_posix()
