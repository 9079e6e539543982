"""Requests per second of the real service, beside a bare route with the same bodies."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import httpx

from app.settings import ROOT
from bench.data import cases, unlabelled
from bench.encoder_share import encoder_share
from bench.memory import processor_seconds, resident
from bench.progress import say
from bench.report import Section, Table

CONNECTIONS = 32
SECONDS = 4
WARM_UP = 1  # seconds that are not counted
ROUNDS = 3
WAIT = 120.0
ENCODERS = ("none", "bundled")
# Sends the bodies of a file one after another from a given one, the first after the last.
_SCRIPT = """
local bodies, at = {}, tonumber(os.getenv("START"))
for line in io.lines(os.getenv("BODIES")) do bodies[#bodies + 1] = line end
local headers = {["Content-Type"] = "application/json"}
request = function()
  at = at % #bodies + 1
  return wrk.format("POST", "/v1/suggestions", headers, bodies[at])
end
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk saw, times in ms.

    `work` is the service's processor time in µs a request, `alone` the median over a single
    connection, `memory` in MB afterwards.
    """

    per_second: float
    p50: float
    p99: float
    failed: int
    answers: int
    work: float = 0.0
    alone: float = 0.0
    memory: float = 0.0


@dataclass(frozen=True, slots=True)
class _Round:
    own: Load
    bare: Load


def run(eval_folder: Path) -> Section:
    """Throughput, latency, memory and start of the service under both encoders."""
    if not shutil.which("wrk"):
        return Section("http", "HTTP", ["Not measured: wrk is missing (`apt-get install wrk`)."])
    kinds = {
        "repeated": [m for c in cases(eval_folder, "messages_dev") for m in c.messages],
        "fresh": unlabelled(eval_folder),
    }
    rows, starts = [], []
    with tempfile.TemporaryDirectory() as folder:
        files = {kind: _bodies(Path(folder) / kind, texts) for kind, texts in kinds.items()}
        for encoder in ENCODERS:
            say(f"http: encoder {encoder}")
            home = Path(folder) / encoder
            first, *again = [_start(home, encoder) for _ in range(1 + ROUNDS)]
            warm, work = (median(column) for column in zip(*again, strict=True))
            starts.append([encoder, f"{first[0]:.1f}", f"{warm:.1f}", f"{work:.1f}"])
            rows += _compare(home, encoder, files)
    columns = ["service", "messages", "req/s", "of bare", "µs", "bare/own", "p50 ms", "p99 ms"]
    return Section(
        "http",
        "HTTP",
        [
            f"`POST /v1/suggestions` of one worker, journal in SQLite, asked by wrk over "
            f"{CONNECTIONS} connections that are never idle, so that a latency is mostly waiting "
            "in line. The **bare route** is FastAPI under the same server with the same pydantic "
            "bodies: it parses the same requests and sends one real answer of the service, doing "
            f"nothing between. {ROUNDS} rounds of {SECONDS} s, each in a new process after "
            f"{WARM_UP} s or more that is not counted; medians. "
            f"**Repeated**: the {len(kinds['repeated'])} messages of messages_dev over and over, "
            f"so that vectors are remembered; **fresh**: {len(kinds['fresh']):,} other messages, "
            "one after another. wrk, both services and other work share the cores. "
            "The p99 is that of a rush: all connections open at once; the last is taken in when "
            "those before it have been answered several times. "
            "**Alone** is the median of one connection. **µs** is the processor time that the "
            "service spent a request, all of its threads together, and the next column the bare "
            "route's divided by it: where other work keeps the cores busy, the steadier ratio.",
            Table([*columns, "alone p50 ms", "memory MB", "failed"], rows),
            "Seconds from starting the process to its first answer, polled every 10 ms: without "
            f"a cache of vectors, and (median of {ROUNDS}) with one; beside the latter the "
            "processor time of the process until then, all of its threads together.",
            Table(["encoder", "first start", "warm cache", "its processor time"], starts),
            encoder_share(eval_folder),
        ],
    )


def _bodies(path: Path, messages: Sequence[str]) -> Path:
    lines = [json.dumps({"message": m[:500]}) for m in messages if m.strip()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _start(home: Path, encoder: str) -> tuple[float, float]:
    """Seconds by the clock and of processor time until the first answer."""
    started = time.perf_counter()
    with huashu(home, encoder) as (process, _):
        return time.perf_counter() - started, processor_seconds(process.pid)


def _compare(home: Path, encoder: str, files: Mapping[str, Path]) -> list[list[str]]:
    rows = []
    for kind, bodies in files.items():
        known = len(bodies.read_text("utf-8").splitlines()) if kind == "repeated" else 0
        rounds = [_round(home, encoder, bodies, known) for _ in range(ROUNDS)]
        own, bare = [r.own for r in rounds], [r.bare for r in rounds]
        title = f"**Huashu**, encoder {encoder}"
        rows.append(_row(title, kind, own, bare))
        rows.append(_row("bare route", kind, bare, bare))
    return rows


def _round(home: Path, encoder: str, bodies: Path, known: int) -> _Round:
    """Both services one after the other, each in a new process that has answered `known` bodies."""
    with huashu(home, encoder) as (process, port), _bare(home, port) as (other, other_port):
        bare = _measured(other.pid, other_port, bodies, known)
        return _Round(own=_measured(process.pid, port, bodies, known), bare=bare)


def _measured(pid: int, port: int, bodies: Path, known: int) -> Load:
    sent = _load(port, bodies, CONNECTIONS, WARM_UP).answers
    while sent < known:
        sent += _load(port, bodies, CONNECTIONS, WARM_UP, start=sent).answers
    before = processor_seconds(pid)
    load = _load(port, bodies, CONNECTIONS, start=sent)
    work = (processor_seconds(pid) - before) / max(1, load.answers) * 1e6
    alone = _load(port, bodies, 1, 1, start=sent + load.answers).p50
    return replace(load, work=work, alone=alone, memory=resident(pid))


def _row(title: str, kind: str, loads: Sequence[Load], bare: Sequence[Load]) -> list[str]:
    pairs = list(zip(loads, bare, strict=True))
    return [
        title,
        kind,
        f"{median(x.per_second for x in loads):,.0f}",
        f"{median(a.per_second / b.per_second for a, b in pairs):.3f}",
        f"{median(x.work for x in loads):,.0f}",
        f"{median(b.work / a.work for a, b in pairs):.3f}",
        f"{median(x.p50 for x in loads):.1f}",
        f"{median(x.p99 for x in loads):.1f}",
        f"{median(x.alone for x in loads):.2f}",
        f"{median(x.memory for x in loads):.0f}",
        str(sum(x.failed for x in loads)),
    ]


@contextmanager
def huashu(
    home: Path, encoder: str, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The service, from the moment of its first answer."""
    home.mkdir(exist_ok=True)
    port = _free_port()
    environment = {
        "HUASHU_ENCODER": encoder,
        "HUASHU_CACHE_DIR": str(home / "cache"),
        "HUASHU_DATABASE_URL": f"sqlite:///{home}/journal.sqlite3",
        "HUASHU_PHRASEBOOK": str(ROOT / "phrasebook"),
        "HUASHU_LOG_LEVEL": "error",
        **settings,
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(port)]
    with _process(command, environment, port, home) as process:
        yield process, port


@contextmanager
def _bare(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The bare route, answering what the service at `port` answers to one message."""
    answer = home / "answer.json"
    answer.write_bytes(_ask(port).content)
    other = _free_port()
    command = [sys.executable, "-m", "bench.bare", str(answer), str(other)]
    with _process(command, {}, other, home) as process:
        yield process, other


@contextmanager
def _process(
    command: Sequence[str], environment: Mapping[str, str], port: int, home: Path
) -> Iterator[subprocess.Popen[bytes]]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HUASHU_")}
    with (home / "service.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=kept | dict(environment), stdout=log, stderr=log
        )
        try:
            _await(port, process, home)
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end and process.poll() is None:
        try:
            _ask(port)
            return
        except httpx.TransportError:
            time.sleep(0.01)
    log = (home / "service.log").read_text("utf-8", "replace")
    raise RuntimeError(f"no answer from {process.args!r}:\n{log[-2000:]}")


def _ask(port: int) -> httpx.Response:
    url = f"http://127.0.0.1:{port}/v1/suggestions"
    return httpx.post(url, json={"message": "怎么还不发货"}, timeout=WAIT).raise_for_status()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _load(
    port: int, bodies: Path, connections: int, seconds: int = SECONDS, start: int = 0
) -> Load:
    """One run of wrk from body number `start` on."""
    script = bodies.parent / "load.lua"
    script.write_text(_SCRIPT)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    text = subprocess.run(
        [*command, "--latency", "-s", str(script), f"http://127.0.0.1:{port}/"],
        env=os.environ | {"BODIES": str(bodies), "START": str(start)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    errors = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return Load(
        per_second=_number(r"Requests/sec:\s+([\d.]+)", text),
        p50=_milliseconds("50%", text),
        p99=_milliseconds("99%", text),
        answers=int(_number(r"(\d+) requests in", text)),
        failed=sum(map(int, errors.groups() if errors else ())) + (int(bad[1]) if bad else 0),
    )


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if not found:
        raise RuntimeError(f"wrk said something unexpected:\n{text}")
    return float(found[1])


def _milliseconds(share: str, text: str) -> float:
    found = re.search(rf"^\s+{share}\s+([\d.]+)(us|ms|s|m)\s*$", text, re.MULTILINE)
    if not found:
        raise RuntimeError(f"wrk said something unexpected:\n{text}")
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[found[2]]
