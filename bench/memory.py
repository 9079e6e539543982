"""Memory and processor time of a process, from /proc."""

from __future__ import annotations

import os
import re
from pathlib import Path


def resident(pid: int | None = None) -> float:
    """Megabytes in memory now; of this process when no other is named."""
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else float("nan")


def processor_seconds(pid: int) -> float:
    """User and system time that a process has used so far; Linux."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
