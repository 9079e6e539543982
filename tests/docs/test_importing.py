"""The trainers' guide tells every format, and every code that an import gives."""

from __future__ import annotations

import re

import yaml

from app.commands.exchange import EXPORTS, IMPORTS
from app.importing import FORMATS
from app.settings import ROOT

GUIDE = (ROOT / "docs" / "trainers.zh-CN.md").read_text("utf-8")
SECTION = GUIDE.partition("\n## 导入和导出\n")[2].partition("\n## ")[0]
SEVERITIES = {"error": "不能导入", "warning": "提醒"}


def test_every_format_is_told() -> None:
    assert IMPORTS == FORMATS
    for name in IMPORTS:
        assert f"| `{name}` |" in SECTION
    for name in EXPORTS:
        assert f"`{name}`" in SECTION.partition("### 导出")[2]


def test_every_code_is_told_with_its_severity() -> None:
    given: dict[str, str] = {}
    for path in (ROOT / "app" / "importing").glob("*.py"):
        text = path.read_text("utf-8")
        given.update(re.findall(r'"(import\.[a-z-]+)",\s+"(error|warning)"', text))
        given.update((code, "error") for code in re.findall(r"［(import\.[a-z-]+)］", text))
    listed = dict(re.findall(r"^\| `(import\.[a-z-]+)` \| (\S+) \|", SECTION, re.MULTILINE))
    assert listed == {code: SEVERITIES[severity] for code, severity in given.items()}


def test_the_hooks_run_commands_that_exist() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [(h["id"], h["entry"]) for h in hooks] == [
        ("huashu-lint", "huashu lint"), ("huashu-test", "huashu test"),
    ]  # fmt: skip
    for hook in hooks:
        assert f"id: {hook['id']}" in GUIDE
