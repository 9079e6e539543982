"""The mends that are certain: for a finding, which characters of its file to replace by which.

Edits change characters, not trees: comments, order, quotes and line breaks elsewhere stay byte
for byte. What needs a decision is not mended here: the finding's hint says what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from app.engine.model import FileFinding, Phrasebook
from app.engine.normalize import normalize, printable, simplified
from app.engine.render import template_names
from app.engine.yaml_places import Place, without_item
from app.lint.edits import Edit, Source
from app.lint.rules import (
    ask_duplicate,
    ignore_unused,
    link_shape,
    template_unknown_name,
    template_wide_marks,
    text_invisible,
    text_script,
)
from app.lint.templates import templates_of

_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NUMBERS = re.compile(r"\d+")

Mender = Callable[[Source, Sequence[FileFinding], Phrasebook], Iterator[Edit]]


def edits_for(
    source: Source, findings: Sequence[FileFinding], book: Phrasebook
) -> tuple[Edit, ...]:
    """The edits that clear findings of one rule at one place; none when that is not certain."""
    mender = MENDERS.get(findings[0].rule_id)
    return tuple(mender(source, findings, book)) if mender else ()


def _key(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    for finding in findings:
        place = source.at(finding.mark, key=True)
        if finding.meant and place and place.kind == "plain":
            yield source.edit(place.start, place.end, finding.meant)


def _value(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    """A day in another notation, a choice in Chinese."""
    for finding in findings:
        place = source.at(finding.mark)
        if finding.meant and place and place.kind in ("plain", "quoted"):
            yield source.edit(place.start, place.end, finding.meant)


def _twice(source: Source, findings: Sequence[FileFinding], book: Phrasebook) -> Iterator[Edit]:
    """An ask goes when its entry has it before, with the same numbers: those mean something."""
    for finding in findings:
        for entry in book.entries:
            here = next((n for n, a in enumerate(entry.asks) if a.mark == finding.mark), None)
            if here is None:
                continue
            same = (_said(ask.text) for ask in entry.asks[:here])
            cut = without_item(source.text, finding.mark)
            if cut and _said(entry.asks[here].text) in same:
                yield source.edit(*cut, "")


def _said(text: str) -> tuple[str, tuple[str, ...]]:
    return normalize(text).core, tuple(_NUMBERS.findall(printable(text)))


def _invisible(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    for finding in findings:
        at = source.offset(finding.mark)
        if text_invisible.INVISIBLE.match(source.text, at):
            yield source.edit(at, at + 1, "")


def _script(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    place = source.at(findings[0].mark)
    if place is None:
        return
    single = place.kind not in ("map", "list")
    told = (place,) if single else source.within(place, ("value", "otherwise", "professional"))
    for one in told:
        yield from _changed(source, one, _outside_tags(simplified))


def _wide(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    place = source.at(findings[0].mark)
    if place:
        wide, narrow = template_wide_marks.WIDE, template_wide_marks.narrow
        yield from _changed(source, place, lambda text: wide.sub(lambda m: narrow(m[0]), text))


def _names(source: Source, findings: Sequence[FileFinding], book: Phrasebook) -> Iterator[Edit]:
    """A fact written as a variable, and a variable as a fact."""
    mark = findings[0].mark
    template = next((t for t in templates_of(book) if t.mark == mark), None)
    place = source.at(mark)
    if template is None or place is None:
        return
    variables, facts = template_names(template.text)
    bare = [n for n in variables if n in book.facts and n not in book.variables]
    owned = [n for n in facts if n in book.variables and n not in book.facts]

    def renamed(tag: str) -> str:
        for name in bare:
            tag = re.sub(rf"(?<![\w.'\"]){re.escape(name)}(?![\w'\"(=])", f"shop.{name}", tag)
        for name in owned:
            tag = re.sub(rf"(?<![\w.])shop\.{re.escape(name)}(?!\w)", name, tag)
        return tag

    yield from _changed(source, place, lambda text: _TAG.sub(lambda m: renamed(m[0]), text))


def _link(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    """Full-width characters of a link that is sound without them."""
    place = source.at(findings[0].mark)
    if place is None:
        return
    single = place.kind not in ("map", "list")
    for one in (place,) if single else source.within(place, ("value", "otherwise", "link")):
        yield from _changed(source, one, _narrow_links)


def _narrow_links(text: str) -> str:
    def narrow(found: re.Match[str]) -> str:
        link = found[0].rstrip(link_shape.TAIL)
        plain = printable(link)
        sound = link_shape.link_problem(link) and not link_shape.link_problem(plain)
        return plain + found[0][len(link) :] if sound else found[0]

    return link_shape.LINK.sub(narrow, text)


def _comment(source: Source, findings: Sequence[FileFinding], _: Phrasebook) -> Iterator[Edit]:
    """Rules that are not needed go from the comment; without any it goes with its blanks."""
    mark = findings[0].mark
    found = next(
        (c for c in source.comments if (c.line, c.column) == (mark.line, mark.column)), None
    )
    if found is None:
        return
    unused = {finding.meant for finding in findings}
    head, equals, rest = found.text.partition("=")
    listed = re.match(r"\s*[\w.]+(?:\s*[,，、]\s*[\w.]+)*", rest)
    if not equals or not listed:
        return
    kept = [name for name in re.split(r"\s*[,，、]\s*", listed[0].strip()) if name not in unused]
    if kept:
        yield source.edit(found.start, found.end, f"{head}={','.join(kept)}{rest[listed.end() :]}")
        return
    start = len(source.text[: found.start].rstrip(" \t"))
    end = found.end + 1 if found.alone and found.end < len(source.text) else found.end
    yield source.edit(start, end, "")


def _changed(source: Source, place: Place, change: Callable[[str], str]) -> Iterator[Edit]:
    """The text of a scalar as `change` makes it; in double quotes where plain would not read."""
    start, end = source.body(place)
    old = source.text[start:end]
    new = change(old)
    if new == old:
        return
    if place.kind != "plain" and len(new) == len(old):
        yield from _runs(source, start, old, new)
        return
    if place.kind == "plain" and re.search(r"[{}\[\]#]|: ", new):
        new = '"' + new.replace("\\", "\\\\").replace('"', '\\"') + '"'
    yield source.edit(start, end, new)


def _runs(source: Source, start: int, old: str, new: str) -> Iterator[Edit]:
    """One edit for each run of characters that differ, of texts of one length."""
    at = 0
    for same, run in groupby(zip(old, new, strict=True), lambda pair: pair[0] == pair[1]):
        text = "".join(after for _, after in run)
        if not same:
            yield source.edit(start + at, start + at + len(text), text)
        at += len(text)


def _outside_tags(change: Callable[[str], str]) -> Callable[[str], str]:
    def changed(text: str) -> str:
        parts, at = [], 0
        for tag in _TAG.finditer(text):
            parts += [change(text[at : tag.start()]), tag[0]]
            at = tag.end()
        return "".join((*parts, change(text[at:])))

    return changed


MENDERS: Mapping[str, Mender] = {
    "schema.unknown_key": _key,
    "schema.date": _value,
    "schema.choice": _value,
    ask_duplicate.ID: _twice,
    text_invisible.ID: _invisible,
    text_script.ID: _script,
    template_wide_marks.ID: _wide,
    template_unknown_name.ID: _names,
    link_shape.ID: _link,
    ignore_unused.ID: _comment,
}
