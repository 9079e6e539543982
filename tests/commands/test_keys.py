"""huashu keys: made, shown once, listed without the key, revoked; and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from app.records.keys import KEY_SCOPES
from app.records.schema import FOLDER
from tests.commands.conftest import Huashu


def create(huashu: Huashu, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = huashu("keys", "create", *options, "--json").json()
    return found


@pytest.mark.parametrize("scope", KEY_SCOPES)
def test_a_key_of_each_scope(huashu: Huashu, scope: str) -> None:
    made = create(huashu, "--scope", scope)
    assert made["key"].startswith(f"hs_{scope}_")
    assert len(made["key"].removeprefix(f"hs_{scope}_")) == 43  # 32 bytes
    assert (made["scope"], made["shop"], made["origins"]) == (scope, None, [])
    assert (made["state"], made["expires"], made["last_used"]) == ("usable", None, None)


def test_the_key_is_shown_once_and_stored_nowhere(huashu: Huashu, tmp_path: Path) -> None:
    shown = huashu("keys", "create", "--scope", "agent", "--shop", "二店", "--note", "早班")
    key = shown.out.strip()
    assert key.startswith("hs_agent_")  # alone, for scripts
    assert "只显示这一次" in shown.err
    listed = huashu("keys", "list")
    assert "早班" in listed.out
    assert "店铺 二店" in listed.out
    assert key not in listed.out
    (one,) = huashu("keys", "list", "--json").json()
    assert "key" not in one
    assert "hash" not in one
    secret = key.removeprefix("hs_agent_").encode()
    files = [p for p in (tmp_path / "data").iterdir() if "sqlite3" in p.name]
    assert files
    assert not [p for p in files if secret in p.read_bytes()]


def test_the_database_is_its_owner_s_alone(huashu: Huashu, tmp_path: Path) -> None:
    create(huashu, "--scope", "agent")
    assert (tmp_path / "data" / "huashu.sqlite3").stat().st_mode & 0o077 == 0


def test_widget_keys(huashu: Huashu) -> None:
    origins = ["https://im.example.com", "HTTPS://Desk.Example.com:443/", "http://127.0.0.1:8080"]
    options = [part for origin in origins for part in ("--origin", origin)]
    made = create(huashu, "--scope", "suggest", *options, "--origin", origins[0])
    # As browsers write them.
    assert made["origins"] == [
        "https://im.example.com",
        "https://desk.example.com",
        "http://127.0.0.1:8080",
    ]


@pytest.mark.parametrize(("given", "days"), [("90d", 90), ("36h", 1.5), ("90m", 1 / 16), ("1d", 1)])
def test_expiry_after_a_while(huashu: Huashu, given: str, days: float) -> None:
    before = datetime.now(UTC)
    until = datetime.fromisoformat(
        create(huashu, "--scope", "agent", "--expires", given)["expires"]
    )
    after = datetime.now(UTC)
    span = timedelta(days=days)
    assert before + span - timedelta(seconds=1) <= until <= after + span


def test_expiry_with_the_end_of_a_day(huashu: Huashu) -> None:
    given = ("--scope", "agent", "--expires", "2199-01-31")
    until = datetime.fromisoformat(create(huashu, *given)["expires"]).astimezone()
    assert until.replace(tzinfo=None) == datetime(2199, 2, 1)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--scope", "boss"), "可用的值：suggest、agent、trainer、admin"),
        (("--scope", "agent", "--origin", "https://a.example"), "只能是 --scope suggest"),
        (("--scope", "suggest", "--origin", "a.example"), "请写协议和域名"),
        (("--scope", "suggest", "--origin", "https://a.example/page"), "不带路径"),
        (("--scope", "suggest", "--origin", "*"), "写法不对"),
        (("--scope", "agent", "--shop", "../etc"), "写法不对"),
        (("--scope", "agent", "--expires", "2020-01-01"), "已经过去"),
        (("--scope", "agent", "--expires", "0d"), "已经过去"),
        (("--scope", "agent", "--expires", "soon"), "90d"),
        (("--scope", "agent", "--expires", "2026-02-30"), "写法不对"),
        (("--scope", "agent", "--note", "长" * 201), "最多 200 个字符"),
    ],
    ids=lambda value: "-".join(value)[:60] if isinstance(value, tuple) else "",
)
def test_what_can_not_be_made(huashu: Huashu, options: tuple[str, ...], says: str) -> None:
    assert says in huashu("keys", "create", *options).refused()
    assert huashu("keys", "list", "--json").json() == []


def test_revoking(huashu: Huashu) -> None:
    one, other, third = (create(huashu, "--scope", "agent") for _ in range(3))
    assert one["id"] in huashu("keys", "revoke", one["id"]).out
    # Who finds a key lying about has no id.
    (gone,) = huashu("keys", "revoke", other["key"], "--json").json()
    assert (gone["id"], gone["state"]) == (other["id"], "revoked")
    again = huashu("keys", "revoke", other["id"], "--json").json()
    assert again == [gone]  # also the time at which it was
    told = huashu("keys", "revoke", third["id"], "nothing").refused()
    assert "一把也没有撤销" in told
    states = {k["id"]: k["state"] for k in huashu("keys", "list", "--json").json()}
    assert states == {one["id"]: "revoked", other["id"]: "revoked", third["id"]: "usable"}


def test_a_store_that_can_not_be_used(huashu: Huashu) -> None:
    url = "postgresql://user:geheim@127.0.0.1:1/db"
    told = huashu("keys", "create", "--scope", "agent", HUASHU_DATABASE_URL=url).refused()
    assert "连不上数据库服务器" in told
    assert "geheim" not in told


def test_an_older_database_is_brought_up_to_date(huashu: Huashu, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{tmp_path}/data/huashu.sqlite3")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    assert create(huashu, "--scope", "agent")["state"] == "usable"
