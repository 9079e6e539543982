"""Builds app/web/static/widget.js from the parts in app/web/widget_source: `make widget`.

The parts are what people read and change. They are joined into one function, so that the host's
page sees nothing of them but window.Huashu, and made small by terser, which npx fetches: only
who changes the widget needs node. The built file names the sources that it was made from, and a
test compares.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys

from app.settings import ROOT

SOURCE = ROOT / "app" / "web" / "widget_source"
BUILT = ROOT / "app" / "web" / "static" / "widget.js"
TERSER = "terser@5.44.1"
# In this order: each may use what stands before it at once, and what comes later when called.
PARTS = (
    "words.js",
    "service.js",
    "insert.js",
    "outcome.js",
    "options.js",
    "cards.js",
    "drawing.js",
    "taking.js",
    "panel.js",
    "element.js",
)
# Properties that begin with _ are nobody else's, so they may have any name.
_HOW = (
    *("--compress", "passes=3,ecma=2020,unsafe_arrows"),
    *("--mangle", "--toplevel", "--mangle-props", "regex=/^_/"),
)


def joined() -> str:
    """All parts as one function, readable."""
    parts = "\n".join((SOURCE / part).read_text("utf-8") for part in PARTS)
    style = json.dumps(_style(), ensure_ascii=False)
    return f'(() => {{\n"use strict";\nconst STYLE = {style};\n{parts}}})();\n'


def head(source: str) -> str:
    """The first line of what is built from this source."""
    made_of = hashlib.sha256("\0".join((source, TERSER, *_HOW)).encode()).hexdigest()[:16]
    return f"/* Made by `make widget` from app/web/widget_source, {made_of} */\n"


def _style() -> str:
    sheet = (SOURCE / "style.css").read_text("utf-8")
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return re.sub(r" ?([{};,:>]) ?", r"\1", re.sub(r"\s+", " ", plain)).strip()


def main() -> None:
    """Writes the file. Ends with terser's status when it fails."""
    source = joined()
    command = ["npx", "--yes", TERSER, *_HOW]
    made = subprocess.run(  # noqa: S603 - a command of ours, nothing from outside
        command, input=source, capture_output=True, text=True, check=False
    )
    if made.returncode:
        sys.exit(made.stderr or made.returncode)
    BUILT.write_text(head(source) + made.stdout.strip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
