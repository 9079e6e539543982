"""The real service, started once a session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.service_process import ServiceProcess, start_service


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    """The service with the shipped phrasebook, matching by characters alone."""
    with start_service(tmp_path_factory.mktemp("service")) as started:
        yield started
