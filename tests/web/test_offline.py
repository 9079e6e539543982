"""No page and no file asks anything of another host, and every page is fenced in."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin

import pytest

import app.web
from tests.web.inprocess import Shop

STATIC = Path(app.web.__file__).parent / "static"
FILES = sorted(p.relative_to(STATIC).as_posix() for p in STATIC.rglob("*") if p.is_file())
PAGES = ("/", "/docs", "/demo")
ADDRESS = re.compile(r"""(?:https?:|wss?:)?//[\w-]+\.[\w.-]+""")
# Names of vocabularies; nothing is fetched from them.
NAMESPACES = re.compile(r"https?://www\.w3\.org/(?:2000/svg|1999/xlink|1999/xhtml)")


@pytest.mark.parametrize("path", [*PAGES, *(f"/static/{f}" for f in FILES)])
def test_no_other_host_is_named(small_shop: Shop, path: str) -> None:
    answer = small_shop.client.get(path)
    assert answer.status_code == 200
    text = answer.content.decode("utf-8", "replace")
    assert ADDRESS.findall(NAMESPACES.sub("", text)) == []


@pytest.mark.parametrize("path", PAGES)
def test_everything_a_page_names_is_served_here(small_shop: Shop, path: str) -> None:
    page = small_shop.client.get(path).text
    named = re.findall(r"""(?:src|href)=["']([^"'#]+)["']""", page)
    assert named
    for address in named:
        assert ":" not in address
        assert not address.startswith("//")
        assert small_shop.client.get(urljoin(path, address)).status_code == 200


def test_scripts_import_only_what_is_served(small_shop: Shop) -> None:
    named = 0
    for file in FILES:
        if file.endswith(".js") and not file.startswith("vendor/"):  # bundled: one file each
            script = small_shop.client.get(f"/static/{file}").text
            for other in re.findall(r"""(?:from|import)\s*\(?["']([^"']+)["']""", script):
                named += 1
                assert other.startswith("./")
                assert small_shop.client.get(f"/static/{other[2:]}").status_code == 200
    assert named


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_of_a_page(small_shop: Shop, path: str) -> None:
    answer = small_shop.client.get(path)
    directives = dict(
        d.strip().split(" ", 1) for d in answer.headers["content-security-policy"].split(";")
    )
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["connect-src"] == "'self'"
    assert directives["base-uri"] == "'none'"
    allowed = {"'none'", "'self'", "'unsafe-inline'", "data:"}
    assert {word for value in directives.values() for word in value.split()} <= allowed
    # What the policy forbids is not in the page either.
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|javascript:", answer.text)


def test_swagger_s_files_come_with_the_installation(small_shop: Shop) -> None:
    page = small_shop.client.get("/docs").text
    for file in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert f"/static/swagger/{file}" in page
        assert small_shop.client.get(f"/static/swagger/{file}").status_code == 200


def test_no_other_documentation_pages(small_shop: Shop) -> None:
    assert small_shop.client.get("/redoc").status_code == 404
