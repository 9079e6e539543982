"""Signing in to the console: by form, without scripts; sessions end; nobody else's page acts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.web.inprocess import JSON, Shop, problem
from tests.web.keyed import Guarded, guarded, wait_for

PAGE = {"accept": "text/html,application/xhtml+xml"}
ASK = {"message": "怎么还不发货"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("signin")) as started:
        yield started


@pytest.fixture
def service(served: Guarded) -> Iterator[Guarded]:
    """The service, and a browser without cookies."""
    served.shop.client.cookies.clear()
    yield served
    served.shop.client.cookies.clear()


def sign_in(service: Guarded, key: str, **more: str) -> Any:
    return service.call("POST", "/signin", data={"key": key, **more})


def token(service: Guarded) -> dict[str, str]:
    return {"x-csrf-token": service.shop.client.cookies["huashu_csrf"]}


def cookies(answer: Any) -> dict[str, str]:
    """Name -> attributes, of the cookies that an answer sets."""
    lines = answer.headers.get_list("set-cookie")
    return {line.partition("=")[0]: line.partition(";")[2] for line in lines}


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/", "signin"),
        ("/?shop=a", "signin?next=%3Fshop%3Da"),
        ("/v1/entries?q=a&limit=5", "../signin?next=v1%2Fentries%3Fq%3Da%26limit%3D5"),
    ],
)
def test_pages_lead_to_the_form_and_programs_get_401(service: Guarded, path: str, to: str) -> None:
    answer = service.call("GET", path, headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, to)
    problem(service.call("GET", path), 401, "key_missing")


@pytest.mark.parametrize("scope", ["agent", "trainer", "admin"])
def test_in_by_the_form_and_out(service: Guarded, scope: Any) -> None:
    form = service.call("GET", "/signin?next=v1/entries")
    assert 'name="next" value="v1/entries"' in form.text
    assert "script" not in form.text
    answer = sign_in(service, f" {service.by_scope[scope]} ", next="v1/entries")
    assert (answer.status_code, answer.headers["location"]) == (303, "./v1/entries")
    page = service.call("GET", "/", headers=PAGE)
    assert page.status_code == 200
    assert "退出" in page.text
    assert service.call("GET", "/signin").headers["location"] == "./"
    hidden = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert hidden
    out = service.call("POST", "/signout", data={"csrf_token": hidden[1]})
    assert (out.status_code, out.headers["location"]) == (303, "signin")
    assert not service.shop.client.cookies
    assert service.call("GET", "/", headers=PAGE).status_code == 303


def test_the_cookies(service: Guarded) -> None:
    key = service.by_scope["agent"]
    plain = cookies(sign_in(service, key))
    assert set(plain) == {"huashu_session", "huashu_csrf"}
    assert "HttpOnly" in plain["huashu_session"]
    assert "HttpOnly" not in plain["huashu_csrf"]
    assert all("SameSite=strict" in c and "Max-Age=43200" in c for c in plain.values())
    assert not any("Secure" in c for c in plain.values())
    service.shop.client.cookies.clear()
    url = "https://127.0.0.1/signin"
    safe = cookies(service.call("POST", url, data={"key": key}))
    assert all("Secure" in c for c in safe.values())
    session = service.shop.client.cookies["huashu_session"]
    assert key not in session
    assert key.rpartition("_")[2] not in session


@pytest.mark.parametrize("which", ["", "wrong", "key_expired", "key_revoked", "suggest", "widget"])
def test_keys_that_do_not_sign_in(service: Guarded, which: str) -> None:
    if which == "widget":
        key = service.keys.make("suggest", origins=["https://a.example"])
        wait_for(403, lambda: service.call("GET", "/v2/info", key))
    else:
        key = service.by_scope["suggest"] if which == "suggest" else service.bad.get(which, which)
    answer = sign_in(service, key, next="review")
    assert answer.status_code == 401
    assert not service.shop.client.cookies
    told = re.search(r'role="alert">([^<]+)<', answer.text)
    assert told
    assert re.search("[\u4e00-\u9fff]", told[1])
    assert 'value="review"' in answer.text
    assert not key or key not in answer.text


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "..//evil.example",
        "/etc",
        'x"><script>',
        "a\r\nSet-Cookie: x=1",
        "a" * 501,
    ],
)
def test_signing_in_leads_nowhere_else(service: Guarded, to: str) -> None:
    form = service.call("GET", "/signin", params={"next": to})
    assert 'name="next" value=""' in form.text
    answer = sign_in(service, service.by_scope["agent"], next=to)
    assert answer.headers["location"] == "./"
    assert "x" not in answer.cookies


def test_what_changes_something_needs_the_token(service: Guarded) -> None:
    sign_in(service, service.by_scope["agent"])
    assert service.call("GET", "/v1/entries").status_code == 200
    right = token(service)
    for path, body in (("/v1/suggestions", {"json": ASK}), ("/v2/check", {"data": {"text": "a"}})):
        accept = {"accept": "application/problem+json"}
        for wrong in ({}, {"x-csrf-token": ""}, {"x-csrf-token": "x"}):
            answer = service.call("POST", path, headers={**accept, **wrong}, **body)
            problem(answer, 403, "csrf_wrong")
        assert service.call("POST", path, headers=right, **body).status_code == 200
    # The token of another session.
    service.shop.client.cookies.clear()
    sign_in(service, service.by_scope["agent"])
    problem(service.call("POST", "/v1/suggestions", headers=right, json=ASK), 403, "csrf_wrong")
    problem(service.call("POST", "/signout", data={"csrf_token": "x"}), 403, "csrf_wrong")
    # A program that sends a key needs none.
    answer = service.call("POST", "/v1/suggestions", service.by_scope["suggest"], json=ASK)
    assert answer.status_code == 200


def test_pages_beyond_a_key_are_no_dead_end(service: Guarded) -> None:
    sign_in(service, service.by_scope["agent"])
    desk = service.call("GET", "/", headers=PAGE).text
    assert 'href="book"' in desk
    assert 'href="unanswered"' not in desk
    refused = service.call("GET", "/unanswered", headers=PAGE)
    assert refused.status_code == 403
    assert "--scope trainer" in refused.text
    assert 'action="signout"' in refused.text
    assert "default-src 'none'" in refused.headers["content-security-policy"]
    nested = service.call("GET", "/v1/stats", headers=PAGE).text
    assert 'action="../signout"' in nested
    problem(service.call("GET", "/unanswered"), 403, "scope_wrong")
    service.shop.client.cookies.clear()
    sign_in(service, service.by_scope["trainer"])
    assert 'href="unanswered"' in service.call("GET", "/", headers=PAGE).text


def test_a_session_may_do_what_its_key_may(service: Guarded) -> None:
    sign_in(service, service.by_scope["agent"])
    problem(service.call("GET", "/v1/stats"), 403, "scope_wrong")
    service.shop.client.cookies.clear()
    sign_in(service, service.by_scope["trainer"])
    assert service.call("GET", "/v1/stats").status_code == 200


def test_a_session_ends_with_its_key(service: Guarded) -> None:
    key = service.keys.make("agent")
    wait_for(200, lambda: service.call("GET", "/v1/entries", key))
    sign_in(service, key)
    assert service.call("GET", "/v1/entries").status_code == 200
    service.keys.revoke(key)
    answer = wait_for(401, lambda: service.call("GET", "/v1/entries"))
    problem(answer, 401, "session_ended")
    assert service.call("GET", "/", headers=PAGE).headers["location"] == "signin"


def test_a_session_ends_when_its_key_expires(service: Guarded) -> None:
    key = service.keys.make("agent", expires_at=datetime.now(UTC) + timedelta(seconds=4))
    wait_for(200, lambda: service.call("GET", "/v1/entries", key))
    sign_in(service, key)
    problem(wait_for(401, lambda: service.call("GET", "/v1/entries")), 401, "session_ended")
    problem(service.call("GET", "/v1/entries", key), 401, "key_expired")


def test_forged_and_old_sessions(service: Guarded) -> None:
    sign_in(service, service.by_scope["admin"])
    jar = service.shop.client.cookies
    good = jar["huashu_session"]
    signer = URLSafeTimedSerializer("guessed", salt="huashu.session")
    admin = next(k for k in service.keys.every() if k.scope == "admin" and not k.revoked_at)
    forged = str(signer.dumps([admin.id, "token"]))
    body, _, signature = good.partition(".")
    swapped = f"{forged.partition('.')[0]}.{signature}"
    for wrong in (forged, swapped, good[:-1], "x" + good, body, "a.b.c", "密", '"'):
        jar.clear()
        answer = service.call(
            "GET", "/v1/entries", headers={"Cookie": f"huashu_session={wrong}".encode()}
        )
        problem(answer, 401, "session_ended")


def test_sessions_last_as_long_as_the_setting_says(tmp_path: Path) -> None:
    with guarded(tmp_path, session_hours=0.5) as service:
        answer = sign_in(service, service.by_scope["agent"])
        assert "Max-Age=1800" in cookies(answer)["huashu_session"]


def test_several_processes_share_sessions(tmp_path: Path) -> None:
    with guarded(tmp_path) as one, guarded(tmp_path) as other:
        sign_in(one, one.by_scope["agent"])
        other.shop.client.cookies.update(one.shop.client.cookies)
        assert other.call("GET", "/v1/entries").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},  # another service of this machine
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://127.0.0.1"},
    ],
    ids=str,
)
def test_pages_of_others_can_not_act(service: Guarded, headers: dict[str, str]) -> None:
    sign_in(service, service.by_scope["agent"])
    given = {**headers, **token(service)}
    problem(service.call("POST", "/v1/suggestions", headers=given, json=ASK), 403, "page_foreign")
    service.shop.client.cookies.clear()
    # Nor sign somebody in with a key of theirs.
    answer = service.call(
        "POST", "/signin", headers=headers, data={"key": service.by_scope["agent"]}
    )
    problem(answer, 403, "page_foreign")
    assert not service.shop.client.cookies


@pytest.mark.parametrize(
    "headers", [{"origin": "http://127.0.0.1"}, {"sec-fetch-site": "same-origin"}], ids=str
)
def test_its_own_pages_can(service: Guarded, headers: dict[str, str]) -> None:
    sign_in(service, service.by_scope["agent"])
    given = {**headers, **token(service)}
    answer = service.call("POST", "/v1/suggestions", headers=given, json=ASK)
    assert answer.status_code == 200


def test_a_link_on_another_site_finds_the_session(service: Guarded) -> None:
    """The browser keeps the cookie back then; asked again by a page of its own, it sends it."""
    headers = {**PAGE, "sec-fetch-site": "cross-site"}
    answer = service.call("GET", "/", headers=headers)
    assert answer.status_code == 200
    assert 'http-equiv="refresh" content="0"' in answer.text


def test_the_form_itself_is_fenced_in(service: Guarded) -> None:
    answer = service.call("GET", "/signin")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join([b"a=1"] * 100), b""], ids=ascii)
def test_strange_forms(service: Guarded, body: bytes) -> None:
    assert service.call("POST", "/signin", content=body).status_code == 401
    assert service.call("POST", "/signin", content=body, headers=JSON).status_code == 401


def test_the_open_service_needs_no_signing_in(small_shop: Shop) -> None:
    client = small_shop.client
    assert client.get("/signin", follow_redirects=False).headers["location"] == "./"
    answer = client.post("/signin", data={"key": "x"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "./")
    page = client.get("/").text
    assert "未设密钥，仅限本机" in page
    assert "退出" not in page
