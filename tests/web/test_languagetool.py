"""POST /v2/check: findings and rewrites as LanguageTool's matches, offsets, texts in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.web.inprocess import Shop, opened, short
from tests.web.languagetool_answers import (
    AWAY,
    CHECK,
    annotation,
    answer,
    cut,
    ids,
    matches,
    refused,
)
from tests.web.wording_book import write_wording_book


@pytest.fixture(scope="module")
def wording_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("wording")
    with opened(folder, phrasebook=write_wording_book(folder / "book")) as started:
        yield started


def test_a_finding_has_every_field_that_clients_read(small_shop: Shop) -> None:
    found = answer(small_shop, text=AWAY, language="zh-CN")
    assert found["software"].keys() >= {"name", "version", "buildDate", "apiVersion", "premium"}
    assert found["software"]["apiVersion"] == 1
    assert found["warnings"] == {"incompleteResults": False}
    assert found["sentenceRanges"] == [[0, 5]]
    [match] = found["matches"]
    assert match == {
        "message": "不能引导客户到平台外联系。",
        "shortMessage": "引导站外",
        "replacements": [{"value": "请在平台内沟通"}],
        "offset": 1,
        "length": 3,
        "context": {"text": AWAY, "offset": 1, "length": 3},
        "sentence": AWAY,
        "type": {"typeName": "Other"},
        "rule": {
            "id": "policy.away",
            "description": "引导站外",
            "issueType": "misspelling",
            "category": {"id": "FORBIDDEN", "name": "禁止"},
        },
        "ignoreForIncompleteSentence": False,
        "contextForSureMatch": 0,
    }


def test_kinds_differ_in_issue_type_and_category(small_shop: Shop) -> None:
    text = "加微信。这件宝贝很好。你的名字叫什么"
    found = {
        m["rule"]["id"]: (m["rule"]["issueType"], m["rule"]["category"]["name"])
        for m in matches(small_shop, text=text, platform="jd")
    }
    assert found == {
        "policy.away": ("misspelling", "禁止"),
        "policy.jd_only": ("grammar", "注意"),
        "rewrite.name": ("style", "改写"),
    }


def test_a_rewrite_offers_its_wording(small_shop: Shop) -> None:
    text = "您好。你的名字叫什么"
    [match] = matches(small_shop, text=text)
    assert cut(text, match) == match["sentence"] == "你的名字叫什么"
    assert match["replacements"] == [{"value": "请问您怎么称呼"}]


def test_matches_are_those_of_v1(wording_shop: Shop) -> None:
    """Every finding and every edit is there, unless an edit is of a finding's very words."""
    text = "😀亲，保证三天到，你加微信返现，你的名字叫什么？肯定没问题的"
    checked = wording_shop.client.post("/v1/check", json={"text": text}).json()["findings"]
    edits = wording_shop.client.post("/v1/rewrites", json={"draft": text}).json()["edits"]
    spans = {(f["start"], f["end"]) for f in checked}
    wanted = [(f["rule_id"], f["text"]) for f in checked]
    wanted += [(e["rule_id"], e["text"]) for e in edits if (e["start"], e["end"]) not in spans]
    found = [(m["rule"]["id"], cut(text, m)) for m in matches(wording_shop, text=text)]
    assert sorted(found) == sorted(wanted)
    assert {e["rule_id"] for e in edits} == {"rewrite.polite", "rewrite.sure", "rewrite.name"}
    assert len(found) < len(checked) + len(edits)


def test_a_rewrite_of_a_finding_s_words_is_told_once_and_first(wording_shop: Shop) -> None:
    [match] = matches(wording_shop, text="保证发出")
    assert match["rule"]["id"] == "policy.sure"
    assert [r["value"] for r in match["replacements"]] == ["努力", "尽量", "争取"]
    [match] = matches(wording_shop, text="谢谢你")
    assert match["rule"]["id"] == "policy.polite"
    assert match["replacements"] == [{"value": "您"}]


def test_a_rewrite_is_told_when_its_finding_is_not_wanted(wording_shop: Shop) -> None:
    assert ids(wording_shop, "保证发出", disabledRules="policy.sure") == ["rewrite.sure"]


