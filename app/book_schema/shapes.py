"""The shapes that values of a phrasebook have in YAML 1.2, as editors read them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

# Every scalar is text to the reader: 7, true and 12:30 stay what was typed.
Text = str | int | float | bool | None
Some = Annotated[str, Field(min_length=1)] | int | float | bool  # a text that must not be absent
Listed = list[Text] | str | int | float | bool  # a list, or a single one
Items = list[Text] | None
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


def choice(values: tuple[str, ...]) -> Any:
    """One of these; true and false also without quotes."""
    flags = [value == "true" for value in values if value in ("true", "false")]
    return {"enum": [*values, *flags]}


def choices(values: tuple[str, ...]) -> Any:
    """One of these, or a list of them."""
    one = choice(values)
    return {"anyOf": [one, {"type": "array", "items": one}]}


def listed(values: tuple[str, ...]) -> Any:
    """A list of these."""
    return {"type": "array", "items": choice(values)}


def number(low: float, high: float) -> Any:
    """A number within bounds."""
    return {"type": "number", "minimum": low, "maximum": high}


class Shape(BaseModel):
    """A mapping with these keys and no others."""

    model_config = ConfigDict(extra="forbid")


def chosen(shape: Any, description: str) -> Any:
    """A field that may be absent, of a shape that Python's types can not say."""
    return Field(None, json_schema_extra={**shape, "description": description})


def needed(shape: Any, description: str) -> Any:
    """As `chosen`, of a field that must be there."""
    return Field(json_schema_extra={**shape, "description": description})
