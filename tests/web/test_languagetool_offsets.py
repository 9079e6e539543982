"""Whatever is sent: never a 500, and an offset and a length cut out exactly the words."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.web.inprocess import PROBLEM, Shop, is_chinese
from tests.web.languagetool_answers import annotation, answer, cut, matches

HEARD = st.sampled_from(
    ["加微信", "保证", "你的名字叫什么", "您", "肯定", "加\u200b微信", "全网最低价", "你"]
)
FILLING = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("😀𠮷👨‍👩‍👧，。？\n\r\ufe0f"),
    max_size=6,
)
TEXTS = st.lists(HEARD | FILLING, max_size=8).map("".join)
MARKUP = st.builds(
    lambda markup, meant: {"markup": markup} | ({} if meant is None else {"interpretAs": meant}),
    st.sampled_from(["<b>", "</b>", "😀", "**", ""]),
    st.sampled_from([None, "\n", " ", "", "微", "😀"]),
)
PIECES = st.lists(st.builds(lambda text: {"text": text}, HEARD | FILLING) | MARKUP, max_size=10)


def wanted(shop: Shop, text: str) -> set[tuple[str, str]]:
    checked = shop.client.post("/v1/check", json={"text": text}).json()["findings"]
    edits = shop.client.post("/v1/rewrites", json={"draft": text}).json()["edits"]
    found = {(f["rule_id"], f["text"]) for f in checked}
    # An edit that only inserts is shown with a neighbour.
    return found | {(e["rule_id"], e["text"]) for e in edits if e["text"]}


@settings(max_examples=150, deadline=None)
@given(text=TEXTS)
def test_a_match_cuts_out_the_words(shop: Shop, text: str) -> None:
    found = answer(shop, text=text)
    words = wanted(shop, text)
    for match in found["matches"]:
        assert (match["rule"]["id"], cut(text, match)) in words
        line = cut(text, match).replace("\r", " ").replace("\n", " ")
        assert cut(match["context"]["text"], match["context"]) == line
    assert {(m["rule"]["id"]) for m in found["matches"]} <= {rule for rule, _ in words}
    assert found["sentenceRanges"] == sorted(found["sentenceRanges"])
    joined = [cut(text, {"offset": s, "length": e - s}) for s, e in found["sentenceRanges"]]
    assert "".join(joined) == text


@settings(max_examples=150, deadline=None)
@given(pieces=PIECES)
def test_a_match_in_pieces_cuts_out_the_same_words(
    shop: Shop, pieces: list[dict[str, str]]
) -> None:
    sent = "".join(p.get("text", p.get("markup", "")) for p in pieces)
    # What each code point of the sent text says; markup says it all at its first.
    says: list[str] = []
    inside: set[int] = set()  # places within markup, where no match may begin or end
    for piece in pieces:
        if "text" in piece:
            says += piece["text"]
        elif piece["markup"]:
            inside |= set(range(len(says) + 1, len(says) + len(piece["markup"])))
            says += [piece.get("interpretAs", ""), *[""] * (len(piece["markup"]) - 1)]
    plain = "".join(says)
    told = {(m["rule"]["id"], m["message"]) for m in matches(shop, text=plain)}
    found = matches(shop, data=annotation(*pieces))
    assert {(m["rule"]["id"], m["message"]) for m in found} == told
    words = wanted(shop, plain)
    for match in found:
        covered = cut(sent, match)
        start = len(sent.encode("utf-16-le")[: match["offset"] * 2].decode("utf-16-le"))
        assert not inside & {start, start + len(covered)}
        said = "".join(says[start : start + len(covered)])
        assert any(rule == match["rule"]["id"] and text in said for rule, text in words)


NAMES = st.sampled_from(
    [
        *("text", "data", "language", "platform", "stage", "entry_id", "mode", "enabledOnly"),
        *("enabledRules", "disabledRules", "enabledCategories", "disabledCategories", "level"),
    ]
)
VALUES = st.one_of(
    FILLING,
    st.sampled_from(["true", "yes", "zh-CN", "auto", "jd", "presale", "policy.away", "STYLE"]),
    st.sampled_from(['{"text": "a"}', '{"annotation": [{"text": "\\ud800"}]}', "[", "{}"]),
)


def answered(shop: Shop, body: bytes, query: bytes = b"") -> None:
    path = "/v2/check?" + query.decode("ascii")
    got = shop.client.post(path, content=body, headers={"accept": f"*/*, {PROBLEM}"})
    assert got.status_code in (200, 400, 413), got.text
    if got.status_code != 200:
        assert got.headers["content-type"] == PROBLEM
        assert is_chinese(got.json()["detail"])


@settings(max_examples=200, deadline=None)
@given(fields=st.dictionaries(NAMES | FILLING, VALUES, max_size=6))
def test_any_form(small_shop: Shop, fields: dict[str, str]) -> None:
    answered(small_shop, urlencode(fields).encode())
    answered(small_shop, b"text=a", urlencode(fields).encode())


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=60))
def test_any_bytes(small_shop: Shop, body: bytes) -> None:
    answered(small_shop, body)
    answered(small_shop, b"text=" + body)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "annotation", "markup", "interpretAs", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(data=JSON_VALUES)
def test_any_pieces(small_shop: Shop, data: Any) -> None:
    for sent in (data, {"annotation": data}, {"annotation": [data, {"text": "加微信"}]}):
        answered(small_shop, urlencode({"data": json.dumps(sent)}).encode())
