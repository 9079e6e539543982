"""Phrasebooks on disk: reading a folder, checking it, and holding the last good book."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.engine.errors import HuashuError

MAX_FILE = 64 * 1024 * 1024


class FolderError(HuashuError):
    """The phrasebook folder can not be read."""


def read_folder(folder: Path) -> Mapping[str, str]:
    """The YAML files below a folder: path relative to it (with /) -> text.

    Hidden files and editors' temporary files are left out. Raises FolderError.
    """
    if not folder.is_dir():
        raise FolderError(
            f"找不到话术库文件夹“{folder}”。请用 HUASHU_PHRASEBOOK 指定正确的文件夹。"
        )
    files: dict[str, str] = {}
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")]):
        relative = path.relative_to(folder)
        if any(part.startswith((".", "~", "#")) for part in relative.parts):
            continue
        files[relative.as_posix()] = _read(path)
    if not files:
        raise FolderError(f"文件夹“{folder}”里没有 .yaml 文件。请检查 HUASHU_PHRASEBOOK。")
    return files


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE:
            raise FolderError(f"文件“{path}”超过 64 MB，不像话术库文件。")
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FolderError(f"文件“{path}”不是 UTF-8 编码。请另存为 UTF-8 后再试。") from error
    except OSError as error:
        raise FolderError(f"读不了文件“{path}”（{error.strerror}）。请检查权限。") from error
