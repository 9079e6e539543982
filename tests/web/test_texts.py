"""POST /v1/rewrites and /v1/check: an agent's draft."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.inprocess import Shop, problem, short

FINDING_FIELDS = {
    "rule_id", "severity", "start", "end", "text", "message", "replacements", "source", "link",
}  # fmt: skip


def post(shop: Shop, path: str, **body: Any) -> dict[str, Any]:
    answer = shop.client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_rewrite_of_the_shipped_book(shop: Shop) -> None:
    draft = "😀你的名字叫什么"
    found = post(shop, "/v1/rewrites", draft=draft)
    [edit] = found["edits"]
    assert found["changed"] is True
    assert edit.keys() == {"start", "end", "text", "replacement", "rule_id", "message", "source"}
    assert edit["rule_id"] == "rewrite.your_name"
    assert draft[edit["start"] : edit["end"]] == edit["text"]  # code points: the emoji is one
    assert edit["text"] != edit["replacement"]
    assert found["rewritten"] == (
        draft[: edit["start"]] + edit["replacement"] + draft[edit["end"] :]
    )


@pytest.mark.parametrize("draft", ["", "您好，马上为您处理。", "\x00\u202e", "😀"], ids=short)
def test_nothing_to_rewrite(shop: Shop, draft: str) -> None:
    found = post(shop, "/v1/rewrites", draft=draft, platform="jd", stage="presale")
    assert found == {"rewritten": draft, "changed": False, "edits": []}


def test_a_check_of_the_shipped_book(shop: Shop) -> None:
    text = "😀加微信转账便宜10元"
    found = post(shop, "/v1/check", text=text)
    assert found["ok"] is False
    first = next(f for f in found["findings"] if f["rule_id"] == "policy.off_platform")
    assert first.keys() == FINDING_FIELDS
    assert first["severity"] == "error"
    assert text[first["start"] : first["end"]] == first["text"] == "加微信转账便宜"
    assert first["message"]
    assert first["replacements"]
    assert first["source"]


def test_a_text_without_findings(shop: Shop) -> None:
    assert post(shop, "/v1/check", text="您好，请问有什么可以帮您？") == {
        "ok": True,
        "findings": [],
    }
    assert post(shop, "/v1/check", text="") == {"ok": True, "findings": []}


def test_a_warning_leaves_a_text_ok(small_shop: Shop) -> None:
    found = post(small_shop, "/v1/check", text="这件宝贝很好", platform="jd")
    assert found["ok"] is True
    assert [f["severity"] for f in found["findings"]] == ["warning"]


def test_platforms_differ(small_shop: Shop) -> None:
    rules = {
        platform: [
            f["rule_id"]
            for f in post(small_shop, "/v1/check", text="这件宝贝很好", platform=platform)[
                "findings"
            ]
        ]
        for platform in ("jd", "taobao", None)
    }
    assert rules["jd"] == ["policy.jd_only"]
    assert rules["taobao"] == []


@pytest.mark.parametrize(
    ("path", "body", "code", "field"),
    [
        ("/v1/rewrites", {}, "invalid_request", "draft"),
        ("/v1/rewrites", {"draft": None}, "invalid_request", "draft"),
        ("/v1/rewrites", {"draft": ["a"]}, "invalid_request", "draft"),
        ("/v1/rewrites", {"draft": "长" * 2001}, "text_too_long", "draft"),
        ("/v1/rewrites", {"draft": "a", "stage": "later"}, "invalid_request", "stage"),
        ("/v1/check", {}, "invalid_request", "text"),
        ("/v1/check", {"text": 5}, "invalid_request", "text"),
        ("/v1/check", {"text": "长" * 10_000}, "text_too_long", "text"),
        ("/v1/check", {"text": "a", "platform": "amazon"}, "invalid_request", "platform"),
        ("/v1/check", {"text": "a", "entry_id": 1}, "invalid_request", "entry_id"),
        ("/v1/check", {"text": "a", "draft": "a"}, "invalid_request", "draft"),
    ],
)
def test_wrong_bodies(shop: Shop, path: str, body: dict[str, Any], code: str, field: str) -> None:
    problem(shop.client.post(path, json=body), 422, code, field)
