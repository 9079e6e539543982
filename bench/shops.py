"""Several shops in one process: memory, the first request to a shop, and who else notices."""

from __future__ import annotations

import re
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import httpx

from app.settings import ROOT
from bench.data import unlabelled
from bench.memory import resident
from bench.progress import Progress, say
from bench.report import Section, Table
from bench.service import WAIT, huashu

SIZES = (1, 5, 20)  # shops in memory, the default one among them
LOADS = 5  # during which another shop is asked
QUIET = 400  # requests to it without any load


def run(eval_folder: Path) -> Section:
    """Copies of the shipped book, each with the id of a shop of its own."""
    messages = iter(unlabelled(eval_folder))
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shops = _shops(home / "shops", max(SIZES) - 1 + LOADS)
        settings = {
            "HUASHU_SHOPS": str(home / "shops"),
            "HUASHU_SHOPS_LOADED": str(len(shops)),
            "HUASHU_SHOP_IDLE": "2",
        }
        with huashu(home, "bundled", **settings) as (process, port), _client(port) as client:
            _, firsts = _load(process.pid, client, shops)
        with huashu(home, "bundled", **settings) as (process, port), _client(port) as client:
            memory, again = _load(process.pid, client, shops[: max(SIZES) - 1])
            say("shops: asking one while others are loaded")
            quiet = [_ask(client, next(messages)) for _ in range(QUIET)]
            busy = _meanwhile(client, shops[max(SIZES) - 1 :], messages)
            say("shops: waiting until nobody has asked for 2 minutes")
            _wait_until_dropped(client)
            left = resident(process.pid)
    rows = [[str(n), f"{memory[n]:.0f}", ""] for n in SIZES]
    rows[-1][2] = f"{(memory[SIZES[-1]] - memory[1]) / (SIZES[-1] - 1):.0f}"
    rows.append([f"1, after {len(shops)} others were dropped", f"{left:.0f}", ""])
    return Section(
        "shops",
        "Several shops in one process",
        [
            f"One worker with the shipped book as default shop and {len(shops)} copies of it as "
            "other shops, encoder bundled. Resident memory after one message to each, in a process "
            "that finds vectors, weights and lint's verdicts in the cache.",
            Table(["shops in memory", "memory MB", "MB a shop"], rows),
            "Seconds of the first request to a shop, which waits until its book is read, checked "
            "and fitted; one after another. The asks of the copies are those of the default shop, "
            "so no vector is missing even the first time; lint runs over each book then.",
            Table(
                ["first request", "shops", "median s", "longest s"],
                [_seconds("after a change of the book", firsts), _seconds("later", again)],
            ),
            "Answers of the default shop to messages it has not seen, one connection, while "
            "another shop is loaded in the same process:",
            Table(
                ["", "requests", "p50 ms", "p99 ms", "longest ms"],
                [_row("nothing is loaded", quiet), _row(f"{LOADS} shops are loaded", busy)],
            ),
        ],
    )


def _shops(folder: Path, count: int) -> list[str]:
    shops = [f"shop{n + 1:02}" for n in range(count)]
    for shop in shops:
        shutil.copytree(ROOT / "phrasebook", folder / shop)
        file = folder / shop / "shop.yaml"
        text = re.sub(r"^  id: default$", f"  id: {shop}", file.read_text("utf-8"), flags=re.M)
        file.write_text(text, encoding="utf-8")
    return shops


def _client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT, trust_env=False)


def _load(pid: int, client: httpx.Client, shops: list[str]) -> tuple[dict[int, float], list[float]]:
    """Memory by number of shops, and the seconds of each first request."""
    memory, firsts = {1: resident(pid)}, []
    with Progress("loading shops", len(shops)) as progress:
        for n, shop in enumerate(shops, 2):
            firsts.append(_ask(client, "怎么还不发货", shop) / 1000)
            memory[n] = resident(pid)
            progress.step()
    return memory, firsts


def _meanwhile(client: httpx.Client, shops: list[str], messages: Iterator[str]) -> list[float]:
    """Milliseconds of requests to the default shop while others are loaded one by one."""
    found: list[float] = []
    for shop in shops:
        loading = threading.Thread(target=_ask, args=(client, "怎么还不发货", shop))
        loading.start()
        while loading.is_alive():
            found.append(_ask(client, next(messages)))
        loading.join()
    return found


def _ask(client: httpx.Client, message: str, shop: str = "default") -> float:
    """Milliseconds to the answer."""
    started = time.perf_counter()
    body = {"message": message[:500], "shop": shop}
    client.post("/v1/suggestions", json=body).raise_for_status()
    return (time.perf_counter() - started) * 1000


def _wait_until_dropped(client: httpx.Client) -> None:
    end = time.monotonic() + WAIT * 2
    while time.monotonic() < end:
        text = client.get("/metrics").text
        if re.search(r"^huashu_shops_loaded 0\.0$", text, re.MULTILINE):
            return
        time.sleep(1)
    raise RuntimeError("shops that nobody asks for are not dropped")


def _seconds(title: str, times: list[float]) -> list[str]:
    return [title, str(len(times)), f"{median(times):.1f}", f"{max(times):.1f}"]


def _row(title: str, times: list[float]) -> list[str]:
    ranked = quantiles(times, n=100)
    return [
        title,
        str(len(times)),
        f"{median(times):.1f}",
        f"{ranked[98]:.1f}",
        f"{max(times):.0f}",
    ]
