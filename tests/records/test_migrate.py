from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from app.records import migrate, schema
from app.records.database import open_engine, transaction
from app.records.errors import SchemaNewer, SchemaOlder
from app.records.tables import metadata

ROOT = Path(__file__).resolve().parents[2]


def test_an_empty_store_has_no_revision_and_is_not_ready(url: str) -> None:
    assert migrate.current(url) is None
    engine = open_engine(url)
    with pytest.raises(SchemaOlder, match="huashu migrate"):
        migrate.check(engine)
    engine.dispose()


def test_upgrade_twice_and_then_it_is_ready(url: str) -> None:
    assert migrate.upgrade(url) == migrate.upgrade(url) == migrate.current(url) == schema.head()
    engine = open_engine(url)
    migrate.check(engine)
    engine.dispose()


def test_looking_creates_no_file_and_upgrading_creates_the_folder(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a/b/huashu.db"
    assert migrate.current(url) is None
    assert not (tmp_path / "a").exists()
    migrate.upgrade(url)
    assert (tmp_path / "a/b/huashu.db").is_file()


def test_a_relative_file_lies_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    migrate.upgrade("sqlite:///data/话术 50%.db")
    assert (tmp_path / "data/话术 50%.db").is_file()


def test_the_migrations_make_exactly_the_tables_of_the_program(engine: Engine) -> None:
    with transaction(engine) as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        reflected = inspect(connection)
        for table in metadata.tables.values():
            assert {i["name"] for i in reflected.get_indexes(table.name)} == {
                index.name for index in table.indexes
            }


def test_several_copies_may_upgrade_at_once(url: str) -> None:
    code = f"from app.records import migrate; migrate.upgrade({url!r})"
    copies = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    assert [copy.communicate()[1] for copy in copies] == [b""] * 3
    assert migrate.current(url) == schema.head()


def test_a_schema_newer_than_the_program_is_left_alone(engine: Engine, url: str) -> None:
    with transaction(engine, write=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaNewer, match="升级本程序") as caught:
        migrate.upgrade(url)
    assert caught.value.code == "store.schema-newer"
    with pytest.raises(SchemaNewer):
        migrate.check(engine)
    assert migrate.current(url) == "9999"


def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    engine = open_engine(url)
    with transaction(engine, write=True) as connection:
        connection.execute(text("CREATE TABLE feedback (id INTEGER)"))
    with pytest.raises(Exception, match="数据库出错"):
        migrate.upgrade(url)
    with transaction(engine) as connection:
        assert inspect(connection).get_table_names() == ["feedback"]
    engine.dispose()


def test_migrations_are_found_where_the_program_is_installed(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for package in ("app", "migrations"):
        shutil.copytree(ROOT / package, site / package)
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); from app.records import migrate;"
        "print(migrate.__file__, migrate.upgrade('sqlite:///here.db'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout.split() == [f"{site}/app/records/migrate.py", schema.head()]


def test_every_migration_can_be_taken_back(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("path_separator", "os")
    revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    with transaction(engine, write=True) as connection:
        config.attributes["connection"] = connection
        for _ in revisions:
            command.downgrade(config, "-1")
        assert inspect(connection).get_table_names() == ["alembic_version"]
