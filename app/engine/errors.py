"""What the engine raises. Bad input yields findings; only broken promises raise.

HuashuError
├── PhrasebookError      a phrasebook that can not be used; carries its findings
├── EncoderError         a sentence encoder that is absent or does not answer
│   └── EncoderChanged   one whose vectors are no longer those the book was fitted with
└── TemplateError        a template that the sandbox refuses while rendering
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.engine.model import FileFinding


class HuashuError(Exception):
    """Root of the tree. The text is Chinese and fit to be shown to a person."""


class PhrasebookError(HuashuError):
    """The phrasebook has findings of severity error.

    Attributes:
        findings: every finding, errors first, each with file, line and column.
    """

    def __init__(self, findings: tuple[FileFinding, ...]) -> None:
        self.findings = findings
        errors = [f for f in findings if f.severity == "error"]
        shown = "\n".join(str(f) for f in errors[:20])
        more = f"\n……另有 {len(errors) - 20} 处" if len(errors) > 20 else ""
        super().__init__(f"话术库有 {len(errors)} 处错误，未载入：\n{shown}{more}")


class EncoderError(HuashuError):
    """The encoder that the settings name can not be used."""


class EncoderChanged(EncoderError):
    """The encoder gives other vectors than before: the book has to be fitted again."""


class TemplateError(HuashuError):
    """A template failed while rendering; lint finds these before a book loads."""