def test_the_order_is_by_place(wording_shop: Shop) -> None:
    found = matches(wording_shop, text="保证三天到。你的名字叫什么？加微信")
    places = [(m["offset"], m["length"]) for m in found]
    assert places == sorted(places)
    assert len(places) > 4


def test_a_link_becomes_an_address(wording_shop: Shop) -> None:
    [match] = matches(wording_shop, text="宝贝", platform="jd")
    assert match["rule"]["urls"] == [{"value": "https://rules.example/1"}]


# ---- offsets and context ---------------------------------------------------------------------


def test_offsets_count_utf_16_units(small_shop: Shop) -> None:
    text = "😀𠮷👨‍👩‍👧" + AWAY
    [match] = matches(small_shop, text=text)
    assert cut(text, match) == "加微信"
    assert match["offset"] == 2 + 2 + 8 + 1
    context = match["context"]
    assert cut(context["text"], context) == "加微信"


def test_wide_characters_inside_a_match_count_twice(small_shop: Shop) -> None:
    """Characters that do not show are part of what is underlined."""
    text = "𠮷加\u200b微信"
    [match] = matches(small_shop, text=text)
    assert cut(text, match) == "加\u200b微信"


def test_context_is_cut_and_on_one_line(small_shop: Shop) -> None:
    text = "𠮷" * 50 + "\n" + AWAY + "\r\n" + "好" * 100
    [match] = matches(small_shop, text=text)
    context = match["context"]
    assert cut(context["text"], context) == "加微信"
    assert context["text"].startswith("...𠮷")
    assert context["text"].endswith("好...")
    assert "\n" not in context["text"]
    assert "\r" not in context["text"]
    assert len(context["text"]) == 3 + 40 + 3 + 40 + 3


def test_half_an_emoji_does_no_harm(small_shop: Shop) -> None:
    data = '{"text": "\\ud83d您加微信聊\\ude00"}'
    [match] = matches(small_shop, data=data)
    assert (match["offset"], match["length"]) == (2, 3)


# ---- texts in pieces -------------------------------------------------------------------------


def test_offsets_count_markup_too(small_shop: Shop) -> None:
    data = annotation({"markup": "<p>"}, {"text": "😀您"}, {"markup": "<b>"}, {"text": "加微信"})
    [match] = matches(small_shop, data=data)
    assert cut("<p>😀您<b>加微信", match) == "加微信"


def test_markup_inside_the_words_is_underlined_with_them(small_shop: Shop) -> None:
    data = annotation({"text": "加"}, {"markup": "<b>"}, {"text": "微"}, {"markup": "</b>"},
                      {"text": "信"})  # fmt: skip
    [match] = matches(small_shop, data=data)
    assert cut("加<b>微</b>信", match) == "加<b>微</b>信"
    assert match["context"]["text"] == "加<b>微</b>信"
    assert match["sentence"] == "加微信"


def test_markup_can_stand_for_something(small_shop: Shop) -> None:
    apart = annotation({"text": "加"}, {"markup": "<br>", "interpretAs": "\n"}, {"text": "微信"})
    assert matches(small_shop, data=apart) == []
    meant = annotation({"markup": "&#21152;", "interpretAs": "加"}, {"text": "微信"})
    [match] = matches(small_shop, data=meant)
    assert (match["offset"], match["length"]) == (0, 10)


def test_data_may_hold_one_text(small_shop: Shop) -> None:
    assert len(matches(small_shop, data=json.dumps({"text": AWAY}))) == 1
    assert matches(small_shop, data=annotation()) == []


@pytest.mark.parametrize(
    "data",
    [
        "{", "[]", "null", "5", "{}", '{"text": null}', '{"text": 5}', '{"annotation": {}}',
        '{"annotation": ["a"]}', '{"annotation": [{}]}', '{"annotation": [{"text": 1}]}',
        '{"annotation": [{"text": "a", "markup": "b"}]}',
        '{"annotation": [{"text": "a", "interpretAs": "b"}]}',
        '{"annotation": [{"markup": "a", "interpretAs": 1}]}',
        '{"text": "a", "annotation": []}', "[" * 50_000, '{"text": ' + "9" * 5000 + "}",
    ],
    ids=short,
)  # fmt: skip
def test_wrong_pieces(small_shop: Shop, data: str) -> None:
    refused(small_shop.client.post(CHECK, data={"data": data}), 400, "data")
