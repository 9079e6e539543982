"""serve and migrate: running the service."""

from __future__ import annotations

from typing import Annotated

import typer

from app.commands.options import (
    Book,
    plain_errors,
    settings_of,
)


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址。")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口。")] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="进程数。")] = 1,
    phrasebook: Book = None,
) -> None:
    """启动服务。示例：huashu serve --port 8000"""
    with plain_errors():
        settings = settings_of(phrasebook, host=host, port=port)

        from app.server import run  # takes a second; a wrong setting is said before

        run(settings, workers)


def migrate() -> None:
    """建立或升级数据库。示例：huashu migrate"""
    from app.records.migrate import upgrade

    with plain_errors():
        version = upgrade(settings_of().database_url)
        typer.echo(f"数据库已是最新版本（{version}）。")
