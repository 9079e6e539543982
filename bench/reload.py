"""Saving the phrasebook while customers write: failed requests, mixed versions, waiting times."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import httpx

from app.bookshelf import read_folder
from app.engine.source import read_book
from app.settings import ROOT
from bench.data import unlabelled
from bench.memory import processor_seconds
from bench.progress import Progress, say
from bench.report import Section, Table
from bench.service import huashu

RATE = 200  # requests a second
CONNECTIONS = 32
SECONDS = 60
QUIET_SECONDS = 15
SAVES = 40  # every second one is bad
WATCHED = "怎么还不发货"  # answered by the entry whose reply is saved anew
EVERY = 4  # one of so many requests asks the watched message
OTHERS = 400  # different messages that the other requests ask in turn
FILE = "entries/shipping.yaml"
ENTRY = "  - id: shipping.rush\n"
REPLY = "非常抱歉让您着急了"
ASKS = "      - 怎么还不发货啊\n"
PATIENCE = 30.0
_VERSION = re.compile(rb'"phrasebook":\{"version":"(\w+)"')
SINGLE = 5  # saves of each kind whose way is timed by itself
PAUSE = 0.5  # seconds before each
SINGLES_SECONDS = 40  # of load, longer than these saves take


@dataclass
class Seen:
    """What the requests of one run got; times in ms from when a request was due."""

    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    mixed: list[str] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)


def run(eval_folder: Path) -> Section:
    """One worker, shipped book, encoder bundled."""
    messages = itertools.cycle([m[:500] for m in unlabelled(eval_folder) if m.strip()][:OTHERS])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        book = home / "book"
        shutil.copytree(ROOT / "phrasebook", book)
        texts = Texts(book)
        with huashu(home, "bundled", HUASHU_PHRASEBOOK=str(book)) as (process, port):
            base = f"http://127.0.0.1:{port}"
            say("reload: single saves")
            alone = _singles(base, process.pid, texts)
            say("reload: single saves under load")
            with ThreadPoolExecutor(1) as other:
                load = other.submit(asyncio.run, _load(port, messages, texts, SINGLES_SECONDS, 0))
                under = _singles(base, process.pid, texts)
                still = not load.done()
                beside = load.result()
            say("reload: quiet")
            quiet = asyncio.run(_load(port, messages, texts, QUIET_SECONDS, 0))
            loads = [os.getloadavg()[0]]
            say(f"reload: {SAVES} saves")
            busy = asyncio.run(_load(port, messages, texts, SECONDS, SAVES))
            loads.append(os.getloadavg()[0])
            state = _settled(base, texts)
    good = state["newest_files"] == "good" and state["version"] == texts.last
    return Section(
        "reload",
        "Hot reload",
        [
            f"One worker with the shipped book, encoder bundled, {RATE} requests a second whether "
            "answers come or not (a time counts from when its request was due), one in "
            f"{EVERY} the same watched message, the others {OTHERS} messages in turn. Of {SAVES} "
            f"saves in {SECONDS} s every second is no YAML; of the good ones every second changes "
            "a reply, the others add an ask too, for which the book is fitted anew. Saves come "
            "quicker than books are fitted: what is saved meanwhile is read with the next. The "
            "watched reply holds a number that is known for each version. **Mixed**: the number "
            "is not that of the version which the answer names, or no good save has that version.",
            Table(
                ["", "requests", "failed", "mixed", "versions", "p50 ms", "p99 ms", "longest ms"],
                [_row("nothing is saved", quiet), _row(f"{SAVES} saves", busy)],
            ),
            "Other work ran on the machine at the time: its load, processes that wanted one of the "
            f"{os.cpu_count()} cores, was {loads[0]:.1f} in the quiet run and {loads[1]:.1f} while "
            "saving.",
            f"After the last save, a good one, its version is served: {'yes' if good else 'NO'}.",
            "From one save to the first moment at which /readyz names its version: with nothing "
            "else to do for the service, with the processor time that it took meanwhile, and at "
            f"{RATE} requests a second ({'all of them' if still else 'NOT all of them'} while "
            f"requests came; {len(beside.failed)} failed, {len(beside.mixed)} mixed).",
            Table(
                ["saved", "saves", "median s", "longest s", "processor s", "loaded: median s",
                 "longest s"],
                [[kind, *_alone_row(alone[kind]), *_loaded_row(under[kind])] for kind in alone],
            ),
        ],
    )  # fmt: skip


class Texts:
    """The changing texts of the one file that is saved, and the number in each good version."""

    def __init__(self, book: Path) -> None:
        self._book = book
        self._path = book / FILE
        self._files = dict(read_folder(book))
        self._plain = self._files[FILE]
        _, mark, tail = self._plain.partition(ENTRY)
        assert mark
        assert REPLY in tail
        self._numbers = itertools.count(1)
        self._asks: list[str] = []
        self.numbers: dict[str, str] = {}
        self.last = ""
        self.save(self._text())

    def reply(self) -> str:
        """Another number in the reply."""
        return self._text()

    def ask(self) -> str:
        """Another number and one more ask."""
        self._asks.append(f"      - 催第{len(self._asks) + 1}遍了，仓库到底给不给发\n")
        return self._text()

    def save(self, text: str) -> str:
        """Replaces the file as editors do; returns the version of the whole."""
        new = self._path.with_suffix(".tmp")
        new.write_text(text, encoding="utf-8")
        new.replace(self._path)
        self.last = self._version(text)
        return self.last

    def _version(self, text: str) -> str:
        return read_book({**self._files, FILE: text})[0].version

    def _text(self) -> str:
        number = f"〈{next(self._numbers)}〉"
        head, mark, tail = self._plain.partition(ENTRY)
        tail = tail.replace(ASKS, ASKS + "".join(self._asks), 1).replace(REPLY, REPLY + number, 1)
        text = head + mark + tail
        self.numbers[self._version(text)] = number
        return text


def _settled(base: str, texts: Texts) -> dict[str, str]:
    """The phrasebook of /readyz once the last save is served, or when patience is at an end."""
    started = time.perf_counter()
    while True:
        state: dict[str, str] = httpx.get(f"{base}/readyz").json()["phrasebook"]
        if state["version"] == texts.last or time.perf_counter() - started > PATIENCE:
            return state
        time.sleep(0.1)


def _singles(base: str, pid: int, texts: Texts) -> dict[str, list[tuple[float, float]]]:
    """The ways of single saves of each kind, one after the other."""
    kinds = {"a reply": texts.reply, "a reply and an ask": texts.ask}
    found: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    for kind, make in kinds.items():
        for _ in range(SINGLE):
            time.sleep(PAUSE)
            found[kind].append(_alone(base, pid, texts, make()))
    return found


def _alone(base: str, pid: int, texts: Texts, text: str) -> tuple[float, float]:
    """Seconds from a save to its version in /readyz, and processor seconds of the process."""
    used, started = processor_seconds(pid), time.perf_counter()
    version = texts.save(text)
    while time.perf_counter() - started < PATIENCE:
        if httpx.get(f"{base}/readyz").json()["phrasebook"]["version"] == version:
            return time.perf_counter() - started, processor_seconds(pid) - used
        time.sleep(0.02)
    raise RuntimeError("a good save is not served")


async def _load(port: int, messages: Iterator[str], texts: Texts, seconds: int, saves: int) -> Seen:
    """Sends requests when they are due, over connections that are kept; saves meanwhile."""
    seen = Seen()
    due: asyncio.Queue[tuple[float, str] | None] = asyncio.Queue()
    workers = [asyncio.create_task(_connection(port, due, texts, seen)) for _ in range(CONNECTIONS)]
    saver = asyncio.create_task(_save(texts, seconds, saves))
    began = time.perf_counter()
    with Progress("requests", RATE * seconds) as progress:
        for n in range(RATE * seconds):
            at = began + n / RATE
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            due.put_nowait((at, WATCHED if n % EVERY == 0 else next(messages)))
            progress.step()
    await saver
    for _ in workers:
        due.put_nowait(None)
    await asyncio.gather(*workers)
    return seen


async def _connection(
    port: int, due: asyncio.Queue[tuple[float, str] | None], texts: Texts, seen: Seen
) -> None:
    """One keep-alive connection, which takes the next request that is due when it is free."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while one := await due.get():
        at, message = one
        try:
            body = await asyncio.wait_for(_ask(reader, writer, message), PATIENCE)
        except (OSError, ValueError, EOFError, TimeoutError) as error:
            seen.failed.append(repr(error))
            writer.close()
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            continue
        seen.took.append((time.perf_counter() - at) * 1000)
        _look_at(body, message, texts, seen)
    writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, message: str) -> bytes:
    """The body of an answer with status 200; anything else is a ValueError."""
    sent = json.dumps({"message": message}).encode()
    head = (
        "POST /v1/suggestions HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    )
    writer.write(head.encode() + sent)
    got = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = re.search(rb"content-length: (\d+)", got)
    if not got.startswith(b"http/1.1 200") or not length:
        raise ValueError(got[:80])
    return await reader.readexactly(int(length[1]))


def _look_at(body: bytes, message: str, texts: Texts, seen: Seen) -> None:
    """Whether the text is that of the version which the answer names."""
    found = _VERSION.search(body)
    version = found[1].decode() if found else ""
    seen.versions.add(version)
    number = texts.numbers.get(version)
    if number is None or (message == WATCHED and number.encode() not in body):
        seen.mixed.append(version)


async def _save(texts: Texts, seconds: int, saves: int) -> None:
    """Bad and good saves by turns, the last a good one."""
    makers: Sequence[Callable[[], str]] = (texts.reply, texts.ask)
    for n in range(saves):
        await asyncio.sleep(seconds / (saves + 1))
        text = f"{texts.reply()}\n  - id: [\n" if n % 2 == 0 else makers[n // 2 % 2]()
        await asyncio.to_thread(texts.save, text)
    await asyncio.sleep(0 if saves == 0 else seconds / (saves + 1))


def _row(title: str, seen: Seen) -> list[str]:
    return [
        title,
        f"{len(seen.took) + len(seen.failed):,}",
        str(len(seen.failed)),
        str(len(seen.mixed)),
        str(len(seen.versions)),
        f"{median(seen.took):.1f}",
        f"{quantiles(seen.took, n=100)[98]:.1f}",
        f"{max(seen.took):.0f}",
    ]


def _alone_row(times: Sequence[tuple[float, float]]) -> list[str]:
    used = median(used for _, used in times)
    return [str(len(times)), *_loaded_row(times), f"{used:.1f}"]


def _loaded_row(times: Sequence[tuple[float, float]]) -> list[str]:
    waited = [waited for waited, _ in times]
    return [f"{median(waited):.1f}", f"{max(waited):.1f}"]
