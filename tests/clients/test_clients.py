"""The clients of docs/clients, run against the real service as their readers run them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.client_types import TYPES, types
from app.settings import ROOT
from tests.web.service_process import ServiceProcess, free_port, start_service
from tests.web.small_book import write_book

CLIENTS = ROOT / "docs" / "clients"
TYPESCRIPT = CLIENTS / "typescript"
PYTHON = CLIENTS / "python" / "huashu_client.py"
RUSH_REPLY = "亲，您好。两天内发出。祝您生活愉快。"
# One mistake in each: a client that takes them is not typed.
MISTAKES = {
    "field": 'void huashu.suggestions({ mesage: "在吗" });',
    "value": 'void huashu.suggestions({ message: "在吗", platform: "ebay" });',
    "answer": 'void huashu.suggestions({ message: "在吗" }).then((a) => a.suggestion);',
    "outcome": 'void huashu.feedback({ suggestion_id: "1", outcome: "read" });',
    "missing": 'void huashu.check({ platform: "jd" });',
    "option": 'window.Huashu.mount({ tarket: "#reply" });',
    "event": 'document.addEventListener("huashu:copied", (e) => e.detail.txt);',
}
RIGHT = """\
void huashu.suggestions({ messages: ["在吗", "包邮吗"], variables: { order_no: "A-7" } });
const panel = window.Huashu.mount({ target: "#reply", source: ".customer" });
void panel.suggest("在吗", { conversation_id: "c-1", stage: "presale" });
void panel.insert(1, { force: true });
document.addEventListener("huashu:copied", (e) => console.log(e.detail.how === "copied"));
document.querySelector("huashu-suggestions")?.clear();
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("clients")
    book = write_book(folder / "book")
    with start_service(folder, HUASHU_PHRASEBOOK=str(book)) as started:
        yield started


def tool(name: str) -> str:
    """Where a program is; the test is skipped where nobody asked for it to be there."""
    found = shutil.which(name)
    if found is None:
        assert "CI" not in os.environ, "CI must install nodejs and node-typescript"
        pytest.skip(f"no {name} is installed: apt-get install nodejs node-typescript")
    return found


def run(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()} | more
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript files as JavaScript."""
    out = tmp_path_factory.mktemp("typescript")
    made = run(tool("tsc"), "-p", TYPESCRIPT, "--outDir", out)
    assert made.returncode == 0, made.stdout
    (out / "package.json").write_text('{"type": "module"}')
    return out


def test_the_types_are_those_of_the_service(service: ServiceProcess) -> None:
    described = httpx.get(f"{service.url}/openapi.json", trust_env=False).json()
    assert types(described) == TYPES.read_text("utf-8"), "run: make pages"


def test_the_typescript_example(service: ServiceProcess, compiled: Path) -> None:
    found = run(tool("node"), compiled / "example.js", service.url)
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == [
        f"怎么还不发货 → answer：{RUSH_REPLY}",
        "今天天气怎么样 → none：我先为您核实，稍后回复您。祝您生活愉快。",
        "改写：请问您怎么称呼",
        "检查：policy.away 2–5",
        "被拒绝：422 message_empty",
    ]
    stats = httpx.get(f"{service.url}/v1/stats", trust_env=False).json()
    assert stats["outcomes"]["displayed"] >= 2


def test_the_typescript_client_without_a_service(compiled: Path) -> None:
    found = run(tool("node"), compiled / "example.js", f"http://127.0.0.1:{free_port()}")
    assert found.stdout == "话术服务连不上\n"


def test_the_typescript_client_s_other_methods(service: ServiceProcess, compiled: Path) -> None:
    (compiled / "more.js").write_text(
        f"""
        import {{ Huashu, blanks }} from "./huashu.js";
        const huashu = new Huashu("{service.url}/");
        const reply = (await huashu.suggestions({{ message: "快递单号是多少" }})).suggestions[0];
        const cut = new AbortController();
        const aborted = (error) => error.name;
        const asked = huashu.suggestions({{ message: "在吗" }}, cut.signal).catch(aborted);
        cut.abort();
        console.log(JSON.stringify([
          blanks(reply),
          (await huashu.entries({{ q: "发票", stage: undefined }})).entries.map((e) => e.id),
          (await huashu.entry("invoice.get")).title,
          (await huashu.shops()).shops[0].id,
          await asked,
          await huashu.suggestions({{ message: "在吗" }}, cut.signal).catch(aborted),
          await huashu.entry("a/b").catch((error) => [error.status, error.code]),
        ]));
        """,
        "utf-8",
    )
    found = run(tool("node"), compiled / "more.js")
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout) == [
        ["订单号"],
        ["invoice.get"],
        "开发票",
        "default",
        "AbortError",
        "AbortError",
        [404, "not_found"],
    ]


@pytest.mark.parametrize("name", ["right", *MISTAKES])
def test_the_types_find_mistakes(name: str, tmp_path: Path) -> None:
    for file in TYPESCRIPT.glob("*.ts"):
        if file.name != "example.ts":
            shutil.copy(file, tmp_path)
    shutil.copy(TYPESCRIPT / "tsconfig.json", tmp_path)
    begin = 'import { Huashu } from "./huashu.js";\nconst huashu = new Huashu("/");\n'
    (tmp_path / "use.ts").write_text(begin + MISTAKES.get(name, RIGHT), "utf-8")
    found = run(tool("tsc"), "--noEmit", "-p", tmp_path)
    lines = [line for line in found.stdout.splitlines() if "error TS" in line]
    assert [line.rpartition("use.ts")[2][:3] for line in lines] == (
        [] if name == "right" else ["(3,"]
    )


def test_the_python_client(service: ServiceProcess) -> None:
    found = run(sys.executable, PYTHON, service.url, "怎么还不发货", "今天天气怎么样")
    assert found.returncode == 0, found.stderr
    assert found.stdout.splitlines() == [
        "怎么还不发货 → answer",
        f"  {RUSH_REPLY}",
        "今天天气怎么样 → none",
        "  亲，您好。我先为您核实，稍后回复您。祝您生活愉快。",
    ]


@pytest.mark.parametrize(
    ("messages", "words"),
    [([], "用法"), ([" "], "被拒绝（422 message_empty）"), (["在吗"], "话术服务连不上")],
)
def test_the_python_client_when_it_can_not(
    service: ServiceProcess, messages: list[str], words: str
) -> None:
    address = f"http://127.0.0.1:{free_port()}" if messages == ["在吗"] else service.url
    found = run(sys.executable, PYTHON, address, *messages)
    assert found.returncode == 1
    assert words in found.stderr
    assert "Traceback" not in found.stderr
