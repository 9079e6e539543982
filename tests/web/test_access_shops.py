"""A key of one shop: that shop's book and journal, and nobody else's, whatever the request says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.web.inprocess import PROBLEM, problem
from tests.web.keyed import Guarded, guarded, wait_for
from tests.web.many_shops import RUSH, write_shop
from tests.web.small_book import write_book
from tests.web.test_access import TABLE, request_of

UNKNOWN = "今天天气不错吧"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A default shop and the shops a and b."""
    folder = tmp_path_factory.mktemp("bound")
    for shop in "ab":
        write_shop(folder / "shops", shop)
    book = write_book(folder / "book")
    with guarded(folder, phrasebook=book, shops=str(folder / "shops")) as started:
        yield started


@pytest.fixture(scope="module")
def key(service: Guarded) -> str:
    """A key of shop a that may do everything there; the service has noticed it."""
    return _noticed(service, service.keys.make("admin", shop="a"))


def _noticed(service: Guarded, key: str) -> str:
    wait_for(200, lambda: service.call("GET", "/v2/info", key))
    return key


def suggest(service: Guarded, key: str, **more: Any) -> Any:
    return service.call("POST", "/v1/suggestions", key, json={"message": RUSH, **more})


@pytest.mark.parametrize("named", [None, "a"])
def test_its_own_shop_answers(service: Guarded, key: str, named: str | None) -> None:
    body = suggest(service, key, shop=named).json()["suggestions"][0]["body"]
    assert body == "a次日发出。"


READS = ["/v1/entries", "/v1/entries/shipping.rush", "/v1/unanswered", "/v1/stats"]
POSTS = {
    "/v1/suggestions": {"message": RUSH},
    "/v1/rewrites": {"draft": "你的名字叫什么"},
    "/v1/check": {"text": "加微信"},
}


@pytest.mark.parametrize("other", ["b", "default", "nothing", "A", "a "])
def test_other_shops_are_refused(service: Guarded, key: str, other: str) -> None:
    answers = [service.call("GET", path, key, params={"shop": other}) for path in READS]
    answers += [
        service.call("POST", path, key, json={**body, "shop": other})
        for path, body in POSTS.items()
    ]
    asked = {"headers": {"Accept": PROBLEM}, "params": {"text": "加微信", "shop": other}}
    answers.append(service.call("GET", "/v2/check", key, **asked))
    answers += [
        service.call("GET", f"/shop/{other}/v2/{path}", key, **asked)
        for path in ("check", "languages", "configinfo")
    ]
    for answer in answers:
        assert "“a”" in problem(answer, 403, "shop_forbidden", "shop")["detail"]


def test_without_a_shop_its_own_is_meant_everywhere(service: Guarded, key: str) -> None:
    titles = [e["title"] for e in service.call("GET", "/v1/entries", key).json()["entries"]]
    assert "a催发货" in titles
    rewritten = service.call("POST", "/v1/rewrites", key, json={"draft": "你的名字叫什么"}).json()
    assert rewritten["rewritten"] == "a请问您怎么称呼"
    checked = service.call("POST", "/v1/check", key, json={"text": "加a号"}).json()
    assert [f["text"] for f in checked["findings"]] == ["加a号"]
    matched = service.call("POST", "/v2/check", key, data={"text": "加a号"}).json()
    assert len(matched["matches"]) == 1
    shops = service.call("GET", "/v1/shops", key).json()["shops"]
    assert [s["id"] for s in shops] == ["a"]


def test_the_journal_of_its_own_shop_only(service: Guarded, key: str) -> None:
    whole = service.by_scope["admin"]
    for shop, times in (("a", 2), ("b", 3), ("default", 4)):
        for _ in range(times):
            answer = service.call(
                "POST", "/v1/suggestions", whole, json={"message": f"{UNKNOWN}{shop}", "shop": shop}
            )
            service.shop.journal(answer.json()["id"])
    mine = service.call("GET", "/v1/unanswered", key).json()
    assert [(u["samples"], u["count"]) for u in mine] == [([f"{UNKNOWN}a"], 2)]
    every = service.call("GET", "/v1/unanswered", whole).json()
    assert sum(u["count"] for u in every) == 9
    own = service.call("GET", "/v1/stats", key).json()
    assert own == service.call("GET", "/v1/stats", whole, params={"shop": "a"}).json()
    assert own["decisions"]["none"] == 2


