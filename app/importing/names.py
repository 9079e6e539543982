"""Ids for entries whose file names none: the pinyin of their title, so that people can read them.

They depend on the title alone, not on the row: the same file in another order gives the same ids.
"""

from __future__ import annotations

import re
from collections.abc import Container

from pypinyin import lazy_pinyin

_SYLLABLES = 10
_LONGEST = 80
_WORD = re.compile(r"[a-z0-9]+")


def new_id(title: str, taken: Container[str], group: str = "import") -> str:
    """An id such as `import.zen_me_tui_huo` that is not taken yet."""
    sounds = lazy_pinyin(title, errors=lambda rest: f" {rest.lower()} ")
    words = [word for sound in sounds for word in _WORD.findall(sound)][:_SYLLABLES]
    stem = f"{group}.{'_'.join(words)[:_LONGEST].rstrip('_') or 'entry'}"
    if stem not in taken:
        return stem
    number = 2
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"
