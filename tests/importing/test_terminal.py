"""Ten thousand rows of a workbook on a terminal: a progress bar, then what was written."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from itertools import product
from pathlib import Path
from threading import Thread

import xlsxwriter

from tests.commands.conftest import SECONDS, command, environment

ROWS = 10_000
WORDS = "甲乙丙丁戊己庚辛壬癸"


def test_ten_thousand_rows_with_a_progress_bar(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "faq.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("标准问", "答案"))
        for number, words in enumerate(product(WORDS, repeat=4), 1):
            sheet.write_row(number, 0, (f"{''.join(words)}怎么用", "马上为您处理。"))
    ours, theirs = pty.openpty()
    shown: list[bytes] = []
    reader = Thread(target=_drain, args=(ours, shown))
    with subprocess.Popen(
        command("import", "faq.xlsx", "--to", "mine"),
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        reader.start()
        out, _ = running.communicate(timeout=SECONDS)
    reader.join()
    os.close(ours)
    assert running.returncode == 0
    assert f"{ROWS} 个条目，{ROWS} 条问法" in out.decode()
    done = [int(n) for n in re.findall(rf"读取 [█░]{{20}} (\d+)/{ROWS}", b"".join(shown).decode())]
    assert len(done) > 1
    assert done == sorted(done)
    assert (tmp_path / "mine").is_dir()


def _drain(terminal: int, shown: list[bytes]) -> None:
    """What is written to a terminal, until its other side is closed."""
    while True:
        try:
            data = os.read(terminal, 65_536)
        except OSError:
            return
        if not data:
            return
        shown.append(data)
