"""The real service as its own process, as users run it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class ServiceProcess:
    """A running `huashu serve` on a loopback port of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends this very process and waits until it is gone."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_service(folder: Path, port: int | None = None, **settings: str) -> ServiceProcess:
    """A ready service that keeps everything in `folder`; `settings` are HUASHU_… variables."""
    port = port or free_port()
    log = folder / "log"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HUASHU_")} | {
        "HUASHU_DATABASE_URL": f"sqlite:///{folder}/huashu.sqlite3",
        "HUASHU_CACHE_DIR": str(folder / "cache"),
        "HUASHU_ENCODER": "none",
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    service = ServiceProcess(port, process)
    _wait_until_ready(service, log)
    return service


def _wait_until_ready(service: ServiceProcess, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and service.process.poll() is None:
        try:
            if httpx.get(f"{service.url}/readyz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    service.stop()
    pytest.fail(f"the service did not start:\n{log.read_text(errors='replace')}")


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
