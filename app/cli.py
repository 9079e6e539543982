"""huashu …: parses, calls, prints, exits."""

from __future__ import annotations

from typing import Annotated

import typer

from app import __version__
from app.commands import (
    answering,
    books,
    chatwoot,
    checking,
    exchange,
    keys,
    learning,
    measuring,
    proving,
    serving,
    wording,
)

app = typer.Typer(
    name="huashu",
    help="话术：电商客服回复建议。示例：huashu suggest 怎么还不发货",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serving.serve)
app.command()(answering.suggest)
app.command()(answering.explain)
app.command()(wording.rewrite)
app.command()(checking.check)
app.command()(books.lint)
app.command("test")(proving.prove)
app.command()(proving.diff)
app.command()(proving.replay)
app.add_typer(learning.app, name="learn")
app.command("eval")(measuring.evaluate)
app.command("import")(exchange.import_)
app.command()(exchange.export)
app.command()(exchange.new)
app.command()(exchange.schema)
app.command()(books.ids)
app.command()(serving.migrate)
app.add_typer(chatwoot.group, name="chatwoot")
app.add_typer(keys.app, name="keys")


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
