"""The process's memory in pages of 2 MB instead of 4 kB.

A message touches a little of everything that a book has become, all over the process's memory.
With small pages the processor looks up where each of them is, over and over; on virtual machines
such a look-up takes several times as long. See madvise(2), MADV_COLLAPSE (Linux 6.1 and newer).
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

SIZE = 2 * 1024 * 1024  # of a huge page on x86-64, and on ARM with pages of 4 kB
_COLLAPSE = 25  # MADV_COLLAPSE
_MAPS = Path("/proc/self/maps")
_ALLOWED = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def gather() -> int:
    """Moves the memory that is in use into huge pages; returns how many MB are in them.

    Takes some tenths of a second, in which other threads go on. 0 where the system has no such
    pages, or was told never to use them. Never raises.
    """
    if sys.platform != "linux":
        return 0
    try:
        if "[never]" in _ALLOWED.read_text("ascii"):
            return 0
        advise = ctypes.CDLL(None, use_errno=True).madvise
        advise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        places = list(_whole_pages())
    except (OSError, AttributeError, ValueError):
        return 0
    gathered: int = sum(advise(place, SIZE, _COLLAPSE) == 0 for place in places)
    return gathered * SIZE // 1024 // 1024


def _whole_pages() -> Iterator[int]:
    """Addresses of huge pages that lie in the process's own writable memory."""
    for line in _MAPS.read_text("utf-8", "replace").splitlines():
        span, rights, _, _, inode, *name = line.split(maxsplit=5)
        own = not name or name[0] == "[heap]" or name[0].startswith("[anon")
        if rights == "rw-p" and inode == "0" and own:
            start, end = (int(side, 16) for side in span.split("-"))
            yield from range(-(-start // SIZE) * SIZE, end // SIZE * SIZE, SIZE)
