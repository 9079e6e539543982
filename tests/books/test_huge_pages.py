"""Memory moves into huge pages while it is used; where there are none nothing happens."""

from __future__ import annotations

import re
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from app import huge_pages

MB = 1024 * 1024


def in_huge_pages() -> int:
    """MB, as the system counts them."""
    rollup = Path("/proc/self/smaps_rollup").read_text("ascii")
    found = re.search(r"AnonHugePages: +(\d+) kB", rollup)
    assert found
    return int(found[1]) // 1024


@pytest.mark.skipif(sys.platform != "linux", reason="the system has no such pages")
def test_memory_keeps_what_it_holds_while_threads_write_to_it() -> None:
    texts = [f"怎么还不发货{n}" for n in range(200_000)]
    numbers = np.arange(4 * MB, dtype=np.int64)
    stop = threading.Event()
    written = [0]

    def write() -> None:
        while not stop.is_set():
            numbers[: MB // 8] += 1
            written[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        gathered = huge_pages.gather()
    finally:
        stop.set()
        writer.join()
    assert texts == [f"怎么还不发货{n}" for n in range(200_000)]
    numbers[: MB // 8] -= written[0]
    assert (numbers == np.arange(4 * MB)).all()
    if gathered:  # else the kernel is older, or was told not to
        assert in_huge_pages() >= 32
    assert huge_pages.gather() >= 0


@pytest.mark.parametrize("said", ["always madvise [never]\n", None])
def test_nothing_happens_where_it_is_not_wanted(
    said: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    allowed = tmp_path / "enabled"
    if said is not None:
        allowed.write_text(said, "ascii")
    monkeypatch.setattr(huge_pages, "_ALLOWED", allowed)
    assert huge_pages.gather() == 0
