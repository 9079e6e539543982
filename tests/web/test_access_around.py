"""Open on loopback and to nobody else; origins of widget keys; keys in forms; rates; changes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.encoders.conftest import Clock
from tests.web.inprocess import PROBLEM, Shop, opened, problem
from tests.web.keyed import Guarded, bearer, guarded, keys_in, wait_for
from tests.web.small_book import write_book

ASK = {"message": "怎么还不发货"}
AWAY = "请加微信"
A, B = "https://a.example", "https://b.example"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("around")) as started:
        yield started


# ---- open on loopback ------------------------------------------------------------------------


def test_open_is_said_in_the_log_and_in_readiness(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    book = write_book(tmp_path / "book")
    with caplog.at_level(logging.WARNING), opened(tmp_path, phrasebook=book) as shop:
        assert shop.ready()["access"] == {"open": True}
    assert any("no keys: open to everybody" in r.getMessage() for r in caplog.records)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "localhost", "LOCALHOST:80", "[::1]:8000", "127.9.9.9", "a.localhost"],
)
def test_names_of_this_machine(small_shop: Shop, host: str) -> None:
    assert small_shop.client.get("/v1/entries", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.168.0.2",
        "[::2]",
        "x",
    ],
)
@pytest.mark.parametrize("path", ["/", "/v1/entries", "/readyz", "/static/tokens.css"])
def test_a_stranger_s_name_that_points_here(small_shop: Shop, host: str, path: str) -> None:
    answer = small_shop.client.get(path, headers={"host": host})
    assert "huashu keys create" in problem(answer, 403, "host_wrong")["detail"]


@pytest.mark.parametrize("client", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "testclient"])
def test_other_machines_that_a_proxy_lets_in(small_shop: Shop, client: str) -> None:
    answer = from_address(small_shop, client).get("/v1/entries")
    assert "huashu keys create" in problem(answer, 403, "not_local")["detail"]


@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine(small_shop: Shop, client: str) -> None:
    assert from_address(small_shop, client).get("/v1/entries").status_code == 200


def from_address(shop: Shop, address: str) -> Any:
    """A client of the same application that comes from this address."""
    return type(shop.client)(
        shop.client.app, "http://127.0.0.1", raise_server_exceptions=False, client=(address, 5)
    )


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}],
    ids=str,
)
def test_pages_of_others_can_not_write_to_the_open_service(
    small_shop: Shop, headers: dict[str, str]
) -> None:
    for path in ("/v1/suggestions", "/v1/feedback"):
        problem(small_shop.client.post(path, json=ASK, headers=headers), 403, "page_foreign")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://127.0.0.1"},
        {"sec-fetch-site": "none"},
        # An add-on that somebody has installed is no page.
        {"origin": "chrome-extension://oldceeleldhonbafppcapldpdifcinji"},
    ],
    ids=str,
)
def test_everybody_else_can(small_shop: Shop, headers: dict[str, str]) -> None:
    answer = small_shop.client.post("/v1/suggestions", json=ASK, headers=headers)
    assert answer.status_code == 200


# ---- keys that come and go -------------------------------------------------------------------


def test_keys_take_effect_while_the_service_runs(tmp_path: Path) -> None:
    made = keys_in(tmp_path)
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        assert shop.client.get("/v1/entries").status_code == 200
        key = made.make("agent")
        problem(wait_for(401, lambda: shop.client.get("/v1/entries")), 401, "key_missing")
        assert shop.client.get("/v1/entries", headers=bearer(key)).status_code == 200
        # With keys any name will do: a proxy in front may have another.
        named = {**bearer(key), "host": "desk.example.com"}
        assert shop.client.get("/v1/entries", headers=named).status_code == 200
        made.revoke(key)
        answer = wait_for(401, lambda: shop.client.get("/v1/entries", headers=bearer(key)))
        problem(answer, 401, "key_revoked")
        # Nothing opens by itself because the last key is gone.
        problem(shop.client.get("/v1/entries"), 401, "key_missing")


def test_the_store_learns_when_a_key_was_used(tmp_path: Path) -> None:
    made = keys_in(tmp_path)
    key, record = made.record("agent")
    _, other = made.record("agent")
    before = datetime.now(UTC)
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        assert shop.client.get("/v1/entries", headers=bearer(key)).status_code == 200
    last = {k.id: k.last_used_at for k in made.every()}
    assert last[other.id] is None
    used = last[record.id]
    assert used is not None
    assert before <= used <= datetime.now(UTC)


def test_known_keys_go_on_while_the_store_is_away(tmp_path: Path) -> None:
    made = keys_in(tmp_path)
    key = made.make("agent")
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        (tmp_path / "huashu.sqlite3").rename(tmp_path / "away")
        (tmp_path / "huashu.sqlite3").mkdir()
        wait_for(503, lambda: shop.client.get("/readyz"))
        assert shop.client.get("/v1/entries", headers=bearer(key)).status_code == 200
        problem(shop.client.get("/v1/entries"), 401, "key_missing")


# ---- widget keys and origins -----------------------------------------------------------------


@pytest.fixture(scope="module")
def widget(service: Guarded) -> str:
    """A key for the pages of A; there is another for those of B."""
    key = service.keys.make("suggest", origins=[A])
    service.keys.make("suggest", origins=[B])
    wait_for(200, lambda: ask(service, key, A))
    wait_for(200, lambda: preflight(service, B))
    return key


def ask(service: Guarded, key: str, origin: str | None) -> Any:
    headers = {"origin": origin} if origin else {}
    return service.call("POST", "/v1/suggestions", key, headers=headers, json=ASK)


def preflight(service: Guarded, origin: str) -> Any:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    return service.call("OPTIONS", "/v1/suggestions", headers=headers)


def test_its_own_pages_may_ask_and_read(service: Guarded, widget: str) -> None:
    assert preflight(service, A).headers["access-control-allow-origin"] == A
    answer = ask(service, widget, A)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == A
    assert "origin" in answer.headers["vary"].lower()
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", [None, B, "null", "http://a.example", f"{A}.evil.example", f"{A}:8443"]
)
def test_pages_of_other_origins_may_not(service: Guarded, widget: str, origin: str | None) -> None:
    answer = ask(service, widget, origin)
    problem(answer, 403, "origin_wrong")
    # B may read that: a key of its own makes it known.
    assert answer.headers.get("access-control-allow-origin") == (B if origin == B else None)
    if origin not in (None, B):
        assert preflight(service, origin).status_code == 400


def test_a_page_can_read_why_its_key_is_refused(service: Guarded, widget: str) -> None:
    answer = ask(service, "hs_suggest_wrong", A)
    problem(answer, 401, "key_unknown")
    assert answer.headers["access-control-allow-origin"] == A


def test_an_origin_is_forgotten_with_its_key(tmp_path: Path) -> None:
    with guarded(tmp_path) as service:
        key = service.keys.make("suggest", origins=[A])
        wait_for(200, lambda: preflight(service, A))
        service.keys.revoke(key)
        wait_for(405, lambda: preflight(service, A))


# ---- LanguageTool's clients ------------------------------------------------------------------


def checked(service: Guarded, where: str, key: str, path: str = "/v2/check") -> Any:
    """The answer to a client that sends its key in the form, or by the address."""
    fields = {"text": AWAY, "username": "anyone"}
    accept = {"accept": PROBLEM}
    if where == "form":
        return service.call("POST", path, data={**fields, "apiKey": key}, headers=accept)
    if where == "query":
        return service.call("GET", path, params={**fields, "apiKey": key}, headers=accept)
    return service.call("POST", f"/key/{key}{path}", data=fields, headers=accept)


@pytest.mark.parametrize("where", ["form", "query", "address"])
@pytest.mark.parametrize("path", ["/v2/check", "/lt/jd/v2/check", "/shop/default/lt/jd/v2/check"])
def test_keys_where_no_header_can_be_sent(service: Guarded, where: str, path: str) -> None:
    answer = checked(service, where, service.by_scope["suggest"], path)
    assert len(answer.json()["matches"]) == 1
    for code, key in service.bad.items():
        problem(checked(service, where, key, path), 401, code)


@pytest.mark.parametrize("where", ["form", "query", "address"])
def test_only_suggest_keys_may_stand_there(service: Guarded, where: str) -> None:
    for scope in ("agent", "trainer", "admin"):
        problem(checked(service, where, service.by_scope[scope]), 403, "key_too_mighty")


def test_such_a_key_opens_nothing_else(service: Guarded) -> None:
    key = service.by_scope["suggest"]
    answer = service.call("GET", "/v1/entries", params={"apiKey": key})
    problem(answer, 401, "key_missing")
    problem(service.call("GET", f"/key/{key}/v1/entries"), 404, "not_found")


def test_clients_are_refused_in_plain_text(service: Guarded) -> None:
    answer = service.call("POST", "/v2/check", data={"text": AWAY})
    assert (answer.status_code, answer.headers["content-type"]) == (
        401,
        "text/plain; charset=utf-8",
    )
    assert "密钥" in answer.text


# ---- how often -------------------------------------------------------------------------------


def test_as_often_as_the_limit_of_a_key_says(tmp_path: Path) -> None:
    clock = Clock()
    with guarded(tmp_path, clock=clock, rate_key="3/minute") as service:
        one, other = service.by_scope["agent"], service.by_scope["suggest"]
        for _ in range(3):
            assert ask(service, one, None).status_code == 200
        clock.now += 20
        answer = ask(service, one, None)
        assert "40 秒" in problem(answer, 429, "rate_exceeded")["detail"]
        assert answer.headers["retry-after"] == "40"
        assert ask(service, other, None).status_code == 200  # each key for itself
        clock.now += 39.5
        assert ask(service, one, None).headers["retry-after"] == "1"
        clock.now += 0.5
        assert ask(service, one, None).status_code == 200


def test_a_session_and_a_key_in_a_form_count_too(tmp_path: Path) -> None:
    with guarded(tmp_path, clock=Clock(), rate_key="2/minute") as service:
        service.call("POST", "/signin", data={"key": service.by_scope["agent"]})
        statuses = [service.call("GET", "/v1/entries").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        service.shop.client.cookies.clear()
        key = service.by_scope["suggest"]
        assert [checked(service, "form", key).status_code for _ in range(3)] == [200, 200, 429]


def test_as_often_as_the_limit_of_an_address_says(tmp_path: Path) -> None:
    clock = Clock()
    with guarded(tmp_path, clock=clock, rate_address="2/minute;3/hour") as service:
        near, far = (from_address(service.shop, a) for a in ("192.0.2.1", "192.0.2.2"))
        assert [near.get("/v1/entries").status_code for _ in range(3)] == [401, 401, 429]
        assert far.get("/v1/entries").status_code == 401
        # A good key does not help; who watches and who loads a page's files is not counted.
        good = bearer(service.by_scope["agent"])
        assert near.get("/v1/entries", headers=good).status_code == 429
        assert near.get("/healthz").status_code == near.get("/static/tokens.css").status_code == 200
        clock.now += 60
        assert [far.get("/v1/entries").status_code for _ in range(3)] == [401, 401, 429]
        answer = far.get("/v1/entries")
        problem(answer, 429, "rate_exceeded")
        assert int(answer.headers["retry-after"]) > 60  # the hour's


def test_one_network_of_ipv6_is_one_address(tmp_path: Path) -> None:
    with guarded(tmp_path, clock=Clock(), rate_address="2/minute") as service:
        asked = [
            from_address(service.shop, a).get("/v1/entries").status_code
            for a in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:0:5::", "2001:db8:0:1::1")
        ]
    assert asked == [401, 401, 429, 401]


def test_the_open_service_has_no_limits(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book, rate_key="1/day", rate_address="1/day") as shop:
        assert [shop.client.get("/v1/entries").status_code for _ in range(5)] == [200] * 5
