"""/widget.js as a file: small, cached, readable from anywhere, and made from its sources."""

from __future__ import annotations

import gzip
import re

import pytest

from app.widget_build import BUILT, PARTS, SOURCE, head, joined
from tests.web.inprocess import Shop

MOST = 8 * 1024  # bytes, compressed
ANY = {"origin": "https://anywhere.example"}
# What would need more than textContent, or a looser policy than a host may have.
RISKY = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|DOMParser"
    r"|<style|cssText|\.style\b|setAttribute\(.style|createContextualFragment"
)


def test_it_is_small_and_travels_compressed(small_shop: Shop) -> None:
    answer = small_shop.client.get("/widget.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert int(answer.headers["content-length"]) < MOST
    assert answer.content == BUILT.read_bytes()
    plain = small_shop.client.get("/widget.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content
    assert len(gzip.compress(plain.content)) < MOST


def test_any_page_may_load_it(small_shop: Shop) -> None:
    answer = small_shop.client.get("/widget.js", headers=ANY)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("form", ["{}", '"other", {}', "*"])
def test_browsers_keep_it_and_ask_whether_it_changed(small_shop: Shop, form: str) -> None:
    first = small_shop.client.get("/widget.js")
    assert "max-age" in first.headers["cache-control"]
    tag = form.format(first.headers["etag"])
    again = small_shop.client.get("/widget.js", headers={"if-none-match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == first.headers["etag"]
    other = small_shop.client.get("/widget.js", headers={"if-none-match": 'W/"older"'})
    assert other.status_code == 200


def test_it_is_made_from_its_sources() -> None:
    first_line = BUILT.read_text("utf-8").partition("\n")[0]
    assert first_line + "\n" == head(joined()), "run: make widget"


def test_every_part_is_in_it() -> None:
    assert sorted(PARTS) == sorted(p.name for p in SOURCE.glob("*.js"))


@pytest.mark.parametrize("text", [joined(), BUILT.read_text("utf-8")], ids=["sources", "built"])
def test_texts_only_ever_become_text(text: str) -> None:
    assert RISKY.findall(text) == []
    assert "http://" not in text
    assert "https://" not in text


def test_the_demo_page(small_shop: Shop) -> None:
    page = small_shop.client.get("/demo")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?://", page.text)
    assert "widget.js" in page.text
    assert "widget.js" not in small_shop.client.get("/demo?widget=off").text
