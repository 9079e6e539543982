"""What a client of LanguageTool may choose: rules, shop, platform, stage, language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.inprocess import Shop, is_chinese, opened
from tests.web.languagetool_answers import AWAY, CHECK, FORM, answer, cut, ids, matches, refused
from tests.web.small_book import BOOK, write_book

BOTH = "加微信。你的名字叫什么"


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({}, ["policy.away", "rewrite.name"]),
        ({"disabledRules": "policy.away"}, ["rewrite.name"]),
        ({"disabledRules": " policy.away , nothing.known,"}, ["rewrite.name"]),
        ({"disabledRules": "WHITESPACE_RULE"}, ["policy.away", "rewrite.name"]),
        ({"disabledCategories": "STYLE"}, ["policy.away"]),
        ({"disabledCategories": "TYPOS"}, ["policy.away", "rewrite.name"]),
        ({"disabledCategories": "STYLE", "enabledRules": "rewrite.name"},
         ["policy.away", "rewrite.name"]),
        ({"enabledCategories": "FORBIDDEN", "disabledRules": "policy.away"}, ["rewrite.name"]),
        ({"enabledRules": "policy.away"}, ["policy.away", "rewrite.name"]),
        ({"enabledRules": "policy.away", "enabledOnly": "true"}, ["policy.away"]),
        ({"enabledRules": "policy.away", "enabledOnly": "yes"}, ["policy.away"]),
        ({"enabledRules": "policy.away", "enabledOnly": "false"}, ["policy.away", "rewrite.name"]),
        ({"enabledCategories": "STYLE", "enabledOnly": "true"}, ["rewrite.name"]),
        ({"enabledRules": "nothing.known", "enabledOnly": "true"}, []),
    ],
)  # fmt: skip
def test_rules_can_be_chosen(small_shop: Shop, fields: dict[str, str], wanted: list[str]) -> None:
    assert ids(small_shop, BOTH, **fields) == wanted


@pytest.mark.parametrize(
    "fields",
    [
        {"enabledOnly": "true"},
        {"enabledOnly": "true", "enabledRules": " , "},
        {"enabledOnly": "true", "enabledRules": "a", "disabledRules": "b"},
        {"enabledOnly": "true", "enabledRules": "a", "disabledCategories": "B"},
    ],
)
def test_contradictions(small_shop: Shop, fields: dict[str, str]) -> None:
    got = small_shop.client.post(CHECK, data={"text": BOTH, **fields})
    refused(got, 400, "enabledOnly")


def test_what_the_service_does_not_know_is_passed_over(small_shop: Shop) -> None:
    fields = {
        "level": "picky", "motherTongue": "de-DE", "preferredVariants": "en-US,de-DE",
        "username": "a", "apiKey": "b", "useragent": "x", "noopLanguages": "de",
        "textSessionId": "1:2", "enableHiddenRules": "true", "allowIncompleteResults": "true",
        "mode": "allButTextLevelOnly", "ruleValues": "", "dicts": "",
    }  # fmt: skip
    got = small_shop.client.post(
        f"{CHECK}?c=1&instanceId=9%3A1&v=8.14.3", data={"text": BOTH, **fields}
    )
    assert len(got.json()["matches"]) == 2


def test_what_concerns_the_text_as_a_whole_is_nothing(small_shop: Shop) -> None:
    """The browser add-on asks twice; the second answer must not tell everything again."""
    assert ids(small_shop, BOTH, mode="textLevelOnly") == []
    assert len(ids(small_shop, BOTH, mode="allButTextLevelOnly")) == 2
    assert len(ids(small_shop, BOTH, mode="all")) == 2


# ---- shop, platform, stage, entry ------------------------------------------------------------


def test_the_address_names_the_platform(small_shop: Shop) -> None:
    text = "这件宝贝很好"
    assert ids(small_shop, text) == []
    assert ids(small_shop, text, "/lt/jd/v2/check") == ["policy.jd_only"]
    assert ids(small_shop, text, "/lt/taobao/v2/check") == []
    assert ids(small_shop, text, f"{CHECK}?platform=jd") == ["policy.jd_only"]
    assert ids(small_shop, text, platform="jd", stage="presale") == ["policy.jd_only"]
    assert ids(small_shop, text, "/lt/jd/v2/check", platform="") == ["policy.jd_only"]


@pytest.mark.parametrize("path", ["check?text=a", "languages", "info", "configinfo"])
def test_an_address_with_an_unknown_platform(small_shop: Shop, path: str) -> None:
    refused(small_shop.client.get(f"/lt/amazon/v2/{path}"), 404, "amazon", "taobao", "pdd")


@pytest.mark.parametrize(("name", "value"), [("platform", "JD"), ("stage", "later")])
def test_a_wrong_platform_or_stage(small_shop: Shop, name: str, value: str) -> None:
    got = small_shop.client.post(CHECK, data={"text": "a", name: value})
    refused(got, 400, name, value)


SECOND = (
    BOOK.replace("id: default", "id: 二店")
    .replace("[加微信]", "[微信]")
    .replace("hit: 加微信", "hit: 微信")
)


@pytest.fixture(scope="module")
def two_shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """The default shop, another one with other words, and one that can not be loaded."""
    folder = tmp_path_factory.mktemp("shops")
    for name, book in (("二店", SECOND), ("broken", "entries: [")):
        write_book(folder / "shops" / name)
        (folder / "shops" / name / "book.yaml").write_text(book, "utf-8")
    book = write_book(folder / "book")
    with opened(folder, phrasebook=book, shops=str(folder / "shops")) as started:
        yield started


def test_the_address_names_the_shop(two_shops: Shop) -> None:
    text = "您加微信聊，这件宝贝很好"
    assert cut(text, matches(two_shops, text=text)[0]) == "加微信"
    for path in ("/shop/二店/v2/check", f"{CHECK}?shop=%E4%BA%8C%E5%BA%97"):
        assert [cut(text, m) for m in matches(two_shops, path, text=text)] == ["微信"]
    found = ids(two_shops, text, "/shop/二店/lt/jd/v2/check")
    assert found == ["policy.away", "policy.jd_only"]
    both = {"text": text, "shop": "二店"}  # the address goes before the form
    got = two_shops.client.post("/shop/default/v2/check", data=both).json()["matches"]
    assert [cut(text, m) for m in got] == ["加微信"]
    config = two_shops.client.get("/shop/二店/v2/configinfo").json()
    assert "policy.away" in {r["ruleId"] for r in config["rules"]}


@pytest.mark.parametrize("path", ["check?text=a", "languages", "configinfo"])
def test_an_address_with_an_unknown_shop(two_shops: Shop, path: str) -> None:
    refused(two_shops.client.get(f"/shop/none/v2/{path}"), 404, "none", "二店")
    refused(two_shops.client.get(f"/shop/broken/v2/{path}"), 503, "broken")
    refused(two_shops.client.get(f"/shop/二店/lt/amazon/v2/{path}"), 404, "amazon")
    refused(two_shops.client.get(f"{CHECK}?text=a&shop=none"), 404, "none")


def test_an_entry_adds_its_rules(shop: Shop) -> None:
    text = "好的，我看一下"
    entry = "return.no_reason"
    wanted = shop.client.post("/v1/check", json={"text": text, "entry_id": entry}).json()
    found = ids(shop, text, entry_id=entry)
    assert [f["rule_id"] for f in wanted["findings"]] == found


# ---- languages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "text", "code", "detected"),
    [
        ("zh-CN", AWAY, "zh-CN", "zh-CN"),
        ("zh", AWAY, "zh-CN", "zh-CN"),
        ("zh_cn", AWAY, "zh-CN", "zh-CN"),
        ("zh-TW", "您加微信聊", "zh-TW", "zh-CN"),
        ("zh-Hant", AWAY, "zh-TW", "zh-CN"),
        ("zh-Hant-HK", AWAY, "zh-TW", "zh-CN"),
        ("zh-HK", "請問您貴姓", "zh-HK", "zh-TW"),
        ("zh-SG", AWAY, "zh-CN", "zh-CN"),
        ("auto", AWAY, "zh-CN", "zh-CN"),
        ("auto", "請問您貴姓", "zh-TW", "zh-TW"),
        ("en-US", AWAY, "zh-CN", "zh-CN"),
        ("de", "請問您貴姓", "zh-TW", "zh-TW"),
        ("ca-ES-valencia", AWAY, "zh-CN", "zh-CN"),
    ],
)
def test_languages(small_shop: Shop, asked: str, text: str, code: str, detected: str) -> None:
    language = answer(small_shop, text=text, language=asked)["language"]
    assert (language["code"], language["detectedLanguage"]["code"]) == (code, detected)
    assert is_chinese(language["name"])


def test_the_text_counts_and_not_the_language(small_shop: Shop) -> None:
    for language in ("zh-CN", "zh-TW", "en-US", "auto"):
        assert ids(small_shop, AWAY, language=language) == ["policy.away"]


def test_confidence_is_the_share_of_chinese(small_shop: Shop) -> None:
    shares = [
        answer(small_shop, text=text)["language"]["detectedLanguage"]["confidence"]
        for text in ("好", "好a", "abc", "", "😀")
    ]
    assert shares == [1.0, 0.5, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("code", ["xx", "xx-YY", "english", "zzh", "auto-x" * 100, "中文"])
def test_an_unknown_language(small_shop: Shop, code: str) -> None:
    got = small_shop.client.post(CHECK, data={"text": "a", "language": code})
    if code.startswith("auto"):  # what follows a hyphen is a variant
        assert got.status_code == 200
    else:
        refused(got, 400, "zh-CN")


@pytest.mark.parametrize("base", ["", "/lt/pdd"])
def test_what_clients_ask_before_they_check(small_shop: Shop, base: str) -> None:
    languages = small_shop.client.get(f"{base}/v2/languages").json()
    assert [x["longCode"] for x in languages] == ["zh-CN", "zh-TW", "zh-HK"]
    assert {x["code"] for x in languages} == {"zh"}
    assert small_shop.client.get(f"{base}/v2/info").json()["software"]["apiVersion"] == 1
    for method in ("GET", "POST"):
        longest = small_shop.client.request(method, f"{base}/v2/maxtextlength", content=b"\0")
        assert longest.text == "2000"
        config = small_shop.client.request(
            method, f"{base}/v2/configinfo", content=b"language=zh-CN", headers=FORM
        ).json()
        assert config["parameter"] == {"maxTextLength": 2000}
        assert {r["ruleId"] for r in config["rules"]} == {
            "policy.away", "policy.jd_only", "rewrite.name",
        }  # fmt: skip
        assert config["rules"][0] == {
            "ruleId": "policy.away",
            "description": "引导站外",
            "categoryId": "FORBIDDEN",
            "categoryName": "禁止",
            "locQualityIssueType": "misspelling",
        }
