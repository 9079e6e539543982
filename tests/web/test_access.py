"""Every route × scope × no key, an unknown, an expired, a revoked one, and the right one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi import FastAPI

from app.main import create_app
from app.records.keys import KEY_SCOPES, KeyScope
from app.settings import Settings
from app.web.access import SCOPES, needs
from app.web.declared import UndeclaredRoute, declared
from tests.web.inprocess import JSON, PROBLEM, problem
from tests.web.keyed import Guarded, guarded, keys_in
from tests.web.small_book import write_book

PREFIXES = (
    "/lt/{platform}",
    "/shop/{shop}",
    "/shop/{shop}/lt/{platform}",
    "/key/{key}",
    "/key/{key}/lt/{platform}",
    "/key/{key}/shop/{shop}",
    "/key/{key}/shop/{shop}/lt/{platform}",
)
WRITTEN: dict[str, list[Any]] = yaml.safe_load(
    (Path(__file__).parent / "routes.yaml").read_text("utf-8")
)
TABLE = WRITTEN | {
    route.replace(" /v2", f" {prefix}/v2"): row
    for route, row in WRITTEN.items()
    if " /v2" in route
    for prefix in PREFIXES
}
FILLED = {
    "{platform}": "jd",
    "{shop}": "default",
    "{entry_id}": "nothing.here",
    "{key}": "wrong",
    "{token}": "wrong",
    "{conversation_id}": "c",
    "{proposal_id}": "nothing",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("access")) as started:
        yield started


def request_of(route: str) -> tuple[str, str]:
    """Method and path with something in every gap."""
    method, _, path = route.partition(" ")
    for gap, value in FILLED.items():
        path = path.replace(gap, value)
    return method, path


def test_every_route_has_a_row_and_every_row_a_route(service: Guarded) -> None:
    app = service.shop.client.app
    assert isinstance(app, FastAPI)
    found = {f"{m} {r.path}": r.scope for r in declared(app) for m in r.methods}
    assert found == {route: scope for route, (scope, _) in TABLE.items()}


CLOSED = [route for route, (scope, _) in TABLE.items() if scope != "public"]


@pytest.mark.parametrize("route", CLOSED)
@pytest.mark.parametrize("why", ["key_missing", "key_unknown", "key_expired", "key_revoked"])
def test_without_a_good_key(service: Guarded, route: str, why: str) -> None:
    # Clients of LanguageTool get sentences, unless they ask for problems.
    answer = service.call(*request_of(route), service.bad.get(why, ""), headers={"Accept": PROBLEM})
    code = "key_unknown" if "{key}" in route and why == "key_missing" else why
    body = problem(answer, 401, code)
    assert "huashu keys create" in body["detail"] or code == "key_unknown"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scope", KEY_SCOPES)
@pytest.mark.parametrize("route", TABLE)
def test_with_a_key_of_each_scope(service: Guarded, route: str, scope: KeyScope) -> None:
    needed, status = TABLE[route]
    method, path = request_of(route)
    if SCOPES.index(scope) < SCOPES.index(needed):
        answer = service.call(method, path, service.by_scope[scope], headers={"Accept": PROBLEM})
        assert f"--scope {needed}" in problem(answer, 403, "scope_wrong")["detail"]
    elif status != "stream":
        answer = service.call(method, path, service.by_scope[scope])
        assert answer.status_code == status, answer.text


@pytest.mark.parametrize("route", [route for route in TABLE if route not in CLOSED])
def test_public_routes_need_no_key(service: Guarded, route: str) -> None:
    assert service.call(*request_of(route)).status_code == TABLE[route][1]


@pytest.mark.parametrize("path", ["/static/tokens.css", "/static/swagger/swagger-ui.css"])
def test_static_files_need_no_key(service: Guarded, path: str) -> None:
    assert service.call("GET", path).status_code == 200


def test_the_other_header(service: Guarded) -> None:
    key = service.by_scope["suggest"]
    good = service.call("GET", "/v2/info", headers={"X-API-Key": key})
    # A proxy's own login travels in the same header as our keys.
    both = service.call("GET", "/v2/info", headers={"X-API-Key": key, "Authorization": "Basic x"})
    assert (good.status_code, both.status_code) == (200, 200)


@pytest.mark.parametrize(
    "key", ["", " ", "密钥", "hs_", "x" * 5000, "\x00", "hs_admin_é"], ids=ascii
)
def test_strange_keys(service: Guarded, key: str) -> None:
    answer = service.call("GET", "/v1/stats", headers={"X-API-Key": key.encode()})
    problem(answer, 401, "key_unknown" if key.strip() else "key_missing")


def test_a_key_in_part_is_no_key(service: Guarded) -> None:
    key = service.by_scope["admin"]
    for wrong in (key[:-1], key[1:], key.upper(), key + "x"):
        problem(service.call("GET", "/v1/stats", wrong), 401, "key_unknown")
    # Nor is what the database knows of it.
    stored = next(r for r in service.keys.every() if r.scope == "admin" and r.revoked_at is None)
    problem(service.call("GET", "/v1/stats", stored.hash), 401, "key_unknown")


@pytest.mark.parametrize("body", [b"{", b"x" * 300_000, b"[" * 10_000], ids=["cut", "long", "deep"])
def test_a_stranger_s_body_is_not_read(service: Guarded, body: bytes) -> None:
    answer = service.call("POST", "/v1/suggestions", content=body, headers=JSON)
    problem(answer, 401, "key_missing")


def test_strangers_learn_nothing_from_readiness(service: Guarded) -> None:
    assert service.call("GET", "/readyz").json() == {"status": "ok"}
    assert service.call("GET", "/readyz", service.by_scope["suggest"]).json() == {"status": "ok"}
    told = service.call("GET", "/readyz", service.by_scope["agent"]).json()
    assert told["access"] == {"open": False}
    assert told["store"]["status"] == "ok"


def test_openapi_says_which_scope_a_route_needs(service: Guarded) -> None:
    described = service.call("GET", "/openapi.json").json()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            scope = TABLE[f"{method.upper()} {path}"][0]
            assert operation["x-scope"] == scope
            assert ("security" in operation) == (scope != "public")
    assert set(described["components"]["securitySchemes"]) == {"bearer", "header"}


def test_a_route_without_a_scope_does_not_start() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/good", dependencies=[needs("agent")])
    async def good() -> None: ...

    assert [(r.path, r.scope) for r in declared(app)] == [("/good", "agent")]

    @app.get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(UndeclaredRoute, match="/forgotten"):
        declared(app)


def test_nothing_else_may_be_mounted() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.mount("/inner", FastAPI())
    with pytest.raises(UndeclaredRoute, match="/inner"):
        declared(app)


def test_the_service_itself_refuses_an_address_without_keys(tmp_path: Path) -> None:
    """Whatever starts it, not only `huashu serve`."""
    made = keys_in(tmp_path)
    given = {
        "database_url": made.url,
        "encoder": "none",
        "cache_dir": tmp_path / "cache",
        "phrasebook": write_book(tmp_path / "book"),
        "watch": False,
    }
    made.revoked()
    made.expired()
    with pytest.raises(Exception, match="huashu keys create"):
        create_app(Settings(host="0.0.0.0", **given))
    made.make("suggest")
    create_app(Settings(host="0.0.0.0", **given))
