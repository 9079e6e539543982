"""The shapes of LanguageTool's HTTP API, version 1 of its /v2 addresses. Field names are fixed.

Source: LanguageTool's RuleMatchesAsJsonSerializer and ApiV2, which its clients are written for.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from app import __version__


class Shape(BaseModel):
    """An object of an answer; names are written in camelCase."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Value(Shape):
    """A replacement or an address."""

    value: str


class MatchContext(Shape):
    """The words around a match on one line; offset and length count UTF-16 units of `text`."""

    text: str
    offset: int
    length: int


class Category(Shape):
    """What a rule belongs to; clients can switch a category off by its id."""

    id: str
    name: str


class MatchRule(Shape):
    """The policy or rewrite that a match comes from."""

    id: str
    description: str
    issue_type: str
    category: Category
    urls: list[Value] | None = None


class MatchType(Shape):
    """Clients take matches of type UnknownWord for spelling; there are none here."""

    type_name: str = "Other"


class Match(Shape):
    """One place to underline; `offset` and `length` count UTF-16 units of what was sent."""

    message: str
    short_message: str
    replacements: list[Value]
    offset: int
    length: int
    context: MatchContext
    sentence: str
    type: MatchType = MatchType()
    rule: MatchRule
    ignore_for_incomplete_sentence: bool = False
    context_for_sure_match: int = 0


class DetectedLanguage(Shape):
    """The language that the text itself shows; `confidence` from 0 to 1."""

    name: str
    code: str
    confidence: float
    source: str = "script"


class AnswerLanguage(Shape):
    """The language that was asked for, as far as it is one that is checked."""

    name: str
    code: str
    detected_language: DetectedLanguage


class Software(Shape):
    """Who answers. `api_version` is that of LanguageTool's API."""

    name: str = "Huashu"
    version: str = __version__
    build_date: str = ""
    api_version: int = 1
    premium: bool = False
    status: str = ""


class Warnings(Shape):
    """Results are always complete."""

    incomplete_results: bool = False


class CheckAnswer(Shape):
    """The answer to /v2/check."""

    software: Software = Software()
    warnings: Warnings = Warnings()
    language: AnswerLanguage
    matches: list[Match]
    sentence_ranges: list[tuple[int, int]]


class Language(Shape):
    """One line of /v2/languages."""

    name: str
    code: str
    long_code: str


class Info(Shape):
    """The answer to /v2/info."""

    software: Software = Software()


class ConfigParameter(Shape):
    """`max_text_length` counts characters."""

    max_text_length: int


class ConfigRule(Shape):
    """One rule of the phrasebook."""

    rule_id: str
    description: str
    category_id: str
    category_name: str
    loc_quality_issue_type: str


class ConfigInfo(Shape):
    """The answer to /v2/configinfo, which LibreOffice's extension asks for before it checks."""

    software: Software = Software()
    parameter: ConfigParameter
    rules: list[ConfigRule] = Field(default_factory=list)