READ = [r for r, (scope, status) in TABLE.items() if r[:4] == "GET " and status != "stream"]


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("route", READ)
def test_no_route_tells_anything_of_another_shop(
    service: Guarded, key: str, theirs: None, route: str, accept: str
) -> None:
    """Of every route there is, so that a new one is asked, too."""
    method, path = request_of(route)
    for named in ({}, {"shop": ""}, {"shop": "b"}, {"shop": "default"}):
        answer = service.call(method, path, key, params=named, headers={"Accept": accept})
        assert f"{UNKNOWN}b" not in answer.text
        assert f"{UNKNOWN}default" not in answer.text
        assert "b催发货" not in answer.text
        assert "b的店" not in answer.text
    # What the service would tell somebody else, so that this test can fail.
    if route in ("GET /unanswered", "GET /v1/unanswered"):
        whole = service.call(method, path, service.by_scope["admin"], headers={"Accept": accept})
        assert f"{UNKNOWN}b" in whole.text


def test_figures_of_its_own_shop_only(service: Guarded, key: str, theirs: None) -> None:
    mine, named = (
        service.call("GET", path, who).text
        for path, who in (("/figures", key), ("/figures?shop=a", service.by_scope["admin"]))
    )
    numbers = re.compile(r"<td[^>]*>\s*([\d.%—]+)\s*</td>")
    assert numbers.findall(mine) == numbers.findall(named)


@pytest.fixture(scope="module")
def theirs(service: Guarded) -> None:
    """The journal has something of every shop."""
    for shop in ("a", "b", "default"):
        body = {"message": f"{UNKNOWN}{shop}", "shop": shop}
        answer = service.call("POST", "/v1/suggestions", service.by_scope["admin"], json=body)
        service.shop.journal(answer.json()["id"])


def test_feedback_on_its_own_suggestions_only(service: Guarded, key: str) -> None:
    whole = service.by_scope["suggest"]
    for shop, status in (("a", 201), ("b", 403)):
        given = suggest(service, whole, shop=shop).json()["id"]
        body = {"suggestion_id": given, "outcome": "sent"}
        answer = service.call("POST", "/v1/feedback", key, json=body)
        assert answer.status_code == status, answer.text
        if status == 403:
            problem(answer, 403, "suggestion.other-shop")


def test_what_concerns_all_shops_is_refused(service: Guarded, key: str) -> None:
    problem(service.call("GET", "/metrics", key), 403, "shop_forbidden")
    assert service.call("GET", "/readyz", key).json() == {"status": "ok"}


def test_a_key_of_the_default_shop(service: Guarded) -> None:
    key = _noticed(service, service.keys.make("trainer", shop="default"))
    for named in (None, "default"):
        body = suggest(service, key, shop=named).json()["suggestions"][0]["body"]
        assert body == "两天内发出。"
    problem(suggest(service, key, shop="a"), 403, "shop_forbidden", "shop")
    answer = service.call("GET", "/v1/unanswered", key).json()
    assert not [u for u in answer if f"{UNKNOWN}a" in u["samples"]]


def test_a_key_of_a_shop_that_is_not_there(service: Guarded) -> None:
    key = _noticed(service, service.keys.make("agent", shop="gone"))
    problem(suggest(service, key), 404, "shop_unknown", "shop")


def test_nothing_of_one_caller_reaches_the_next(service: Guarded, key: str) -> None:
    whole = service.by_scope["agent"]
    for _ in range(3):
        assert suggest(service, key).json()["suggestions"][0]["body"] == "a次日发出。"
        assert suggest(service, whole).json()["suggestions"][0]["body"] == "两天内发出。"
        problem(service.call("GET", "/v1/entries"), 401, "key_missing")
