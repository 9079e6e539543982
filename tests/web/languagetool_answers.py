"""LanguageTool's HTTP API as the tests ask it and read its answers."""

from __future__ import annotations

import json
from typing import Any

import httpx2

from tests.web.inprocess import Shop, is_chinese

FORM = {"content-type": "application/x-www-form-urlencoded"}
CHECK = "/v2/check"
AWAY = "您加微信聊"


def answer(shop: Shop, path: str = CHECK, **fields: str) -> dict[str, Any]:
    """The answer to a form."""
    got = shop.client.post(path, data=fields)
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


def matches(shop: Shop, path: str = CHECK, **fields: str) -> list[dict[str, Any]]:
    """The matches of a form."""
    found: list[dict[str, Any]] = answer(shop, path, **fields)["matches"]
    return found


def ids(shop: Shop, text: str, path: str = CHECK, **fields: str) -> list[str]:
    """The rules that a text sets off."""
    return [m["rule"]["id"] for m in matches(shop, path, text=text, **fields)]


def cut(text: str, place: dict[str, Any]) -> str:
    """What a client that counts UTF-16 units underlines.

    Raises UnicodeDecodeError where half a character is cut off.
    """
    units = text.encode("utf-16-le")
    start, end = place["offset"] * 2, (place["offset"] + place["length"]) * 2
    assert 0 <= start < end <= len(units)
    return units[start:end].decode("utf-16-le")


def annotation(*pieces: dict[str, str]) -> str:
    """The value of `data` for a text in pieces."""
    return json.dumps({"annotation": pieces})


def refused(got: httpx2.Response, status: int, *words: str) -> None:
    """One plain Chinese sentence, so that no client looks for matches in it."""
    assert got.status_code == status, got.text
    assert got.headers["content-type"].startswith("text/plain")
    assert is_chinese(got.text)
    assert all(word in got.text for word in words), got.text
