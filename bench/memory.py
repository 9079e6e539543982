"""Resident memory of a process, from /proc."""

from __future__ import annotations

import os
import re
from pathlib import Path


def resident(pid: int | None = None) -> float:
    """Megabytes in memory now; of this process when no other is named."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")
