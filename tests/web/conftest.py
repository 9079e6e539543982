"""The real service, started once a session, and Debian's chromium to look at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.console_page import Console, open_console
from tests.web.inprocess import Shop, opened
from tests.web.service_process import ServiceProcess, free_port, start_service
from tests.web.small_book import write_book
from tests.web.widget_page import Host, serve_host, write_widget_book
from tests.web.wording_book import write_wording_book

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The service with the shipped phrasebook, matching by characters alone."""
    with start_service(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(scope="session")
def wording_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The service with a book for drafts, every word of which the tests know."""
    folder = tmp_path_factory.mktemp("wording")
    book = write_wording_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        assert "CI" not in os.environ, "CI must install chromium and fonts-noto-cjk"
        pytest.skip("no chromium is installed: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield launched
        launched.close()


@pytest.fixture
def console(browser: Browser, service: ServiceProcess) -> Iterator[Console]:
    """The console over the shipped phrasebook; ends with no complaint of the browser."""
    with open_console(browser, service.url) as opened:
        yield opened
        assert opened.complaints == []
        assert all(r.url.startswith(service.url) for r in opened.requests)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The application in this process with the shipped phrasebook."""
    with opened(tmp_path_factory.mktemp("shop")) as started:
        yield started


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The application in this process with a book whose every reply the tests know."""
    folder = tmp_path_factory.mktemp("small")
    with opened(folder, phrasebook=write_book(folder / "book")) as started:
        yield started


@pytest.fixture(scope="session")
def widget_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """A server of another origin, whose pages may ask a service of their own."""
    folder = tmp_path_factory.mktemp("widget")
    port = free_port()
    settings = {
        "HUASHU_PHRASEBOOK": str(write_widget_book(folder / "book")),
        "HUASHU_CORS_ORIGINS": f"http://127.0.0.1:{port}",
    }
    with start_service(folder, **settings) as service, serve_host(port, service.url) as host:
        yield host
