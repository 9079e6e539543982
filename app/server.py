"""uvicorn started with everything checked first, so that what is wrong is said in one sentence."""

from __future__ import annotations

import errno
import gc
import logging
import os
import socket
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.engine.errors import HuashuError
from app.settings import LOOPBACK, Settings, load_settings

if TYPE_CHECKING:
    from fastapi import FastAPI

# uvicorn kills a worker that stays silent for longer; its default of 5 seconds is less than a
# start takes on a busy machine, and then workers are started and killed without end.
WORKER_SECONDS = 60
STOP_SECONDS = 5  # for requests that are under way when the service is told to stop


class PortTaken(HuashuError):
    """The address can not be listened on."""


def run(settings: Settings, workers: int = 1) -> None:
    """Serves until stopped. Raises HuashuError when it can not start."""
    _log(settings)
    _refuse_without_keys(settings)
    listener = _listen(settings)
    port = listener.getsockname()[1]
    print(f"正在载入话术库 {settings.phrasebook} ……", file=sys.stderr, flush=True)
    application = _application(settings)
    needs_key = not application.state.service.guard.open
    if workers == 1:
        config = uvicorn.Config(
            application,
            access_log=False,
            log_level=settings.log_level,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        _greet(settings.host, port, needs_key)
        _Server(config).run(sockets=[listener])
        return
    # With workers it was made only to be sure that it can be: what is wrong is said once, where
    # workers would be started again without end; and their vectors are in the cache now.
    del application
    _greet(settings.host, port, needs_key)
    _run_workers(settings, workers, listener)


class _Server(uvicorn.Server):
    """Ends streams of events first: uvicorn waits for every request before it stops."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """On SIGTERM and SIGINT."""
        service = getattr(getattr(self.config.app, "state", None), "service", None)
        if service is not None:
            service.hub.close()
        super().handle_exit(sig, frame)


def _run_workers(settings: Settings, workers: int, listener: socket.socket) -> None:
    """Several processes on one socket; each makes its own application from the environment."""
    for name in ("phrasebook", "database_url", "encoder", "cache_dir", "log_level", "host"):
        os.environ[f"HUASHU_{name.upper()}"] = str(getattr(settings, name))
    config = uvicorn.Config(
        "app.server:from_environment",
        factory=True,
        workers=workers,
        access_log=False,
        log_level=settings.log_level,
        timeout_worker_healthcheck=WORKER_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    Multiprocess(config, [listener]).run()


def from_environment() -> FastAPI:
    """The application of one worker process."""
    settings = load_settings()
    _log(settings)
    return _application(settings)


def _application(settings: Settings) -> FastAPI:
    # What is loaded now stays: looking for cycles in it would only take time, now and ever after.
    gc.disable()
    try:
        from app.main import create_app  # takes seconds; a taken port is said before

        application = create_app(settings)
        gc.freeze()
    finally:
        gc.enable()
    return application


def _log(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells its dialect at every start
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every request to the encoder


def _refuse_without_keys(settings: Settings) -> None:
    """The application does the same, but only when its book is loaded: this is said at once."""
    if settings.host in LOOPBACK:
        return
    from app.records.database import open_engine
    from app.records.migrate import upgrade
    from app.web.guard import Guard
    from app.web.keyring import Keyring

    upgrade(settings.database_url)
    store = open_engine(settings.database_url)
    try:
        Guard(settings, Keyring(store), time.monotonic).may_serve()
    finally:
        store.dispose()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(1024)
    except (OSError, UnicodeError) as error:  # the latter for names such as a..b
        listener.close()
        raise PortTaken(_listen_words(error, settings)) from error
    return listener


def _listen_words(error: OSError | UnicodeError, settings: Settings) -> str:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        return (
            f"端口 {settings.port} 已被别的程序占用。请先停掉它，"
            f"或换一个端口：huashu serve --port {settings.port % 65535 + 1}。"
        )
    if number == errno.EACCES:
        return f"没有权限监听端口 {settings.port}。请换一个 1024 以上的端口，例如 --port 8000。"
    reason = getattr(error, "strerror", None) or error
    return f"无法监听 {settings.host}:{settings.port}（{reason}）。请检查地址。"


def _greet(host: str, port: int, needs_key: bool) -> None:
    """The page's address and a line to try; on a socket this is already reachable."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown, not bound
    shown = f"[{host}]" if ":" in host else host
    base = f"http://{shown}:{port}"
    key = " -H 'X-API-Key: 密钥'" if needs_key else ""
    access = "需要密钥（huashu keys）" if needs_key else "未设密钥，仅限本机使用"
    print(
        f"\n话术已启动：{base}/\n接口文档：  {base}/docs\n访问：      {access}\n试一试：\n"
        f"  curl -s {base}/v1/suggestions -H 'Content-Type: application/json'{key}"
        ' -d \'{"message": "怎么还不发货"}\'\n',
        flush=True,
    )
