"""The cache of vectors: damaged or unwritable it costs time, never the answer."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Huashu

ASK = ("suggest", "怎么还不发货", "--json")


def test_the_cache_is_never_in_the_way(huashu: Huashu, tmp_path: Path) -> None:
    # A book of many asks, so that the cache is used at all.
    asks = "".join(f"      - 第{i}种蓝鲸的尺码\n" for i in range(80))
    text = f"entries:\n  - id: a.b\n    title: 尺码\n    reply: 好的。\n    asks:\n{asks}"
    (tmp_path / "book" / "more.yaml").write_text(text, encoding="utf-8")
    first = huashu(*ASK, HUASHU_ENCODER="bundled").json()
    assert first["suggestions"][0]["entry_id"] == "shipping.rush"
    [file] = (tmp_path / "cache").iterdir()
    whole = file.stat().st_size

    file.write_bytes(file.read_bytes()[: whole // 2])
    assert huashu(*ASK, HUASHU_ENCODER="bundled").json() == first
    assert list((tmp_path / "cache").iterdir()) == [file]
    assert file.stat().st_size == whole

    (tmp_path / "file").write_text("x", encoding="utf-8")
    settings = {"HUASHU_ENCODER": "bundled", "HUASHU_CACHE_DIR": str(tmp_path / "file")}
    assert huashu(*ASK, **settings).json() == first
    assert (tmp_path / "file").read_text("utf-8") == "x"
