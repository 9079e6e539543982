"""A real PostgreSQL server for the tests, from the installed binaries; nothing is shared.

PostgreSQL refuses to run as root: then the user `postgres` of the Debian package runs it.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

START_SECONDS = 30


class PostgresServer:
    """A server on a loopback port and a socket in its own folder. `stop` and `start` at will."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = "postgres" if os.geteuid() == 0 else None
        # Not below pytest's folder: a socket's path may have 107 bytes, and root's is closed.
        self.folder = Path(tempfile.mkdtemp(prefix="huashu-pg-"))
        if self._user:
            shutil.chown(self.folder, self._user, self._user)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._call(
            "initdb", "-D", str(self.folder / "data"), "-U", "huashu", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [
            str(self._binaries / "postgres"), "-D", str(self.folder / "data"),
            "-k", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port), "-F",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, **self._as_user()
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.conninfo("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text()) from None
                time.sleep(0.05)

    def stop(self) -> None:
        """End the server by the id of its process; open sessions are cut."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            self._process.wait(START_SECONDS)
            self._process = None

    def remove(self) -> None:
        """Stop the server and delete its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def conninfo(self, database: str) -> str:
        """libpq's address of a database."""
        return f"host=127.0.0.1 port={self.port} user=huashu dbname={database}"

    def url(self, database: str) -> str:
        """The product's address of a database, over the loopback port."""
        return f"postgresql://huashu@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Create an empty database; returns its name."""
        name = f"test_{uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}"')
        return name

    def drop_database(self, name: str) -> None:
        """Delete a database, also one that is in use."""
        self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _call(self, *command: str) -> None:
        subprocess.run(
            [str(self._binaries / command[0]), *command[1:]],
            check=True,
            capture_output=True,
            cwd=self.folder,
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {}
        return {"user": self._user, "group": self._user, "extra_groups": []}


def find_binaries() -> Path | None:
    """The folder of the newest PostgreSQL server that is installed, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0,
               default=None)  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """A started server, removed at the end. Skips without PostgreSQL, and fails then in CI."""
    binaries = find_binaries()
    if binaries is None:
        assert "CI" not in os.environ, "CI must install PostgreSQL: apt-get install postgresql"
        pytest.skip("no PostgreSQL is installed")
    server = PostgresServer(binaries)
    try:
        server.start()
        yield server
    finally:
        server.remove()
