"""keys create, list and revoke: who may use the service."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import Json, fail, one_of, plain_errors, print_json, settings_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.records.keys import KeyRecord

SCOPES = ("suggest", "agent", "trainer", "admin")
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_SHOP = re.compile(r"[\w.-]{1,100}")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_EXAMPLE = "90d、12h 或 2027-01-31"

app = typer.Typer(
    help="密钥：谁可以使用服务。示例：huashu keys create --scope agent",
    no_args_is_help=True,
)


@app.command()
def create(
    scope: Annotated[
        str,
        typer.Option(
            callback=one_of(SCOPES),
            help="suggest（插件）、agent（客服）、trainer（培训）、admin（管理），后者包括前者。",
        ),
    ],
    shop: Annotated[str | None, typer.Option(help="只能用于这个店铺；不写为全部店铺。")] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="只能在这个来源的网页里用，如 https://im.example.com；可写多次。"),
    ] = None,
    expires: Annotated[str | None, typer.Option(help=f"有效期：{_EXAMPLE}。")] = None,
    note: Annotated[str, typer.Option(help="备注，如给谁用。")] = "",
    as_json: Json = False,
) -> None:
    """生成密钥，只显示这一次。示例：huashu keys create --scope agent --note 早班"""
    from app.records import keys

    now = datetime.now(UTC)
    until = _until(expires, now)
    origins = tuple(dict.fromkeys(_origin(o) for o in origin or ()))
    if origins and scope != "suggest":
        fail("网页密钥（--origin）谁都能在网页里看到，只能是 --scope suggest。")
    if shop is not None and not _SHOP.fullmatch(shop):
        fail(f"店铺编号“{shop[:60]}”写法不对，请与话术库 shop.id 一致。")
    if len(note) > keys.NOTE_LENGTH:
        fail(f"备注太长，最多 {keys.NOTE_LENGTH} 个字符。")
    with plain_errors(), _store() as connection:
        key, record = keys.create(
            connection,
            scope,  # type: ignore[arg-type]
            now,
            shop=shop,
            origins=origins,
            note=note,
            expires_at=until,
        )
    if as_json:
        print_json({"id": record.id, "key": key} | _shown(record, now))
        return
    typer.echo(key)
    print(  # the key alone on standard output, for scripts
        f"编号 {record.id}，{_limits(record)}。请现在保存：密钥只显示这一次，以后查不到。",
        file=sys.stderr,
    )


@app.command("list")
def list_(as_json: Json = False) -> None:
    """列出密钥（不含密钥本身）。示例：huashu keys list"""
    from app.records import keys

    now = datetime.now(UTC)
    with plain_errors(), _store() as connection:
        found = keys.every(connection)
    if as_json:
        print_json([{"id": record.id} | _shown(record, now) for record in found])
        return
    if not found:
        typer.echo("还没有密钥。生成一把：huashu keys create --scope agent")
    for record in found:
        last = f"最近使用 {_day(record.last_used_at)}" if record.last_used_at else "未用过"
        words = [record.id, _STATES[_state(record, now)], _limits(record), last, record.note]
        typer.echo("  ".join(word for word in words if word))


@app.command()
def revoke(
    key: Annotated[list[str], typer.Argument(help="密钥的编号，或密钥本身。")],
    as_json: Json = False,
) -> None:
    """撤销密钥，运行中的服务一两秒内生效。示例：huashu keys revoke 3f2a90c17d5e"""
    from app.records import keys

    now = datetime.now(UTC)
    found: list[KeyRecord] = []
    with plain_errors(), _store() as connection:
        for named in key:
            record = keys.revoke(connection, named, now)
            if record is None:
                # Nothing half-done: the transaction is rolled back.
                fail(f"没有编号为“{named[:12]}”的密钥，一把也没有撤销。见 huashu keys list。")
            found.append(record)
    if as_json:
        print_json([{"id": record.id} | _shown(record, now) for record in found])
        return
    for record in found:
        typer.echo(f"已撤销 {record.id}（{_limits(record)}）。")


@contextmanager
def _store() -> Iterator[Connection]:
    """One transaction on the store of the settings, which is brought to the newest schema."""
    from app.records.database import open_engine, transaction
    from app.records.migrate import upgrade

    url = settings_of().database_url
    upgrade(url)
    engine = open_engine(url)
    try:
        with transaction(engine, write=True) as connection:
            yield connection
    finally:
        engine.dispose()


def _origin(given: str) -> str:
    origin = given.strip().lower().removesuffix("/")
    if not _ORIGIN.fullmatch(origin):
        fail(
            f"来源“{given[:100]}”写法不对，请写协议和域名（可带端口），不带路径，"
            "如 https://im.example.com。"
        )
    # A browser leaves out the port that goes without saying.
    scheme, _, rest = origin.partition("://")
    usual = {"http": ":80", "https": ":443"}.get(scheme, "")
    return f"{scheme}://{rest.removesuffix(usual) if usual else rest}"


def _until(given: str | None, now: datetime) -> datetime | None:
    """When a key ends: so long from now, or with the end of a day on this machine."""
    if given is None:
        return None
    found = re.fullmatch(r"(\d{1,5})([mhd])", given.strip())
    try:
        if found:
            until = now + timedelta(**{_UNITS[found[2]]: int(found[1])})
        else:
            day = datetime.strptime(given.strip(), "%Y-%m-%d")
            until = (day + timedelta(days=1)).astimezone(UTC)
    except (ValueError, OverflowError):
        fail(f"有效期“{given[:40]}”写法不对，请写成 {_EXAMPLE}。")
    if until <= now:
        fail(f"有效期“{given[:40]}”已经过去，请写以后的日期，如 {_EXAMPLE}。")
    return until


_STATES = {"usable": "可用", "expired": "已过期", "revoked": "已撤销"}


def _state(record: KeyRecord, now: datetime) -> str:
    if record.revoked_at:
        return "revoked"
    return "expired" if record.expired(now) else "usable"


def _limits(record: KeyRecord) -> str:
    words = [record.scope, f"店铺 {record.shop}" if record.shop else "全部店铺"]
    words += record.origins
    if record.expires_at:
        words.append(f"到 {_day(record.expires_at)}")
    return "，".join(words)


def _shown(record: KeyRecord, now: datetime) -> dict[str, Any]:
    return {
        "scope": record.scope,
        "shop": record.shop,
        "origins": list(record.origins),
        "note": record.note,
        "state": _state(record, now),
        "created": _moment(record.created_at),
        "last_used": _moment(record.last_used_at),
        "expires": _moment(record.expires_at),
        "revoked": _moment(record.revoked_at),
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _day(moment: datetime) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"
