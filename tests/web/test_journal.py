"""What is committed: rows of suggestions, feedback, figures, unanswered messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.web.inprocess import Shop, opened, problem
from tests.web.small_book import write_book

RUSH = "怎么还不发货"
PRIVATE = "我叫张伟，手机13812345678，身份证11010519491231002X，邮箱zhang.wei@example.com，"
SECRETS = ("13812345678", "11010519491231002X", "zhang.wei@example.com")


def feedback(shop: Shop, **body: Any) -> Any:
    return shop.client.post("/v1/feedback", json=body)


def test_a_suggestion_is_stored(small_shop: Shop) -> None:
    answer = small_shop.suggest(
        RUSH, platform="jd", stage="aftersale", channel="phone", conversation_id="买家昵称"
    )
    row = small_shop.journal(answer["id"])
    first = answer["suggestions"][0]
    assert (row["shop"], row["platform"], row["stage"]) == ("default", "jd", "aftersale")
    assert (row["channel"], row["message"], row["decision"]) == ("phone", RUSH, "answer")
    assert json.loads(row["offered"])[0] == {
        "entry_id": first["entry_id"],
        "confidence": first["confidence"],
    }
    assert row["phrasebook_version"] == answer["phrasebook"]["version"]
    assert row["took_ms"] == answer["took_ms"]


def test_a_conversation_is_stored_as_a_digest(small_shop: Shop) -> None:
    one, two, other = (
        small_shop.journal(small_shop.suggest(RUSH, conversation_id=c)["id"])["conversation"]
        for c in ("买家昵称", "买家昵称", "别的买家")
    )
    assert one == two != other
    assert "买家" not in one
    assert small_shop.journal(small_shop.suggest(RUSH)["id"])["conversation"] is None


def test_a_burst_is_one_row(small_shop: Shop) -> None:
    answer = small_shop.suggest(["在吗", RUSH])
    assert small_shop.journal(answer["id"])["message"] == f"在吗\n{RUSH}"


def test_personal_data_is_masked_everywhere(small_shop: Shop) -> None:
    answer = small_shop.suggest([PRIVATE + RUSH, "13812345678"], variables={"order_no": "X"})
    row = small_shop.journal(answer["id"])
    assert RUSH in row["message"]
    assert "〔手机号〕" in row["message"]
    sent = feedback(small_shop, suggestion_id=answer["id"], outcome="edited", text=PRIVATE)
    [stored] = small_shop.rows("SELECT * FROM feedback WHERE id = ?", str(sent.json()["id"]))
    assert "〔手机号〕" in stored["text"]
    for value in (*row.values(), *stored.values()):
        assert not any(secret in str(value) for secret in SECRETS)


def test_nul_and_direction_marks_are_stored_harmlessly(small_shop: Shop) -> None:
    answer = small_shop.suggest("\x00\u202e发货\x00")
    assert small_shop.journal(answer["id"])["message"] == "\ufffd\u202e发货\ufffd"


@pytest.mark.parametrize("outcome", ["displayed", "sent", "edited", "rejected"])
def test_feedback_is_committed_before_the_answer(small_shop: Shop, outcome: str) -> None:
    suggestion_id = small_shop.suggest(RUSH)["id"]
    answer = feedback(
        small_shop,
        suggestion_id=suggestion_id,
        entry_id="shipping.rush",
        outcome=outcome,
        text="亲，马上发",
    )
    assert answer.status_code == 201
    [row] = small_shop.rows("SELECT * FROM feedback WHERE id = ?", str(answer.json()["id"]))
    assert (row["suggestion_id"], row["entry_id"]) == (suggestion_id, "shipping.rush")
    assert (row["outcome"], row["text"]) == (outcome, "亲，马上发")


def test_feedback_may_come_twice(small_shop: Shop) -> None:
    suggestion_id = small_shop.suggest(RUSH)["id"]
    numbers = {
        feedback(small_shop, suggestion_id=suggestion_id, outcome=o).json()["id"]
        for o in ("displayed", "sent", "sent")
    }
    assert len(numbers) == 3


def test_feedback_for_an_unknown_suggestion(small_shop: Shop) -> None:
    answer = feedback(small_shop, suggestion_id="nobody-gave-this", outcome="sent")
    assert "/v1/suggestions" in problem(answer, 404, "suggestion.unknown")["detail"]
    assert not small_shop.rows("SELECT 1 FROM feedback WHERE suggestion_id = 'nobody-gave-this'")


@pytest.mark.parametrize("text", [{}, {"text": None}, {"text": ""}, {"text": " \n"}])
def test_edited_needs_the_text(small_shop: Shop, text: dict[str, str | None]) -> None:
    suggestion_id = small_shop.suggest(RUSH)["id"]
    answer = feedback(small_shop, suggestion_id=suggestion_id, outcome="edited", **text)
    problem(answer, 422, "text_missing", "text")
    assert not small_shop.rows("SELECT 1 FROM feedback WHERE suggestion_id = ?", suggestion_id)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "sent"}, "suggestion_id"),
        ({"suggestion_id": "x"}, "outcome"),
        ({"suggestion_id": "x", "outcome": "clicked"}, "outcome"),
        ({"suggestion_id": 5, "outcome": "sent"}, "suggestion_id"),
        ({"suggestion_id": "x" * 201, "outcome": "sent"}, "suggestion_id"),
        ({"suggestion_id": "x", "outcome": "sent", "txt": "a"}, "txt"),
    ],
)
def test_wrong_feedback(small_shop: Shop, body: dict[str, Any], field: str) -> None:
    problem(feedback(small_shop, **body), 422, "invalid_request", field)


def test_figures_and_unanswered_messages(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        empty = shop.client.get("/v1/stats").json()
        assert empty == {
            "suggestions": 0,
            "decisions": {"answer": 0, "choose": 0, "none": 0},
            "outcomes": {"displayed": 0, "sent": 0, "edited": 0, "rejected": 0},
            "took_ms_p95": None,
        }
        assert shop.client.get("/v1/unanswered").json() == []
        answered = shop.suggest(RUSH)["id"]
        for message in ("今天天气怎么样", "今天天气怎么样？", "😀"):
            last = shop.suggest(message)["id"]
        shop.journal(last)
        feedback(shop, suggestion_id=answered, outcome="sent")
        stats = shop.client.get("/v1/stats").json()
        assert stats["suggestions"] == 4
        assert stats["decisions"] == {"answer": 1, "choose": 0, "none": 3}
        assert stats["outcomes"] == {"displayed": 0, "sent": 1, "edited": 0, "rejected": 0}
        assert stats["took_ms_p95"] > 0
        unanswered = shop.client.get("/v1/unanswered").json()
        assert [u["count"] for u in unanswered] == [2, 1]
        assert set(unanswered[0]["samples"]) == {"今天天气怎么样", "今天天气怎么样？"}
        assert unanswered[0]["first_at"] <= unanswered[0]["last_at"]
        assert len(shop.client.get("/v1/unanswered?limit=1").json()) == 1


def test_what_is_queued_is_stored_when_the_service_ends(tmp_path: Path) -> None:
    with opened(tmp_path, phrasebook=write_book(tmp_path / "book")) as shop:
        ids = {shop.suggest(RUSH)["id"] for _ in range(20)}
    assert {row["id"] for row in shop.rows("SELECT id FROM suggestions")} == ids


def test_a_second_start_finds_the_journal(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    with opened(tmp_path, phrasebook=book) as shop:
        suggestion_id = shop.suggest(RUSH)["id"]
    with opened(tmp_path, phrasebook=book) as shop:
        assert feedback(shop, suggestion_id=suggestion_id, outcome="sent").status_code == 201
