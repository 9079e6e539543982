"""Pages that stand alone: one HTML file, no script, nothing loaded from anywhere.

All text is escaped by Jinja. The page allows its browser the one style sheet inside it, by hash,
and nothing else: https://www.w3.org/TR/CSP3/.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.engine.model import Phrasebook
from app.learn.book_diff import BookDiff
from app.learn.replay import Replay
from app.learn.words import word_changes
from app.reports import diffs, replays, wording

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "report.css").read_text("utf-8")
_POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(_STYLE.encode()).digest()).decode()}'"
)
# What HTML has no place for: https://html.spec.whatwg.org/multipage/parsing.html#preprocessing
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        style=Markup(_STYLE),  # noqa: S704  our own file
        policy=_POLICY,
        field_name=wording.field_name,
        section_name=wording.section_name,
        CHANGED=wording.CHANGED,
        KINDS=replays.KINDS,
        DECISIONS=replays.DECISIONS,
        arrow=replays.arrow,
        shown=replays.shown,
        said=replays.wording,
        word_changes=word_changes,
    )
    return env


_section = attrgetter("section")
_kind = attrgetter("kind")
_ENVIRONMENT = _environment()


def diff_page(found: BookDiff) -> str:
    """The differences of two books."""
    sections = [(name, list(group)) for name, group in groupby(found.changes, _section)]
    return _page("diff.html", found=found, sections=sections, summary=diffs.summary(found))


def replay_page(found: Replay, before: Phrasebook, after: Phrasebook) -> str:
    """What a change of a book does to messages."""
    kinds = [(kind, list(group)) for kind, group in groupby(found.groups, _kind)]
    said = replays.summary(found)
    return _page("replay.html", found=found, before=before, after=after, kinds=kinds, summary=said)


def _page(template: str, **values: Any) -> str:
    return _UNFIT.sub("\ufffd", _ENVIRONMENT.get_template(template).render(**values))
