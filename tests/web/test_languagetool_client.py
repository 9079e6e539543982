"""A client written for LanguageTool, against the service as its own process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from language_tool_python import LanguageTool
from language_tool_python.exceptions import LanguageToolError
from language_tool_python.match import Match

from tests.web.service_process import ServiceProcess

TEXT = "😀𠮷亲，保证明天到，加微信便宜10元"


@pytest.fixture(scope="module")
def service(wording_service: ServiceProcess) -> ServiceProcess:
    return wording_service


@pytest.fixture(autouse=True)
def _straight(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy of this machine stands between client and service."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def client(service: ServiceProcess) -> Iterator[LanguageTool]:
    with LanguageTool("zh-CN", remote_server=f"{service.url}/") as opened:
        yield opened


def found(client: LanguageTool, text: str) -> dict[str, str]:
    """The words under each rule, cut out of the text as the client counts."""
    return {m.rule_id: words(m, text) for m in client.check(text)}


def words(match: Match, text: str) -> str:
    return text[match.offset : match.offset + match.error_length]


def test_findings_and_rewrites(client: LanguageTool) -> None:
    shown = found(client, TEXT)
    assert shown["policy.away"] == "加微信"
    assert shown["policy.sure"] == "保证"
    assert set(found(client, "你的名字叫什么")) >= {"rewrite.name"}
    assert client.check("您好，请稍等，我为您查询。") == []


def test_what_the_client_shows(client: LanguageTool) -> None:
    text = "请稍等。\n您加微信便宜10元"
    match = next(m for m in client.check(text) if m.rule_id == "policy.away")
    assert match.matched_text == "加微信"
    assert match.category == "FORBIDDEN"
    assert match.rule_issue_type == "misspelling"
    assert "平台外" in match.message
    assert match.replacements
    assert match.get_line_and_column(text) == (2, 2)


def test_corrections_are_applied_where_they_belong(client: LanguageTool) -> None:
    assert client.correct("😀你的包裹保证安全") == "😀您的包裹努力安全"


def test_languages(service: ServiceProcess, client: LanguageTool) -> None:
    assert str(client.language) == "zh-CN"
    for asked, code in (("zh-TW", "zh-TW"), ("zh_HK", "zh-HK"), ("auto", "auto"), ("zh", "zh")):
        client.language = asked
        assert str(client.language) == code
        assert "policy.away" in found(client, TEXT)
    with pytest.raises(ValueError, match="unsupported language"):
        LanguageTool("ko-KR", remote_server=f"{service.url}/")


def test_rules(client: LanguageTool) -> None:
    everything = set(found(client, TEXT))
    client.disabled_rules = {"policy.away"}
    assert set(found(client, TEXT)) == everything - {"policy.away"}
    client.disabled_rules = set()
    client.disabled_categories = {"FORBIDDEN"}
    assert "policy.away" not in found(client, TEXT)
    client.disabled_categories = set()
    client.enabled_rules = {"policy.away"}
    client.enabled_rules_only = True
    assert set(found(client, TEXT)) == {"policy.away"}


def test_spelling_switched_off_keeps_what_must_not_be_sent(client: LanguageTool) -> None:
    client.disable_spellchecking()
    assert "policy.away" in found(client, TEXT)


def test_every_other_setting_is_taken(client: LanguageTool) -> None:
    client.picky = True
    client.mother_tongue = "zh"
    client.preferred_variants = {"en-GB", "de-DE"}
    assert "policy.away" in found(client, TEXT)


def test_a_platform_in_the_address(service: ServiceProcess, client: LanguageTool) -> None:
    text = "😀这件宝贝很好"
    assert found(client, text) == {}
    with LanguageTool("zh-CN", remote_server=f"{service.url}/lt/jd/") as at_jd:
        assert found(at_jd, text) == {"policy.jd_only": "宝贝"}


def test_a_long_text(client: LanguageTool) -> None:
    text = "您好，请稍等。\n" * 200 + "加微信"
    match = next(m for m in client.check(text) if m.rule_id == "policy.away")
    assert words(match, text) == "加微信"


@pytest.mark.parametrize("text", ["好" * 2001, "😀" * 3000])
def test_a_refusal_is_told_in_words(client: LanguageTool, text: str) -> None:
    with pytest.raises(LanguageToolError, match="最多 2000 个"):
        client.check(text)


def test_contradicting_rules_are_told_in_words(client: LanguageTool) -> None:
    client.enabled_rules_only = True
    with pytest.raises(LanguageToolError, match="enabledOnly"):
        client.check("好")
