"""`huashu learn` in a process of its own, for the service: fitting and trying whole books takes
seconds of computing, during which customers' messages must not wait.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from app.settings import ROOT, Settings

_STATUS = {
    "proposal_unknown": 404,
    "proposal_decided": 409,
    "proposal_breaks": 409,
    "proposal_incomplete": 422,
}


@dataclass(frozen=True, slots=True)
class Looking:
    """How far a look is; `doing` is a word for people."""

    doing: str
    done: int
    total: int


class Refused(Exception):
    """The command could not do what was asked; `code` and the text are its own."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail
        self.status = _STATUS.get(code, 503)


class Looks:
    """At most one look a folder at a time. For the event loop's thread."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: dict[Path, Looking] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._processes: set[asyncio.subprocess.Process] = set()
        self.problems: dict[Path, str] = {}

    def state(self, folder: Path) -> Looking | None:
        """How far the look in this folder is; None when there is none."""
        return self._running.get(folder)

    def start(self, folder: Path) -> Looking:
        """Begins a look, unless one is under way."""
        if folder not in self._running:
            self._running[folder] = Looking("准备", 0, 1)
            task = asyncio.create_task(self._look(folder))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return self._running[folder]

    async def accept(
        self, folder: Path, name: str, texts: Sequence[str] | None, reply: str
    ) -> dict[str, Any]:
        """Tries and writes a proposal. Raises Refused."""
        only = [f"--only={text}" for text in texts or ()]
        return await self._run(folder, ["accept", f"--reply={reply}", *only, "--", name], None)

    async def close(self) -> None:
        """Ends what is under way; a decision is carried out whole or not at all."""
        for task in self._tasks:
            task.cancel()
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.terminate()
        for process in list(self._processes):
            await process.wait()

    async def _look(self, folder: Path) -> None:
        def tell(looking: Looking) -> None:
            self._running[folder] = looking

        try:
            await self._run(folder, [], tell)
            self.problems.pop(folder, None)
        except Refused as error:
            self.problems[folder] = error.detail
        finally:
            del self._running[folder]

    async def _run(
        self, folder: Path, words: Sequence[str], tell: Callable[[Looking], None] | None
    ) -> dict[str, Any]:
        command = words[:1]
        options = ["--json", "--progress-lines"]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.cli", "learn", *command, *options, *words[1:],
            env=self._environment(folder),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._processes.add(process)
        try:
            out, said = await asyncio.gather(_all_of(process.stdout), _lines(process.stderr, tell))
            status = await process.wait()
        finally:
            self._processes.discard(process)
        try:
            found = json.loads(out)
        except ValueError:
            found = {}
        if status:
            detail = found.get("detail") or said or "没有做完，原因在服务的日志里。"
            raise Refused(found.get("code", "proposal_failed"), detail)
        return dict(found)

    def _environment(self, folder: Path) -> dict[str, str]:
        """This service's own settings, and where its program is."""
        own = {f"HUASHU_{k.upper()}": _plain(v) for k, v in self._settings if v is not None}
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        return os.environ | own | {"HUASHU_PHRASEBOOK": str(folder), "PYTHONPATH": path}


def _plain(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value).lower() if isinstance(value, bool) else str(value)


async def _all_of(stream: asyncio.StreamReader | None) -> bytes:
    return await stream.read() if stream else b""


async def _lines(
    stream: asyncio.StreamReader | None, tell: Callable[[Looking], None] | None
) -> str:
    """What was said that is no progress: for people, a few lines at most."""
    said: list[str] = []
    while stream and (line := await stream.readline()):
        text = line.decode("utf-8", "replace").strip()
        try:
            found = json.loads(text)
            looking = Looking(found["doing"], found["done"], found["total"])
        except (ValueError, TypeError, KeyError):
            said.append(text)
            continue
        if tell:
            tell(looking)
    return "\n".join(said[-5:])
