"""The schema of the book's files: every shipped file fits; what reading refuses does not."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from app.book_schema import SCHEMA_FILE, modeline, schema, schema_text
from app.bookshelf import read_folder
from app.engine.source import SECTIONS, read_book
from app.settings import ROOT
from app.starter import starter_files

SHIPPED = ROOT / "phrasebook"
FILES = {f"phrasebook/{name}": text for name, text in read_folder(SHIPPED).items()} | {
    f"starter/{name}": text for name, text in starter_files().items() if name.endswith(".yaml")
}
VALIDATOR = Draft7Validator(schema())


class _Loader(yaml.SafeLoader):
    """YAML 1.2 core schema, which is what editors read: days and times are texts."""


_Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*)([eE][-+]?[0-9]+)?", "-+.0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first)
    )


def problems(text: str) -> list[str]:
    value = yaml.load(text, Loader=_Loader)
    return [f"{list(e.path)}: {e.message}" for e in VALIDATOR.iter_errors(value)]


def test_the_schema_is_one_and_the_file_in_the_book_is_it() -> None:
    Draft7Validator.check_schema(schema())
    written = (SHIPPED / SCHEMA_FILE).read_text("utf-8")
    assert written == schema_text(), "run: huashu schema --write phrasebook/schema.json"


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_a_book_fits_and_leads_to_the_schema(name: str) -> None:
    assert problems(FILES[name]) == []
    assert FILES[name].split("\n")[0] == modeline(name.partition("/")[2])


ENTRY = "{id: a, title: b, reply: c, "
RULE = "{id: a, title: b, severity: error, message: c, source: d, specs: [], words: [e], "
WRONG = (
    "entires: []",
    "entries: {a: b}",
    "entries: [{id: a, title: b}]",
    f"entries: [{ENTRY} stage: later}}]",
    f"entries: [{ENTRY} colour: red}}]",
    f"entries: [{ENTRY} asks: {{a: b}}}}]",
    f"entries: [{ENTRY} near_misses: [{{entry: a}}]}}]",
    f"entries: [{ENTRY} variants: [{{when: {{platform: ebay}}, reply: a}}]}}]",
    f"entries: [{ENTRY} variants: [{{reply: a}}]}}]",
    "greetings: [{id: a}]",
    "facts: {a: {title: b}}",
    "facts: {a: {title: b, value: c, valid_until: 明天}}",
    "facts: [a]",
    "variables: {a: {example: b}}",
    "book: {thresholds: {answer: 2}}",
    "book: {reply_limits: {jd: 2}}",
    "book: {reply_limits: {ebay: 500}}",
    "shop: {name: a}",
    f"policies: [{RULE} direction: up}}]",
    f"policies: [{RULE} platforms: [ebay]}}]",
    "policies: [{id: a}]",
    "rewrites: [{id: a, kind: letter}]",
    "guards: [{id: a, yes: [b]}]",
    "procedures: [{id: a, value: b, seconds: -1}]",
    "out_of_scope: [{title: a}]",
    "cases: [{message: a, entry: b, platform: ebay}]",
    "cases: [{message: a, entry: b, day: 明天}]",
)


@pytest.mark.parametrize("text", WRONG)
def test_the_schema_refuses_what_reading_refuses(text: str) -> None:
    _, found = read_book({"a.yaml": text})
    assert [f for f in found if f.rule_id.startswith("schema.")]
    assert problems(text)


def told(text: str) -> list[set[str]]:
    """The keys that reading names for every unknown key of a text."""
    _, found = read_book({"a.yaml": text})
    hints = [f.hint for f in found if f.rule_id == "schema.unknown_key"]
    return [set(h.removeprefix("可用的有：").removesuffix("。").split("、")) for h in hints]


def test_the_sections_are_those_of_the_reader() -> None:
    assert schema()["properties"].keys() == SECTIONS.keys()


SHAPES: tuple[tuple[str, str], ...] = (
    ("Book", "book: {zz: 1}"),
    ("Thresholds", "book: {thresholds: {zz: 1}}"),
    ("ReplyLimits", "book: {reply_limits: {zz: 1}}"),
    ("Shop", "shop: {zz: 1}"),
    ("Fact", "facts: {a: {zz: 1}}"),
    ("Variable", "variables: {a: {zz: 1}}"),
    ("Entry", "entries: [{zz: 1}]"),
    ("NearMiss", f"entries: [{ENTRY} near_misses: [{{text: a, zz: 1}}]}}]"),
    ("ReplyVariant", f"entries: [{ENTRY} variants: [{{when: {{}}, reply: a, zz: 1}}]}}]"),
    ("When", f"entries: [{ENTRY} variants: [{{when: {{zz: 1}}, reply: a}}]}}]"),
    ("Phrase", "greetings: [{zz: 1}]"),
    ("TextVariant", "closings: [{id: a, text: b, variants: [{when: {}, text: a, zz: 1}]}]"),
    ("Rewrite", "rewrites: [{zz: 1}]"),
    ("RewriteSpec", "rewrites: [{id: a, specs: [{same: a, zz: 1}]}]"),
    ("Policy", "policies: [{zz: 1}]"),
    ("PolicySpec", "policies: [{id: a, specs: [{text: a, zz: 1}]}]"),
    ("Together", "policies: [{id: a, together: [{all: [a], zz: 1}]}]"),
    ("Procedure", "procedures: [{zz: 1}]"),
    ("Tier", "procedures: [{id: a, value: b, tiers: [{zz: 1}]}]"),
    ("Applies", "procedures: [{id: a, value: b, applies: {zz: 1}}]"),
    ("Moods", "moods: {zz: 1}"),
    ("Guard", "guards: [{zz: 1}]"),
    ("GuardExample", "guards: [{id: a, yes: [], no: [], examples: [{zz: 1}]}]"),
    ("OutOfScope", "out_of_scope: [{zz: 1}]"),
    ("Case", "cases: [{zz: 1}]"),
)


def test_every_shape_is_compared_with_the_reader() -> None:
    assert schema()["definitions"].keys() == {name for name, _ in SHAPES}


@pytest.mark.parametrize(("shape", "text"), SHAPES, ids=[name for name, _ in SHAPES])
def test_the_keys_of_a_shape_are_those_of_the_reader(shape: str, text: str) -> None:
    properties: dict[str, Any] = schema()["definitions"][shape]["properties"]
    assert set(properties) in told(text)
