"""TypeScript types of the API's bodies, for docs/clients/typescript: `make pages`.

Made from the same description that a running service serves at /openapi.json; a test compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

from app.settings import ROOT
from app.web import api, incoming, shops

TYPES = ROOT / "docs" / "clients" / "typescript" / "types.ts"
# What the client's methods take and give; whatever these mention comes along.
_WANTED = (
    "SuggestionRequest",
    "SuggestionsOut",
    "DraftRequest",
    "RewriteOut",
    "CheckRequest",
    "CheckOut",
    "FeedbackRequest",
    "FeedbackOut",
    "EntryOut",
    "EntriesOut",
    "ShopsOut",
)
_HEAD = "// Made by `make pages` from the description of the API (/openapi.json). Do not edit.\n"
_PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def types(described: Mapping[str, Any]) -> str:
    """The text of types.ts for a description of the API."""
    schemas: Mapping[str, Any] = described["components"]["schemas"]
    names = list(_WANTED)
    for name in names:  # grows while it is read
        names += [r for r in dict.fromkeys(_references(schemas[name])) if r not in names]
    return _HEAD + "".join(f"\n{_interface(name, schemas[name])}" for name in sorted(names))


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rsplit("/", 1)[1]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def _interface(name: str, schema: Mapping[str, Any]) -> str:
    needed = schema.get("required", ())
    lines = [*_comment(schema, ""), f"export interface {name} {{"]
    for field, shape in schema["properties"].items():
        lines += _comment(shape, "  ")
        lines.append(f"  {field}{'' if field in needed else '?'}: {_type(shape)};")
    return "\n".join((*lines, "}", ""))


def _comment(schema: Mapping[str, Any], indent: str) -> list[str]:
    words = re.sub(r"\s+", " ", schema.get("description", ""))
    return [f"{indent}/** {words} */"] if words else []


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        values = schema.get("enum") or [schema["const"]]
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in values)
    if "prefixItems" in schema:
        return f"[{', '.join(_type(one) for one in schema['prefixItems'])}]"
    return _held(schema)


def _held(schema: Mapping[str, Any]) -> str:
    """Lists, objects of one kind of value, and what holds nothing."""
    kind = schema.get("type", "")
    if kind == "array":
        inner = _type(schema["items"])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if kind == "object":
        return f"Record<string, {_type(schema.get('additionalProperties') or {})}>"
    return _PLAIN.get(kind, "unknown")


def main() -> None:
    """Writes the file."""
    described = FastAPI()
    api.install(described)
    for router in (shops.router, incoming.router):
        described.include_router(router)
    TYPES.write_text(types(described.openapi()), encoding="utf-8")


if __name__ == "__main__":
    main()
