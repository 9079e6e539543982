"""The JSON Schema of a phrasebook's files, for completion in editors.

The reader (app/engine) decides what is right and says it in plain words; the schema tells an
editor the keys, the choices and the shapes while a trainer types.
"""

from __future__ import annotations

import json
from typing import Any

from app.book_schema.files import File

__all__ = ["SCHEMA_FILE", "modeline", "schema", "schema_text"]

SCHEMA_FILE = "schema.json"


def schema() -> dict[str, Any]:
    """The schema of any YAML file of a phrasebook.

    Draft 7, the one that the editors' YAML extensions support in full.
    """
    made = File.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    made["definitions"] = made.pop("$defs")
    return {"$schema": "http://json-schema.org/draft-07/schema#", **_bare(made)}


def schema_text() -> str:
    """The schema as the text of a file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def modeline(name: str) -> str:
    """The first line of the book's file `name`, which leads editors to the schema."""
    return f"# yaml-language-server: $schema={'../' * name.count('/')}{SCHEMA_FILE}"


def _bare(node: Any) -> Any:
    """Without the English titles that pydantic makes of names, and without its nulls."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: ({name: _bare(part) for name, part in value.items()}
              if key in ("properties", "definitions") else _bare(value))
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and not value)
    }  # fmt: skip
